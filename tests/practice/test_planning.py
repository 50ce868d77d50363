"""Stories that go out, and are taken down, at a time that somebody chose."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.utils import timezone

from community import joining, sanctioning
from community.models import Membership
from hub import pagecache
from hub.notifications.models import Notification
from hub.refusal import Refused
from practice import moderating, planning, throwing_away, undoing, writing
from practice.models import StoryPage, StoryPlan
from search.models import Outbox
from tests.cast import Cast, make_cast, make_community, make_story
from tests.practice.steps import approve, logged, save, send, told

State = StoryPage.State
HOUR = timedelta(hours=1)


@pytest.fixture
def soon() -> datetime:
    return timezone.now() + HOUR


@pytest.fixture
def quick(cast: Cast) -> Any:
    """A community that reads nothing first."""
    community = make_community("Quick", facilitator=cast.carol, review_first=False)
    community.memberships.create(person=cast.alice)
    cast.alice.forget_memberships()
    return community


def again(story: StoryPage) -> StoryPage:
    return StoryPage.objects.select_related("community__policy").get(pk=story.pk)


def due(at: datetime) -> tuple[int, int]:
    return planning.carry_out(at + timedelta(seconds=1))


class TestGoingOut:
    def test_what_was_approved_goes_out_at_its_time_and_not_before(self, cast: Cast, soon: datetime) -> None:
        story = send(cast)
        planning.plan(story, by=cast.alice, goes_out_at=soon)
        approve(story, cast.carol)
        story = again(story)
        assert (story.live, story.state) == (False, State.PLANNED)
        assert "is approved, and goes out on" in Notification.objects.filter(person=cast.alice).latest("pk").subject
        assert planning.carry_out() == (0, 0)
        assert not again(story).live
        before, waiting = pagecache.version(), Outbox.objects.count()
        assert due(soon) == (1, 0)
        story = again(story)
        assert (story.live, story.state, story.edit_state) == (True, State.LIVE, None)
        assert StoryPage.objects.visible_to(None).get() == story
        assert pagecache.version() != before
        assert Outbox.objects.count() > waiting
        assert told(cast.alice)[-1] == "story-published"
        assert Notification.objects.filter(person=cast.alice).latest("pk").subject.endswith("is published, as planned")
        assert not StoryPlan.objects.exists()
        assert "practice.plan" in logged(story)

    def test_doing_it_again_does_nothing(self, cast: Cast, soon: datetime) -> None:
        story = send(cast)
        planning.plan(story, by=cast.alice, goes_out_at=soon)
        approve(story, cast.carol)
        assert [due(soon), due(soon)] == [(1, 0), (0, 0)]
        assert told(cast.alice).count("story-published") == 1

    def test_where_nothing_is_read_first_publishing_sets_it_aside(self, cast: Cast, quick: Any, soon: datetime) -> None:
        story = make_story(quick, by=cast.alice, live=False)
        planning.plan(story, by=cast.alice, goes_out_at=soon)
        assert writing.submit(story, by=cast.alice) == "planned"
        with pytest.raises(Refused, match="already"):
            writing.submit(story, by=cast.alice)
        assert due(soon) == (1, 0)
        assert again(story).live

    def test_what_is_written_meanwhile_stays_a_draft(self, cast: Cast, quick: Any, soon: datetime) -> None:
        story = make_story(quick, by=cast.alice, live=False, title="As planned")
        planning.plan(story, by=cast.alice, goes_out_at=soon)
        writing.submit(story, by=cast.alice)
        save(story, cast.alice, title="A newer thought")
        due(soon)
        story = again(story)
        assert (story.title, story.draft_title) == ("As planned", "A newer thought")
        assert story.has_unpublished_changes

    def test_a_wish_whose_time_has_passed_is_published_once_it_is_approved(self, cast: Cast, soon: datetime) -> None:
        story = send(cast)
        planning.plan(story, by=cast.alice, goes_out_at=soon)
        assert due(soon) == (0, 0)
        StoryPlan.objects.update(goes_out_at=timezone.now() - HOUR)
        approve(story, cast.carol)
        assert again(story).live
        assert not StoryPlan.objects.exists()

    def test_where_the_community_reads_first_by_then_it_does_not_go_out(
        self, cast: Cast, quick: Any, soon: datetime
    ) -> None:
        story = make_story(quick, by=cast.alice, live=False)
        planning.plan(story, by=cast.alice, goes_out_at=soon)
        writing.submit(story, by=cast.alice)
        quick.policy.review_first = True
        quick.policy.save()
        assert due(soon) == (0, 0)
        story = again(story)
        assert (story.live, story.state) == (False, State.DRAFT)
        notice = Notification.objects.filter(person=cast.alice).latest("pk")
        assert "did not go out" in notice.subject
        assert "Send it once more" in notice.words

    def test_what_lacks_something_by_then_does_not_go_out(self, cast: Cast, soon: datetime) -> None:
        story = send(cast)
        planning.plan(story, by=cast.alice, goes_out_at=soon)
        approve(story, cast.carol)
        plan = StoryPlan.objects.get()
        assert plan.revision
        plan.revision.content["summary"] = ""
        plan.revision.save()
        assert due(soon) == (0, 0)
        assert not again(story).live
        assert "did not go out" in Notification.objects.filter(person=cast.alice).latest("pk").subject

    def test_it_can_be_published_at_once_after_all(self, cast: Cast, soon: datetime) -> None:
        story = send(cast)
        planning.plan(story, by=cast.alice, goes_out_at=soon)
        with pytest.raises(Refused, match="Nothing of it waits"):
            planning.go_out_now(story, by=cast.alice)
        approve(story, cast.carol)
        planning.go_out_now(story, by=cast.alice)
        assert again(story).live
        assert not StoryPlan.objects.exists()

    def test_an_approval_can_be_taken_back_while_it_waits(self, cast: Cast, soon: datetime) -> None:
        story = send(cast)
        planning.plan(story, by=cast.alice, goes_out_at=soon)
        approve(story, cast.carol)
        review = story.current_workflow_task_state or story.workflow_states.get().current_task_state
        undoing.undo(story, by=cast.carol, review=review.pk)
        assert again(story).state == State.IN_REVIEW
        assert due(soon) == (0, 0)
        assert StoryPlan.objects.get().goes_out_at == soon

    def test_a_newer_version_of_a_published_story_waits_while_the_old_one_is_read(
        self, cast: Cast, soon: datetime
    ) -> None:
        story = make_story(cast.waste, by=cast.alice, title="Old")
        save(story, cast.alice, title="New")
        writing.submit(story, by=cast.alice)
        planning.plan(story, by=cast.alice, goes_out_at=soon)
        approve(story, cast.carol)
        story = again(story)
        assert (story.title, story.state, story.edit_state) == ("Old", State.LIVE, State.PLANNED)
        due(soon)
        assert again(story).title == "New"


class TestBeingTakenDown:
    def test_it_comes_down_at_its_time_and_can_be_published_again(self, cast: Cast, soon: datetime) -> None:
        story = make_story(cast.waste, by=cast.alice)
        planning.plan(story, by=cast.alice, comes_down_at=soon)
        assert planning.carry_out() == (0, 0)
        assert [due(soon), due(soon)] == [(0, 1), (0, 0)]
        story = again(story)
        assert story.state == State.WITHDRAWN
        assert not StoryPage.objects.visible_to(None).exists()
        assert told(cast.alice) == ["story-withdrawn"]
        assert "was taken down as planned" in Notification.objects.get(person=cast.alice).subject
        moderating.restore(story, by=cast.alice)
        assert again(story).live

    def test_it_waits_while_facilitators_look_at_a_report(self, cast: Cast, soon: datetime) -> None:
        story = make_story(cast.waste, by=cast.alice)
        planning.plan(story, by=cast.alice, comes_down_at=soon)
        StoryPage.objects.filter(pk=story.pk).update(hidden_at=timezone.now())
        assert due(soon) == (0, 0)
        StoryPage.objects.filter(pk=story.pk).update(hidden_at=None)
        assert due(soon) == (0, 1)

    def test_both_can_be_planned(self, cast: Cast, soon: datetime) -> None:
        story = send(cast)
        planning.plan(story, by=cast.alice, goes_out_at=soon, comes_down_at=soon + HOUR)
        approve(story, cast.carol)
        assert due(soon) == (1, 0)
        assert StoryPlan.objects.get().words.startswith("Will be taken down on")
        assert due(soon + HOUR) == (0, 1)

    def test_a_timer_that_was_away_does_both(self, cast: Cast, soon: datetime) -> None:
        story = send(cast)
        planning.plan(story, by=cast.alice, goes_out_at=soon, comes_down_at=soon + HOUR)
        approve(story, cast.carol)
        assert due(soon + HOUR) == (1, 1)
        assert again(story).state == State.WITHDRAWN

    def test_a_draft_has_nothing_to_take_down(self, cast: Cast, soon: datetime) -> None:
        story = make_story(cast.waste, by=cast.alice, live=False)
        planning.plan(story, by=cast.alice, comes_down_at=soon)
        assert due(soon) == (0, 0)
        assert not StoryPlan.objects.exists()


class TestChanging:
    def test_times_that_make_no_sense_are_refused(self, cast: Cast, soon: datetime) -> None:
        draft = make_story(cast.waste, by=cast.alice, live=False)
        live = make_story(cast.waste, by=cast.alice)
        for story, times, words in (
            (draft, {"goes_out_at": timezone.now() - HOUR}, "has passed"),
            (draft, {"comes_down_at": timezone.now() - HOUR}, "has passed"),
            (draft, {"goes_out_at": soon, "comes_down_at": soon}, "before it goes out"),
            (draft, {"goes_out_at": soon + timedelta(days=1000)}, "two years"),
            (live, {"goes_out_at": soon}, "Nothing has changed"),
        ):
            with pytest.raises(Refused, match=words):
                planning.plan(story, by=cast.alice, **times)
        assert not StoryPlan.objects.exists()

    def test_a_plan_is_changed_and_cancelled(self, cast: Cast, soon: datetime) -> None:
        story = send(cast)
        planning.plan(story, by=cast.alice, goes_out_at=soon)
        approve(story, cast.carol)
        planning.plan(story, by=cast.carol, goes_out_at=soon + HOUR)
        assert told(cast.alice)[-1] == "story-planned"
        assert due(soon) == (0, 0)
        planning.plan(story, by=cast.alice)
        assert due(soon + HOUR) == (0, 0)
        assert again(story).state == State.DRAFT
        assert planning.plan(story, by=cast.alice) is None

    def test_others_may_not(self, cast: Cast, soon: datetime) -> None:
        draft = make_story(cast.waste, by=cast.alice, live=False)
        for other in (cast.bob, cast.carol):
            with pytest.raises(PermissionDenied):
                planning.plan(draft, by=other, goes_out_at=soon)
        sent = send(cast, title="Sent")
        with pytest.raises(PermissionDenied):
            planning.plan(sent, by=cast.bob, goes_out_at=soon)
        assert planning.plan(sent, by=cast.carol, goes_out_at=soon)

    def test_who_decides_is_told_when_it_goes_out(self, client: Client, cast: Cast, soon: datetime) -> None:
        story = send(cast)
        planning.plan(story, by=cast.alice, goes_out_at=soon)
        client.force_login(cast.carol)
        data = {"do": "publish", "revision": StoryPage.objects.get(pk=story.pk).latest_revision_id}
        assert "is approved. It goes out on" in client.post(f"/moderate/{story.pk}/", data, follow=True).text
        assert "approved it already" in moderating.what_happened(again(story))

    def test_moving_it_to_where_more_people_read_is_asked_about(self, cast: Cast, soon: datetime) -> None:
        closed = make_community("Closed", facilitator=cast.carol, visibility="members")
        closed.memberships.create(person=cast.alice)
        cast.alice.forget_memberships()
        story = send(cast, community=closed)
        planning.plan(story, by=cast.alice, goes_out_at=soon)
        approve(story, cast.carol)
        with pytest.raises(moderating.WiderAudience):
            moderating.move(again(story), by=cast.carol, to=cast.waste)
        moderating.move(again(story), by=cast.carol, to=cast.waste, knowingly=True)
        assert due(soon) == (1, 0)

    def test_withdrawing_and_throwing_away_end_it(self, cast: Cast, soon: datetime) -> None:
        live = make_story(cast.waste, by=cast.alice)
        planning.plan(live, by=cast.alice, comes_down_at=soon)
        moderating.withdraw(live, by=cast.carol)
        story = send(cast, title="Not after all")
        planning.plan(story, by=cast.alice, goes_out_at=soon)
        approve(story, cast.carol)
        throwing_away.discard(again(story), by=cast.alice)
        assert due(soon) == (0, 0)
        assert not StoryPlan.objects.exists()


class TestThePage:
    def test_times_are_those_of_london_in_summer_and_winter(
        self, alice: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        story = send(cast)
        year = timezone.now().year + 1
        for month, hour in ((1, 9), (7, 8)):
            data = {"do": "plan", "goes_out_at_0": f"{year}-{month:02}-03", "goes_out_at_1": "09:00"}
            page = alice.post(f"/write/{story.pk}/when/", data, follow=True).text
            assert "at 09:00" in page
            goes_out_at = StoryPlan.objects.get().goes_out_at
            assert goes_out_at
            assert goes_out_at.hour == hour

    @pytest.mark.parametrize(
        ("day", "time", "words"),
        [
            ("2020-01-01", "09:00", "has passed"),
            ("2027-01-31", "", "Give the day and the time"),
            ("31.1.2027", "09:00", "Give the day as in"),
            ("2027-01-31", "nine", "Give the time as in"),
            ("2027-03-28", "01:30", "The clocks change"),
            ("2027-10-31", "01:30", "The clocks change"),
        ],
    )
    def test_what_is_wrong_is_said(self, alice: Client, cast: Cast, day: str, time: str, words: str) -> None:
        story = send(cast)
        data = {"do": "plan", "goes_out_at_0": day, "goes_out_at_1": time}
        answer = alice.post(f"/write/{story.pk}/when/", data)
        assert answer.status_code in {409, 422}
        assert words in answer.text
        assert "<title>Error: " in answer.text

    def test_it_is_shown_on_the_draft_the_review_and_the_lists(
        self, alice: Client, client: Client, cast: Cast, soon: datetime
    ) -> None:
        story = send(cast)
        plan = planning.plan(story, by=cast.alice, goes_out_at=soon)
        assert plan
        for address in ("/write/yours/", f"/write/{story.pk}/", f"/write/{story.pk}/check/"):
            assert plan.words in alice.get(address).text
        client.force_login(cast.carol)
        for address in ("/moderate/", f"/moderate/{story.pk}/", f"/write/{story.pk}/when/"):
            assert plan.words in client.get(address).text
        approve(story, cast.carol)
        assert client.get(f"/write/{story.pk}/preview/").status_code == 200
        client.force_login(cast.alice)
        page = client.get("/write/yours/")
        assert [line.title for line in page.context["shelves"].going_out] == [story.title]
        assert "Publish it now" in client.get(f"/write/{story.pk}/when/").text
        client.post(f"/write/{story.pk}/when/", {"do": "cancel"})
        assert not StoryPlan.objects.exists()

    def test_publishing_says_when(self, alice: Client, cast: Cast, quick: Any, soon: datetime) -> None:
        story = make_story(quick, by=cast.alice, live=False)
        planning.plan(story, by=cast.alice, goes_out_at=soon)
        assert "Goes out on" in alice.post(f"/write/{story.pk}/check/", follow=True).text
        assert "It is published" in alice.post(f"/write/{story.pk}/when/", {"do": "now"}, follow=True).text


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_timers_at_once_do_it_once() -> None:
    cast = make_cast()
    soon = timezone.now() + HOUR
    for number in range(6):
        story = send(cast, title=f"Story {number}")
        planning.plan(story, by=cast.alice, goes_out_at=soon)
        approve(story, cast.carol)
    gate = threading.Barrier(3)
    done: list[tuple[int, int]] = []

    def run() -> None:
        try:
            gate.wait()
            done.append(due(soon))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(out for out, _ in done) == 6
    assert told(cast.alice).count("story-published") == 6
    assert StoryPage.objects.filter(live=True).count() == 6


def test_the_command_does_what_is_due(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    story = make_story(cast.waste, by=cast.alice)
    planning.plan(story, by=cast.alice, comes_down_at=timezone.now() + HOUR)
    StoryPlan.objects.update(comes_down_at=timezone.now() - HOUR)
    call_command("publish_planned")
    assert "0 stories went out, 1 were taken down" in capsys.readouterr().out


class TestWhoMayNotWriteAnyMore:
    """What nobody read first goes out in the name of whoever sent it, who must be one to write there still."""

    @pytest.fixture
    def planned(self, cast: Cast, quick: Any, soon: datetime) -> StoryPage:
        story = make_story(quick, by=cast.alice, live=False)
        planning.plan(story, by=cast.alice, goes_out_at=soon)
        assert writing.submit(story, by=cast.alice) == "planned"
        return again(story)

    def test_a_muted_author_does_not_let_it_go_out(self, cast: Cast, planned: StoryPage, soon: datetime):
        membership = Membership.objects.get(person=cast.alice, community=planned.community)
        sanctioning.mute(membership, by=cast.carol, reason="Be kind.", days=3)
        with pytest.raises(Refused, match="not write in it until"):
            planning.go_out_now(planned, by=cast.alice)
        assert due(soon + HOUR) == (0, 0)
        assert "may not write in Quick" in Notification.objects.filter(person=cast.alice).latest("pk").words

    def test_nor_does_somebody_who_was_removed(self, cast: Cast, planned: StoryPage, soon: datetime):
        membership = Membership.objects.get(person=cast.alice, community=planned.community)
        joining.remove(membership, by=cast.carol, reason="She sells a product.")
        assert due(soon + HOUR) == (0, 0)
        assert not again(planned).live
