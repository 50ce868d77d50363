"""Stories that are put forward: in their community until a day, and on the front page for a week."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community import decisions
from community.models import CommunityPolicy
from hub.refusal import Refused
from practice import featuring, moderating
from practice.models import Feature, Pick, StoryPage
from practice.models.feature import monday_of
from tests.cast import Cast, make_community, make_story

pytestmark = pytest.mark.django_db
Kind = Feature.Kind
TUESDAY = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Tuesday noon, until the test says another moment."""
    now = {"it is": TUESDAY}
    monkeypatch.setattr(timezone, "now", lambda: now["it is"])

    def move(**by: int) -> None:
        now["it is"] += timedelta(**by)

    return move


@pytest.fixture
def story(cast: Cast) -> StoryPage:
    return make_story(cast.waste, by=cast.alice, title="Caddies first", worth_repeating="Ask who holds the key.")


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def put(story: StoryPage, cast: Cast, kind: str = Kind.FEATURED, days: int = 7, reason: str = "It is short") -> Feature:
    return featuring.feature(story, by=cast.carol, kind=kind, reason=reason, until=in_days(days))


def page(person: Any, address: str) -> str:
    client = Client()
    if person:
        client.force_login(person)
    response = client.get(address)
    assert response.status_code == 200
    return response.text


class TestInACommunity:
    def test_the_front_page_says_who_featured_it_and_why(self, cast: Cast, story: StoryPage) -> None:
        put(story, cast)
        for reader in (None, cast.eve, cast.alice):
            html = page(reader, cast.waste.get_absolute_url())
            assert "Featured by Carol Whitby" in html
            assert "It is short" in html

    def test_nothing_is_said_where_nothing_is_featured(self, cast: Cast, story: StoryPage) -> None:
        html = page(None, cast.waste.get_absolute_url())
        assert 'id="featured"' not in html

    def test_it_ends_by_itself_after_its_last_day(self, cast: Cast, story: StoryPage, clock: Any) -> None:
        put(story, cast, days=1)
        clock(days=1)
        assert "Featured by" in page(None, cast.waste.get_absolute_url())
        clock(days=1)
        assert "Featured by" not in page(None, cast.waste.get_absolute_url())

    @pytest.mark.usefixtures("page_cache")
    @pytest.mark.parametrize("who", ["visitor", "bob"])
    def test_a_kept_page_does_not_show_it_after_its_last_day(
        self, cast: Cast, story: StoryPage, clock: Any, who: str
    ) -> None:
        put(story, cast, days=0)
        client = Client()
        if who == "bob":
            client.force_login(cast.bob)
        for _ in range(4):
            assert "Featured by" in client.get(cast.waste.get_absolute_url()).text
        clock(hours=13)  # past midnight
        assert "Featured by" not in client.get(cast.waste.get_absolute_url()).text

    def test_a_pinned_story_stands_above_newer_ones_and_only_once(self, cast: Cast, story: StoryPage) -> None:
        make_story(cast.waste, by=cast.alice, title="The newest")
        put(story, cast, Kind.PINNED)
        html = page(None, cast.waste.get_absolute_url())
        assert html.index("Caddies first") < html.index("The newest")
        assert html.count(f'<a href="{story.get_absolute_url()}"') == 1
        assert "Pinned by Carol Whitby" in html

    def test_pins_are_moved_up_and_down(self, cast: Cast, story: StoryPage) -> None:
        first = put(story, cast, Kind.PINNED)
        second = put(make_story(cast.waste, by=cast.alice, title="Then flats"), cast, Kind.PINNED)
        featuring.shift(second, by=cast.carol, steps=-1)
        assert list(Feature.objects.standing()) == [second, first]
        featuring.shift(second, by=cast.carol, steps=9)
        assert list(Feature.objects.standing()) == [first, second]

    def test_saying_it_again_changes_the_reason_and_the_day(self, cast: Cast, story: StoryPage) -> None:
        put(story, cast)
        put(story, cast, days=20, reason="It is honest")
        feature = Feature.objects.get()
        assert (feature.reason, feature.until) == ("It is honest", in_days(20))

    def test_there_are_a_few_of_each_at_most(self, cast: Cast, story: StoryPage) -> None:
        put(story, cast)
        for number in range(2):
            put(make_story(cast.waste, by=cast.alice, title=f"Number {number}"), cast)
        with pytest.raises(Refused, match="3 featured stories are enough"):
            put(make_story(cast.waste, by=cast.alice), cast)
        put(story, cast, reason="The same one takes no more room")

    def test_what_is_over_makes_room(self, cast: Cast, story: StoryPage, clock: Any) -> None:
        for number in range(3):
            put(make_story(cast.waste, by=cast.alice, title=f"Number {number}"), cast, days=1)
        clock(days=2)
        put(story, cast)
        assert Feature.objects.standing().count() == 1

    def test_it_is_taken_down_and_put_back(self, cast: Cast, story: StoryPage) -> None:
        feature = put(story, cast)
        featuring.take_down(feature, by=cast.carol)
        assert "Featured by" not in page(None, cast.waste.get_absolute_url())
        with pytest.raises(Refused):
            featuring.take_down(feature, by=cast.carol)
        featuring.put_back(feature, by=cast.carol)
        assert "Featured by" in page(None, cast.waste.get_absolute_url())
        with pytest.raises(Refused):
            featuring.put_back(feature, by=cast.carol)

    def test_what_is_over_is_not_put_back_but_put_forward_anew(self, cast: Cast, story: StoryPage, clock: Any) -> None:
        feature = put(story, cast, days=1)
        featuring.take_down(feature, by=cast.carol)
        clock(days=5)
        with pytest.raises(Refused, match="Its time is over"):
            featuring.put_back(feature, by=cast.carol)
        put(story, cast)
        assert Feature.objects.standing().count() == 1

    def test_facilitators_read_it_in_the_log(self, cast: Cast, story: StoryPage) -> None:
        featuring.take_down(put(story, cast), by=cast.carol)
        words = [line.words for line in decisions.told(decisions.decisions_of(cast.waste))]
        assert words == [
            "took down “Caddies first”, which was featured",
            "featured “Caddies first” until 1 December 2026: It is short",
        ]

    @pytest.mark.parametrize("days", [-1, 400])
    def test_a_day_that_has_passed_or_is_far_away_is_refused(self, cast: Cast, story: StoryPage, days: int) -> None:
        with pytest.raises(Refused):
            put(story, cast, days=days)

    def test_it_needs_a_reason(self, cast: Cast, story: StoryPage) -> None:
        with pytest.raises(Refused):
            put(story, cast, reason="  ")

    def test_a_draft_is_refused(self, cast: Cast) -> None:
        with pytest.raises(Refused):
            put(make_story(cast.waste, by=cast.alice, live=False), cast)

    @pytest.mark.parametrize("role", ["alice", "bob", "eve"])
    def test_nobody_else_puts_forward(self, cast: Cast, story: StoryPage, role: str) -> None:
        somebody, feature = getattr(cast, role), put(story, cast)
        for act in (
            lambda: featuring.feature(story, by=somebody, kind=Kind.PINNED, reason="Mine", until=in_days(2)),
            lambda: featuring.shift(feature, by=somebody, steps=1),
            lambda: featuring.take_down(feature, by=somebody),
            lambda: featuring.put_back(feature, by=somebody),
        ):
            with pytest.raises(PermissionDenied):
                act()

    def test_a_withdrawn_story_does_not_stand_there(self, cast: Cast, story: StoryPage) -> None:
        put(story, cast)
        moderating.withdraw(story, by=cast.carol, reason="It named a resident.")
        assert "Featured by" not in page(cast.carol, cast.waste.get_absolute_url())
        assert "Nobody sees it" in page(cast.carol, "/communities/waste-and-recycling/featured/")

    def test_of_a_story_that_went_elsewhere_nothing_new_is_told(self, cast: Cast, story: StoryPage) -> None:
        feature = put(story, cast)
        away = make_community("Away", facilitator=cast.dina, visibility="hidden")
        moderating.move(story, by=cast.dina, to=away)
        StoryPage.objects.filter(pk=story.pk).update(title="Whistle", draft_title="Whistle")
        assert "Whistle" not in page(cast.carol, "/communities/waste-and-recycling/featured/")
        featuring.take_down(feature, by=cast.carol)
        assert "Whistle" not in page(cast.carol, "/communities/waste-and-recycling/featured/")
        assert "Whistle" not in page(cast.carol, "/communities/waste-and-recycling/decisions/")

    def test_what_only_members_read_is_featured_for_members(self, cast: Cast, story: StoryPage) -> None:
        put(story, cast)
        CommunityPolicy.objects.filter(community=cast.waste).update(visibility="members")
        assert "It is short" not in page(cast.eve, cast.waste.get_absolute_url())
        assert "It is short" in page(cast.bob, cast.waste.get_absolute_url())

    def test_the_page_takes_as_many_queries_for_all_as_for_one(self, cast: Cast, story: StoryPage) -> None:
        def count() -> int:
            with CaptureQueriesContext(connection) as queries:
                page(cast.bob, cast.waste.get_absolute_url())
            return len(queries)

        put(story, cast)
        count()
        few = count()
        for number in range(7):
            kind = Kind.FEATURED if number < 2 else Kind.PINNED
            put(make_story(cast.waste, by=cast.alice, title=f"Number {number}"), cast, kind)
        assert count() == few


class TestThePages:
    def test_a_facilitator_features_takes_down_and_puts_back(self, cast: Cast, story: StoryPage) -> None:
        client = Client()
        client.force_login(cast.carol)
        assert "Caddies first" in client.get("/communities/waste-and-recycling/featured/?q=caddies").text
        sent = {"kind": "featured", "reason": "It is short", "until": in_days(9).isoformat()}
        answer = client.post(f"/stories/{story.pk}/feature/", sent, follow=True)
        assert "It stands out in the community now." in answer.text
        address = f"/communities/waste-and-recycling/featured/{Feature.objects.get().pk}"
        assert "Put it back" in client.post(f"{address}/take-down/", follow=True).text
        assert "It stands there again." in client.post(f"{address}/put-back/", follow=True).text
        assert client.post(f"{address}/dance/").status_code == 404

    def test_nothing_typed_is_lost_when_it_is_refused(self, cast: Cast, story: StoryPage) -> None:
        client = Client()
        client.force_login(cast.carol)
        sent = {"kind": "featured", "reason": "It is short", "until": in_days(-3).isoformat()}
        answer = client.post(f"/stories/{story.pk}/feature/", sent)
        assert answer.status_code == 422
        assert "That day has passed" in answer.text
        assert "It is short" in answer.text


class TestThePickOfTheWeek:
    def test_it_stands_on_the_front_page_with_the_sentence(self, cast: Cast, story: StoryPage) -> None:
        make_story(cast.waste, by=cast.alice, title="A newer one", worth_repeating="Copy me.")
        featuring.pick(story, by=cast.dina, week=monday_of(timezone.localdate()), words="Everybody has flats.")
        html = page(None, "/")
        assert "The editors’ pick of the week" in html
        assert "Everybody has flats." in html
        assert html.count(f'<a href="{story.get_absolute_url()}"') == 1

    def test_where_none_is_chosen_none_is_shown(self, cast: Cast, story: StoryPage) -> None:
        assert "pick of the week" not in page(None, "/")

    def test_one_chosen_ahead_appears_when_its_week_begins(self, cast: Cast, story: StoryPage, clock: Any) -> None:
        week = monday_of(timezone.localdate()) + timedelta(weeks=1)
        featuring.pick(story, by=cast.dina, week=week, words="Everybody has flats.")
        assert "Everybody has flats." not in page(cast.bob, "/") + page(cast.bob, "/picks/")
        clock(days=6)
        assert "Everybody has flats." in page(cast.bob, "/")
        clock(days=7)
        assert "Everybody has flats." not in page(cast.bob, "/")
        assert "Everybody has flats." in page(cast.bob, "/picks/")

    @pytest.mark.usefixtures("page_cache")
    @pytest.mark.parametrize("who", ["visitor", "bob"])
    @pytest.mark.parametrize("address", ["/", "/picks/"])
    def test_a_kept_page_follows_the_week(
        self, cast: Cast, story: StoryPage, clock: Any, address: str, who: str
    ) -> None:
        week = monday_of(timezone.localdate()) + timedelta(weeks=1)
        featuring.pick(story, by=cast.dina, week=week, words="Everybody has flats.")
        client = Client()
        if who == "bob":
            client.force_login(cast.bob)
        for _ in range(3):
            assert "Everybody has flats." not in client.get(address).text
        clock(days=6)
        assert "Everybody has flats." in client.get(address).text

    def test_a_second_choice_takes_the_place_of_the_first(self, cast: Cast, story: StoryPage) -> None:
        week = monday_of(timezone.localdate())
        featuring.pick(make_story(cast.waste, by=cast.alice), by=cast.dina, week=week, words="First.")
        featuring.pick(story, by=cast.frank, week=week, words="Second.")
        assert Pick.objects.get().story == story

    def test_it_is_shown_to_those_alone_who_may_read_it(self, cast: Cast) -> None:
        closed = make_community("Behind", facilitator=cast.carol, visibility="members")
        story = make_story(closed, by=cast.carol, title="The key safe")
        featuring.pick(story, by=cast.dina, week=monday_of(timezone.localdate()), words="Quiet work.")
        for reader in (None, cast.eve):
            for address in ("/", "/picks/"):
                html = page(reader, address)
                assert "Quiet work." not in html
                assert "key safe" not in html
        assert "Quiet work." in page(cast.carol, "/")

    def test_only_editors_pick(self, cast: Cast, story: StoryPage) -> None:
        week = monday_of(timezone.localdate())
        made = featuring.pick(story, by=cast.dina, week=week, words="Yes.")
        for somebody in (cast.carol, cast.alice):
            with pytest.raises(PermissionDenied):
                featuring.pick(story, by=somebody, week=week, words="Mine.")
            with pytest.raises(PermissionDenied):
                featuring.unpick(made, by=somebody)

    def test_other_days_other_weeks_no_sentence_and_drafts_are_refused(self, cast: Cast, story: StoryPage) -> None:
        week = monday_of(timezone.localdate())
        draft = make_story(cast.waste, by=cast.alice, live=False)
        for meant, day, words in (
            (story, week + timedelta(days=1), "Why."),
            (story, week - timedelta(weeks=1), "Why."),
            (story, week + timedelta(weeks=9), "Why."),
            (story, week, " "),
            (draft, week, "Why."),
        ):
            with pytest.raises(Refused):
                featuring.pick(meant, by=cast.dina, week=day, words=words)

    def test_what_was_picked_once_stays_in_the_list(self, cast: Cast, story: StoryPage, clock: Any) -> None:
        made = featuring.pick(story, by=cast.dina, week=monday_of(timezone.localdate()), words="Yes.")
        clock(days=8)
        with pytest.raises(Refused):
            featuring.unpick(made, by=cast.dina)

    def test_an_editor_picks_and_takes_away_on_the_website(self, cast: Cast, story: StoryPage) -> None:
        client = Client()
        client.force_login(cast.dina)
        assert "Caddies first" in client.get("/picks/weeks/?q=caddies").text
        week = monday_of(timezone.localdate())
        answer = client.post(f"/stories/{story.pk}/pick/", {"week": week.isoformat(), "words": "Why not."}, follow=True)
        assert "It is picked." in answer.text
        assert (
            "That week has no pick now." in client.post(f"/picks/{Pick.objects.get().pk}/take-away/", follow=True).text
        )
        assert not Pick.objects.exists()
