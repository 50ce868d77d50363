"""What is near in meaning is looked for as long as a search has time for it, and no longer."""

from collections.abc import Callable, Iterator
from itertools import chain, repeat
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from practice.models import StoryPage
from search import meaning, rebuilding
from search.models import Vector
from tests.cast import PASSWORD, Cast, make_community, make_story


def clock_of(*readings: float) -> Callable[[], float]:
    """A clock that says these times, one at a reading, and stays at the last."""
    said: Iterator[float] = chain(readings, repeat(readings[-1]))
    return lambda: next(said)


@pytest.fixture
def stories(meaning_on: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Three stories of one meaning, and a clock that is looked at for each of them."""
    from search.meaning import nearest

    monkeypatch.setattr(nearest, "PIECE", 1)
    monkeypatch.setattr(meaning_on, "clock", meaning_on.clock)
    for title in ("Bins of old", "Bins of late", "Bins of today"):
        make_story(cast.waste, by=cast.alice, title=title, did="<p>Household waste.</p>", summary="What we did.")
    rebuilding.rebuild()
    call_command("rebuild_meaning", verbosity=0)
    return cast


def near(text: str = "refuse collection") -> list[str]:
    titles = dict(StoryPage.objects.values_list("pk", "title"))
    return [titles[id] for id in meaning.nearest_to_words(text, StoryPage.objects.visible_to(None), most=5)]


def test_with_enough_time_all_are_compared(stories: Cast, meaning_on: Any) -> None:
    meaning_on.vector("refuse collection")
    meaning_on.wait, meaning_on.clock = 0.05, clock_of(100.0)
    before = meaning_on.counts.cut_short
    assert len(near()) == 3
    assert meaning_on.counts.cut_short == before


def test_when_the_time_is_over_the_newest_answer_and_it_is_counted(stories: Cast, meaning_on: Any) -> None:
    from search.meaning import nearest

    meaning_on.vector("refuse collection")
    before = meaning_on.counts.cut_short
    # The beginning, then one reading before each story.
    meaning_on.wait, meaning_on.clock = 0.05, clock_of(100.0, 100.0, 100.01, 100.041)
    for _ in range(2):
        found = near()
        meaning_on.clock = clock_of(100.0, 100.0, 100.01, 100.041)
        assert found in (["Bins of today", "Bins of late"], ["Bins of late", "Bins of today"])
    assert meaning_on.counts.cut_short == before + 2
    meaning_on.clock = clock_of(100.0)
    assert len(near()) == 3  # what was cut short was not kept as all that there is
    assert len(nearest._allowed.ids) == 1


def test_what_there_was_no_time_to_read_is_read_in_the_background_for_the_next(stories: Cast, meaning_on: Any) -> None:
    from search.meaning.nearest import _allowed

    meaning_on.vector("refuse collection")
    meaning_on.wait, meaning_on.clock = 0.05, clock_of(100.0, 100.0, 101.0)
    assert len(near()) == 1
    assert _allowed.reading
    _allowed.reading.join(10)
    assert not _allowed.ids  # it sees another state of the database than this transaction, and keeps nothing
    asked = StoryPage.objects.visible_to(None).newest_first().values_list("pk").query.sql_with_params()
    assert _allowed.version
    _allowed.read_whole("default", asked, _allowed.version + 1)
    assert not _allowed.ids
    _allowed.read_whole("default", asked, _allowed.version)
    assert [len(ids) for ids in _allowed.ids.values()] == [3]


def test_without_any_time_nothing_is_near_and_the_page_says_nothing_was_found(
    stories: Cast, meaning_on: Any, client: Client
) -> None:
    meaning_on.vector("collection")
    meaning_on.wait, meaning_on.clock = 0.05, clock_of(100.0, 101.0)
    before = meaning_on.counts.cut_short
    shown = client.get("/search/", {"q": "collection"}).content.decode()
    assert "Nothing found" in shown
    assert "Near in meaning" not in shown
    assert meaning_on.counts.cut_short == before + 1


def test_what_is_cut_short_is_still_only_what_one_may_read(stories: Cast, meaning_on: Any, client: Client) -> None:
    hidden = make_community("Den", facilitator=stories.carol, visibility="hidden")
    make_story(hidden, by=stories.carol, title="Clandestine bins", summary="What we did.", did="<p>Bins.</p>")
    rebuilding.rebuild()
    call_command("rebuild_meaning", verbosity=0)
    meaning_on.vector("collection")
    meaning_on.wait = 0.05
    for person, expected in ((None, {"Bins of today"}), (stories.carol, {"Clandestine bins"})):
        allowed = StoryPage.objects.visible_to(person)
        meaning_on.clock = clock_of(100.0, 100.0, 101.0)
        found = meaning.nearest_to_words("collection", allowed, most=5)
        assert set(StoryPage.objects.filter(pk__in=found).values_list("title", flat=True)) == expected


def test_the_status_pages_say_how_often_there_was_no_time(stories: Cast, meaning_on: Any, client: Client) -> None:
    from search.meaning.asking import Counts

    meaning_on.counts = Counts()
    client.login(email=stories.dina.email, password=PASSWORD)
    assert "no time" not in client.get(reverse("search-refused")).content.decode()
    meaning_on.vector("refuse collection")
    meaning_on.wait, meaning_on.clock = 0.05, clock_of(100.0, 101.0)
    near()
    assert client.get("/healthz?check=meaning").json()["checks"]["meaning"]["cut_short"] == 1
    shown = client.get(reverse("search-refused")).content.decode()
    assert "3 of 3 stories have a vector" in shown
    assert "1 times there was no time to compare all stories" in shown


def test_the_admin_says_that_meaning_is_off_or_cannot_be_used(
    cast: Cast, index: None, settings: Any, tmp_path: Any, client: Client
) -> None:
    client.login(email=cast.dina.email, password=PASSWORD)
    assert "Off: no model is named" in client.get(reverse("search-refused")).content.decode()
    settings.MEANING_MODEL_DIR = str(tmp_path)
    assert "Search goes by words alone." in client.get(reverse("search-refused")).content.decode()


def test_many_vectors_are_read_in_the_background_and_nobody_waits_for_them(
    stories: Cast, meaning_on: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from search.meaning import matrix

    with monkeypatch.context() as few:
        few.setattr(matrix, "AT_ONCE", 2)
        before = meaning_on.counts.unread
        assert near() == []
        assert meaning_on.counts.unread == before + 1
    held = matrix.matrix_of(meaning_on.load().folder.recipe, 16)
    assert held._reading
    held._reading.join(10)  # it does not see the transaction of this test
    assert len(near()) == 3


def test_a_vector_that_changed_is_compared_as_it_is_now(stories: Cast, meaning_on: Any) -> None:
    assert len(near()) == 3
    story = StoryPage.objects.get(title="Bins of old")
    story.title, story.did = "Choir", "<p>Music and singing.</p>"
    story.save_revision().publish()
    rebuilding.rebuild()
    call_command("rebuild_meaning", verbosity=0)
    assert "Choir" not in near()
    assert near("concert singing") == ["Choir"]
    Vector.objects.filter(pk=story.pk).delete()
    story.unpublish()
    assert near("concert singing") == []


@pytest.mark.parametrize("dimensions", [16, 64, 384])
def test_the_nearest_of_many_are_those_that_comparing_all_would_find(meaning_on: Any, dimensions: int) -> None:
    import numpy as np

    from search.meaning.matrix import CLOSER, Held, Scan

    numbers = np.random.default_rng(5)
    groups = numbers.standard_normal((40, dimensions))
    rows = groups[numbers.integers(0, 40, CLOSER * 3)] + 0.7 * numbers.standard_normal((CLOSER * 3, dimensions))
    rows = np.rint(rows / np.abs(rows).max(axis=1, keepdims=True) * 127).astype(np.int8)
    ids = np.arange(1, len(rows) + 1, dtype=np.int64) * 3
    asked = (groups[0] + 0.3 * numbers.standard_normal(dimensions)).astype(np.float32)
    asked /= np.linalg.norm(asked)
    scan = Scan(Held.of(ids, rows), asked)
    scan.compare(ids[:5000])
    scan.compare(np.array([1, 2, *ids[5000:].tolist(), 10**9], dtype=np.int64))
    scores = rows.astype(np.float32) @ asked / np.linalg.norm(rows.astype(np.float32), axis=1)
    assert [id for id, _ in scan.nearest(5)] == ids[np.argsort(-scores)[:5]].tolist()
