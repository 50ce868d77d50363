"""What is suggested while somebody types.

Names stand in a table of their own, in the order in which they are suggested: by kind, then the newest first. So the
first few are found without looking at the others.
"""

import sqlite3
from collections.abc import Iterator, Sequence

from search.engines.base import Suggestion, folded, to_html
from search.engines.naming import KINDS, marked, mixed, number_of
from search.engines.sqlite_search import VISIBLE, asker
from search.query import Query
from search.words import words_in

# A place is a kind, minutes until a day far away, and a document.
DOCUMENT_BITS, MINUTE_BITS = 28, 29


def place_of(kind: str, published: int, doc: int) -> int:
    """Where the name of a document stands."""
    minutes = (1 << MINUTE_BITS) - 1 - max(published, 0) // 60
    return (number_of(kind) << MINUTE_BITS | minutes) << DOCUMENT_BITS | doc


def suggested(db: sqlite3.Connection, query: Query, size: int) -> list[Suggestion]:
    """Visible things whose title or other name has words that begin with each of the typed ones."""
    words = [folded(word) for word in words_in(query.words.typed)]
    if not words:
        return []
    kinds = [number_of(query.kind)] if query.kind else range(len(KINDS) + 1)
    found = {kind: list(_of_kind(db, query, kind, words, size)) for kind in kinds}
    return mixed(found, size, one_kind=bool(query.kind))


def _of_kind(db: sqlite3.Connection, query: Query, kind: int, words: Sequence[str], size: int) -> Iterator[Suggestion]:
    """Names that begin so, then names that have words that begin so."""
    said: set[int] = set()
    for expression in (f'^ "{" ".join(words)}" *', " AND ".join(f'"{word}" *' for word in words)):
        rows = db.execute(
            f"""
            SELECT doc.id, doc.kind, doc.object, called.title, called.other, card.url FROM called
            JOIN doc ON doc.id = called.rowid & {(1 << DOCUMENT_BITS) - 1} JOIN card ON card.doc = doc.id
            WHERE called MATCH :words AND called.rowid BETWEEN :first AND :last AND {VISIBLE} LIMIT :size
            """,
            {
                **asker(query),
                "words": expression,
                "first": kind << MINUTE_BITS + DOCUMENT_BITS,
                "last": (kind + 1 << MINUTE_BITS + DOCUMENT_BITS) - 1,
                "size": size,
            },
        )
        for doc, name, object, title, others, url in rows:
            if doc not in said and len(said) < size:
                said.add(doc)
                yield Suggestion(name, object, title, url, to_html(marked(title, others.splitlines(), words)))
