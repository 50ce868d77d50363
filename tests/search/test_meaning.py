"""What a person finds where search by meaning is on, and that nobody waits for it or depends on it."""

import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from search import meaning, rebuilding
from search.finding import find
from search.query import Query
from tests.cast import PASSWORD, Cast, make_community, make_story


@pytest.fixture
def stories(meaning_on: Any, cast: Cast) -> Cast:
    """Stories on waste, debt and music."""
    for title, did in (
        ("Bailiffs at the door", "<p>Enforcement agents and council tax arrears.</p>"),
        ("Choir on Mondays", "<p>Singing together.</p>"),
        ("New lorries", "<p>Household refuse from every street.</p>"),
    ):
        make_story(cast.waste, by=cast.alice, title=title, did=did, summary="What we did.")
    rebuilding.rebuild()
    call_command("rebuild_meaning", verbosity=0)
    return cast


def page(client: Client, words: str, **more: str) -> str:
    answer = client.get("/search/", {"q": words, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_has_none_of_the_words_is_shown_under_a_heading_that_says_so(stories: Cast, client: Client) -> None:
    shown = page(client, "collection")
    assert "Near in meaning" in shown
    assert "No story has these words." in shown
    assert "New lorries" in shown
    assert "Choir on Mondays" not in shown
    assert "Nothing found" in shown


def test_nothing_near_is_shown_for_quoted_or_excluded_words(stories: Cast, client: Client) -> None:
    for words in ('"collection"', "collection -zebra", "zebra", "sut biniau yn"):
        assert "Near in meaning" not in page(client, words)


def test_what_is_near_matches_the_filters_too(stories: Cast, client: Client) -> None:
    other = make_community("Parks", facilitator=stories.carol)
    make_story(other, by=stories.alice, title="Refuse in parks", summary="What we did.", did="<p>Refuse.</p>")
    rebuilding.rebuild()
    call_command("rebuild_meaning", verbosity=0)
    assert "New lorries" not in page(client, "collection", community="parks")
    assert "Refuse in parks" in page(client, "collection", community="parks")


def test_a_story_that_was_withdrawn_a_moment_ago_is_not_near(stories: Cast, client: Client) -> None:
    from practice.models import StoryPage

    StoryPage.objects.filter(title="New lorries").update(shown=False, live=False)
    assert "New lorries" not in page(client, "collection")


def test_words_that_are_found_are_found_as_ever(stories: Cast, client: Client) -> None:
    shown = page(client, "lorries")
    assert "1 story" in shown
    assert "Near in meaning" not in shown


def test_a_hit_that_rose_by_its_meaning_says_so(meaning_on: Any, cast: Cast, client: Client) -> None:
    told = {"by": cast.alice, "summary": "What we did."}
    make_story(cast.waste, title="Street number and street number", did="<p>Street number.</p>", **told)
    for number in range(5):
        make_story(cast.waste, title=f"Lamps {number}", did="<p>In a street a number was seen twice.</p>", **told)
    make_story(cast.waste, title="Refuse", did="<p>In a street a number was seen once or oftener.</p>", **told)
    rebuilding.rebuild()
    call_command("rebuild_meaning", verbosity=0)
    query = Query.ask("collection waste street number")
    hits = find(query).answer.hits
    assert [hit.title for hit in hits if hit.near] == ["Refuse"]
    assert "Near in meaning" in page(client, "collection waste street number")


def test_what_says_it_in_other_words_stands_above_hits_that_are_not_as_near(stories: Cast, client: Client) -> None:
    told = {"by": stories.alice, "summary": "What we did.", "did": "<p>Nothing else.</p>"}
    for number in range(6):
        make_story(stories.waste, title=f"A lamp and its number {number}", **told)
    rebuilding.rebuild()
    call_command("rebuild_meaning", verbosity=0)
    shown = page(client, "refuse lamp number")
    assert "6 stories" in shown
    assert shown.index("These say it in other words") < shown.index("New lorries") < shown.index("With your words")
    assert "Choir on Mondays" not in shown
    for words, more in (
        ("lamp number", {}),
        ("refuse lamp number", {"sort": "newest"}),
        ("refuse lamp number -zebra", {}),
    ):
        assert "New lorries" not in page(client, words, **more)


def test_nothing_stands_above_hits_that_are_the_nearest(stories: Cast, client: Client) -> None:
    assert "New lorries" in page(client, "household refuse street")
    assert "in other words" not in page(client, "household refuse street")


def test_similar_stories_are_those_of_the_same_meaning(stories: Cast, client: Client) -> None:
    story = make_story(
        stories.waste, by=stories.bob, title="Bins", did="<p>Rubbish collection.</p>", summary="What we did."
    )
    rebuilding.rebuild()
    call_command("rebuild_meaning", verbosity=0)
    shown = client.get(f"/stories/{story.pk}/similar/?part=1").content.decode()
    assert "New lorries" in shown
    assert "Choir" not in shown


def test_who_begins_to_write_sees_what_says_it_in_other_words(stories: Cast, client: Client) -> None:
    assert "New lorries" in client.get("/search/told-already/", {"title": "Waste collection"}).content.decode()


def test_no_vector_of_a_hidden_story_is_compared_for_others(stories: Cast, client: Client) -> None:
    hidden = make_community("Den", facilitator=stories.carol, visibility="hidden")
    make_story(hidden, by=stories.carol, title="Clandestine bins and bins", summary="What we did.", did="<p>Bins.</p>")
    rebuilding.rebuild()
    call_command("rebuild_meaning", verbosity=0)
    shown = page(client, "collection")
    assert "New lorries" in shown
    assert "Clandestine" not in shown
    client.login(email="carol@carol.example", password=PASSWORD)
    assert "Clandestine" in page(client, "collection")


def test_a_search_does_not_wait_for_a_slow_model_and_has_the_words_answer(
    stories: Cast, meaning_on: Any, client: Client
) -> None:
    make_story(stories.waste, by=stories.bob, title="Old lorries", did="<p>Household street.</p>")
    rebuilding.rebuild()
    meaning_on.wait = 0.05
    busy = meaning_on._pool.submit(time.sleep, 1)
    began = time.monotonic()
    hits = find(Query.ask("household lorries in every street")).answer.hits
    assert time.monotonic() - began < 0.6
    assert {hit.title for hit in hits} == {"New lorries", "Old lorries"}
    assert meaning_on.counts.too_slow
    began = time.monotonic()
    for _ in range(20):
        assert meaning_on.vector("household lorries in every street") is None
    assert time.monotonic() - began < 0.5
    busy.result()


def test_a_model_that_cannot_be_used_leaves_search_to_words_and_the_status_says_so(
    index: None, cast: Cast, settings: Any, tmp_path: Path, client: Client
) -> None:
    from search.meaning.background import maker

    for title in ("Caddies in flats", "Caddies in houses"):
        make_story(cast.waste, by=cast.alice, title=title)
    settings.MEANING_MODEL_DIR = str(tmp_path)  # an empty folder
    maker.in_thread = False
    rebuilding.rebuild()
    assert find(Query.ask("caddies flats houses")).answer.total == 2
    assert "in flats" in page(client, "caddies")
    told = client.get("/healthz?check=meaning").json()["checks"]["meaning"]
    assert not told["ok"]
    assert "words alone" in told["error"]
    maker.work()
    maker.in_thread = True


def test_vectors_that_cannot_be_read_leave_search_to_words(meaning_on: Any, cast: Cast) -> None:
    for title in ("Caddies in flats", "Caddies in houses"):
        make_story(cast.waste, by=cast.alice, title=title)
    rebuilding.rebuild()

    def broken(ids: Any) -> Any:
        raise ValueError("no")

    kept, meaning_on.read_vectors = meaning_on.read_vectors, broken
    failed = meaning_on.counts.failed
    try:
        assert find(Query.ask("caddies flats houses")).answer.total == 2
    finally:
        meaning_on.read_vectors = kept
    assert meaning_on.counts.failed == failed + 1


def test_a_question_is_embedded_once(stories: Cast, meaning_on: Any) -> None:
    first = meaning_on.vector("rubbish in every street")
    assert meaning_on.vector("rubbish in every street") is first


def test_it_is_off_where_no_model_is_named(cast: Cast, index: None, client: Client) -> None:
    assert meaning.site() is None
    assert "Near in meaning" not in page(client, "collection")
