"""How a community is doing: its charts, what goes stale, and what its authors say when they are asked."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageLogEntry

from hub.charts.templatetags.charts import Figure, bars
from hub.notifications.models import Notification
from hub.refusal import Refused
from practice import confirming, moderating, repeating, writing
from practice.health import Health, going_stale
from practice.models import ReviewState, StillSo, StoryPage, Topic
from search.models import Wish
from tests.cast import Cast, make_community, make_story

pytestmark = pytest.mark.django_db
ADDRESS = "/communities/waste-and-recycling/health/"


def as_(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def old(story: StoryPage, days: int = 400) -> StoryPage:
    """Make a story as old as that."""
    then = timezone.now() - timedelta(days=days)
    Page.objects.filter(pk=story.pk).update(last_published_at=then, first_published_at=then)
    StoryPage.objects.filter(pk=story.pk).update(published_at=then)
    story.refresh_from_db()
    return story


@pytest.fixture
def story(cast: Cast) -> StoryPage:
    return old(make_story(cast.waste, by=cast.alice, title="Caddies first"))


class TestTheCharts:
    def test_there_are_twelve_months_the_last_one_this(self, cast: Cast) -> None:
        months = Health(cast.waste).months
        assert len(months) == 12
        assert months[-1] == timezone.localdate().replace(day=1)

    def test_new_stories_are_counted_in_their_months(self, cast: Cast, story: StoryPage) -> None:
        make_story(cast.waste, by=cast.alice)
        make_story(make_community("Parks"), by=cast.alice)
        chart = Health(cast.waste).new_stories
        assert [figure.value for figure in chart.figures] == [*[0] * 11, 1]
        assert chart.sentence == "1 story in twelve months."

    def test_answers_are_held_to_the_promise(self, cast: Cast) -> None:
        for days in (0, 40):
            sent = make_story(cast.waste, by=cast.alice, live=False, title=f"After {days}")
            writing.submit(sent, by=cast.alice)
            ReviewState.objects.of_story(sent).update(started_at=timezone.now() - timedelta(days=days))
            moderating.approve(sent, by=cast.carol, revision=sent.latest_revision)
        chart = Health(cast.waste).answers
        assert chart.figures[-1].words == "1 of 2"
        assert chart.figures[-1].value == 50
        assert chart.figures[0].value is None
        assert chart.sentence == "1 of 2 answers came within 5 working days, as promised."

    def test_members_who_did_something_count_once_a_month(self, cast: Cast, story: StoryPage) -> None:
        PageLogEntry.objects.all().delete()
        repeating.record(story, by=cast.bob, council=cast.brockhaven, outcome="well")
        for person in (cast.carol, cast.carol, cast.eve):  # Eve is no member
            PageLogEntry.objects.log_action(story, "wagtail.edit", user=person)
        chart = Health(cast.waste).active_members
        assert chart.figures[-1].value == 2
        assert chart.sentence == "2 of 3 members wrote, read or decided something."

    def test_repeats_are_counted(self, cast: Cast, story: StoryPage) -> None:
        repeating.record(story, by=cast.bob, council=cast.brockhaven, outcome="well")
        assert Health(cast.waste).repeats.figures[-1].value == 1

    def test_the_figures_stand_in_a_table_beside_the_drawing(self, cast: Cast, story: StoryPage) -> None:
        html = as_(cast.carol).get(ADDRESS).text
        assert html.count('role="img"') == 4
        assert html.count("<caption") == 4
        assert html.count('<th scope="row">') == 48

    def test_a_drawing_says_what_it_shows_and_nothing_else(self) -> None:
        html = bars([Figure("May", "M", 0, "0"), Figure("June", "J", None, "none"), Figure("July", "J", 4, "4")], "<b>")
        assert 'aria-label="&lt;b&gt;"' in html
        assert html.count("h90.7v106.0") == 1
        assert ">–<" in html
        assert ">0<" not in html
        assert "<path" in bars([], "Nothing")

    def test_it_takes_as_many_queries_for_fifty_stories_as_for_one(self, cast: Cast, story: StoryPage) -> None:
        client = as_(cast.carol)

        def count() -> int:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(ADDRESS).status_code == 200
            return len(queries)

        count()
        few = count()
        for number in range(20):
            old(make_story(cast.waste, by=cast.alice, title=f"Number {number}"))
        assert count() == few

    @pytest.mark.parametrize("role", ["alice", "bob", "eve"])
    def test_only_those_who_facilitate_it_read_it(self, cast: Cast, role: str) -> None:
        assert as_(getattr(cast, role)).get(ADDRESS).status_code == 403


class TestWhatGoesStale:
    def test_what_nobody_changed_or_confirmed_for_a_year(self, cast: Cast, story: StoryPage) -> None:
        make_story(cast.waste, by=cast.alice, title="Fresh")
        old(make_story(cast.waste, by=cast.alice, title="Ended", practice_status="stopped"))
        assert list(going_stale(cast.waste)) == [story]

    def test_a_plan_after_half_a_year(self, cast: Cast) -> None:
        plan = old(make_story(cast.waste, by=cast.alice, practice_status="planned"), days=200)
        old(make_story(cast.waste, by=cast.alice, title="Runs"), days=200)
        assert list(going_stale(cast.waste)) == [plan]

    def test_an_answer_makes_it_fresh_and_a_year_later_it_is_asked_again(self, cast: Cast, story: StoryPage) -> None:
        confirming.say(story, by=cast.alice, answer="so")
        assert not going_stale(cast.waste).exists()
        StillSo.objects.update(answered_at=timezone.now() - timedelta(days=370))
        assert list(going_stale(cast.waste)) == [story]


class TestAsking:
    def test_the_author_is_told_and_answers_with_one_click(self, cast: Cast, story: StoryPage) -> None:
        carol = as_(cast.carol)
        answer = carol.post(f"/communities/waste-and-recycling/health/{story.pk}/ask/", follow=True)
        assert "Asked on" in answer.text
        notice = Notification.objects.get(person=cast.alice)
        assert notice.action == "Say how it stands"
        alice = as_(cast.alice)
        assert "Carol Whitby asks" in alice.get(notice.url).text
        answer = alice.post(notice.url, {"answer": "so"}, follow=True)
        assert "In " + f"{timezone.localdate():%B %Y}, says its author" in answer.text
        assert "is still so" in Notification.objects.get(person=cast.carol).subject
        assert "Nothing. Every story here" in carol.get(ADDRESS).text

    @pytest.mark.parametrize(("answer", "status"), [("changed", "changed"), ("stopped", "stopped")])
    def test_another_answer_changes_what_the_page_says_and_no_word(
        self, cast: Cast, story: StoryPage, answer: str, status: str
    ) -> None:
        before = story.did
        confirming.say(story, by=cast.alice, answer=answer)
        now = StoryPage.objects.get(pk=story.pk)
        assert (now.practice_status, now.did, now.live, now.has_unpublished_changes) == (status, before, True, False)
        assert [each.person for each in now.authorships.all()] == [cast.alice]
        assert now.get_latest_revision_as_object().practice_status == status

    def test_a_newer_draft_is_not_written_over(self, cast: Cast, story: StoryPage) -> None:
        draft = writing.draft_of(story)
        draft.title = "A newer title"
        draft.save_revision(user=cast.alice)
        with pytest.raises(Refused, match="newer draft"):
            confirming.say(story, by=cast.alice, answer="stopped")
        confirming.say(story, by=cast.alice, answer="so")
        assert StoryPage.objects.get(pk=story.pk).get_latest_revision_as_object().title == "A newer title"

    def test_authors_are_not_asked_twice_in_a_month(self, cast: Cast, story: StoryPage) -> None:
        confirming.ask(story, by=cast.carol)
        with pytest.raises(Refused, match="asked lately"):
            confirming.ask(story, by=cast.carol)
        StillSo.objects.update(asked_at=timezone.now() - timedelta(days=31))
        confirming.ask(story, by=cast.carol)

    def test_nobody_is_asked_who_is_not_here_or_is_oneself(self, cast: Cast, story: StoryPage) -> None:
        own = old(make_story(cast.waste, by=cast.carol, title="Mine"))
        with pytest.raises(Refused, match="your own story"):
            confirming.ask(own, by=cast.carol)
        cast.alice.is_active = False
        cast.alice.save()
        with pytest.raises(Refused, match="None of its authors"):
            confirming.ask(story, by=cast.carol)

    def test_others_neither_ask_nor_answer(self, cast: Cast, story: StoryPage) -> None:
        for person in (cast.alice, cast.bob, cast.eve):
            with pytest.raises(PermissionDenied):
                confirming.ask(story, by=person)
        for person in (cast.bob, cast.carol):
            with pytest.raises(PermissionDenied):
                confirming.say(story, by=person, answer="stopped")
        draft = make_story(cast.waste, by=cast.alice, live=False)
        with pytest.raises(PermissionDenied):
            confirming.ask(draft, by=cast.carol)

    def test_an_answer_that_there_is_not_is_no_page(self, cast: Cast, story: StoryPage) -> None:
        assert as_(cast.alice).post(f"/stories/{story.pk}/still-so/", {"answer": "maybe"}).status_code == 404


class TestWhatIsSought:
    def wish(self, words: str, topic: Topic | None, people: int) -> None:
        Wish.objects.create(key=words, words=words, topic=topic, people=people)

    def test_wishes_on_its_topics_of_three_people_or_more(self, cast: Cast) -> None:
        group = Topic.objects.create(title="Waste", slug="waste")
        food = Topic.objects.create(title="Food waste", slug="food-waste", parent=group)
        parks = Topic.objects.create(title="Parks", slug="parks")
        group.communities.add(cast.waste)
        self.wish("bokashi bins", food, 3)
        self.wish("wormeries", food, 2)
        self.wish("goats on verges", parks, 9)
        html = as_(cast.carol).get(ADDRESS).text
        assert "Bokashi bins" in html
        assert "ormeries" not in html
        assert "oats on verges" not in html

    def test_without_topics_it_says_what_to_do(self, cast: Cast) -> None:
        assert "Choose the topics" in as_(cast.carol).get(ADDRESS).text


def test_months_begin_in_the_time_of_the_site(cast: Cast) -> None:
    assert timezone.localtime(Health(cast.waste).since).date() == Health(cast.waste).months[0]
    assert isinstance(Health(cast.waste).since, datetime)
