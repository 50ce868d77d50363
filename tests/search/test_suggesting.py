"""What is suggested while somebody types."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from practice.models import StoryPage
from search import rebuilding
from tests.cast import PASSWORD, Cast, make_community, make_story
from tests.recording import recorded
from tests.search.test_outbox import engine_away


@recorded
def make_stories(cast: Cast) -> Cast:
    """A public story and a hidden one."""
    hidden = make_community("Den", facilitator=cast.carol, visibility="hidden")
    make_story(cast.waste, by=cast.alice, title="Caddies for <flats>")
    make_story(hidden, by=cast.carol, title="Caddies in the den")
    return cast


@pytest.fixture
def stories(cast: Cast) -> Cast:
    made = make_stories(cast)
    rebuilding.rebuild()
    return made


def suggested(client: Client, words: str) -> str:
    answer = client.get("/search/suggest/", {"q": words})
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_begins_so_is_suggested_under_its_kind(stories: Cast, client: Client) -> None:
    shown = suggested(client, "cadd")
    assert ">Stories</p>" in shown
    assert 'role="option"' in shown
    assert "for &lt;flats&gt;</a>" in shown
    assert "den" not in shown


def test_a_hidden_story_is_suggested_to_its_readers(stories: Cast, client: Client) -> None:
    client.login(email="carol@carol.example", password=PASSWORD)
    assert "in the den" in suggested(client, "cadd")


def test_a_story_that_was_withdrawn_is_not_suggested_although_the_engine_has_it(stories: Cast, client: Client) -> None:
    StoryPage.objects.filter(title="Caddies for <flats>").update(shown=False, live=False)
    assert suggested(client, "cadd").strip() == ""


@pytest.mark.parametrize("words", ["", "c", '"', "-", "zebra", "\0", "(*)"])
def test_nothing_is_suggested_for_what_nothing_begins_with(stories: Cast, client: Client, words: str) -> None:
    assert suggested(client, words).strip() == ""


def test_nothing_is_suggested_while_the_engine_is_away(stories: Cast, client: Client) -> None:
    with engine_away():
        assert suggested(client, "cadd").strip() == ""


def test_many_suggestions_take_as_many_queries_as_one(cast: Cast, client: Client) -> None:
    def queries() -> int:
        rebuilding.rebuild()
        with CaptureQueriesContext(connection) as captured:
            suggested(client, "cadd")
        return len(captured)

    make_story(cast.waste, by=cast.alice, title="Caddies 0")
    for_one = queries()
    for number in range(20):
        make_story(cast.waste, by=cast.alice, title=f"Caddies {number}")
    assert queries() == for_one <= 3


def test_too_many_in_a_minute_are_refused_without_a_page(
    stories: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.views.suggesting.MOST_OFTEN", "2/m")
    answers = [client.get("/search/suggest/", {"q": "cadd"}).status_code for _ in range(3)]
    assert answers == [200, 200, 429]
