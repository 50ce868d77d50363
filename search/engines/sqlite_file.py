"""The file of the embedded engine: how it is opened, written and swapped. What stands in it is `sqlite.py`'s business.

`VAR_DIR/search.sqlite3` is a symbolic link to the file of the current generation. A rebuild makes a file of a new
generation and turns the link. A name is used once only, because the journals of SQLite go by name: a process that
still holds the old file can do the new one no harm. The last generation stays on disk until the next rebuild.
"""

import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.core.files import locks

from search.engines.base import EngineAway, IndexMissing

# Raised when the tables change: an index of another format is not read but made anew.
FORMAT = 4
BUSY_SECONDS = 10.0
# No question of a person may take longer.
ANSWER_SECONDS = 0.9

# Words are cut, stemmed and freed from accents by this.
TOKENIZER = "porter unicode61 remove_diacritics 2"
SCHEMA = f"""
CREATE TABLE state (generation TEXT NOT NULL, writes INTEGER NOT NULL);
INSERT INTO state VALUES (hex(randomblob(8)), 0);
CREATE TABLE audience (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE doc (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, object INTEGER NOT NULL, version INTEGER NOT NULL,
    live INTEGER NOT NULL, audience INTEGER, community INTEGER, published INTEGER NOT NULL DEFAULT 0,
    called_at INTEGER,
    repeated INTEGER NOT NULL DEFAULT 0, council TEXT NOT NULL DEFAULT '', labels TEXT NOT NULL DEFAULT '',
    UNIQUE (kind, object)
);
CREATE INDEX newest ON doc (published, id) WHERE live;
CREATE INDEX newest_of_kind ON doc (kind, published, id) WHERE live;
CREATE TABLE card (doc INTEGER PRIMARY KEY, url TEXT NOT NULL, source TEXT NOT NULL, digest TEXT NOT NULL);
CREATE VIRTUAL TABLE text USING fts5 (
    title, names, summary, worth, body, topics, tags, people, place, community, tokenize = "{TOKENIZER}"
);
CREATE VIRTUAL TABLE attachment USING fts5 (rest, attached, tokenize = "{TOKENIZER}");
CREATE VIRTUAL TABLE called USING fts5 (
    title, other, tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3'
);
CREATE TABLE value (
    id INTEGER PRIMARY KEY, facet TEXT NOT NULL, value TEXT NOT NULL, words TEXT NOT NULL, UNIQUE (facet, value)
);
CREATE TABLE word (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE);
CREATE TABLE seen (word INTEGER NOT NULL, audience INTEGER NOT NULL, PRIMARY KEY (word, audience)) WITHOUT ROWID;
CREATE TABLE slip (form TEXT NOT NULL, word INTEGER NOT NULL, PRIMARY KEY (form, word)) WITHOUT ROWID;
"""


class IndexFile:
    """One index on disk, shared by the threads and processes of one machine."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self.broken: tuple[int, int] | None = None
        self._here = threading.local()

    def reading(self) -> sqlite3.Connection:
        """This thread's connection to the current generation."""
        for _ in range(5):
            identity = self._here.tried = self._identity()
            held = getattr(self._here, "held", None)
            if held and held[:2] == (identity, os.getpid()):
                return held[2]
            self.close()
            try:
                db = _connect(Path(os.path.realpath(self.link)))
            except sqlite3.OperationalError:
                continue  # the link was turned between the two steps
            if _format(db) != FORMAT:
                db.close()
                raise IndexMissing("The search index was made by another version of the site.")
            self._here.held = (identity, os.getpid(), db)
        raise EngineAway("The search index cannot be opened.")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that writes to the current generation, one writer at a time."""
        while True:
            db = self.reading()
            db.execute("BEGIN IMMEDIATE")
            if self._here.held[0] == self._identity():
                break
            db.rollback()  # the link was turned while this writer waited for its turn
        try:
            db.execute("UPDATE state SET writes = writes + 1")
            yield db
        except BaseException:
            db.rollback()
            raise
        db.commit()

    def close(self) -> None:
        """Let go of this thread's connection."""
        held = getattr(self._here, "held", None)
        self._here.held = None
        if held and held[1] == os.getpid():
            held[2].close()

    def is_broken(self) -> None:
        """Remember the file that this thread tried last as broken, and let go of it."""
        self.broken = getattr(self._here, "tried", None)
        self.close()

    def throw_away(self) -> None:
        """Take the broken file out of its place, unless it was replaced in the meantime."""
        try:
            if self._identity() != self.broken:
                raise EngineAway("The search index was made anew a moment ago.")
        except IndexMissing:
            pass
        self.link.unlink(missing_ok=True)

    def size(self) -> int:
        """Bytes on disk of the current generation, with its journal."""
        path = os.path.realpath(self.link)
        return sum(os.path.getsize(path + end) for end in ("", "-wal") if os.path.exists(path + end))

    def _identity(self) -> tuple[int, int]:
        try:
            found = os.stat(self.link)
        except FileNotFoundError as error:
            raise IndexMissing("There is no search index yet.") from error
        return found.st_dev, found.st_ino


class Generation:
    """A file of a new generation. Only one can be under way for an index."""

    def __init__(self, index: IndexFile, *, afresh: bool = False) -> None:
        self.index = index
        self._lock = open(index.link.with_suffix(".lock"), "w")  # noqa: SIM115
        if not locks.lock(self._lock, locks.LOCK_EX | locks.LOCK_NB):
            self._lock.close()
            raise EngineAway("The search index is being made anew by somebody else already.")
        if afresh:
            try:
                index.throw_away()
            except EngineAway:
                self._unlock()
                raise
        self._remove_others(Path(os.path.realpath(index.link)))
        self.path = index.link.with_name(f"{index.link.stem}-{secrets.token_hex(4)}.sqlite3")
        # Made without regard for a power cut: it is on disk before it is anybody's index.
        with closing(sqlite3.connect(self.path)) as db:
            db.executescript(f"PRAGMA journal_mode = WAL; {SCHEMA} PRAGMA user_version = {FORMAT};")
        self.db = _connect(self.path)
        self.db.execute("PRAGMA synchronous = OFF")

    @contextmanager
    def swapping(self) -> Iterator[sqlite3.Connection | None]:
        """Hold every writer of the current generation, give its connection, then turn the link to this one."""
        try:
            old = self.index.reading()
            old.execute("BEGIN IMMEDIATE")
        except (EngineAway, sqlite3.DatabaseError):
            old = None
        try:
            yield old
            self.db.execute("PRAGMA synchronous = FULL")
            self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self.db.close()
            _sync(self.path)
            link = self.path.with_suffix(".link")
            link.symlink_to(self.path.name)
            os.replace(link, self.index.link)
        finally:
            if old is not None:
                old.rollback()
        self.index.close()
        self._unlock()

    def abandon(self) -> None:
        """Remove the file."""
        self.db.close()
        _remove(self.path)
        self._unlock()

    def _unlock(self) -> None:
        locks.unlock(self._lock)
        self._lock.close()

    def _remove_others(self, current: Path) -> None:
        for path in current.parent.glob(f"{self.index.link.stem}-*.sqlite3"):
            if path != current:
                _remove(path)


@contextmanager
def answering(db: sqlite3.Connection, seconds: float = ANSWER_SECONDS) -> Iterator[None]:
    """One reading of the index as it stands now, stopped when it takes too long."""
    end = time.monotonic() + seconds
    db.set_progress_handler(lambda: time.monotonic() > end, 20_000)
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.set_progress_handler(None, 0)
        db.rollback()


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn what SQLite says into what the contract says."""
    try:
        yield
    except OSError as error:
        raise EngineAway(f"The search index cannot be written ({error.strerror}).") from error
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_INTERRUPT:
            raise EngineAway("This search asks for too much at once. Use fewer or more telling words.") from error
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise EngineAway("The search index is busy.") from error
        if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CANTOPEN} or "no such" in str(error):
            raise IndexMissing(f"The search index is broken ({error}).") from error
        raise EngineAway(f"The search index cannot be read ({error}).") from error


def _connect(path: Path) -> sqlite3.Connection:
    """Open a file that is there. Commits are on disk when they return, so that nothing written is lost."""
    db = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA cache_size = -16000")
    db.execute("PRAGMA temp_store = MEMORY")
    return db


def _format(db: sqlite3.Connection) -> int:
    return db.execute("PRAGMA user_version").fetchone()[0]


def _sync(path: Path) -> None:
    for each, flags in ((path, os.O_RDWR), (path.parent, os.O_RDONLY)):
        handle = os.open(each, flags)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)
