"""Showing a draft to somebody without an account, by a link that ends."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from community.models import CommunityPolicy, Person
from hub.refusal import Refused
from practice import writing
from practice.models import PreviewLink, StoryPage
from practice.models.preview import LONGEST

MOST_OPEN = 10


def share(story: StoryPage, *, by: Person, days: int, whom: str = "") -> PreviewLink:
    """Make a link to the newest text of a story, for so many days."""
    with transaction.atomic():
        held = writing.hold(story)
        if not held.may_be_edited_by(by):
            raise PermissionDenied
        if is_hidden(held):
            raise Refused("Its community is hidden, so nothing of it is shown to others.")
        if PreviewLink.objects.open().filter(story=held).count() >= MOST_OPEN:
            raise Refused(f"There are {MOST_OPEN} open links to it. End one first.")
        for_days = min(max(timedelta(days=1), timedelta(days=days)), LONGEST)
        link = PreviewLink.objects.create(
            story=held, by=by, whom=" ".join(whom.split())[:80], expires_at=timezone.now() + for_days
        )
        log(instance=held, action="practice.share_preview", user=by, data={"reason": link.whom})
    return link


def end(link: PreviewLink, *, by: Person) -> None:
    """Let a link lead nowhere from now on. Any author of the story may."""
    with transaction.atomic():
        if not link.story.may_be_edited_by(by):
            raise PermissionDenied
        if link.ended_at is None:
            link.ended_at = timezone.now()
            link.save(update_fields=["ended_at"])
            log(instance=link.story, action="practice.end_preview", user=by)


def shown_by(token: str) -> tuple[PreviewLink, StoryPage] | None:
    """The link that a token names, with the newest text of its story. Nothing where the link does not hold any more:
    it ended, who gave it out writes the story no longer, or its community is hidden by now."""
    number = PreviewLink.number_in(token)
    link = (
        PreviewLink.objects.open().select_related("story__community__policy", "by").filter(pk=number).first()
        if number
        else None
    )
    if link is None or not link.by.is_active or is_hidden(link.story) or not link.story.may_be_edited_by(link.by):
        return None
    version = writing.draft_of(link.story)
    version.community, version.published_at = link.story.community, link.story.published_at
    return link, version


def is_hidden(story: StoryPage) -> bool:
    """Whether others may not even know that its community is there."""
    return story.community is None or story.community.policy.visibility == CommunityPolicy.Visibility.HIDDEN
