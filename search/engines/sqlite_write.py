"""How the embedded engine keeps a document."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from search.documents import Document, Label
from search.engines import sqlite_words
from search.engines.base import Change, Outcome, Result, unmarked
from search.engines.sqlite_search import COLUMNS, SEPARATOR
from search.engines.sqlite_suggest import place_of
from search.words import words_in

BATCH = 500
# Numbers that are no characters: values are numbered before and after them, a million in all.
HALF_SIGNS, AFTER_HALF_SIGNS = 0xD800, 0xE002


def write_all(db: sqlite3.Connection, changes: Iterable[Change], *, known: set[tuple[str, int]]) -> list[Result]:
    """Write many changes, a transaction for each few hundred."""
    results: list[Result] = []
    for batch in _batches(changes):
        db.execute("BEGIN IMMEDIATE")
        results += [write_change(db, change, known=known) for change in batch]
        db.execute("COMMIT")
    return results


def write_change(db: sqlite3.Connection, change: Change, *, known: set[tuple[str, int]]) -> Result:
    """Write or withdraw one document, unless a newer version of it was taken. Inside a transaction.

    `known` are the words, each with an audience, that were written in the same piece of work.
    """
    held = db.execute(
        "SELECT id, version, called_at FROM doc WHERE kind = ? AND object = ?", [change.kind, change.id]
    ).fetchone()
    if held and held[1] >= change.version:
        return Result(change, Outcome.PASSED)
    try:
        columns, attached = _columns(change.document) if change.document else ([], "")
    except (UnicodeError, ValueError, TypeError) as error:
        return Result(change, Outcome.REFUSED, f"{type(error).__name__}: {error}")
    if held:
        doc, _, called_at = held
        db.execute("UPDATE doc SET version = ?, live = 0, labels = '' WHERE id = ?", [change.version, doc])
        db.execute("DELETE FROM text WHERE rowid = ?", [doc])
        db.execute("DELETE FROM attachment WHERE rowid = ?", [doc])
        db.execute("DELETE FROM called WHERE rowid = ?", [called_at])
        db.execute("DELETE FROM card WHERE doc = ?", [doc])
    else:
        # Also for what was never there: the version stays, so that a late delivery cannot bring it back.
        doc = db.execute(
            "INSERT INTO doc (kind, object, version, live) VALUES (?, ?, ?, 0)",
            [change.kind, change.id, change.version],
        ).lastrowid
    if change.document:
        _insert(db, doc, change.document, columns, attached, known)
    return Result(change, Outcome.WRITTEN)


def changed_since(db: sqlite3.Connection, version: int) -> dict[str, dict[int, int]]:
    """What was written or withdrawn with a version above this one: versions by kind and id."""
    changed: dict[str, dict[int, int]] = {}
    for kind, object, newer in db.execute("SELECT kind, object, version FROM doc WHERE version > ?", [version]):
        changed.setdefault(kind, {})[object] = newer
    return changed


def _insert(
    db: sqlite3.Connection,
    doc: int,
    document: Document,
    columns: Sequence[str],
    attached: str,
    known: set[tuple[str, int]],
) -> None:
    db.execute("INSERT OR IGNORE INTO audience (name) VALUES (?)", [document.audience])
    (audience,) = db.execute("SELECT id FROM audience WHERE name = ?", [document.audience]).fetchone()
    published = int(document.published.timestamp()) if document.published else 0
    council = document.council.value if document.council else ""
    values = {_value(db, facet, label) for facet, label in document.labels()}
    labels, called_at = "".join(map(chr, values)), place_of(document.kind, published, doc)
    db.execute(
        "UPDATE doc SET live = 1, audience = ?, community = ?, published = ?, repeated = ?, council = ?, labels = ?, "
        "called_at = ? WHERE id = ?",
        [audience, document.community_id, published, document.repeated, council, labels, called_at, doc],
    )
    db.execute("INSERT INTO card VALUES (?, ?, ?, ?)", [doc, document.url, document.source, document.digest()])
    db.execute(f"INSERT INTO text (rowid, {_NAMES}) VALUES (?{', ?' * len(columns)})", [doc, *columns])
    db.execute("INSERT INTO called (rowid, title, other) VALUES (?, ?, ?)", [called_at, columns[0], columns[1]])
    words = set(words_in("\n".join(columns)))
    if attached:
        db.execute(
            "INSERT INTO attachment (rowid, rest, attached) VALUES (?, ?, ?)", [doc, "\n".join(columns), attached]
        )
        words |= set(words_in(attached))
    sqlite_words.remember(db, words, audience, known=known)


def _value(db: sqlite3.Connection, facet: str, label: Label) -> int:
    """The number of a value, which stands as one character in the labels of a document."""
    found = db.execute("SELECT id, words FROM value WHERE facet = ? AND value = ?", [facet, label.value]).fetchone()
    if found is None:
        (last,) = db.execute("SELECT max(id) FROM value").fetchone()
        number = (last or 0) + 1
        number = AFTER_HALF_SIGNS if number == HALF_SIGNS else number
        db.execute("INSERT INTO value VALUES (?, ?, ?, ?)", [number, facet, label.value, label.words])
        return number
    if found[1] != label.words:
        db.execute("UPDATE value SET words = ? WHERE id = ?", [label.words, found[0]])
    return found[0]


_NAMES = ", ".join(COLUMNS)


def _columns(document: Document) -> tuple[list[str], str]:
    """The text of the columns, in the order of the table, and that of the attachments.

    A line of other names, topics, tags, people or places is one label's.
    """
    place = [SEPARATOR.join(document.council_names), document.region, document.nation]
    columns = [
        document.title,
        "\n".join(document.other_names),
        document.summary,
        document.worth_repeating,
        document.text,
        "\n".join(SEPARATOR.join((topic.title, *topic.other_words)) for topic in document.topics),
        "\n".join(tag.words for tag in document.tags),
        "\n".join(document.people),
        "\n".join(dict.fromkeys(line for line in place if line)),
        document.community.words if document.community else "",
    ]
    *columns, attached = (_taken(text) for text in (*columns, document.attached))
    return columns, attached


def _taken(text: str) -> str:
    """A text as the index takes it. Raises `UnicodeError` for one that cannot be written."""
    text.encode()
    return unmarked(text).replace("\0", " ")


def _batches(changes: Iterable[Change]) -> Iterator[list[Change]]:
    batch: list[Change] = []
    for change in changes:
        batch.append(change)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
