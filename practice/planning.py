"""Choosing when a story goes out and when it is taken down, and doing so when the time has come.

`carry_out` is run by a timer. It may be run twice, late, or by several processes at once: each story is held while its
plan is looked at, and what was done is gone from the plan in the same transaction.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import LogContext, log

from community import access
from community.models import Person
from community.sanctioning import must_not_be_muted
from hub.notifications.notify import notify
from hub.refusal import Refused
from practice import credits, writing
from practice.models import StoryPage, StoryPlan
from practice.models.plan import moment
from practice.moderating import take_down

FURTHEST = timedelta(days=730)
logger = logging.getLogger(__name__)


def may_plan(story: StoryPage, person: Any) -> bool:
    """Whether this person may choose its times: its authors, and those who moderate it once they may see it."""
    return story.may_be_edited_by(person) or (
        story.may_be_moderated_by(person) and story.may_be_seen_by(person) and story.thrown_away_at is None
    )


def plan(
    story: StoryPage, *, by: Person, goes_out_at: datetime | None = None, comes_down_at: datetime | None = None
) -> StoryPlan | None:
    """Choose when it goes out, when it is taken down, or both. With neither, nothing is planned any more.

    It goes out at that time if it may be published by then; else as soon as it may.
    """
    with transaction.atomic():
        held = _held(story, by)
        known = StoryPlan.objects.filter(story=held).first()
        _check_times(held, known, goes_out_at, comes_down_at)
        if goes_out_at is None and comes_down_at is None:
            if known is None:
                return None
            known.delete()
            log(instance=held, action="practice.cancel_plan", user=by)
            _tell(held, by, f"“{held.draft_title}”: nothing is planned any more")
            return None
        made = known or StoryPlan(story=held)
        if (made.goes_out_at, made.comes_down_at) == (goes_out_at, comes_down_at):
            return made
        made.goes_out_at, made.comes_down_at, made.set_by = goes_out_at, comes_down_at, by
        if goes_out_at is None:
            made.revision = made.approved_by = None
            made.was_read = False
        made.save()
        log(instance=held, action="practice.plan", user=by, data={"reason": made.words})
        _tell(held, by, f"“{held.draft_title}” {made.words[:1].lower()}{made.words[1:]}")
    return made


def go_out_now(story: StoryPage, *, by: Person) -> None:
    """Publish at once what is set aside for later."""
    with transaction.atomic():
        held = _held(story, by)
        must_not_be_muted(by, held.community)  # type: ignore[arg-type]
        made = StoryPlan.objects.set_aside().select_for_update(of=("self",)).filter(story=held).first()
        if made is None:
            raise Refused("Nothing of it waits for its time.")
        if reason := _why_not(held, made):
            raise Refused(reason)
        assert made.revision is not None
        with LogContext(user=by):
            writing.put_out(held, revision=made.revision, by=by)
        made.forget_going_out()
    story.refresh_from_db()


def carry_out(now: datetime | None = None) -> tuple[int, int]:
    """Do what is due. Returns how many stories went out, and how many were taken down."""
    now = now or timezone.now()
    out = down = 0
    for pk, story in StoryPlan.objects.due(now).values_list("pk", "story"):
        try:
            went_out, came_down = _carry_out(pk, story, now)
        except Exception:
            # One that fails must not keep the others waiting. It is tried again the next time, and logged each time.
            logger.exception("the plan of story %s cannot be carried out", story)
            continue
        out, down = out + went_out, down + came_down
    return out, down


def _carry_out(pk: int, story: int, now: datetime) -> tuple[bool, bool]:
    with transaction.atomic():
        held = writing.hold(StoryPage(pk=story))
        made = StoryPlan.objects.select_for_update(of=("self",)).due(now).filter(pk=pk).first()
        if made is None:
            return False, False  # somebody else did it, or changed it meanwhile
        if held.hidden_at:
            return False, False  # it waits until facilitators have looked at a report
        out = down = False
        if made.revision_id and made.goes_out_at and made.goes_out_at <= now:
            out = _go_out(held, made)
        if made.comes_down_at and made.comes_down_at <= now:
            down = held.live
            if held.live:
                with LogContext(user=made.set_by):
                    take_down(held, by=made.set_by, reason="As planned", as_planned=True)
            elif made.pk:
                made.comes_down_at = None
                made.delete() if made.goes_out_at is None else made.save()
        return out, down


def _go_out(held: StoryPage, made: StoryPlan) -> bool:
    """Publish what is set aside, or say why not. Either way it is planned no more."""
    assert made.revision is not None
    reason = _why_not(held, made)
    if not reason:
        try:
            with transaction.atomic(), LogContext(user=made.approved_by):
                writing.put_out(held, revision=made.revision, by=made.approved_by, as_planned=True)
        except ValidationError as error:
            reason = f"It cannot be published as it is: {' '.join(error.messages)}"
    if reason:
        _tell(held, None, f"“{held.draft_title}” did not go out as planned", words=reason)
    made.forget_going_out()
    return not reason


def _why_not(held: StoryPage, made: StoryPlan) -> str:
    """Why what was set aside may not be published any more."""
    if held.thrown_away_at:
        return "It was thrown away meanwhile."
    if held.hidden_at:
        return "It is hidden while facilitators look at a report."
    by, community = made.approved_by, held.community
    if made.was_read:
        return ""
    unread = community is not None and not community.policy.review_first and held.state != StoryPage.State.WITHDRAWN
    if not (unread and by is not None and held.may_be_edited_by(by)):
        return "Its community reads stories before they are published now. Send it once more."
    by.forget_memberships()
    if not (access.is_member(by, community) or access.is_editor(by)):  # type: ignore[arg-type]
        return f"{by}, who sent it, is no longer a member of {community}. Another author can send it once more."
    if access.muted_until(by, community):  # type: ignore[arg-type]
        return f"{by}, who sent it, may not write in {community} at present. Another author can send it once more."
    return ""


def _held(story: StoryPage, by: Person) -> StoryPage:
    by.forget_memberships()
    held = writing.hold(story)
    if not may_plan(held, by):
        raise PermissionDenied
    return held


def _check_times(
    held: StoryPage, known: StoryPlan | None, goes_out_at: datetime | None, comes_down_at: datetime | None
) -> None:
    now = timezone.now()
    for when in (goes_out_at, comes_down_at):
        if when and when <= now:
            raise Refused(f"{moment(when)} has passed. Choose a time that is still to come.")
        if when and when > now + FURTHEST:
            raise Refused("Choose a time within the next two years.")
    if goes_out_at and comes_down_at and comes_down_at <= goes_out_at:
        raise Refused("It cannot be taken down before it goes out. Choose a later time.")
    if goes_out_at and held.live and not held.has_unpublished_changes:
        raise Refused("Nothing has changed since it was published, so there is nothing that could go out.")


def _tell(held: StoryPage, by: Person | None, subject: str, words: str = "") -> None:
    notify(
        credits.writers_of(held),
        "story-planned",
        about=held,
        subject=subject,
        url=reverse("draft-when", args=[held.pk]),
        by=by,
        words=words,
        action="See when",
    )
