"""Taking a story out of sight at once, while those who look after it read what was reported, and showing it again.

A hidden story is not published: it leaves every list, count, search, feed and kept page, and its address says that
facilitators look at a report. Its authors and those who moderate it read it as before.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.log_actions import LogContext, log

from community import access
from community.models import Person
from hub.notifications.notify import notify
from hub.refusal import Refused
from practice import moderating
from practice.credits import writers_of
from practice.models import StoryPage
from practice.models.workflow import review_in_progress, stop_review


def hide(story: StoryPage, *, by: Person, reason: str) -> None:
    """Take a published story out of sight until it is shown again or withdrawn. Its authors are told why."""
    if not reason.strip():
        raise Refused("Say why, in a sentence that its authors can read.")
    with held(story, by) as here:
        if not here.live:
            raise Refused("It is hidden already." if here.hidden_at else "It is not published any more.")
        published = here.live_revision_id
        stop_review(here, by=by)
        here.hidden_at = timezone.now()
        UnpublishPageAction(here, user=by, log_action=False).execute(skip_permission_checks=True)
        log(instance=here, action="practice.hide", user=by, data={"reason": reason.strip(), "revision": published})
        tell_authors(here, "story-hidden", f"“{here.title}” is hidden while facilitators look at it", by, reason)
    story.refresh_from_db()


def show_again(story: StoryPage, *, by: Person) -> None:
    """Show a hidden story as it was published."""
    with held(story, by) as here:
        if not here.hidden_at:
            raise Refused("It is not hidden.")
        if review_in_progress(here):
            raise Refused("A newer version of it waits to be read. Decide about that one: it is shown then.")
        here = moderating.publish_as_it_was(here, by=by, action="practice.show")
        tell_authors(here, "story-shown", f"“{here.title}” is shown again", by)
    story.refresh_from_db()


@contextmanager
def held(story: StoryPage, by: Person) -> Iterator[StoryPage]:
    """The story as it is now, held until the end of the transaction, for somebody who may hide it."""
    by.forget_memberships()
    with transaction.atomic(), LogContext(user=by):
        here = StoryPage.objects.select_for_update(of=("self", "page_ptr")).filter(pk=story.pk).first()
        if here is None:
            raise Refused("It was deleted meanwhile.")
        if not access.signed_in(by) or not here.may_be_moderated_by(by):
            raise PermissionDenied
        if moderating.is_own(here, by):
            raise Refused("It is your own story, so somebody else decides: another facilitator, or an editor.")
        yield here


def tell_authors(story: StoryPage, what: str, subject: str, by: Person, words: str = "", action: str = "") -> None:
    """Tell its authors of something that was done with it, and lead them to what happened."""
    notify(
        writers_of(story),
        what,
        about=story,
        subject=subject,
        url=reverse("draft", args=[story.pk]) if action else reverse("story-history", args=[story.pk]),
        by=by,
        words=words.strip(),
        action=action or "See what happened",
    )
