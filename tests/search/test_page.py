"""The search page: what it shows, and what stands in its address."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from practice.models import Topic
from search import outbox
from search.engines import engine
from tests.cast import PASSWORD, Cast, make_community, make_council, make_person, make_story
from tests.recording import recorded
from tests.search.test_outbox import engine_away


def page(client: Client, **asked: object) -> str:
    answer = client.get("/search/", asked)
    assert answer.status_code == 200
    return answer.content.decode()


@recorded
def make_stories(cast: Cast) -> Cast:
    food = Topic.objects.create(title="Food waste", slug="food-waste", other_words="slop bucket\nleftovers")
    care = make_community("Care", facilitator=cast.carol)
    one = make_story(
        cast.waste,
        by=cast.alice,
        title="Caddies for flats",
        did="<p>The caretaker unlocked the store for us.</p>",
        worth_repeating="Ask the caretaker first.",
    )
    one.topics.add(food)
    one.tags.add("caddies")
    one.save()
    make_story(cast.waste, by=cast.bob, title="Caddies stopped", practice_status="stopped")
    make_story(care, by=cast.carol, title="Carers meet", summary="Nobody came to the first meeting.")
    return cast


@pytest.fixture
def stories(cast: Cast) -> Cast:
    return make_stories(cast)


def test_a_story_is_found_by_its_words(stories: Cast, client: Client) -> None:
    shown = page(client, q="caddy unlocked")
    assert "<mark>Caddies</mark> for flats" in shown
    assert "1 story</h2>" in shown
    assert "<title>“caddy unlocked”: 1 story" in shown
    assert "Carers meet" not in shown


def test_the_excerpt_is_from_the_part_that_matches(stories: Cast, client: Client) -> None:
    assert "The caretaker <mark>unlocked</mark> the store for us." in page(client, q="unlocking")


def test_the_part_worth_repeating_stands_on_the_best_hit_alone(stories: Cast, client: Client) -> None:
    shown = page(client, q="caddies")
    assert shown.count('class="gist"') == 1
    assert "Ask the caretaker first." in shown


def test_a_topic_is_found_by_its_other_words_and_said(stories: Cast, client: Client) -> None:
    shown = page(client, q="slop bucket")
    assert "Caddies for flats" in shown
    assert "Found under Food waste" in shown


def test_without_words_the_newest_stories_and_all_facets_are_shown(stories: Cast, client: Client) -> None:
    shown = page(client)
    assert "3 stories</h2>" in shown
    assert shown.index("Carers meet") < shown.index("Caddies stopped") < shown.index("Caddies for flats")
    for heading in ("Community", "How it stands", "Council"):
        assert f'<legend class="label">{heading}</legend>' in shown


def test_filters_are_ticked_counted_and_removable(stories: Cast, client: Client) -> None:
    shown = page(client, q="caddies", status=["stopped", "running"], community="waste-and-recycling")
    assert 'name="status" value="stopped" checked' in shown
    assert 'href="/search/?q=caddies&amp;community=waste-and-recycling&amp;status=running"' in shown
    assert 'href="/search/?q=caddies&amp;status=stopped&amp;status=running"' in shown
    assert 'href="/search/?q=caddies">Clear all 3</a>' in shown
    assert "2 stories</h2>" in shown


def test_nothing_found_is_a_beginning(stories: Cast, client: Client) -> None:
    shown = page(client, q="caddies", community="care")
    assert "Nothing found</h2>" in shown
    assert 'href="/search/?q=caddies"><span class="hidden">Remove the filter </span>Care ' in shown
    assert '<span class="small">2 stories</span>' in shown
    assert "/write/" in shown


def test_a_question_without_a_letter_is_said_to_be_left_out(stories: Cast, client: Client) -> None:
    shown = page(client, q="🚲")
    assert "Left out: “🚲”, which has no letters or figures." in shown
    assert "<title>Search" in shown


def test_a_name_that_was_perhaps_meant_stands_beside_nothing_found(stories: Cast, client: Client) -> None:
    shown = page(client, q="marrow")
    assert "No stories</h2>" in shown
    assert "Or somebody called Marlow?" in shown
    assert stories.alice.get_absolute_url() in shown
    assert "No story here has this yet." in shown
    assert "Caddies for flats" in page(client, q="alice marrow")


def test_a_slip_is_shown_right_at_once(stories: Cast, client: Client) -> None:
    shown = page(client, q="caddeis")
    assert (
        "Showing <strong>caddies</strong>, which is how it is spelt here. Nothing has <strong>caddeis</strong>."
        in shown
    )
    assert "2 stories</h2>" in shown


def test_a_slip_beside_right_words_is_shown_right_and_in_quotation_marks_it_stays(
    stories: Cast, client: Client
) -> None:
    assert "Showing <strong>caddies flats store</strong>" in page(client, q="caddies flats storre")
    assert "Showing" not in page(client, q='caddies flats "storre"')


def test_some_of_two_words_are_shown_when_nothing_has_both(stories: Cast, client: Client) -> None:
    shown = page(client, q="caddies meet")
    assert "Nothing has all of these words together" in shown
    assert "3 stories</h2>" in shown


def test_the_order_can_be_chosen_and_stays_in_the_address(stories: Cast, client: Client) -> None:
    shown = page(client, q="caddies", sort="newest")
    assert shown.index("Caddies</mark> stopped") < shown.index("Caddies</mark> for flats")
    assert 'href="/search/?q=caddies">best match</a>' in shown
    assert '<input type="hidden" name="sort" value="newest">' in shown


def test_pages_follow_in_the_address_and_a_page_too_far_is_the_last(cast: Cast, client: Client) -> None:
    for number in range(45):
        make_story(cast.waste, by=cast.alice, title=f"Caddies {number}")
    shown = page(client, q="caddies", page=2)
    assert 'href="/search/?q=caddies" rel="prev">Previous</a>' in shown
    assert 'href="/search/?q=caddies&amp;page=3" rel="next">Next</a>' in shown
    assert shown.count("<article") == 20
    last = page(client, q="caddies", page=400)
    assert last.count("<article") == 5
    assert 'aria-current="page"><span class="hidden">Page </span>3</a>' in last


def test_what_cannot_be_used_is_said(stories: Cast, client: Client) -> None:
    shown = page(client, q="caddies", sort="wildest", page="minus one")
    assert "Left out: an order that there is not, a page that there is not." in shown


def test_nothing_of_a_closed_community_is_told(stories: Cast, client: Client) -> None:
    for visibility in ("members", "hidden"):
        community = make_community(f"Den {visibility}", facilitator=stories.carol, visibility=visibility)
        story = make_story(
            community,
            by=stories.carol,
            title="Clandestine caddies",
            council=make_council(f"X-{visibility}", f"Burrow {visibility}", region="Underland"),
        )
        story.tags.add("hush")
        story.save()
    secrets = ("Clandestine", "Burrow", "Underland", "hush", "Den hidden")
    for asked in ({}, {"q": "caddies"}, {"q": "clandestin"}, {"q": "clandestne caddies"}, {"community": "den-hidden"}):
        for person in (None, "eve", "alice"):
            client.logout()
            if person:
                client.login(email=f"{person}@{person}.example", password=PASSWORD)
            shown = page(client, **asked)
            assert not [secret for secret in secrets if secret in shown], (asked, person)
    client.login(email="carol@carol.example", password=PASSWORD)
    assert "<mark>Clandestine</mark> caddies" in page(client, q="clandestine")
    assert "Showing <strong>clandestine</strong>" in page(client, q="clandestne")
    assert "Den hidden" in page(client, region="Underland")


def test_the_engine_alone_decides_what_is_shown(stories: Cast, client: Client) -> None:
    """No hit is thrown away after the engine has answered: its total and the page agree for everybody."""
    hidden = make_community("Den", facilitator=stories.carol, visibility="hidden")
    make_story(hidden, by=stories.carol, title="Clandestine caddies")
    for person, number in ((None, 3), ("eve", 3), ("carol", 4), ("dina", 4), ("frank", 4)):
        client.logout()
        if person:
            client.login(email=f"{person}@{person}.example", password=PASSWORD)
        shown = page(client)
        assert f"{number} stories</h2>" in shown
        assert shown.count("<article") == number


def test_the_page_takes_as_many_queries_for_one_story_as_for_twenty(cast: Cast, client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(client, q="caddies")
        return len(captured)

    make_story(cast.waste, by=cast.alice, title="Caddies 0")
    page(client, q="caddies")
    for_one = queries()
    for number in range(50):
        make_story(cast.waste, by=[cast.alice, cast.bob][number % 2], title=f"Caddies {number}")
    outbox.drain()
    page(client, q="caddies")  # after a change, words of the same meaning are read again
    # The site's version, closed communities (for the question, for the list), outbox, stories, their authors, their
    # topics, those of their communities, who repeated them, where councils lie, the authors' councils; then the foot.
    # What was asked is counted in one write, after a look at the names of people; one look is for chosen answers.
    assert queries() == for_one <= 11 + 2 + 5


def test_the_page_stays_up_when_the_engine_is_away(stories: Cast, client: Client) -> None:
    page(client)
    with engine_away():
        shown = page(client, q="caddies", community="waste-and-recycling", status="stopped")
    assert "Search is resting for a moment." in shown
    assert "newest stories that match your filters" in shown
    assert "</span>Stopped <svg" in shown
    assert "Caddies stopped" in shown
    assert "Caddies for flats" not in shown
    assert "Caddies</mark> stopped" in page(client, q="caddies", status="stopped")


@pytest.mark.parametrize(
    ("facet", "value"),
    [
        ("community", "waste-and-recycling"),
        ("topic", "food-waste"),
        ("topic", "waste"),
        ("tag", "caddies"),
        ("status", "running"),
        ("council", "x-amb"),
        ("tier", "district"),
        ("region", "North"),
        ("nation", "England"),
        ("year", "2021"),
    ],
)
def test_every_filter_holds_without_the_engine_as_well(stories: Cast, client: Client, facet: str, value: str) -> None:
    waste = Topic.objects.create(title="Waste", slug="waste")
    Topic.objects.filter(slug="food-waste").update(parent=waste)
    stories.ambleford.region, stories.ambleford.nation = "North", "England"
    stories.ambleford.save()
    stories.brockhaven.kind = "county"
    stories.brockhaven.save()
    story = stories.waste.get_children().get(title="Caddies for flats").specific
    story.published_at = datetime(2021, 5, 1, tzinfo=UTC)
    story.save()
    with_engine = page(client, **{facet: value})
    with engine_away():
        without = page(client, **{facet: value})
        nothing = page(client, **{facet: "nowhere"})
    for shown in (with_engine, without):
        assert "Caddies for flats" in shown
    assert with_engine.count("<article") == without.count("<article")
    assert "<article" not in nothing


def test_a_search_is_not_kept_by_search_machines(stories: Cast, client: Client) -> None:
    assert '<meta name="robots" content="noindex, follow">' in page(client, q="caddies")


def test_the_index_is_in_the_folder_of_the_site(stories: Cast, client: Client) -> None:
    page(client)
    assert engine().status().place == str(settings.VAR_DIR / "search.sqlite3")


@pytest.mark.parametrize(
    ("kind", "words", "heading", "told"),
    [
        ("person", "waste", "2 people</h2>", "Carol Whitby"),
        ("community", "recycling", "1 community</h2>", "3 members"),
        ("topic", "slops", "1 topic</h2>", "Also found as slops"),
        ("council", "ambleford", "1 council</h2>", "Ambleford Borough Council. District"),
    ],
)
def test_each_kind_has_its_page_and_its_card(
    stories: Cast, client: Client, kind: str, words: str, heading: str, told: str
) -> None:
    Topic.objects.filter(slug="food-waste").update(other_words="slops")
    shown = page(client, q=words, kind=kind)
    assert heading in shown
    assert told in shown
    assert f'<input type="hidden" name="kind" value="{kind}">' in shown
    assert f'/search/?q={words}&amp;kind={kind}" aria-current="page"' in shown
    assert "<article" not in shown


def test_the_best_of_the_other_kinds_stand_beside_stories_with_the_way_to_all(stories: Cast, client: Client) -> None:
    for number in range(5):
        make_person(f"Person{number} Smith", role_title="Caddies officer")
    shown = page(client, q="caddies")
    assert "People who know about this" in shown
    assert '<a href="/search/?q=caddies&amp;kind=person">See all 5 people</a>' in shown
    assert shown.count('<div class="person">') == 3


def test_who_wrote_what_was_found_is_named_beside_it(stories: Cast, client: Client) -> None:
    shown = page(client, q="flats")
    beside = shown[shown.index("People who know about this") :]
    assert "Alice Marlow" in beside
    assert "Wrote <a" in beside


def test_councils_stand_under_their_region_and_regions_under_their_nation(cast: Cast, client: Client) -> None:
    places = [("East Vale", "Arden"), ("North Vale", "Arden"), ("Glanrhyd", "Glanrhyd")]
    for number in range(9):
        region, nation = places[number % 3]
        council = make_council(f"Y-{number}", f"Town {number}", region=region, nation=nation)
        make_story(cast.waste, by=cast.alice, title=f"Caddies {number}", council=council)
    shown = page(client, q="caddies")
    regions = shown[shown.index(">Region</legend>") :]
    assert regions.index('<p class="place">Arden</p>') < regions.index('value="East Vale"')
    assert '<p class="place">Glanrhyd</p>' not in shown[shown.index(">Region</legend>") :]
    councils = (
        shown[shown.index(">Council</legend>") : shown.index(">Kind of council</legend>")]
        if (">Kind of council</legend>" in shown)
        else shown[shown.index(">Council</legend>") : shown.index(">Region</legend>")]
    )
    assert "3 more" in councils
    assert '<p class="place">' in councils


def test_an_order_from_ones_own_council_says_what_is_missing(stories: Cast, client: Client) -> None:
    shown = page(client, q="caddies", sort="like-mine")
    assert "Which council is yours?" in shown
    assert "Sign in</a>, and what is near your council" in shown
    assert "Left out" not in shown
    client.login(email="eve@eve.example", password=PASSWORD)
    assert "Say so on your page" in page(client, q="caddies", sort="nearest")
    client.login(email="alice@alice.example", password=PASSWORD)
    shown = page(client, q="caddies", sort="nearest")
    assert "Which council is yours?" not in shown
    assert "<strong>nearest to my council</strong>" in shown
    assert shown.index("Caddies</mark> for flats") < shown.index("Caddies</mark> stopped")


def test_what_was_asked_too_strictly_can_be_asked_in_fewer_words(stories: Cast, client: Client) -> None:
    shown = page(client, q='"flats caddies"')
    assert "Asked less strictly there is something" in shown
    assert 'href="/search/?q=flats+caddies">flats caddies</a> <span class="small">2 stories</span>' in shown
    assert 'href="/search/?q=flats">flats</a>' in page(client, q="flats -caddies")


def test_writing_begins_with_what_was_not_found(stories: Cast, client: Client) -> None:
    assert 'href="/write/?title=zebra%20%26%20crossing"' in page(client, q="zebra & crossing")
