"""Stories beside a story, and beside a title that is being typed."""

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
    """Three stories on caddies, one of them hidden from most, and one on something else."""
    hidden = make_community("Den", facilitator=cast.carol, visibility="hidden")
    for title in ("Caddies for flats", "Caddies in houses"):
        make_story(cast.waste, by=cast.alice, title=title, summary="Kitchen caddies for food scraps.")
    make_story(hidden, by=cast.carol, title="Clandestine caddies", summary="Kitchen caddies for food scraps.")
    make_story(cast.waste, by=cast.bob, title="Benches in parks", summary="Where people sit.", did="<p>Oak.</p>")
    return cast


@pytest.fixture
def stories(cast: Cast) -> Cast:
    made = make_stories(cast)
    rebuilding.rebuild()
    return made


def beside(client: Client, title: str, part: str = "?part=1") -> str:
    story = StoryPage.objects.get(title=title)
    answer = client.get(f"/stories/{story.pk}/similar/{part}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_nearest_stories_stand_beside_a_story_and_it_does_not_stand_there_itself(
    stories: Cast, client: Client
) -> None:
    shown = beside(client, "Caddies for flats")
    assert "Caddies in houses" in shown
    assert "<title>" not in shown
    assert "Benches" not in shown
    assert "Caddies for flats" not in shown
    assert "<h1" in beside(client, "Caddies for flats", part="")


def test_nothing_is_shown_where_nothing_is_alike(stories: Cast, client: Client) -> None:
    assert beside(client, "Benches in parks").strip() == ""
    assert "No other story is like this one yet." in beside(client, "Benches in parks", part="")


def test_a_story_of_a_hidden_community_is_beside_others_for_its_members_alone(stories: Cast, client: Client) -> None:
    assert "Clandestine" not in beside(client, "Caddies for flats")
    hidden = StoryPage.objects.get(title="Clandestine caddies")
    assert client.get(f"/stories/{hidden.pk}/similar/").status_code == 404
    client.login(email="carol@carol.example", password=PASSWORD)
    assert "Clandestine" in beside(client, "Caddies for flats")


def test_a_withdrawn_story_goes_at_once_even_when_the_engine_has_not_heard_of_it(stories: Cast, client: Client) -> None:
    StoryPage.objects.filter(title="Caddies in houses").update(shown=False, live=False)
    assert "Caddies in houses" not in beside(client, "Caddies for flats")


def test_a_story_page_leads_to_its_neighbours_without_scripts(stories: Cast, client: Client) -> None:
    story = StoryPage.objects.get(title="Caddies for flats")
    shown = client.get(story.get_absolute_url()).content.decode()
    assert f'href="/stories/{story.pk}/similar/"' in shown


def test_who_begins_to_write_sees_what_others_wrote_about_it(stories: Cast, client: Client) -> None:
    shown = client.get("/search/told-already/", {"title": "Kitchen caddies for us"}).content.decode()
    assert "Others wrote about this." in shown
    assert "Caddies for flats" in shown
    assert "Clandestine" not in shown
    assert "Benches" not in shown


def test_who_did_the_same_is_led_straight_to_saying_so(stories: Cast, client: Client) -> None:
    story = StoryPage.objects.get(title="Caddies for flats")
    (author,) = [told.person for told in story.authorships.select_related("person")]

    def shown() -> str:
        return client.get("/search/told-already/", {"title": "Kitchen caddies for us"}).content.decode()

    link = f'href="/repeat/{story.pk}/"'
    client.force_login(stories.eve)
    assert link in shown()
    client.force_login(author)
    assert "Caddies for flats" in shown()
    assert link not in shown()


def test_one_word_is_not_enough_to_say_what_it_is_about(stories: Cast, client: Client) -> None:
    for title in ("", "caddies", "the caddies are", "zebra crossings"):
        assert client.get("/search/told-already/", {"title": title}).content.decode().strip() == ""


def test_both_are_empty_when_the_engine_is_away(stories: Cast, client: Client) -> None:
    with engine_away():
        assert beside(client, "Caddies for flats").strip() == ""
        assert client.get("/search/told-already/", {"title": "kitchen caddies"}).content.decode().strip() == ""


def test_a_few_neighbours_take_as_many_queries_as_one(cast: Cast, client: Client) -> None:
    def queries() -> int:
        rebuilding.rebuild()
        with CaptureQueriesContext(connection) as captured:
            beside(client, "Caddies 0")
        return len(captured)

    for number in range(2):
        make_story(cast.waste, by=cast.alice, title=f"Caddies {number}")
    for_one = queries()
    for number in range(2, 50):
        make_story(cast.waste, by=[cast.alice, cast.bob][number % 2], title=f"Caddies {number}")
    assert queries() == for_one <= 10
