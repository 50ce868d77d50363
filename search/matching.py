"""Whether one new document is among what a question finds, for many questions at once.

The document alone makes an index of the embedded engine, in memory; each question is put to it as it would be to the
whole. Both engines keep one contract, so this answers for both. Most questions need not be put at all: of each, `keys`
names words and choices of which a document must have enough.
"""

import sqlite3
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock

from search.documents import Document
from search.engines.base import Change, Outcome
from search.engines.sqlite_file import SCHEMA, TOKENIZER
from search.engines.sqlite_search import Search
from search.engines.sqlite_write import write_change
from search.query import Query, Sort
from search.words import Clause, Term

# The key of a question that any document may answer.
ANYTHING = "*"


class OneDocument:
    """A document alone in an index."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.executescript(SCHEMA)
        result = write_change(self.db, Change(document.kind, document.id, 1, document), known=_Known())
        if result.outcome is not Outcome.WRITTEN:
            raise ValueError(result.error)
        for table in ("text", "attachment"):
            self.db.execute(f"CREATE VIRTUAL TABLE temp.in_{table} USING fts5vocab(main, {table}, row)")

    def keys(self) -> set[str]:
        """All that a question may have as a key and find this document."""
        words = {word for (word,) in self.db.execute("SELECT term FROM in_text UNION SELECT term FROM in_attachment")}
        return {ANYTHING, *words, *(_choice(facet, label.value) for facet, label in self.document.labels())}

    def is_found_by(self, query: Query) -> bool:
        """Whether a search would find it, whoever may see it."""
        asked = replace(
            query, audiences=frozenset({self.document.audience}), closed=frozenset(), sort=Sort.NEWEST, councils=()
        )
        return Search(self.db, asked).finds()

    def close(self) -> None:
        """Throw the index away."""
        self.db.close()


class _Known(set[tuple[str, int]]):
    """Every word counts as known: nobody asks this index for corrections."""

    def __contains__(self, item: object) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Keys:
    """What a document must have to be found by a question: a key of at least `needed` of the clauses."""

    clauses: tuple[frozenset[str], ...]
    needed: int

    def let_through(self, document_keys: set[str]) -> bool:
        """Whether a document with these keys could be found."""
        return sum(not clause.isdisjoint(document_keys) for clause in self.clauses) >= self.needed


def keys(query: Query) -> Keys:
    """The keys of a question: words as the index has them, and choices. All that it finds gets through, and more."""
    words = query.words
    clauses = [_of_clause(clause) for clause in (*words.exact, *words.plain)]
    choices = [frozenset(_choice(facet, value) for value in values) for facet, values in query.filters.items()]
    needed = len(words.exact) + words.needed + len(choices)
    return Keys((*clauses, *choices), needed) if needed else Keys((frozenset({ANYTHING}),), 1)


@lru_cache(maxsize=20_000)
def stems(text: str) -> tuple[str, ...]:
    """The words of a text as the index has them, in their order."""
    with _turn:
        db = _cutter()
        db.execute("DELETE FROM cut")
        db.execute("INSERT INTO cut VALUES (?)", [text])
        return tuple(word for (word,) in db.execute("SELECT term FROM cut_words ORDER BY offset"))


def _of_clause(clause: Clause) -> frozenset[str]:
    """One word of each term: what fulfils the clause has all words of one of them."""
    return frozenset(_of_term(term) for term in (*clause.terms, *clause.other_terms))


def _of_term(term: Term) -> str:
    return max(stems(" ".join(term.words)), key=len, default=ANYTHING)


def _choice(facet: str, value: str) -> str:
    return f"{facet}={value}"[:200]


_turn = Lock()


@lru_cache(maxsize=1)
def _cutter() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    db.execute(f'CREATE VIRTUAL TABLE cut USING fts5 (text, tokenize = "{TOKENIZER}")')
    db.execute("CREATE VIRTUAL TABLE temp.cut_words USING fts5vocab(main, cut, instance)")
    return db
