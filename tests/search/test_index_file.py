"""The file of the embedded engine: missing, broken, shared, and a process that is killed."""

import os
import random
import sqlite3
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from search import outbox, rebuilding
from search.documents import STORY
from search.engines import engine
from search.engines.base import Change, EngineAway, IndexMissing
from search.engines.sqlite import SqliteEngine
from search.finding import find
from search.query import Query
from tests.cast import Cast, make_story
from tests.contract.conftest import label
from tests.contract.conftest import story as document
from tests.search.conftest import found, there

LINK = settings.VAR_DIR / "search.sqlite3"


def total() -> int:
    finding = find(replace(Query.ask(), kind=STORY))
    assert not finding.away
    return finding.answer.total


def test_a_missing_index_is_made_by_the_first_search(cast: Cast) -> None:
    make_story(cast.waste, by=cast.alice)
    assert not LINK.exists()
    assert total() == 1


def test_a_deleted_index_is_made_anew(cast: Cast, index: None) -> None:
    make_story(cast.waste, by=cast.alice)
    LINK.unlink()
    assert total() == 1


def test_a_deleted_file_behind_the_link_is_made_anew(cast: Cast, index: None) -> None:
    make_story(cast.waste, by=cast.alice)
    Path(os.path.realpath(LINK)).unlink()
    assert total() == 1


@pytest.mark.parametrize("broken", [b"", b"not a database at all " * 500, b"SQLite format 3\x00" + bytes(8000)])
def test_a_broken_index_is_made_anew(cast: Cast, index: None, broken: bytes, caplog: pytest.LogCaptureFixture) -> None:
    make_story(cast.waste, by=cast.alice)
    engine().file.close()  # type: ignore[attr-defined]
    path = Path(os.path.realpath(LINK))
    for end in ("-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)
    path.write_bytes(broken)
    assert total() == 1
    assert "made anew" in caplog.text


def test_a_file_that_is_overwritten_under_the_open_engine_is_made_anew(cast: Cast, index: None) -> None:
    for number in range(30):
        make_story(cast.waste, by=cast.alice, title=f"Story {number}")
    outbox.drain()
    engine().file.reading().execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[attr-defined]
    path = Path(os.path.realpath(LINK))
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(os.urandom(path.stat().st_size - 8192))
    engine().file.close()  # type: ignore[attr-defined]
    assert find(Query.ask("story")).answer.total == 30


def test_an_index_of_another_version_of_the_site_is_made_anew(cast: Cast, index: None) -> None:
    make_story(cast.waste, by=cast.alice)
    with sqlite3.connect(LINK) as db:
        db.execute("PRAGMA user_version = 999")
    engine().file.close()  # type: ignore[attr-defined]
    assert total() == 1


def test_a_large_index_is_made_in_the_background(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "AT_ONCE", -1)
    started = []
    monkeypatch.setattr(threading.Thread, "start", lambda self: started.append(self.name))
    finding = find(Query.ask())
    assert "no search index" in finding.away
    assert started == ["search-rebuild"]
    rebuilding._making.release()


def test_old_generations_do_not_pile_up(index: None) -> None:
    for _ in range(4):
        rebuilding.rebuild()
    assert len(list(settings.VAR_DIR.glob("search-*.sqlite3"))) <= 2


def test_an_unfinished_rebuild_of_a_killed_process_is_cleared_away(index: None) -> None:
    (settings.VAR_DIR / "search-dead.sqlite3").write_bytes(b"half")
    rebuilding.rebuild()
    assert not (settings.VAR_DIR / "search-dead.sqlite3").exists()


def test_a_broken_off_rebuild_leaves_the_live_index(cast: Cast, index: None, monkeypatch: pytest.MonkeyPatch) -> None:
    make_story(cast.waste, by=cast.alice, title="Here")
    outbox.drain()

    def interrupted(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuilding.rebuild(progress=interrupted)
    assert found() == ["Here"]
    assert rebuilding.rebuild().documents == there()


def test_a_question_that_takes_too_long_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = SqliteEngine(tmp_path / "search.sqlite3")
    making = made.rebuild()
    making.add(Change("story", number, 1, document(number, "Bins " * 50)) for number in range(1, 600))
    making.finish(lambda kind, ids: {}, since=1)
    monkeypatch.setattr("search.engines.sqlite_file.answering.__wrapped__.__defaults__", (-1,))
    with pytest.raises(EngineAway, match="fewer or more telling"):
        made.search(Query.of_visitor("bins"))


def test_values_are_told_apart_beyond_the_numbers_that_are_no_characters(tmp_path: Path) -> None:
    made = SqliteEngine(tmp_path / "search.sqlite3")
    made.rebuild().finish(lambda kind, ids: {}, since=0)
    with made.file.writing() as db:
        db.execute("INSERT INTO value VALUES (?, 'tag', 'last', 'Last')", [0xD7FE])
    for id in range(1, 6):
        made.write([Change("story", id, id, document(id, tags=(label(f"Tag {id}"), label("All"))))])
    values = {value.value: value.count for value in made.search(Query.of_visitor()).facets["tag"]}
    assert values == {"all": 5, **{f"tag-{id}": 1 for id in range(1, 6)}}
    assert made.search(Query.of_visitor(filters={"tag": ["tag-3"]})).total == 1


def test_threads_read_and_write_while_the_index_is_made_anew(tmp_path: Path) -> None:
    made = SqliteEngine(tmp_path / "search.sqlite3")
    made.rebuild().finish(lambda kind, ids: {}, since=0)
    stop, errors, version = threading.Event(), [], [0]
    latest: dict[int, int] = {}
    turn = threading.Lock()

    def writer(seed: int) -> None:
        chance = random.Random(seed)
        try:
            while not stop.is_set():
                with turn:
                    version[0] += 1
                    number, id = version[0], chance.randint(1, 20)
                    latest[id] = number
                made.write([Change("story", id, number, document(id, f"Bins {number}"))])
        except Exception as error:
            errors.append(error)

    def reader() -> None:
        try:
            while not stop.is_set():
                made.search(Query.of_visitor("bins"))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=writer, args=[seed]) for seed in (1, 2)] + [threading.Thread(target=reader)]
    for thread in threads:
        thread.start()

    def read(kind, ids):
        return {id: document(id, f"Bins {latest[id]}") for id in ids}

    end = time.monotonic() + 3
    while time.monotonic() < end and not errors:
        making = made.rebuild()
        with turn:
            since = version[0]
            now = dict(latest)
        making.add(Change("story", id, since, document(id, f"Bins {number}")) for id, number in now.items())
        making.finish(read, since=since)
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []
    held = {each.id: each.version for each in made.held("story", size=1000)}
    # A rebuild may hold a document under its own, later number; it never holds an older one.
    assert all(held[id] >= number for id, number in latest.items())
    made.file.close()


def test_reading_without_an_index_says_so(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="no search index"):
        SqliteEngine(tmp_path / "search.sqlite3").search(Query.of_visitor("bins"))


def test_a_broken_index_is_made_anew_by_the_command(cast: Cast, index: None) -> None:
    make_story(cast.waste, by=cast.alice, title="Here")
    engine().file.close()  # type: ignore[attr-defined]
    Path(os.path.realpath(LINK)).write_bytes(b"SQLite format 3\x00" + bytes(8000))
    assert rebuilding.rebuild().documents == there()
    assert found() == ["Here"]
