"""The list of stories: narrowed down, counted, turned over, and what it says when nothing is found."""

import re

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from practice.models import StoryPage, Topic
from practice.narrowing import PARAMETERS, Narrowing
from tests.cast import Cast, make_community, make_council, make_person, make_story
from tests.recording import recorded


def as_(person=None) -> Client:
    client = Client()
    if person:
        client.force_login(person)
    return client


def page(query: str = "", person=None) -> str:
    answer = as_(person).get(f"/stories/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def queries(query: str) -> int:
    """How many queries a page takes once what does not change is known."""
    page(query)
    with CaptureQueriesContext(connection) as taken:
        page(query)
    return len(taken)


def titles(html: str) -> list[str]:
    return re.findall(r'<h3 class="h3"><a href="[^"]*">([^<]*)</a></h3>', html)


def facet(html: str, kind: str) -> dict[str, int]:
    boxes = re.findall(rf'name="{kind}" value="([^"]*)"[^>]*> [^<]*<span class="count">(\d+)</span>', html)
    return {value: int(number) for value, number in boxes}


@recorded
def make_hub(cast: Cast) -> Cast:
    """Five open stories of two communities and councils, on two topics, and one that nobody outside may see."""
    group = Topic.objects.create(title="Waste", slug="waste")
    food = Topic.objects.create(title="Food waste", slug="food-waste", parent=group)
    tipping = Topic.objects.create(title="Fly-tipping", slug="fly-tipping", parent=group)
    cast.ambleford.region, cast.brockhaven.region = "North", "South"
    cast.ambleford.save()
    cast.brockhaven.save()
    care = make_community("Care", facilitator=cast.carol)
    hidden = make_community("Secret circle", facilitator=cast.carol, visibility="hidden")
    for title, community, by, topics, status, tags in (
        ("A", cast.waste, cast.alice, [food], "running", ["flats"]),
        ("B", cast.waste, cast.alice, [food, tipping], "stopped", ["flats", "bins"]),
        ("C", cast.waste, cast.bob, [tipping], "stopped", []),
        ("D", care, cast.bob, [], "planned", []),
        ("E", care, cast.alice, [], "", ["bins"]),
        ("Hidden", hidden, cast.carol, [food], "stopped", ["flats", "secretword"]),
    ):
        story = make_story(community, by=by, title=title, topics=topics, practice_status=status)
        story.tags.add(*tags)
        story.save()
    return cast


@pytest.fixture
def hub(cast: Cast) -> Cast:
    return make_hub(cast)


@recorded
def make_many(cast: Cast) -> Cast:
    """Forty-five stories: three pages."""
    for number in range(45):
        make_story(cast.waste, by=cast.alice, title=f"{number:02}")
    return cast


class TestNarrowing:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", "EDCBA"),
            ("?topic=food-waste", "BA"),
            ("?topic=food-waste&topic=fly-tipping", "CBA"),
            ("?topic=waste", "CBA"),
            ("?topic=food-waste&status=stopped", "B"),
            ("?status=stopped&status=planned", "DCB"),
            ("?tag=flats&tag=bins", "EBA"),
            ("?council=x-amb", "EBA"),
            ("?council=X-AMB&community=care", "E"),
            ("?region=South", "DC"),
            ("?community=care", "ED"),
            ("?community=care&topic=food-waste", ""),
            ("?sort=oldest", "ABCDE"),
            ("?sort=oldest&status=stopped", "BC"),
            ("?sort=title&status=stopped", "BC"),
            ("?sort=backwards", "EDCBA"),
        ],
    )
    def test_values_of_one_kind_widen_and_kinds_narrow(self, hub: Cast, query: str, found: str) -> None:
        assert titles(page(query)) == list(found)

    def test_a_council_that_was_taken_over_stands_for_its_successor(self, hub: Cast) -> None:
        new = make_council("X-NEW", "Newly")
        hub.ambleford.replaced_by = new
        hub.ambleford.save()
        for code in ("x-amb", "x-new"):
            html = page(f"?council={code}")
            assert titles(html) == ["E", "B", "A"]
            assert facet(html, "council")["x-new"] == 3
            assert "x-amb" not in facet(html, "council")

    def test_each_choice_can_be_taken_back(self, hub: Cast) -> None:
        html = page("?topic=food-waste&status=stopped&sort=oldest")
        assert '<a class="tag" href="?status=stopped&amp;sort=oldest">Food waste' in html
        assert '<a class="tag" href="?topic=food-waste&amp;sort=oldest">Stopped' in html
        assert "1 of 5 stories" in html
        assert '<input type="checkbox" name="topic" value="food-waste" checked>' in html

    @pytest.mark.parametrize(
        ("query", "kind", "value"),
        [
            ("?topic=nothing", "topic", "nothing"),
            ("?status=lost", "status", "lost"),
            ("?council=x-none", "council", "x-none"),
            ("?region=Nowhere", "region", "Nowhere"),
            ("?tag=%3Cscript%3E", "tag", "&lt;script&gt;"),
        ],
    )
    def test_what_is_not_known_is_left_out_and_said(self, hub: Cast, query: str, kind: str, value: str) -> None:
        html = page(query)
        assert titles(html) == list("EDCBA")
        assert f"We know no {kind} called “{value}”, so that was left out." in html


class TestWhoSeesWhat:
    def test_lists_counts_and_choices_hold_what_the_reader_may_see(self, hub: Cast) -> None:
        for person, seen in ((None, False), (hub.eve, False), (hub.alice, False), (hub.carol, True), (hub.dina, True)):
            html = page("", person)
            assert ("Hidden" in titles(html)) is seen
            assert (">6 stories<" in html) is seen
            assert facet(html, "topic")["food-waste"] == (3 if seen else 2)
            assert facet(html, "status")["stopped"] == (3 if seen else 2)
            assert facet(html, "tag")["flats"] == (3 if seen else 2)
            assert ("secret-circle" in facet(html, "community")) is seen
            assert ("secretword" in facet(html, "tag")) is seen
            assert ("Secret circle" in html) is seen

    @pytest.mark.parametrize("query", ["?community=secret-circle", "?tag=secretword"])
    def test_what_is_hidden_is_not_known(self, hub: Cast, query: str) -> None:
        for person in (None, hub.eve, hub.alice):
            assert "We know no" in page(query, person)
        assert titles(page(query, hub.carol)) == ["Hidden"]

    def test_a_members_only_community_is_known_and_its_stories_are_not(self, hub: Cast) -> None:
        members = make_community("Members", facilitator=hub.carol, visibility="members")
        make_story(members, by=hub.carol, title="Inside")
        html = page("?community=members", hub.eve)
        assert titles(html) == []
        assert "We know no" not in html
        assert "members" not in facet(page("", hub.eve), "community")

    @pytest.mark.django_db(transaction=True, serialized_rollback=True)
    def test_what_is_kept_for_one_reader_is_not_shown_to_another_who_may_see_less(
        self, hub: Cast, page_cache: None
    ) -> None:
        carol, eve, dina = as_(hub.carol), as_(hub.eve), as_(hub.dina)
        for _ in range(2):
            for client, seen in ((carol, True), (eve, False), (dina, True)):
                assert ("Hidden" in titles(client.get("/stories/").content.decode())) is seen
        make_story(hub.waste, by=hub.alice, title="New")
        assert titles(eve.get("/stories/").content.decode())[0] == "New"
        assert "Eve Lindqvist" not in carol.get("/stories/").content.decode()


class TestCounts:
    def test_a_choice_says_how_many_stories_it_would_leave(self, hub: Cast) -> None:
        html = page("?topic=food-waste")
        assert facet(html, "status") == {"running": 1, "stopped": 1}
        assert facet(html, "topic") == {"food-waste": 2, "fly-tipping": 2}
        assert facet(html, "region") == {"North": 2}

    def test_every_number_is_what_following_it_shows(self, hub: Cast) -> None:
        for query in ("?", "?status=stopped", "?topic=food-waste&region=North"):
            html = page(query)
            for kind in ("community", "topic", "status", "region", "council", "tag"):
                rest = re.sub(rf"&?{kind}=[^&]*", "", query)
                for value, number in facet(html, kind).items():
                    assert len(titles(page(f"{rest}&{kind}={value}"))) == number, (query, kind, value)


class TestNothing:
    def test_each_choice_that_would_help_is_offered(self, hub: Cast) -> None:
        html = page("?community=care&topic=food-waste")
        assert "No story matches all of this." in html
        assert 'href="?topic=food-waste">Without “Care” <span class="count">2</span>' in html
        assert 'href="?community=care">Without “Food waste” <span class="count">2</span>' in html

    def test_a_hub_without_stories_invites_one(self, cast: Cast) -> None:
        assert "No story has been told here yet." in page()


class TestPages:
    @pytest.fixture
    def many(self, cast: Cast) -> Cast:
        return make_many(cast)

    def link(self, html: str, rel: str) -> str:
        found = re.search(rf'href="([^"]*)" rel="{rel}"', html)
        return found[1].replace("&amp;", "&") if found else ""

    @pytest.mark.parametrize("sort", ["", "?sort=oldest", "?sort=title"])
    def test_older_and_newer_lead_through_all_of_them(self, many: Cast, sort: str) -> None:
        html, seen = page(sort), []
        while True:
            seen += titles(html)
            older = self.link(html, "next")
            if not older:
                break
            html = page(older)
        assert seen == sorted(seen, reverse=not sort)
        assert len(seen) == 45
        back = page(self.link(html, "prev"))
        assert titles(back) == seen[20:40]

    def test_a_story_told_meanwhile_moves_nothing(self, many: Cast) -> None:
        older = self.link(page(), "next")
        make_story(many.waste, by=many.alice, title="meanwhile")
        assert titles(page(older)) == [f"{number:02}" for number in range(24, 4, -1)]

    def test_the_filters_go_along(self, many: Cast) -> None:
        assert self.link(page("?status=running"), "next").startswith("?status=running&after=")


class TestCost:
    def test_the_number_of_queries_is_the_same_for_1_and_50_rows(self, cast: Cast) -> None:
        group = Topic.objects.create(title="Waste", slug="waste")
        food = Topic.objects.create(title="Food waste", slug="food-waste", parent=group)
        make_story(cast.waste, by=cast.alice, topics=[food])
        narrowed = "?topic=food-waste&status=running&council=x-amb"
        few = [queries(query) for query in ("", narrowed)]
        assert few <= [20, 26]
        for number in range(50):
            person = make_person(f"Author{number} X")
            topic = Topic.objects.create(title=f"T{number}", slug=f"t{number}", parent=group)
            story = make_story(cast.waste, by=person, title=f"S{number}", topics=[food, topic], council=cast.ambleford)
            story.tags.add(f"tag{number}")
            story.save()
        assert [queries(query) for query in ("", narrowed)] == few

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan is told in the words of SQLite")
    @pytest.mark.parametrize("query", ["", "sort=oldest", "sort=title", "community=waste-and-recycling"])
    def test_it_is_read_from_a_partial_index_without_sorting(self, cast: Cast, query: str) -> None:
        narrowing = Narrowing.asked(QueryDict(query), None)
        stories = narrowing.in_order(narrowing.narrow(StoryPage.objects.visible_to(None)))
        plan = stories.for_cards()[:21].explain()
        assert "shown_" in plan
        assert "TEMP B-TREE" not in plan


class TestAnything(TestCase):
    @given(st.dictionaries(st.sampled_from(PARAMETERS), st.lists(st.text(max_size=40), max_size=3), max_size=4))
    def test_whatever_an_address_says_it_is_a_list(self, asked: dict[str, list[str]]) -> None:
        query = QueryDict(mutable=True)
        for name, values in asked.items():
            query.setlist(name, values)
        answer = self.client.get(f"/stories/?{query.urlencode()}")
        assert answer.status_code == 200
