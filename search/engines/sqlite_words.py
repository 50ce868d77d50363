"""The words of the index, for the search for slips.

A word is kept with the audiences in which it was ever seen and with the forms that it has when one letter is missing;
two words within one slip of each other share such a form. The tables only grow until the next rebuild: before a word is
suggested it is looked up in what the asker may see now.
"""

import json
import sqlite3
from collections.abc import Iterable

from search.slips import LONGEST, SHORTEST, distance

# With two slips in a word, its beginning or its end is mostly right.
PART = 2

_SEEN = """
    EXISTS (
        SELECT 1 FROM seen JOIN audience ON audience.id = seen.audience
        WHERE seen.word = word.id AND audience.name IN (SELECT value FROM json_each(:audiences))
    )
"""


def remember(db: sqlite3.Connection, words: Iterable[str], audience: int, *, known: set[tuple[str, int]]) -> None:
    """Keep these words as seen in an audience. `known` spares the index those that it was told of before."""
    new = [word for word in words if (word, audience) not in known and SHORTEST <= len(word) <= LONGEST]
    new = [word for word in new if word.isalpha()]
    if not new:
        return
    known.update((word, audience) for word in new)
    ids = dict(
        db.execute("SELECT word, id FROM word WHERE word IN (SELECT value FROM json_each(?))", [json.dumps(new)])
    )
    slips = []
    for word in new:
        if word not in ids:
            ids[word] = db.execute("INSERT INTO word (word) VALUES (?)", [word]).lastrowid
            slips += [(form, ids[word]) for form in _forms(word)]
    db.executemany("INSERT OR IGNORE INTO slip VALUES (?, ?)", slips)
    db.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", [(ids[word], audience) for word in new])


def near(db: sqlite3.Connection, word: str, slips: int, audiences: Iterable[str]) -> list[str]:
    """The words of these audiences within one slip of a word, or within two."""
    values = {"audiences": json.dumps(sorted(audiences))}
    if slips == 1:
        rows = db.execute(
            f"""
            SELECT word FROM word WHERE id IN (
                SELECT word FROM slip WHERE form IN (SELECT value FROM json_each(:forms))
                UNION SELECT id FROM word WHERE word IN (SELECT value FROM json_each(:forms))
            ) AND {_SEEN}
            """,
            {**values, "forms": json.dumps([word, *_forms(word)])},
        )
    else:
        rows = db.execute(
            f"""
            SELECT word FROM word WHERE word >= :first AND word < :after AND length(word) BETWEEN :least AND :most
            AND (substr(word, 1, {PART}) = :beginning OR substr(word, -{PART}) = :end) AND {_SEEN}
            """,
            {
                **values,
                "first": word[0],
                "after": chr(ord(word[0]) + 1),
                "least": len(word) - slips,
                "most": len(word) + slips,
                "beginning": word[:PART],
                "end": word[-PART:],
            },
        )
    return [other for (other,) in rows if other != word and distance(word, other) <= slips]


def _forms(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}
