"""What authors do with what they wrote: send it, publish it, take it back, throw it away."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied

from hub.notifications.models import Notification
from hub.refusal import Refused
from practice import writing
from practice.models import StoryPage
from practice.writing import Incomplete
from tests.cast import Cast, make_community, make_story
from tests.practice.steps import approve, fill, save

State = StoryPage.State


@pytest.fixture
def draft(cast: Cast) -> StoryPage:
    return writing.start(by=cast.alice, title="We asked the  caretakers", community=cast.waste)


class TestSending:
    def test_what_is_missing_is_said(self, draft: StoryPage, cast: Cast) -> None:
        with pytest.raises(Incomplete) as caught:
            writing.submit(draft, by=cast.alice)
        assert set(caught.value.missing) == {"summary", "did"}
        assert draft.state == State.DRAFT

    def test_a_facilitator_is_told_and_may_read_it(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        assert writing.submit(draft, by=cast.alice) == "sent"
        assert draft.state == draft.edit_state == State.IN_REVIEW
        assert draft.may_be_seen_by(cast.carol)
        assert not draft.may_be_seen_by(cast.bob)
        told = Notification.objects.get(what="story-submitted")
        assert (told.person, told.by) == (cast.carol, cast.alice)
        assert told.url == f"/moderate/{draft.pk}/"

    def test_nobody_is_told_to_read_what_waits_no_longer(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        told = Notification.objects.filter(what="story-submitted")
        for end in (writing.take_back, approve):
            writing.submit(draft, by=cast.alice)
            assert told.unread().count() == 1
            end(draft, by=cast.alice if end is writing.take_back else cast.carol)
            assert not told.unread().exists()

    def test_wagtail_itself_writes_no_mail(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        writing.submit(draft, by=cast.alice)
        assert not [message for message in mail.outbox if "/admin/" in str(message.message())]

    def test_it_is_published_at_once_where_nothing_is_read_first(self, cast: Cast) -> None:
        community = make_community("Quick notes", facilitator=cast.alice, review_first=False)
        story = writing.start(by=cast.alice, title="A note", community=community)
        fill(story, cast.alice)
        assert writing.submit(story, by=cast.alice) == "published"
        assert story.state == State.LIVE
        assert story.edit_state is None
        assert list(StoryPage.objects.visible_to(None)) == [story]

    def test_an_edit_leaves_the_live_version_up(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        save(story, cast.alice, summary="Better")
        assert writing.submit(story, by=cast.alice) == "sent"
        story = StoryPage.objects.get(pk=story.pk)
        assert story.live
        assert story.summary == "Food waste in eleven blocks of flats."
        assert (story.state, story.edit_state) == (State.LIVE, State.IN_REVIEW)

    def test_nothing_new_is_not_sent(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        with pytest.raises(Refused, match="Nothing has changed"):
            writing.submit(story, by=cast.alice)

    def test_the_same_text_is_not_sent_twice(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        writing.submit(draft, by=cast.alice)
        with pytest.raises(Refused, match="with a reader already"):
            writing.submit(draft, by=cast.alice)

    def test_a_newer_text_takes_the_place_of_the_one_that_is_read(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        writing.submit(draft, by=cast.alice)
        newer = save(draft, cast.alice, summary="Better")
        assert writing.submit(draft, by=cast.alice) == "sent"
        assert draft.current_workflow_task_state.revision == newer

    def test_after_changes_were_asked_for_it_goes_back_to_the_reader(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        writing.submit(draft, by=cast.alice)
        draft.current_workflow_task_state.reject(user=cast.carol, comment="How was each asked?")
        assert draft.state == State.CHANGES_REQUESTED
        newer = save(draft, cast.alice, summary="Each was asked at the door")
        assert draft.state == State.CHANGES_REQUESTED
        writing.submit(draft, by=cast.alice)
        assert draft.state == State.IN_REVIEW
        assert draft.current_workflow_task_state.revision == newer

    def test_a_declined_story_is_declined_until_its_author_goes_on(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        writing.submit(draft, by=cast.alice)
        review = draft.current_workflow_state
        draft.current_workflow_task_state.reject(user=cast.carol, comment="An advertisement")
        review.refresh_from_db()
        review.cancel(user=cast.carol)
        draft.refresh_from_db()
        assert draft.state == State.DECLINED
        save(draft, cast.alice, summary="Told anew")
        assert draft.state == State.DRAFT

    def test_one_who_left_the_community_cannot_send(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        cast.alice.memberships.all().delete()
        cast.alice.forget_memberships()
        with pytest.raises(Refused, match="no longer a member"):
            writing.submit(draft, by=cast.alice)

    def test_a_withdrawn_story_is_read_again_whatever_the_rule(self, cast: Cast) -> None:
        community = make_community("Quick notes", facilitator=cast.alice, review_first=False)
        story = make_story(community, by=cast.alice)
        story.unpublish()
        save(story, cast.alice, summary="Put back?")
        assert story.state == State.WITHDRAWN
        with pytest.raises(PermissionDenied):
            writing.publish(story, revision=story.latest_revision, by=cast.bob)
        assert writing.submit(story, by=cast.alice) == "sent"
        assert (story.state, story.edit_state) == (State.WITHDRAWN, State.IN_REVIEW)


class TestPublishing:
    def test_authors_do_not_publish_where_a_facilitator_reads_first(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        with pytest.raises(PermissionDenied):
            writing.publish(draft, revision=draft.latest_revision, by=cast.alice)

    def test_the_named_version_is_published_not_the_latest(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        writing.submit(draft, by=cast.alice)
        read = draft.latest_revision
        save(draft, cast.alice, summary="Not read by anyone")
        writing.publish(draft, revision=read, by=cast.carol)
        assert draft.summary == "Food waste in eleven blocks."
        assert draft.has_unpublished_changes
        assert writing.draft_of(draft).summary == "Not read by anyone"

    def test_a_version_of_another_story_is_not(self, draft: StoryPage, cast: Cast) -> None:
        other = make_story(cast.waste, by=cast.bob)
        with pytest.raises(PermissionDenied):
            writing.publish(draft, revision=other.latest_revision, by=cast.carol)


class TestTakingBack:
    def test_it_is_a_draft_again(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        writing.submit(draft, by=cast.alice)
        writing.take_back(draft, by=cast.alice)
        assert draft.state == State.DRAFT
        assert not draft.may_be_seen_by(cast.carol)

    def test_others_cannot(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        writing.submit(draft, by=cast.alice)
        for other in (cast.bob, cast.carol):
            with pytest.raises(PermissionDenied):
                writing.take_back(draft, by=other)

    def test_what_was_not_sent_cannot_be_taken_back(self, draft: StoryPage, cast: Cast) -> None:
        with pytest.raises(Refused):
            writing.take_back(draft, by=cast.alice)
