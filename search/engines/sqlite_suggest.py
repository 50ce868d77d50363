"""What is suggested while somebody types."""

import sqlite3

from search.engines.base import Suggestion, to_html
from search.engines.sqlite_search import VISIBLE, asker
from search.query import Query
from search.words import words_in


def suggested(db: sqlite3.Connection, query: Query, size: int) -> list[Suggestion]:
    """Visible things whose title or other name has words that begin with each of the typed ones."""
    words = words_in(query.words.typed)
    if not words:
        return []
    expression = " AND ".join(f'{{title names}} : "{word}" *' for word in words)
    kind = "AND doc.kind = :kind" if query.kind else ""
    rows = db.execute(
        f"""
        SELECT doc.kind, doc.object, title, card.url FROM text
        JOIN doc ON doc.id = text.rowid JOIN card ON card.doc = doc.id
        WHERE text MATCH :words AND {VISIBLE} {kind} LIMIT :size
        """,
        {**asker(query), "words": expression, "kind": query.kind, "size": size},
    )
    return [Suggestion(kind, object, title, url, to_html(title)) for kind, object, title, url in rows]
