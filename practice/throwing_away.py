"""Throwing a draft away, and having it back within a month. After that it goes for good, with its files."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from community.models import Person
from hub.refusal import Refused
from practice import writing
from practice.forgetting import forget_files
from practice.models import StoryPage, StoryPlan

KEPT_FOR = timedelta(days=30)


def discard(story: StoryPage, *, by: Person) -> str:
    """Throw away what is not published. Returns "story" if nothing is left, "changes" if a version stays published.

    A story can be brought back for 30 days; of changes, the thrown-away text stays among the versions.
    """
    with transaction.atomic():
        held = writing.hold(story)
        if not held.may_be_edited_by(by):
            raise PermissionDenied
        if held.edit_state == StoryPage.State.IN_REVIEW:
            raise Refused("Someone is reading it. Take it back first.")
        StoryPlan.objects.filter(story=held, revision__isnull=False).delete()
        if held.live:
            _go_back_to_what_is_published(held, by)
            story.refresh_from_db()
            return "changes"
        if held.first_published_at:
            raise Refused("It was published once, so its address stays. A facilitator can restore or delete it.")
        held.thrown_away_at, held.thrown_away_by = timezone.now(), by
        held.save(update_fields=["thrown_away_at", "thrown_away_by"])
        log(instance=held, action="practice.throw_away", user=by)
    story.refresh_from_db(fields=["thrown_away_at", "thrown_away_by"])
    return "story"


def bring_back(story: StoryPage, *, by: Person) -> None:
    """Have a story back that was thrown away. Any of its authors may, and the editors of the site."""
    with transaction.atomic():
        held = writing.hold(story)
        if not held.may_be_brought_back_by(by):
            raise PermissionDenied
        if held.thrown_away_at is None:
            raise Refused("It is not thrown away.")
        held.thrown_away_at = held.thrown_away_by = None
        held.save(update_fields=["thrown_away_at", "thrown_away_by"])
        log(instance=held, action="practice.bring_back", user=by)
    story.refresh_from_db(fields=["thrown_away_at", "thrown_away_by"])


def delete_for_good(story: StoryPage, *, by: Person | None) -> None:
    """Take a story that was never published away, with every version and every file."""
    with transaction.atomic():
        writing.hold_the_tree()
        held = writing.hold(story)
        if held.live or held.first_published_at:
            raise Refused("It was published once, so its address stays.")
        forget_files(held)
        log(instance=held, action="wagtail.delete", user=by, deleted=True)
        held.delete()


def empty_bin(now: datetime | None = None) -> int:
    """Delete for good what was thrown away more than 30 days ago. Returns how many stories that were."""
    old = StoryPage.objects.filter(
        thrown_away_at__lt=(now or timezone.now()) - KEPT_FOR, live=False, first_published_at=None
    )
    stories = list(old)
    for story in stories:
        delete_for_good(story, by=None)
    return len(stories)


def _go_back_to_what_is_published(story: StoryPage, by: Person) -> None:
    """Make the published version the newest again. The thrown-away one stays in the history that editors see."""
    if not story.has_unpublished_changes:
        raise Refused("There is nothing to throw away: the newest text is the published one.")
    if review := story.current_workflow_state:
        review.cancel(user=by)
    published = StoryPage.objects.get(pk=story.pk)
    published.save_revision(user=by, clean=False, changed=False, log_action="wagtail.revert")
    published.refresh_from_db()
    published.live_revision = published.latest_revision
    published.has_unpublished_changes = False
    published.draft_title = published.title
    published.save(update_fields=["live_revision", "has_unpublished_changes", "draft_title"])
    writing.name_writers(published, published, by=by)
