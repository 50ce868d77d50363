"""What those who read stories decide about them, and what is done with a story once it is out.

Each verb takes the story as it is now, held until the end of the transaction: of two who decide at once, one decision
stands and the other is told. What is published is the revision that was read, whatever was saved meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import get_random_string
from wagtail.actions.delete_page import DeletePageAction
from wagtail.actions.move_page import MovePageAction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.log_actions import LogContext, log
from wagtail.models import Page, PageLogEntry, Revision, TaskState

from community import access
from community.models import CommunityPage, Membership, Person
from community.sanctioning import must_not_be_muted
from hub.notifications.notify import notify
from hub.refusal import Refused
from practice.credits import writers_of
from practice.forgetting import forget_files
from practice.models import ReviewState, StoryPage, StoryPlan
from practice.models.plan import moment
from practice.models.remark import in_a_letter
from practice.models.workflow import UNDO_WITHIN, review_in_progress, stop_review


class WiderAudience(Refused):
    """A move would show a story to people who may not read it now. Done only when that was said to be meant."""


def others_who_decide(person: Any) -> Any:
    """Facilitators other than this person, whose presence means that nobody decides about their own story."""
    return Membership.objects.facilitators().filter(person__is_active=True).exclude(person=person)


def decides_alone(person: Any, community: int | None) -> bool:
    """Whether nobody else facilitates this community, so that this person may decide about their own stories."""
    return not others_who_decide(person).filter(community=community).exists()


def is_own(story: StoryPage, person: Any, revision: Revision | None = None) -> bool:
    """Whether this person tells the story, in the published version, in the draft or in the one that is read."""
    named = {each["person"] for each in (revision.content.get("authorships", []) if revision else [])}
    return person.pk in {story.owner_id, *named} or story.is_told_by(person)


def approve(story: StoryPage, *, by: Person, revision: Revision | int, note: str = "") -> None:
    """Publish the version that was read."""
    with _held(story, by) as held:
        review = _to_decide(held, by, revision)
        if held.community:
            held.community.policy.must_not_be_archived()
        alone = is_own(held, by, review.revision)
        was_live = held.live
        review.replaced, review.hidden_at = held.live_revision if was_live else None, held.hidden_at
        if alone:
            log(instance=held, action="practice.approve_own", user=by, revision=review.revision)
        try:
            review.approve(user=by, comment=note.strip())
        except ValidationError as error:
            raise Refused(f"It cannot be published as it is: {' '.join(error.messages)}") from error
        held = StoryPage.objects.get(pk=held.pk)
        plan = StoryPlan.objects.filter(story=held, revision=review.revision).first()
        subject = f"“{held.title}” {'has a new version' if was_live else 'is published'}"
        if plan and plan.goes_out_at:
            subject = f"“{held.draft_title}” is approved, and goes out on {moment(plan.goes_out_at)}"
        _tell_authors(
            held,
            "story-approved",
            by=by,
            subject=subject,
            words=note,
            url=reverse("draft-when", args=[held.pk]) if plan else held.get_absolute_url(),
            action="See when" if plan else "See it",
            letter_after=UNDO_WITHIN,
        )
    story.refresh_from_db()


def ask_for_changes(story: StoryPage, *, by: Person, revision: Revision | int, note: str) -> None:
    """Send the version that was read back to its authors, with a note that says what should change."""
    if not note.strip():
        raise Refused("Write a word about what should change, so that the author knows what to do.")
    with _held(story, by) as held:
        review = _to_decide(held, by, revision)
        review.reject(user=by, comment=note.strip())
        subject = f"“{held.draft_title}”: {by} asks for changes"
        words = "\n\n".join(text for text in (note.strip(), in_a_letter(held)) if text)
        _tell_writers(held, "story-changes-asked", by=by, subject=subject, words=words, action="Go on writing")
    story.refresh_from_db()


def decline(story: StoryPage, *, by: Person, revision: Revision | int, reason: str) -> None:
    """Decide that the version that was read is not published, and say why."""
    if not reason.strip():
        raise Refused("Give a reason, so that the author knows why.")
    with _held(story, by) as held:
        review = _to_decide(held, by, revision)
        review.declined = True
        review.reject(user=by, comment=reason.strip())
        stop_review(held, by=by)
        log(
            instance=held,
            action="practice.decline",
            user=by,
            revision=review.revision,
            data={"reason": reason.strip()},
        )
        _tell_writers(held, "story-declined", by=by, subject=f"“{held.draft_title}” was declined", words=reason)
    story.refresh_from_db()


def withdraw(story: StoryPage, *, by: Person, reason: str = "") -> None:
    """Take a published story away from its readers. A review of a newer version ends with it."""
    with _held(story, by) as held:
        if not may_withdraw(held, by):
            raise PermissionDenied
        if not held.live and not held.hidden_at:
            raise Refused("It is not published, so there is nothing to withdraw.")
        if held.hidden_at and (not held.may_be_moderated_by(by) or is_own(held, by)):
            raise Refused("It is hidden while facilitators look at a report, so they decide about it.")
        take_down(held, by=by, reason=reason)
    story.refresh_from_db()


def take_down(held: StoryPage, *, by: Person | None, reason: str, as_planned: bool = False) -> None:
    """Take a story that is held away from its readers, with all that was planned for it, and tell its authors; all of
    them, where it was planned."""
    StoryPlan.objects.filter(story=held).delete()
    if held.hidden_at:
        removal = last_removal(held)
        published = removal.data.get("revision") if removal else None
        held.hidden_at = None
        held.save(update_fields=["hidden_at"])
    else:
        published = held.live_revision_id
        stop_review(held, by=by)
        UnpublishPageAction(held, user=by, log_action=False).execute(skip_permission_checks=True)
    log(instance=held, action="practice.withdraw", user=by, data={"reason": reason.strip(), "revision": published})
    _tell_authors(
        held,
        "story-withdrawn",
        by=None if as_planned else by,
        subject=f"“{held.title}” was {'taken down as planned' if as_planned else 'withdrawn'}",
        words="" if as_planned else reason,
        url=reverse("story-history", args=[held.pk]),
        action="See what happened",
    )


def restore(story: StoryPage, *, by: Person) -> None:
    """Publish again what was withdrawn, as it was. A newer draft stays a draft."""
    with _held(story, by) as held:
        if not may_restore(held, by):
            raise PermissionDenied
        must_not_be_muted(by, held.community)  # type: ignore[arg-type]
        if held.live or held.first_published_at is None:
            raise Refused("It is not withdrawn, so there is nothing to restore.")
        if review_in_progress(held):
            raise Refused("A newer version of it waits to be read. Decide about that one, or have it taken back first.")
        held = publish_as_it_was(held, by=by, action="practice.restore")
        _tell_authors(
            held,
            "story-restored",
            by=by,
            subject=f"“{held.title}” is published again",
            url=held.get_absolute_url(),
            action="See it",
        )
    story.refresh_from_db()


def publish_as_it_was(held: StoryPage, *, by: Person, action: str) -> StoryPage:
    """Publish the version that was taken away last, and log it as `action`. The story is held, and comes back as it is.

    Raises Refused where that version cannot be published any more.
    """
    removal = last_removal(held)
    revision = held.revisions.filter(pk=removal.data.get("revision") if removal else None).first()
    try:
        if revision:
            revision.publish(user=by, log_action=False, skip_permission_checks=True)
        else:
            held.live, held.live_revision = True, None
            held.save()
    except ValidationError as error:
        raise Refused(f"It cannot be published as it is: {' '.join(error.messages)}") from error
    log(instance=held, action=action, user=by, revision=revision)
    return StoryPage.objects.get(pk=held.pk)


def move(story: StoryPage, *, by: Person, to: CommunityPage, knowingly: bool = False) -> None:
    """Give a story to another community. Its address stays. A review goes on with the facilitators over there.

    Where people could read it then who may not now, it must be said to be meant: `knowingly`.
    """
    with _held(story, by, tree=True) as held:
        to = CommunityPage.objects.select_related("policy").get(pk=to.pk)
        if not may_move(held, by) or not access.facilitates(by, to):
            raise PermissionDenied
        if held.community_id == to.pk:
            raise Refused(f"It is in {to.title} already.")
        to.policy.must_not_be_archived()
        if review_in_progress(held) and is_own(held, by) and not decides_alone(by, held.community_id):
            raise Refused(
                "It is your own story, and it is being read. Take it back first, or have somebody else move it."
            )
        if held.first_published_at and is_own(held, by) and to.policy.review_first and not decides_alone(by, to.pk):
            raise Refused(
                f"It is your own story, and in {to.title} somebody else reads a story before it is published. Ask an "
                "editor of the site to move it."
            )
        if (held.live or held.is_set_aside) and not knowingly and (words := wider_audience(held, to)):
            raise WiderAudience(words)
        came_from = held.community
        if not Page._slug_is_available(held.slug, to, held):
            held.slug = f"{held.slug[:60]}-{get_random_string(8).lower()}"
            held.save(clean=False)
        MovePageAction(held, to, pos="last-child", user=by).execute(skip_permission_checks=True)
        held = StoryPage.objects.get(pk=held.pk)
        held.save(clean=False)
        _tell_authors(
            held,
            "story-moved",
            by=by,
            subject=f"“{held.title}” moved from {came_from} to {to}",
            url=held.get_absolute_url() if held.live else reverse("draft", args=[held.pk]),
            action="See it",
        )
        if review_in_progress(held):
            notify(
                [each.person for each in Membership.objects.on_duty().filter(community=to).select_related("person")],
                "story-submitted",
                about=held,
                subject=f"“{held.draft_title}” waits for you to read it",
                url=reverse("review", args=[held.pk]),
                by=by,
                action="Read it",
            )
    story.refresh_from_db()


def delete(story: StoryPage, *, by: Person, reason: str = "") -> None:
    """Take a story away for good: for its authors only while it was never published."""
    with _held(story, by, tree=True) as held:
        if not may_delete(held, by):
            raise PermissionDenied
        stop_review(held, by=by)
        people = writers_of(held)
        forget_files(held)
        where = {"community": held.community_id, "community_title": str(held.community or "")}
        log(
            instance=held,
            action="practice.delete",
            user=by,
            data={"reason": reason.strip(), **where},
            deleted=True,
        )
        DeletePageAction(held, user=by).execute(skip_permission_checks=True)
        if held.community:
            notify(
                people,
                "story-deleted",
                about=held.community,
                subject=f"“{held.title}” was deleted",
                words=reason.strip(),
                url=held.community.get_absolute_url(),
                by=by,
                action=f"Go to {held.community.title}"[:60],
            )


# --- Who may ---------------------------------------------------------------------------------------------------------


def may_withdraw(story: StoryPage, person: Any) -> bool:
    """Authors, and those who moderate it."""
    return story.may_be_edited_by(person) or story.may_be_moderated_by(person)


def may_restore(story: StoryPage, person: Any) -> bool:
    """Those who moderate it; an author, even one who moderates it with others, only what they withdrew themselves."""
    if story.may_be_moderated_by(person) and (not is_own(story, person) or decides_alone(person, story.community_id)):
        return True
    removal = last_removal(story)
    if removal is None or removal.action != "practice.withdraw":
        return False
    return removal.user_id == person.pk and story.is_author(person)


def may_move(story: StoryPage, person: Any) -> bool:
    """Those who moderate it, once they may see it; they must facilitate where it goes as well."""
    return story.may_be_moderated_by(person) and story.may_be_seen_by(person)


def may_delete(story: StoryPage, person: Any) -> bool:
    """Authors while it was never published; those who moderate it, once they may see it."""
    if story.first_published_at is None and story.is_author(person):
        return True
    return may_move(story, person)


def last_removal(story: StoryPage) -> Any:
    """The entry of the audit log that says who withdrew or hid it last, and which version was published then."""
    removals = PageLogEntry.objects.filter(page=story.pk, action__in=["practice.withdraw", "practice.hide"])
    return removals.order_by("-timestamp", "-pk").first()


def what_happened(story: StoryPage) -> str:
    """Why a story does not wait to be read, in a sentence."""
    last = ReviewState.objects.of_story(story).select_related("finished_by").last()
    who = (last and last.finished_by) or "Somebody"
    if last is None:
        return "It was not sent to be read."
    if last.status == TaskState.STATUS_APPROVED:
        done = "approved" if story.is_set_aside else "published"
        return f"{who} has {done} it already, so nothing more was decided."
    if last.status == TaskState.STATUS_REJECTED:
        done = "declined it" if last.declined else "asked for changes"
        return f"{who} has {done} already, so nothing more was decided."
    return f"{who} took it back meanwhile, so there is nothing to decide."


def wider_audience(story: StoryPage, to: CommunityPage) -> str:
    """Who could read a published story in that community who may not now, as a sentence; nothing if nobody."""
    if story.audience in (access.PUBLIC, to.stories_audience):
        return ""
    if to.stories_audience == access.PUBLIC:
        return f"{to.title} is open: anyone will be able to read it, at once. Say that this is meant."
    return f"Other people will be able to read it, at once: the members of {to.title}. Say that this is meant."


# --- Inside ----------------------------------------------------------------------------------------------------------


@contextmanager
def _held(story: StoryPage, by: Person, *, tree: bool = False) -> Iterator[StoryPage]:
    """The story as it is now, held until the end of the transaction; the page tree first where its shape changes."""
    by.forget_memberships()
    with transaction.atomic(), LogContext(user=by):
        if tree:
            # Creates, moves and deletions together corrupt the page tree: one at a time, held at its root.
            list(Page.objects.filter(depth=1).select_for_update(no_key=True))
        held = StoryPage.objects.select_for_update(of=("self", "page_ptr")).filter(pk=story.pk).first()
        if held is None:
            raise Refused("It was deleted meanwhile.")
        yield held


def _to_decide(story: StoryPage, by: Person, revision: Revision | int) -> ReviewState:
    """The reading that waits, if this person may decide it and it is of the version that they read."""
    if not story.may_be_moderated_by(by):
        raise PermissionDenied
    review = review_in_progress(story)
    if review is None:
        raise Refused(what_happened(story))
    if is_own(story, by, review.revision) and not decides_alone(by, story.community_id):
        raise Refused("It is your own story, so another facilitator of its community, or an editor, decides.")
    if review.revision_id != getattr(revision, "pk", revision):
        raise Refused(
            "A newer version was sent while you were reading, so nothing was decided. Read it, and decide again."
        )
    return review


def _tell_authors(
    story: StoryPage, what: str, *, by: Person | None, subject: str, url: str, words: str = "", **more: Any
) -> None:
    notify(writers_of(story), what, about=story, subject=subject, url=url, by=by, words=words.strip(), **more)


def _tell_writers(story: StoryPage, what: str, *, by: Person, subject: str, words: str, action: str = "See it") -> None:
    """Tell its authors of what was decided about their draft, and lead them to it."""
    url = reverse("draft", args=[story.pk])
    _tell_authors(story, what, by=by, subject=subject, words=words, url=url, action=action, letter_after=UNDO_WITHIN)
