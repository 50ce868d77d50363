"""What goes along with a story that is merged into another one, and taking the merger back."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from hub.notifications.models import Notification
from hub.refusal import Refused
from practice import collecting, featuring, moderating, parting, reporting, writing
from practice.models import CollectionItem, Feature, Pick, Repetition, Report, StoryMerge, StoryPage
from practice.models.feature import monday_of
from practice.models.workflow import review_in_progress
from search.models import ChosenAnswer
from tests.cast import Cast, make_community, make_story
from tests.practice.steps import logged, merge, newest, save, send, told

Kind = Feature.Kind


def undo(gone: StoryPage, by: Any) -> None:
    parting.undo(StoryPage.objects.get(pk=gone.pk), by=by)
    gone.refresh_from_db()


def put_forward(story: StoryPage, by: Any, kind: str, days: int = 9) -> Feature:
    until = timezone.localdate() + timedelta(days=days)
    return featuring.feature(story, by=by, kind=kind, reason=f"Read {story.pk}", until=until)


def standing() -> set[tuple[int, str]]:
    return set(Feature.objects.standing().values_list("story", "kind"))


def report(story: StoryPage, by: Any, repetition: Repetition | None = None) -> Report:
    return reporting.report(story, by=by, reason="wrong", words="Not so.", repetition=repetition)


def repeat(story: StoryPage, by: Any, cast: Cast) -> Repetition:
    return Repetition.objects.create(story=story, person=by, council=cast.brockhaven, outcome="well")


class TestWhatGoesAlong:
    def test_features_and_pins_stand_once_and_come_back(self, cast: Cast, gone: StoryPage, kept: StoryPage):
        put_forward(gone, cast.carol, Kind.PINNED)
        put_forward(gone, cast.carol, Kind.FEATURED)
        own = put_forward(kept, cast.carol, Kind.FEATURED)
        before = standing()
        merge(gone, kept, cast.carol)
        assert standing() == {(kept.pk, Kind.PINNED), (kept.pk, Kind.FEATURED)}
        assert Feature.objects.standing().get(kind=Kind.FEATURED) == own
        undo(gone, cast.carol)
        assert standing() == before
        assert Feature.objects.filter(story=gone, ended_at=None).count() == 2

    def test_one_whose_time_is_over_gives_way_to_one_that_stands(self, cast: Cast, gone: StoryPage, kept: StoryPage):
        over = put_forward(kept, cast.carol, Kind.FEATURED)
        Feature.objects.update(until=timezone.localdate() - timedelta(days=1))
        stands = put_forward(gone, cast.carol, Kind.FEATURED)
        merge(gone, kept, cast.carol)
        assert Feature.objects.standing().get(story=kept) == stands
        undo(gone, cast.carol)
        over.refresh_from_db()
        assert (over.ended_at, standing()) == (None, {(gone.pk, Kind.FEATURED)})

    def test_in_another_community_it_stands_out_no_more(self, cast: Cast, kept: StoryPage):
        housing = make_community("Housing", facilitator=cast.dina)
        elsewhere = make_story(housing, by=cast.bob, title="Elsewhere")
        put_forward(elsewhere, cast.dina, Kind.PINNED)
        merge(elsewhere, kept, cast.dina)
        assert standing() == set()
        undo(elsewhere, cast.dina)
        assert standing() == {(elsewhere.pk, Kind.PINNED)}

    def test_picks_places_repeats_and_answers_come_back(self, cast: Cast, gone: StoryPage, kept: StoryPage):
        this = monday_of(timezone.localdate())
        for week in (this - timedelta(weeks=3), this):
            Pick.objects.create(week=week, story=gone, words="Read it")
        both = collecting.begin(by=cast.carol, community=cast.waste, title="Both")
        for story in (gone, kept):
            collecting.put(both, story, by=cast.carol, note=str(story.pk))
        said, twice = repeat(gone, cast.eve, cast), repeat(gone, cast.dina, cast)
        repeat(kept, cast.dina, cast)
        answer = ChosenAnswer.objects.create(key="caretakers", words="caretakers", story=gone, by=cast.dina)
        grown = make_story(cast.waste, by=cast.bob, title="Grew out of it", based_on=gone)
        merge(gone, kept, cast.carol)
        assert set(Pick.objects.values_list("story", flat=True)) == {kept.pk}
        assert list(CollectionItem.objects.values_list("story", flat=True)) == [kept.pk]
        undo(gone, cast.carol)
        assert set(Pick.objects.values_list("story", flat=True)) == {gone.pk}
        assert set(CollectionItem.objects.values_list("story", "note")) == {(s.pk, str(s.pk)) for s in (gone, kept)}
        for row in (said, twice, answer):
            row.refresh_from_db()
            assert row.story_id == gone.pk
        grown.refresh_from_db()
        assert grown.based_on_id == gone.pk

    def test_open_reports_are_answered_with_a_word_and_wait_again(self, cast: Cast, gone: StoryPage, kept: StoryPage):
        made = report(gone, cast.eve)
        merge(gone, kept, cast.carol)
        made.refresh_from_db()
        assert (made.outcome, made.answered_by) == (Report.Outcome.MERGED, cast.carol)
        assert "report-answered" in told(cast.eve)
        assert "practice.answer_report" in logged(gone)
        undo(gone, cast.carol)
        made.refresh_from_db()
        assert made.is_open
        assert not Notification.objects.filter(person=cast.eve).exists()
        merge(gone, kept, cast.carol)
        Notification.objects.filter(person=cast.eve).update(read_at=timezone.now())
        undo(gone, cast.carol)
        assert told(cast.eve) == ["report-answered", "report-waits"]

    def test_reports_of_what_was_said_below_it_follow(self, cast: Cast, gone: StoryPage, kept: StoryPage):
        said, twice = repeat(gone, cast.eve, cast), repeat(gone, cast.dina, cast)
        repeat(kept, cast.dina, cast)
        follows, ends = report(gone, cast.alice, said), report(gone, cast.alice, twice)
        merge(gone, kept, cast.carol)
        for row in (follows, ends):
            row.refresh_from_db()
        assert (follows.story, follows.is_open, ends.is_open) == (kept, True, False)
        undo(gone, cast.carol)
        assert Report.objects.open().filter(story=gone).count() == 2

    def test_nobody_answers_what_was_reported_of_their_own(self, cast: Cast, kept: StoryPage):
        own = make_story(cast.waste, by=cast.carol, title="Hers")
        made = report(own, cast.eve)
        merge(own, kept, cast.carol)
        made.refresh_from_db()
        assert made.is_open


class TestUndoing:
    def test_it_is_published_as_it_was_and_nobody_was_told(
        self, client: Client, cast: Cast, gone: StoryPage, kept: StoryPage
    ):
        save(kept, cast.alice, title="Not yet out")
        live = gone.live_revision_id
        client.force_login(cast.carol)
        merge(gone, kept, cast.carol)
        assert "You merged “The caretakers were asked”" in client.get("/moderate/").content.decode()
        answer = client.post(f"/moderate/{gone.pk}/merge/undo/", follow=True)
        assert "is a story of its own again" in answer.content.decode()
        gone.refresh_from_db()
        assert (gone.live, gone.live_revision_id) == (True, live)
        for version in (StoryPage.objects.get(pk=kept.pk), newest(kept)):
            assert [row.person for row in version.authorships.all()] == [cast.alice]
        assert newest(kept).title == "Not yet out"
        assert not StoryPage.objects.get(pk=kept.pk).may_be_edited_by(cast.bob)
        assert not [*told(cast.bob), *told(cast.alice)]
        assert not StoryMerge.objects.exists()
        assert client.get(gone.get_absolute_url()).status_code == 200
        assert {"practice.part"} <= logged(gone)

    def test_what_waited_to_be_read_waits_again(self, cast: Cast, kept: StoryPage):
        double = send(cast, "The same again", by=cast.bob)
        sent = review_in_progress(double)
        merge(double, kept, cast.carol)
        undo(double, cast.carol)
        assert (review_in_progress(double), double.live) == (sent, False)
        moderating.approve(double, by=cast.carol, revision=double.latest_revision)
        assert double.live

    def test_who_has_read_of_it_is_told(self, cast: Cast, gone: StoryPage, kept: StoryPage):
        merge(gone, kept, cast.carol)
        Notification.objects.filter(person=cast.bob).update(read_at=timezone.now())
        undo(gone, cast.carol)
        assert (told(cast.bob), told(cast.alice)) == (["story-merged", "stories-parted"], [])

    def test_what_led_to_it_before_leads_to_it_again(self, cast: Cast, gone: StoryPage, kept: StoryPage):
        third = make_story(cast.waste, by=cast.bob, title="A third")
        merge(third, gone, cast.carol)
        merge(gone, kept, cast.carol)
        with pytest.raises(Refused, match="Undo that first"):
            undo(third, cast.carol)
        undo(gone, cast.carol)
        assert StoryMerge.objects.get(story=third).into == gone

    def test_only_by_whoever_did_it_within_ten_minutes_and_while_nothing_followed(
        self, cast: Cast, gone: StoryPage, kept: StoryPage
    ):
        with pytest.raises(Refused, match="of its own already"):
            undo(gone, cast.carol)
        merge(gone, kept, cast.carol)
        for person in (cast.alice, cast.bob, cast.eve):
            with pytest.raises(PermissionDenied):
                undo(gone, person)
        StoryMerge.objects.update(at=timezone.now() - timedelta(minutes=11))
        with pytest.raises(Refused, match="ten minutes"):
            undo(gone, cast.carol)
        StoryMerge.objects.update(at=timezone.now())
        save(gone, cast.bob, title="Written on")
        with pytest.raises(Refused, match="Something else"):
            undo(gone, cast.carol)
        other = make_story(cast.waste, by=cast.bob, title="Another")
        merge(other, kept, cast.dina)
        save(kept, cast.alice, title="Newer")
        writing.submit(kept, by=cast.alice)
        with pytest.raises(Refused, match="new version"):
            undo(other, cast.dina)
