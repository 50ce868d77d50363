"""Saying that one is looking at a story, so that two do not do the same work. It binds nobody, and ends by itself."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from community.models import Person
from hub.refusal import Refused
from practice import moderating
from practice.models import ReviewState, StoryPage
from practice.models.workflow import review_in_progress


def claim(story: StoryPage, *, by: Person) -> None:
    """Say that one is looking at what waits. Raises Refused where somebody else said so lately."""
    with transaction.atomic():
        review = _held(story, by)
        other = review.claimant
        if other and other != by:
            raise Refused(f"{other} is looking at it already.")
        review.claimed_by, review.claimed_at = by, timezone.now()
        review.save(update_fields=["claimed_by", "claimed_at"])


def let_go(story: StoryPage, *, by: Person) -> None:
    """Leave it to others again. Another's word that they look at it can be ended too: they may be away."""
    with transaction.atomic():
        review = _held(story, by)
        review.claimed_by = review.claimed_at = None
        review.save(update_fields=["claimed_by", "claimed_at"])


def _held(story: StoryPage, by: Person) -> ReviewState:
    """The reading that waits, locked, for somebody who may decide about it."""
    by.forget_memberships()
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
