"""Saying that one looks at what waits, so that two do not do the same work. It binds nobody, and ends by itself."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from community import access
from community.models import Appeal, Membership, Person
from hub.refusal import Refused
from practice import moderating
from practice.models import Report, ReviewState, StoryPage
from practice.models.workflow import review_in_progress

Thing = StoryPage | Report | Membership | Appeal


def claim(thing: Thing, *, by: Person) -> None:
    """Say that one is looking at what waits. Raises Refused where somebody else said so lately."""
    with transaction.atomic():
        row = _held(thing, by)
        other = row.claimant
        if other and other != by:
            raise Refused(f"{other} is looking at it already.")
        row.claimed_by, row.claimed_at = by, timezone.now()
        row.save(update_fields=["claimed_by", "claimed_at"])


def let_go(thing: Thing, *, by: Person) -> None:
    """Leave it to others again. Another's word that they look at it can be ended too: they may be away."""
    with transaction.atomic():
        row = _held(thing, by)
        row.claimed_by = row.claimed_at = None
        row.save(update_fields=["claimed_by", "claimed_at"])


def _held(thing: Thing, by: Person) -> Any:
    """The row that waits, locked, for somebody who may decide about it."""
    by.forget_memberships()
    if isinstance(thing, StoryPage):
        return _reading(thing, by)
    rows: Any = type(thing)._default_manager
    row = rows.select_for_update(of=("self",)).filter(pk=thing.pk).first()
    if isinstance(row, Report):
        if not row.may_be_decided_by(by):
            raise PermissionDenied
        if not row.is_open:
            raise Refused("It was answered meanwhile.")
    elif isinstance(row, Membership):
        if not access.facilitates(by, row.community_id):
            raise PermissionDenied
        if row.state != Membership.State.ASKED:
            raise Refused("It was answered meanwhile.")
    elif isinstance(row, Appeal):
        if not access.is_editor(by) or row.person_id == by.pk:
            raise PermissionDenied
        if not row.is_open:
            raise Refused("It was answered meanwhile.")
    else:
        raise Refused("It was taken back meanwhile.")
    return row


def _reading(story: StoryPage, by: Person) -> ReviewState:
    if not story.may_be_moderated_by(by):
        raise PermissionDenied
    waiting = review_in_progress(story)
    review = (
        ReviewState.objects.select_for_update(of=("self",)).waiting().filter(pk=waiting.pk).first() if waiting else None
    )
    if review is None:
        raise Refused(moderating.what_happened(story))
    if moderating.is_own(story, by, review.revision) and not moderating.decides_alone(by, story.community_id):
        raise Refused("It is your own story, so somebody else looks at it.")
    return review
