"""The Atom feed of a search."""

from xml.etree import ElementTree

import pytest
from django.test import Client

from search import rebuilding
from tests.cast import PASSWORD, Cast, make_community, make_story
from tests.recording import recorded
from tests.search.test_outbox import engine_away

ATOM = "{http://www.w3.org/2005/Atom}"


@recorded
def make_stories(cast: Cast) -> Cast:
    """Two public stories on caddies, of which one stopped, and one for members alone."""
    members = make_community("Den", facilitator=cast.carol, visibility="members")
    make_story(cast.waste, by=cast.alice, title="Caddies for flats")
    make_story(cast.waste, by=cast.bob, title="Caddies stopped", practice_status="stopped")
    make_story(members, by=cast.carol, title="Clandestine caddies")
    return cast


@pytest.fixture
def stories(cast: Cast) -> Cast:
    made = make_stories(cast)
    rebuilding.rebuild()
    return made


def titles(client: Client, query: str) -> list[str | None]:
    answer = client.get(f"/search/feed/{query}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.content)
    return [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]


def test_a_search_can_be_followed_the_newest_first(stories: Cast, client: Client) -> None:
    assert titles(client, "?q=caddies") == ["Caddies stopped", "Caddies for flats"]
    assert titles(client, "?q=caddies&status=running") == ["Caddies for flats"]
    shown = client.get("/search/", {"q": "caddies", "status": "running", "sort": "newest", "page": "1"})
    assert 'href="/search/feed/?q=caddies&amp;status=running"' in shown.content.decode()


def test_it_holds_public_stories_alone_whoever_asks(stories: Cast, client: Client) -> None:
    client.login(email="carol@carol.example", password=PASSWORD)
    assert "Clandestine caddies" not in titles(client, "?q=caddies")


def test_it_is_never_about_other_words_than_those_that_were_followed(stories: Cast, client: Client) -> None:
    assert titles(client, "?q=caddeis") == []
    assert titles(client, "?q=flats+zebras") == []


def test_words_that_say_nothing_are_no_feed_of_everything(stories: Cast, client: Client) -> None:
    assert client.get("/search/feed/?q=---").status_code == 404


def test_it_asks_readers_to_come_back_while_the_engine_is_away(stories: Cast, client: Client) -> None:
    with engine_away():
        answer = client.get("/search/feed/?q=caddies")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"
