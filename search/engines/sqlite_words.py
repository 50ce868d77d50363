"""Slips of the pen: which word of the index was probably meant.

A word is kept with the audiences in which it was ever seen and with the forms that it has when one letter is missing;
two words within one edit of each other share such a form. The tables only grow until the next rebuild: before a word is
suggested it is looked up in what the asker may see now.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable

SHORTEST, LONGEST = 4, 24
# The first letter of a shorter word is hardly ever the slip: "zebra" is not "debra".
LONG = 6

# How many documents that the asker may see have this word.
Count = Callable[[str], int]


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


def meant(db: sqlite3.Connection, word: str, audiences: Iterable[str], count: Count) -> str | None:
    """The word, or the two words, that a person probably meant by one that nothing has."""
    if not (SHORTEST <= len(word) <= LONGEST and word.isalpha()):
        return None
    near = {other: count(other) for other in _near(db, word, audiences)}
    found = max(
        (other for other in near if near[other]), key=lambda other: (other[0] == word[0], near[other]), default=None
    )
    return found or _parted(word, count)


def _near(db: sqlite3.Connection, word: str, audiences: Iterable[str]) -> list[str]:
    forms = json.dumps([word, *_forms(word)])
    rows = db.execute(
        """
        SELECT word FROM word WHERE id IN (
            SELECT word FROM slip WHERE form IN (SELECT value FROM json_each(:forms))
            UNION SELECT id FROM word WHERE word IN (SELECT value FROM json_each(:forms))
        ) AND EXISTS (
            SELECT 1 FROM seen JOIN audience ON audience.id = seen.audience
            WHERE seen.word = word.id AND audience.name IN (SELECT value FROM json_each(:audiences))
        )
        """,
        {"forms": forms, "audiences": json.dumps(sorted(audiences))},
    )
    return [
        other
        for (other,) in rows
        if _one_edit(word, other) and (other[0] == word[0] or min(len(word), len(other)) >= LONG)
    ]


def _parted(word: str, count: Count) -> str | None:
    """Two words that were written as one: "flytipping"."""
    best = max(
        (f"{word[:cut]} {word[cut:]}" for cut in range(3, len(word) - 2)), key=lambda pair: count(pair), default=None
    )
    return best if best and count(best) else None


def _forms(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def _one_edit(word: str, other: str) -> bool:
    """Whether one letter is missing, added or changed, or two neighbours are swapped."""
    if word == other:
        return False
    if len(word) > len(other):
        word, other = other, word
    at = next((at for at, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), len(word))
    if len(word) < len(other):
        return len(word) + 1 == len(other) and word[at:] == other[at + 1 :]
    swapped = word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]
    return word[at + 1 :] == other[at + 1 :] or swapped == other[at:]
