"""The embedded engine: SQLite's FTS5 in a file of its own. Needs no server; serves one machine."""

import math
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from search import slips
from search.documents import PERSON, STORY, Document
from search.engines import sqlite_match as match
from search.engines import sqlite_words
from search.engines.base import (
    Answer,
    Candidate,
    Change,
    Engine,
    EngineAway,
    Held,
    IndexMissing,
    Rebuild,
    Result,
    Second,
    Status,
    Suggestion,
)
from search.engines.sqlite_file import Generation, IndexFile, answering, said_plainly
from search.engines.sqlite_search import RANK, VISIBLE, Search, asker
from search.engines.sqlite_suggest import suggested
from search.engines.sqlite_write import BATCH, changed_since, write_all, write_change
from search.query import Query
from search.words import SMALL_WORDS, Term, words_in

# A word in so many documents is told from a more frequent one no further.
COMMON = 2000
# The counts of so many questions without words are kept, until anything changes.
MOST_COUNTED = 64
# A document is like another by so many of its most telling words.
TELLING_WORDS = 12
# Where these are looked for, and how much it counts that a word stands there.
TELLING_COLUMNS = {"title": 3.0, "summary": 1.0, "worth": 1.5, "topics": 1.5, "tags": 2.0}
# So many words are counted in the index; so many of them are enough to go by without common ones.
MOST_COUNTED_WORDS, ENOUGH_WORDS = 32, 3


class SqliteEngine(Engine):
    """Documents in `VAR_DIR/search.sqlite3`."""

    name = "sqlite"

    def __init__(self, link: Path) -> None:
        self.file = IndexFile(link)
        self._counted: OrderedDict[Hashable, Answer] = OrderedDict()
        self._turn = threading.Lock()

    def search(self, query: Query, *, second: Second | None = None) -> Answer:
        """See the contract."""
        with self._plainly():
            db = self.file.reading()
            with answering(db):
                if query.words:
                    return Search(db, query).answer(second)
                return self._without_words(db, query)

    def write(self, changes: Sequence[Change]) -> list[Result]:
        """See the contract."""
        if not changes:
            return []
        with self._plainly(), self.file.writing() as db:
            known: set[tuple[str, int]] = set()
            return [write_change(db, change, known=known) for change in changes]

    def correct(self, query: Query) -> str | None:
        """See the contract."""
        with self._plainly():
            db = self.file.reading()
            with answering(db):
                return _corrected(db, query)

    def suggest(self, query: Query, *, size: int = 8) -> list[Suggestion]:
        """See the contract."""
        with self._plainly():
            db = self.file.reading()
            with answering(db):
                return suggested(db, query, size)

    def similar(self, kind: str, id: int, query: Query) -> list[Candidate]:
        """See the contract."""
        with self._plainly():
            db = self.file.reading()
            with answering(db):
                return _similar(db, kind, id, query)

    def held(self, kind: str, *, after: int = 0, size: int = 500) -> list[Held]:
        """See the contract."""
        with self._plainly():
            rows = self.file.reading().execute(
                "SELECT object, version, digest FROM doc JOIN card ON card.doc = doc.id "
                "WHERE kind = ? AND object > ? AND live ORDER BY object LIMIT ?",
                [kind, after, size],
            )
            return [Held(*row) for row in rows]

    def rebuild(self, *, since: int = 0, afresh: bool = False, go_on: bool = True) -> Rebuild:
        """See the contract."""
        with said_plainly():
            return SqliteRebuild(Generation(self.file, afresh=afresh), since)

    def state(self) -> Hashable:
        """See the contract."""
        try:
            with self._plainly():
                return self._state(self.file.reading())
        except EngineAway:
            return None

    def status(self) -> Status:
        """See the contract."""
        place = str(self.file.link)
        try:
            with said_plainly():
                (documents,) = self.file.reading().execute("SELECT count(*) FROM doc WHERE live").fetchone()
                return Status(self.name, place, True, documents, self.file.size(), "ready")
        except EngineAway as error:
            return Status(self.name, place, False, words=str(error))

    def _without_words(self, db: sqlite3.Connection, query: Query) -> Answer:
        """Everything that can be seen, the newest first. It is counted once for all pages and people who see alike."""
        state = self._state(db)
        kind = query.kind, query.others, query.others and (query.sort, query.councils)
        key = state, query.audiences, query.closed, tuple(query.filters.items()), kind
        with self._turn:
            counted = self._counted.get(key)
        if counted:
            return replace(counted, hits=Search(db, query).only_hits())
        answer = Search(db, query).answer(None)
        with self._turn:
            self._counted[key] = answer
            while len(self._counted) > MOST_COUNTED:
                self._counted.popitem(last=False)
        return answer

    @staticmethod
    def _state(db: sqlite3.Connection) -> tuple[str, int]:
        """Each write raises the number; each file has another name."""
        state: tuple[str, int] = db.execute("SELECT generation, writes FROM state").fetchone()
        return state

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        """Say plainly what is wrong, and remember which file it was."""
        try:
            with said_plainly():
                yield
        except IndexMissing:
            self.file.is_broken()
            raise


class SqliteRebuild(Rebuild):
    """A file of a new generation."""

    def __init__(self, generation: Generation, since: int) -> None:
        self.generation, self.since = generation, since
        self.known: set[tuple[str, int]] = set()

    def add(self, changes: Iterable[Change]) -> list[Result]:
        """See the contract."""
        with said_plainly():
            return write_all(self.generation.db, changes, known=self.known)

    def finish(self, read: Callable[[str, Sequence[int]], Mapping[int, Document]], *, since: int) -> int:
        """See the contract."""
        with said_plainly():
            db = self.generation.db
            db.execute("INSERT INTO text (text) VALUES ('optimize')")
            with self.generation.swapping() as old:
                if old is not None:
                    for kind, versions in changed_since(old, since).items():
                        write_all(db, _read_again(kind, versions, read), known=self.known)
                (documents,) = db.execute("SELECT count(*) FROM doc WHERE live").fetchone()
            return documents

    def abandon(self) -> None:
        """See the contract."""
        self.generation.abandon()


def _read_again(
    kind: str, versions: Mapping[int, int], read: Callable[[str, Sequence[int]], Mapping[int, Document]]
) -> Iterable[Change]:
    ids = list(versions)
    for start in range(0, len(ids), BATCH):
        found = read(kind, ids[start : start + BATCH])
        yield from (Change(kind, id, versions[id], found.get(id)) for id in ids[start : start + BATCH])


def _corrected(db: sqlite3.Connection, query: Query) -> str | None:
    def count(terms: Sequence[Term]) -> int:
        values = {**asker(query), "expression": match.all_of(terms)}
        for table in ("text", "attachment"):
            (number,) = db.execute(
                f"SELECT count(*) FROM (SELECT 1 FROM {table} JOIN doc ON doc.id = {table}.rowid "
                f"WHERE {table} MATCH :expression AND {VISIBLE} LIMIT {COMMON})",
                values,
            ).fetchone()
            if number:
                break
        return number

    def named(terms: Sequence[Term]) -> int:
        expression, number = match.all_of(terms), 0
        for column, kind in (("people", STORY), ("title", PERSON)):
            values = {**asker(query), "expression": f"{{{column}}} : ({expression})", "kind": kind}
            (some,) = db.execute(
                f"SELECT count(*) FROM (SELECT 1 FROM text JOIN doc ON doc.id = text.rowid "
                f"WHERE text MATCH :expression AND doc.kind = :kind AND {VISIBLE} LIMIT {COMMON})",
                values,
            ).fetchone()
            number += some
        return number

    def near(word: str, most: int) -> list[str]:
        return sqlite_words.near(db, word, most, query.audiences)

    return slips.corrected(query.words, slips.Index(count, named, near, of_people=query.kind == PERSON))


def _similar(db: sqlite3.Connection, kind: str, id: int, query: Query) -> list[Candidate]:
    found = db.execute(
        f"""
        SELECT doc.id, {", ".join(TELLING_COLUMNS)} FROM doc JOIN text ON text.rowid = doc.id
        WHERE doc.kind = :kind AND doc.object = :object AND {VISIBLE}
        """,
        {**asker(query), "kind": kind, "object": id},
    ).fetchone()
    words = _telling_words(db, found[1:]) if found else []
    if not words:
        return []
    rows = db.execute(
        f"""
        SELECT doc.kind, doc.object, {RANK} AS score FROM text JOIN doc ON doc.id = text.rowid
        WHERE text MATCH :words AND {VISIBLE} AND doc.kind = :kind AND doc.id <> :self
        ORDER BY score DESC, doc.published DESC, doc.id DESC LIMIT :size
        """,
        {
            **asker(query),
            "words": match.any_of([Term((word,)) for word in words]),
            "kind": kind,
            "self": found[0],
            "size": query.size,
        },
    )
    return [Candidate(kind, object, round(score, 6)) for kind, object, score in rows]


def _telling_words(db: sqlite3.Connection, columns: Sequence[str]) -> list[str]:
    """The words that tell a document from others: said often and in telling places here, and rare elsewhere."""
    said: dict[str, float] = {}
    for column, weight in zip(columns, TELLING_COLUMNS.values(), strict=True):
        for word in words_in(column):
            if word not in SMALL_WORDS and len(word) > 2:
                said[word] = said.get(word, 0) + weight
    weights: dict[str, float] = {}
    common: dict[str, float] = {}
    for word in sorted(said, key=lambda word: (-said[word], -len(word), word))[:MOST_COUNTED_WORDS]:
        (count,) = db.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM text WHERE text MATCH ? LIMIT {COMMON})", [match.one_word(word)]
        ).fetchone()
        if count > 1:
            some = weights if count < COMMON else common
            some[word] = (1 + math.log(said[word])) / math.log(count + 1)
    # Words that very many documents have tell little, and take long to look through.
    found = weights if len(weights) >= ENOUGH_WORDS else {**weights, **common}
    return sorted(found, key=lambda word: (-found[word], word))[:TELLING_WORDS]
