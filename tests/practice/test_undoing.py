"""Taking a decision back within ten minutes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from hub.notifications.models import Notification
from hub.notifications.notify import notify
from hub.notifications.reading import open_notice
from hub.refusal import Refused
from practice import hiding, moderating, undoing, writing
from practice.models import Repetition, ReviewState, StoryPage
from practice.models.workflow import UNDO_WITHIN, review_in_progress
from practice.waiting import waiting_for
from tests.cast import Cast, make_story
from tests.practice.steps import approve, ask, decline, logged, save, send, told

State = StoryPage.State
DECISIONS = [approve, ask, decline]


@pytest.fixture
def story(cast: Cast) -> StoryPage:
    return send(cast)


def undo(story: StoryPage, by: Any) -> None:
    story.refresh_from_db()
    last = ReviewState.objects.of_story(story).last()
    assert last is not None
    undoing.undo(story, by=by, review=last.pk)


def letters(person: Any) -> list[str]:
    return [letter.subject for letter in mail.outbox if letter.to == [person.email]]


def ten_minutes_later() -> None:
    ago = timezone.now() - UNDO_WITHIN
    ReviewState.objects.update(finished_at=ago)
    Notification.objects.update(held_until=timezone.now(), created_at=ago)


class TestUndoing:
    @pytest.mark.parametrize("decide", DECISIONS)
    def test_it_waits_to_be_read_again_and_nobody_was_told(
        self, cast: Cast, story: StoryPage, decide: Callable[..., None]
    ):
        sent = story.latest_revision_id
        decide(story, by=cast.carol)
        undo(story, by=cast.carol)
        review = review_in_progress(story)
        assert review is not None
        assert (review.revision_id, review.comment, review.finished_by) == (sent, "", None)
        assert list(waiting_for(cast.carol)) == [story]
        assert (story.state, story.live) == (State.IN_REVIEW, False)
        assert told(cast.alice) == []
        assert not StoryPage.objects.visible_to(None).exists()
        assert "practice.undo_decision" in logged(story)

    @pytest.mark.parametrize("first", DECISIONS)
    @pytest.mark.parametrize("second", DECISIONS)
    def test_it_can_be_decided_again(self, cast: Cast, story: StoryPage, first: Any, second: Any):
        first(story, by=cast.carol)
        undo(story, by=cast.carol)
        second(story, by=cast.dina)
        assert story.live == (second is approve)
        assert len(told(cast.alice)) == 1
        if second is not approve:
            save(story, cast.alice, title="Again")
            writing.submit(story, by=cast.alice)
            assert story.state == State.IN_REVIEW

    def test_readers_see_the_version_before_again(self, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        before = story.live_revision_id
        save(story, cast.alice, title="We asked everybody", authors=[cast.alice, cast.bob])
        writing.submit(story, by=cast.alice)
        approve(story, by=cast.carol)
        assert story.title == "We asked everybody"
        undo(story, by=cast.carol)
        assert (story.title, story.live, story.live_revision_id) == ("We asked the caretakers", True, before)
        assert [each.person for each in story.authorships.all()] == [cast.alice]
        assert story.edit_state == State.IN_REVIEW
        approve(story, by=cast.carol)
        assert story.title == "We asked everybody"

    def test_what_was_written_meanwhile_stays(self, cast: Cast, story: StoryPage):
        ask(story, by=cast.carol)
        save(story, cast.alice, title="Written meanwhile")
        undo(story, by=cast.carol)
        assert writing.draft_of(story).title == "Written meanwhile"
        moderating.approve(
            story,
            by=cast.carol,
            revision=review_in_progress(story).revision_id,  # type: ignore[union-attr]
        )
        assert story.title == "We asked the caretakers"

    def test_what_was_withdrawn_and_approved_again_is_withdrawn_again(self, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        moderating.withdraw(story, by=cast.carol)
        save(story, cast.alice, title="Mended")
        writing.submit(story, by=cast.alice)
        approve(story, by=cast.carol)
        Notification.objects.exclude(what="story-approved").delete()
        undo(story, by=cast.carol)
        assert (story.live, story.state) == (False, State.WITHDRAWN)
        assert review_in_progress(story)

    def test_what_was_hidden_and_approved_again_is_hidden_again_and_can_be_shown(self, client: Client, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        hiding.hide(story, by=cast.carol, reason="It may name a tenant.")
        before = StoryPage.objects.get(pk=story.pk).hidden_at
        save(story, cast.alice, title="Mended")
        writing.submit(story, by=cast.alice)
        approve(story, by=cast.carol)
        Notification.objects.exclude(what="story-approved").delete()
        assert (story.live, story.hidden_at) == (True, None)
        undo(story, by=cast.carol)
        assert (story.live, story.state, story.hidden_at) == (False, State.HIDDEN, before)
        assert "hidden while facilitators look" in client.get(story.get_absolute_url()).content.decode()
        ask(story, by=cast.carol)
        hiding.show_again(story, by=cast.carol)
        assert (story.live, story.title) == (True, "We asked the caretakers")


class TestTooLate:
    def refused(self, story: StoryPage, by: Any, words: str) -> None:
        before = StoryPage.objects.get(pk=story.pk).state
        with pytest.raises(Refused, match=words):
            undo(story, by=by)
        assert StoryPage.objects.get(pk=story.pk).state == before

    @pytest.mark.parametrize("decide", DECISIONS)
    def test_after_ten_minutes(self, cast: Cast, story: StoryPage, decide: Callable[..., None]):
        decide(story, by=cast.carol)
        ten_minutes_later()
        self.refused(story, cast.carol, "More than ten minutes")

    @pytest.mark.parametrize("decide", DECISIONS)
    def test_once_its_author_has_read_of_it(self, cast: Cast, story: StoryPage, decide: Callable[..., None]):
        decide(story, by=cast.carol)
        open_notice(Notification.objects.get(person=cast.alice))
        self.refused(story, cast.carol, "has read of it")

    def test_once_somebody_else_was_told(self, cast: Cast, story: StoryPage):
        approve(story, by=cast.carol)
        notify([cast.bob], "search-found", about=story, subject="New", url="/", mail=False)
        self.refused(story, cast.carol, "Bob Okafor has been told")

    def test_once_somebody_repeated_it(self, cast: Cast, story: StoryPage):
        approve(story, by=cast.carol)
        Repetition.objects.create(story=story, person=cast.bob, council=cast.brockhaven, outcome="well")
        self.refused(story, cast.carol, "built on it")

    def test_once_it_was_sent_again(self, cast: Cast, story: StoryPage):
        ask(story, by=cast.carol)
        first = ReviewState.objects.of_story(story).get()
        save(story, cast.alice, title="Mended")
        writing.submit(story, by=cast.alice)
        with pytest.raises(Refused, match="sent again"):
            undoing.undo(story, by=cast.carol, review=first.pk)
        assert story.state == State.IN_REVIEW

    def test_once_it_was_withdrawn(self, cast: Cast, story: StoryPage):
        approve(story, by=cast.carol)
        moderating.withdraw(StoryPage.objects.get(pk=story.pk), by=cast.carol)
        self.refused(story, cast.carol, "Something else has been done")

    def test_twice(self, cast: Cast, story: StoryPage):
        approve(story, by=cast.carol)
        undo(story, by=cast.carol)
        with pytest.raises(Refused):
            undo(story, by=cast.carol)
        assert review_in_progress(story)

    @pytest.mark.parametrize("name", ["alice", "bob", "dina", "eve"])
    def test_only_whoever_decided_takes_it_back(self, cast: Cast, story: StoryPage, name: str):
        approve(story, by=cast.carol)
        with pytest.raises(PermissionDenied):
            undo(story, by=getattr(cast, name))
        assert StoryPage.objects.get(pk=story.pk).live


class TestLetters:
    def test_they_wait_ten_minutes(self, cast: Cast, story: StoryPage, django_capture_on_commit_callbacks: Any):
        with django_capture_on_commit_callbacks(execute=True):
            approve(story, by=cast.carol)
        call_command("send_waiting_mail")
        assert letters(cast.alice) == []
        assert told(cast.alice) == ["story-approved"]
        ten_minutes_later()
        with django_capture_on_commit_callbacks(execute=True):
            notify([cast.bob], "anything", about=story, subject="Something else", url="/", mail=False)
        assert letters(cast.alice) == ["“We asked the caretakers” is published"]

    def test_they_go_with_a_decision_that_is_taken_back(
        self, cast: Cast, story: StoryPage, django_capture_on_commit_callbacks: Any
    ):
        with django_capture_on_commit_callbacks(execute=True):
            decline(story, by=cast.carol)
            undo(story, by=cast.carol)
        ten_minutes_later()
        call_command("send_waiting_mail")
        assert letters(cast.alice) == []

    def test_a_worker_is_given_the_time(self, cast: Cast, story: StoryPage, settings: Any):
        settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
        approve(story, by=cast.carol)
        task = DBTaskResult.objects.get(task_path__endswith="mail_notice")
        assert task.run_after - timezone.now() > UNDO_WITHIN - timedelta(minutes=1)


class TestPages:
    def test_the_next_page_has_the_button(self, client: Client, cast: Cast, story: StoryPage):
        second = send(cast, "Keys by post")
        client.force_login(cast.carol)
        values = {"do": "publish", "note": "", "revision": story.latest_revision_id}
        answer = client.post(f"/moderate/{story.pk}/", values, follow=True)
        assert answer.redirect_chain == [(f"/moderate/{second.pk}/", 302)]
        form = BeautifulSoup(answer.content, "html.parser").select_one(f"form[action='/moderate/{story.pk}/undo/']")
        assert "You published “We asked the caretakers”" in form.get_text(" ", strip=True)
        number = form.select_one("[name=review]")["value"]
        answer = client.post(f"/moderate/{story.pk}/undo/", {"review": number}, follow=True)
        assert "waits to be read again, and nobody was told" in answer.content.decode()
        assert not StoryPage.objects.get(pk=story.pk).live

    def test_a_refusal_is_said(self, client: Client, cast: Cast, story: StoryPage):
        client.force_login(cast.carol)
        approve(story, by=cast.carol)
        assert f"/moderate/{story.pk}/undo/" in client.get("/moderate/").content.decode()
        for number in ("", "x", "0"):
            answer = client.post(f"/moderate/{story.pk}/undo/", {"review": number}, follow=True)
            assert "stays decided" in answer.content.decode()
        ten_minutes_later()
        assert f"/moderate/{story.pk}/undo/" not in client.get("/moderate/").content.decode()
        assert StoryPage.objects.get(pk=story.pk).live
