"""Nothing is lost between the database and the engine."""

import logging
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from search import documents, outbox, rebuilding
from search.documents import STORY, Document, Kind
from search.engines import engine
from search.engines.base import Change, EngineAway
from search.engines.sqlite_file import Generation
from search.models import MOST_ATTEMPTS, Outbox
from tests.cast import Cast, make_story
from tests.search.conftest import Committed, found


@contextmanager
def engine_away():
    """No index, and somebody who has been making one for ever."""
    generation = Generation(engine().file)
    link = settings.VAR_DIR / "search.sqlite3"
    aside = link.rename(link.with_suffix(".aside"))
    try:
        yield
    finally:
        generation.abandon()
        aside.rename(link)


@pytest.fixture
def broken_kind(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A kind of thing whose third cannot be read while its number is in the list."""
    broken = [3]

    def read(ids):
        if set(ids) & set(broken):
            raise ValueError("a page without a title")
        return [Document("broken", id, "public", f"Thing {id}", f"/{id}/") for id in ids]

    monkeypatch.setitem(documents.KINDS, "broken", Kind("broken", read, list))
    return broken


def test_draining_reads_the_thing_as_it_is_now(cast: Cast, index: None) -> None:
    story = make_story(cast.waste, by=cast.alice, title="First")
    rows = Outbox.objects.count()
    story.title = "Second"
    story.save_revision().publish()
    assert Outbox.objects.count() > rows
    outbox.drain()
    assert found() == ["Second"]
    assert not Outbox.objects.exists()


def test_a_late_row_brings_nothing_back(cast: Cast, index: None) -> None:
    story = make_story(cast.waste, by=cast.alice)
    story.unpublish()
    outbox.drain()
    Outbox.objects.create(pk=1, kind=STORY, object_id=story.pk)
    outbox.drain()
    assert found() == []
    assert not Outbox.objects.exists()


def test_a_row_whose_number_was_passed_is_read_once_more(cast: Cast, index: None) -> None:
    """Numbers are given before commits: a change may come with a lower number than what the engine holds."""
    story = make_story(cast.waste, by=cast.alice, title="New")
    outbox.drain()
    (held,) = [each.version for each in engine().held(STORY) if each.id == story.pk]
    stale = Document(STORY, story.pk, "public", "Stale", "/")
    engine().write([Change(STORY, story.pk, held + 1, stale)])
    Outbox.objects.create(pk=held, kind=STORY, object_id=story.pk)
    Outbox.objects.create(pk=held + 1, kind="", object_id=0, attempts=MOST_ATTEMPTS).delete()
    outbox.drain()
    assert found() == ["New"]
    assert not Outbox.objects.exists()


def test_an_engine_that_is_away_is_not_felt_by_the_writer_and_catches_up(
    cast: Cast, committed: Committed, caplog: pytest.LogCaptureFixture
) -> None:
    with engine_away():
        with caplog.at_level(logging.WARNING), committed():
            make_story(cast.waste, by=cast.alice, title="Written meanwhile")
        assert Outbox.objects.exists()
        assert "waits" in caplog.text or "could not be made" in caplog.text
        with pytest.raises(EngineAway):
            outbox.drain()
    assert found() == []
    outbox.catch_up()
    assert found() == ["Written meanwhile"]


def test_a_thing_that_cannot_be_read_does_not_hold_up_others(index: None, broken_kind: list[int]) -> None:
    outbox.enqueue("broken", [1, 2, 3, 4])
    outbox.drain()
    assert sorted(found(kind="broken")) == ["Thing 1", "Thing 2", "Thing 4"]
    (row,) = Outbox.objects.all()
    assert (row.object_id, row.attempts) == (3, 1)
    assert "a page without a title" in row.error
    assert row.retry_at > timezone.now()


def test_what_is_refused_again_and_again_becomes_a_dead_letter(index: None, broken_kind: list[int]) -> None:
    outbox.enqueue("broken", [3])
    for _ in range(MOST_ATTEMPTS + 2):
        outbox.drain()
        Outbox.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
    assert Outbox.objects.get().attempts == MOST_ATTEMPTS
    assert (outbox.depth().waiting, outbox.depth().dead) == (0, 1)


def test_a_dead_letter_goes_when_the_thing_is_delivered_later(index: None, broken_kind: list[int]) -> None:
    Outbox.objects.bury("broken", 3, "bad")
    broken_kind.clear()
    outbox.enqueue("broken", [3])
    outbox.drain()
    assert found(kind="broken") == ["Thing 3"]
    assert outbox.depth().dead == 0


def test_a_row_of_an_unknown_kind_is_kept_with_its_reason(index: None) -> None:
    outbox.enqueue("dragon", [1])
    outbox.drain()
    assert "dragon" in Outbox.objects.get().error


def test_a_long_piece_of_work_is_delivered_at_its_end(cast: Cast, committed: Committed) -> None:
    with outbox.held():
        with committed():
            make_story(cast.waste, by=cast.alice, title="In a long import")
        assert found() == []
    assert found() == ["In a long import"]


def test_a_request_does_not_wait_for_a_long_outbox(cast: Cast, committed: Committed) -> None:
    story = make_story(cast.waste, by=cast.alice)
    Outbox.objects.all().delete()
    outbox.enqueue(STORY, range(10_000, 10_000 + 3 * outbox.BATCH))
    outbox.enqueue(STORY, [story.pk])
    outbox.drain(seconds=0)
    assert Outbox.objects.exists()
    assert found() == []
    outbox.drain()
    assert found() == [story.title]


def test_the_depth_tells_how_long_the_oldest_waits(index: None) -> None:
    outbox.enqueue(STORY, [1, 2])
    Outbox.objects.update(created_at=timezone.now() - timedelta(seconds=90))
    depth = outbox.depth()
    assert depth.waiting == 2
    assert 90 <= depth.oldest_seconds < 100


def test_a_rebuild_covers_what_waited_and_keeps_what_came_later(cast: Cast, index: None) -> None:
    make_story(cast.waste, by=cast.alice, title="Waited")
    rebuilding.rebuild()
    assert found() == ["Waited"]
    assert not Outbox.objects.exists()
