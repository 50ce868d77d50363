"""A search is kept as it was shown, and never shown again once it is not true any more."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from practice.models import StoryPage
from search import rebuilding
from search.engines import engine
from search.engines.base import Change
from tests.cast import PASSWORD, Cast, make_community, make_story
from tests.recording import recorded
from tests.search.test_outbox import engine_away
from tests.search.test_page import page

pytestmark = pytest.mark.usefixtures("page_cache")
Committed = Callable[[], AbstractContextManager[Any]]


@recorded
def make_stories(cast: Cast) -> Cast:
    """A public story, and one for members alone."""
    members = make_community("Den", facilitator=cast.carol, visibility="members")
    make_story(cast.waste, by=cast.alice, title="Caddies for flats")
    make_story(members, by=cast.carol, title="Clandestine caddies")
    return cast


@pytest.fixture
def stories(cast: Cast) -> Cast:
    made = make_stories(cast)
    rebuilding.rebuild()
    return made


def test_a_search_is_made_once_for_all_who_may_see_the_same(stories: Cast, client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert "1 story</h2>" in page(client, q="caddies")
        return len(captured)

    first = queries()
    assert queries() < first - 4


def test_those_who_may_see_more_get_their_own(stories: Cast, client: Client) -> None:
    assert "Clandestine" not in page(client, q="caddies")
    client.login(email="carol@carol.example", password=PASSWORD)
    assert "Clandestine" in page(client, q="caddies")
    client.logout()
    assert "Clandestine" not in page(client, q="caddies")


def test_what_is_published_or_withdrawn_is_seen_at_once(stories: Cast, client: Client, committed: Committed) -> None:
    assert "1 story</h2>" in page(client, q="caddies")
    with committed():
        new = make_story(stories.waste, by=stories.bob, title="Caddies stopped")
    assert "2 stories</h2>" in page(client, q="caddies")
    with committed():
        StoryPage.objects.get(pk=new.pk).unpublish()
    assert "Caddies stopped" not in page(client, q="caddies")


def test_what_reaches_the_engine_later_is_seen_then(stories: Cast, client: Client) -> None:
    """The change is committed, and the engine hears of it when the page was already made again."""
    new = make_story(stories.waste, by=stories.bob, title="Caddies stopped")
    client.get("/search/", {"q": "stopped"})
    engine().write([Change("story", new.pk, 10**9, None)])
    assert "Caddies stopped" not in page(client, q="stopped")


def test_that_search_rests_is_not_kept(stories: Cast, client: Client) -> None:
    with engine_away():
        assert "Search is resting" in page(client, q="caddies")
    assert "Search is resting" not in page(client, q="caddies")


def test_the_words_of_whoever_asked_first_are_not_shown_to_others(stories: Cast, client: Client) -> None:
    assert 'value="caddies"' in page(client, q="caddies")
    assert 'value="CADDIES"' in page(client, q="CADDIES")
    assert "an order that there is not" in page(client, q="caddies", sort="wildest")
    assert "Left out" not in page(client, q="caddies")


def test_neighbours_are_kept_for_those_who_may_read_the_same_and_go_with_the_story(
    stories: Cast, client: Client, committed: Committed
) -> None:
    make_story(stories.waste, by=stories.alice, title="Caddies in houses")
    rebuilding.rebuild()
    story = StoryPage.objects.get(title="Caddies for flats")

    def beside() -> str:
        return client.get(f"/stories/{story.pk}/similar/?part=1").content.decode()

    assert "Caddies in houses" in beside()
    client.login(email="carol@carol.example", password=PASSWORD)
    assert "Clandestine caddies" in beside()
    client.logout()
    assert "Clandestine caddies" not in beside()
    with committed():
        StoryPage.objects.get(title="Caddies in houses").unpublish()
    assert "Caddies in houses" not in beside()
