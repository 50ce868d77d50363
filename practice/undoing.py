"""Taking a decision back within ten minutes, where nothing of it has gone out.

The decision itself stands at once; the letters about it wait (`UNDO_WITHIN`). Whoever decided may take it back until
somebody has read of it, or anything else has come of it. Then the story waits to be read again, as if nothing had been.
"""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.log_actions import LogContext, log
from wagtail.models import TaskState, WorkflowState, get_default_page_content_type

from community import access
from community.models import Appeal, Person
from hub import pagecache
from hub.notifications.models import Notification
from hub.notifications.notify import take_back
from hub.refusal import Refused
from practice import writing
from practice.models import ReviewState, StoryPage, StoryPlan
from practice.models.workflow import UNDO_WITHIN
from practice.moderating import what_happened

DECIDED = (TaskState.STATUS_APPROVED, TaskState.STATUS_REJECTED)
TELLING = ("story-approved", "story-changes-asked", "story-declined")
MOST_SHOWN = 20


def decided_lately(person: Any) -> list[ReviewState]:
    """What this person decided in the last ten minutes, the latest first. Whether it can be taken back is seen then."""
    if not access.signed_in(person):
        return []
    decided = ReviewState.objects.filter(
        finished_by=person,
        finished_at__gt=timezone.now() - UNDO_WITHIN,
        status__in=DECIDED,
        workflow_state__base_content_type=get_default_page_content_type(),
    )
    rows = decided.select_related("workflow_state", "revision").defer("revision__content")
    return list(rows.order_by("-finished_at", "-pk")[:MOST_SHOWN])


def undo(story: StoryPage, *, by: Person, review: int) -> None:
    """Take back what was decided about a story: it waits to be read again. Raises Refused where it is too late."""
    by.forget_memberships()
    with transaction.atomic(), LogContext(user=by):
        held = writing.hold(story)
        if not held.may_be_moderated_by(by):
            raise PermissionDenied
        last = ReviewState.objects.of_story(held).select_related("workflow_state", "revision", "replaced").last()
        if last is None or last.pk != review:
            raise Refused("It was sent again meanwhile, so what was decided before stays decided.")
        if last.status not in DECIDED:
            raise Refused(what_happened(held))
        if last.finished_by_id != by.pk:
            raise PermissionDenied
        _check_nothing_followed(held, last)
        done = "approved it" if last.status == TaskState.STATUS_APPROVED else "sent it back"
        if last.declined:
            done = "declined it"
        log(
            instance=held,
            action="practice.undo_decision",
            user=by,
            revision=last.revision,
            data={"done": done, "reason": last.comment},
        )
        if last.status == TaskState.STATUS_APPROVED:
            _take_out_again(held, last, by)
        _wait_again(last)
    story.refresh_from_db()


def _check_nothing_followed(story: StoryPage, review: ReviewState) -> None:
    """Refuse where it is too late, or where somebody has acted on the decision, or has been told of it."""
    at = review.finished_at
    assert at is not None
    if at <= timezone.now() - UNDO_WITHIN:
        raise Refused("More than ten minutes have passed, and letters about it have gone out. It stays decided.")
    approved = review.status == TaskState.STATUS_APPROVED
    expected = (
        WorkflowState.STATUS_APPROVED
        if approved
        else WorkflowState.STATUS_CANCELLED
        if review.declined
        else WorkflowState.STATUS_NEEDS_CHANGES
    )
    moved_on = story.thrown_away_at is not None or review.workflow_state.status != expected
    waits = StoryPlan.objects.filter(story=story, revision=review.revision).exists()
    out = story.live and story.live_revision_id == review.revision_id
    if moved_on or (approved and not (out or waits)):
        raise Refused("Something else has been done with it since, so it stays decided. Its history says what.")
    if approved and story.repetitions.filter(created_at__gte=at).exists():
        raise Refused("Somebody has built on it already, so it stays published. You can withdraw it instead.")
    if review.declined and Appeal.objects.open().filter(decision__page=story.pk, decision__revision=review.revision):
        raise Refused("Its author has appealed to the editors of the site, so they answer now.")
    told = Notification.objects.filter(
        about_type=story.cached_content_type, about_id=story.pk, created_at__gte=at
    ).select_related("person")
    if others := [notice for notice in told if notice.what not in TELLING]:
        raise Refused(f"{others[0].person} has been told of it already, so it stays decided.")
    if not take_back(told):
        raise Refused("Its author has read of it already, so it stays decided. Write to them, or withdraw it.")


def _take_out_again(story: StoryPage, review: ReviewState, by: Person) -> None:
    """Show readers again what they saw before: the version that was replaced, or nothing. What only waited for its
    time is a wish again."""
    if StoryPlan.objects.filter(story=story, revision=review.revision).update(
        revision=None, approved_by=None, was_read=False
    ):
        pagecache.bump()
        return
    if review.replaced:
        review.replaced.publish(user=by, log_action=False, skip_permission_checks=True)
        return
    story.hidden_at = review.hidden_at
    UnpublishPageAction(story, user=by, log_action=False).execute(skip_permission_checks=True)
    if _is_since(story.first_published_at, review.finished_at):
        story.first_published_at = story.last_published_at = story.published_at = None
        story.save(clean=False)


def _is_since(moment: datetime | None, decided: datetime | None) -> bool:
    return moment is not None and decided is not None and moment >= decided


def _wait_again(review: ReviewState) -> None:
    """Make the reading wait, as it did."""
    review.status, review.declined, review.comment = TaskState.STATUS_IN_PROGRESS, False, ""
    review.finished_at = review.finished_by = review.replaced = review.hidden_at = None
    review.save()
    state = review.workflow_state
    state.status, state.current_task_state = WorkflowState.STATUS_IN_PROGRESS, review
    state.save()
