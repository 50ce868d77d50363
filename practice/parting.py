"""Undoing that a story was merged into another one: within ten minutes, as other decisions are.

The story is published again as it was, or waits to be read as it did, and what went along comes back to it. What
somebody has changed since stays with the other story; where that has a new version, they stay one.
"""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import LogContext, log
from wagtail.models import Revision, TaskState, WorkflowState

from community import access
from community.models import Person
from hub import pagecache
from hub.notifications.models import Notification
from hub.notifications.notify import notify, take_back
from hub.refusal import Refused
from practice import writing
from practice.belongings import bring_back
from practice.merging_stories import known_to_its_readers
from practice.models import ReviewState, StoryMerge, StoryPage, StoryPlan, StoryWriter
from practice.models.workflow import UNDO_WITHIN, review_in_progress
from practice.signals import story_parted

MOST_SHOWN = 20


def merged_lately(person: Any) -> list[StoryMerge]:
    """What this person merged in the last ten minutes, the latest first. Whether it can be undone is seen then."""
    if not access.signed_in(person):
        return []
    merges = StoryMerge.objects.filter(by=person, at__gt=timezone.now() - UNDO_WITHIN, story__live=False)
    return list(merges.select_related("story", "into").order_by("-at", "-pk")[:MOST_SHOWN])


def undo(story: StoryPage, *, by: Person) -> None:
    """Let a story be one of its own again. Raises Refused where it is too late, or something else came of it."""
    by.forget_memberships()
    if not story.may_be_moderated_by(by):
        raise PermissionDenied
    with transaction.atomic(), LogContext(user=by):
        merge = StoryMerge.objects.filter(story=story.pk).first()
        if merge is None:
            raise Refused("It is a story of its own already.")
        held = {pk: writing.hold(StoryPage(pk=pk)) for pk in sorted({merge.story_id, merge.into_id})}
        gone, kept = held[merge.story_id], held[merge.into_id]
        merge = StoryMerge.objects.filter(pk=merge.pk, into=kept).first()
        if merge is None:
            raise Refused("Something else has been done with it meanwhile. Look again.")
        if not (gone.may_be_moderated_by(by) and kept.may_be_moderated_by(by)):
            raise PermissionDenied
        if merge.by_id != by.pk and not access.is_editor(by):
            raise PermissionDenied
        _check_nothing_followed(merge, gone, kept)
        _name_no_more(kept, merge.moved, by)
        bring_back(gone, kept, merge.moved, by=by)
        StoryMerge.objects.filter(pk__in=merge.moved["merged_before"], into=kept).update(into=gone)
        pagecache.bump()
        gone = _as_it_was(gone, merge.moved, by)
        log(instance=gone, action="practice.part", user=by, data={"into": kept.pk, "title": kept.title})
        title = gone.title if known_to_its_readers(gone, kept) else ""
        log(instance=kept, action="practice.part_here", user=by, data={"from": gone.pk, "title": title})
        story_parted.send(sender=StoryPage, story=gone, into=kept, moved=merge.moved)
        merge.delete()
        _tell(merge, gone, kept, by)
    story.refresh_from_db()


def _check_nothing_followed(merge: StoryMerge, gone: StoryPage, kept: StoryPage) -> None:
    if merge.at <= timezone.now() - UNDO_WITHIN or not merge.moved:
        raise Refused("More than ten minutes have passed, and letters about it have gone out. It stays merged.")
    if merge.moved["into"] != kept.pk:
        raise Refused("The story that it was merged into was merged in its turn. Undo that first.")
    if gone.live or gone.thrown_away_at or gone.latest_revision_id != merge.moved["newest"]:
        raise Refused("Something else has been done with it since, so it stays as it is. Its history says what.")
    if gone.current_workflow_state is not None:
        raise Refused("It was sent to be read again, so it stays as it is.")
    if not kept.live or kept.live_revision_id != merge.moved["credited"] or review_in_progress(kept):
        raise Refused(f"“{kept.draft_title}” has a new version since, so they stay one.")


def _name_no_more(kept: StoryPage, moved: dict[str, Any], by: Person) -> None:
    """Credit the other story to those who told it before, in what is published and in what is written on it."""
    newest = kept.latest_revision if kept.has_unpublished_changes else None
    published = StoryPage.objects.get(pk=kept.pk)
    if _leave_out(published, moved["named"]):
        published.save_revision(user=by, clean=False).publish(user=by, log_action=False, skip_permission_checks=True)
    if newest is not None:
        draft = writing.version_of(newest)
        if _leave_out(draft, moved["named_in_draft"]):
            draft.save_revision(user=by, clean=False)
    StoryWriter.objects.filter(pk__in=moved["writers"], page=kept).delete()
    kept.refresh_from_db()


def _leave_out(version: StoryPage, people: list[int]) -> bool:
    rows = sorted(version.authorships.all(), key=lambda row: row.sort_order or 0)
    stay = [row for row in rows if row.person_id not in people]
    version.authorships.set(stay)
    return len(stay) < len(rows)


def _as_it_was(gone: StoryPage, moved: dict[str, Any], by: Person) -> StoryPage:
    """Publish it as it was published, plan what was planned, and let it wait where it waited."""
    if moved["live"]:
        revision = gone.revisions.filter(pk=moved["published"]).first()
        try:
            if revision:
                revision.publish(user=by, log_action=False, skip_permission_checks=True)
            else:
                gone.live = True
                gone.save()
        except ValidationError as error:
            raise Refused(f"It cannot be published as it was: {' '.join(error.messages)}") from error
        gone = StoryPage.objects.get(pk=gone.pk)
    if plan := moved["plan"]:
        people = set(Person.objects.filter(pk__in=[plan["set_by"], plan["approved_by"]]).values_list("pk", flat=True))
        StoryPlan.objects.create(
            story=gone,
            goes_out_at=plan["goes_out_at"],
            comes_down_at=plan["comes_down_at"],
            revision=Revision.objects.filter(pk=plan["revision"]).first(),
            set_by_id=plan["set_by"] if plan["set_by"] in people else None,
            approved_by_id=plan["approved_by"] if plan["approved_by"] in people else None,
            was_read=plan["was_read"],
        )
    if reading := moved["reading"]:
        state = WorkflowState.objects.get(pk=reading["pk"])
        review = ReviewState.objects.get(pk=reading["task"])
        if reading["status"] == WorkflowState.STATUS_IN_PROGRESS:
            review.status, review.comment = TaskState.STATUS_IN_PROGRESS, ""
            review.finished_at = review.finished_by = None
            review.save()
        state.status, state.current_task_state = reading["status"], review
        state.save()
    return gone


def _tell(merge: StoryMerge, gone: StoryPage, kept: StoryPage, by: Person) -> None:
    """Take back what nobody has read of it; tell the others that it is not so."""
    known = f"“{gone.title}”" if known_to_its_readers(gone, kept) else "Another story"
    for what, title in (("story-merged", f"“{gone.title}”"), ("story-merged-here", known)):
        notices = Notification.objects.filter(
            about_type=kept.cached_content_type,
            about_id=kept.pk,
            what=what,
            created_at__gte=merge.at,
            subject__startswith=f"{title} was merged"[:200],
        )
        notify(
            [notice.person for notice in notices.select_related("person") if not take_back([notice])],
            "stories-parted",
            about=kept,
            subject=f"{title} was not merged into “{kept.title}” after all",
            url=kept.get_absolute_url(),
            by=by,
            words="It is a story of its own again, and credits those who told it.",
            action="See it",
        )
