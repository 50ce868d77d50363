"""Merging a story into another one that tells the same: nothing is lost, and its address leads to the other for ever.

Its authors are credited with the other story and may write it from then on. What others said and did with it goes along
(`practice.belongings`). Its own text is taken away from readers and stays in its versions, so that its authors can take
over what is missing. For ten minutes it can be undone (`practice.parting`): what happened is kept for that.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.log_actions import LogContext, log

from community import access
from community.models import Person
from hub import pagecache
from hub.notifications.notify import notify
from hub.numbers import number_in
from hub.refusal import Refused
from practice import writing
from practice.belongings import bring_along
from practice.credits import writers_of
from practice.models import (
    StoryAuthor,
    StoryHandover,
    StoryMerge,
    StoryPage,
    StoryPlan,
    StoryWriter,
)
from practice.models.workflow import UNDO_WITHIN, review_in_progress, stop_review
from practice.moderating import decides_alone, is_own
from practice.signals import story_merged

MOST_FOUND = 12


class WiderCredit(Refused):
    """A merge would name authors to people who may not know of their story now. Done only when that is meant."""


def may_merge(story: StoryPage, person: Any) -> bool:
    """Those who moderate it, once they may see it; they must moderate the other story as well."""
    return story.may_be_moderated_by(person) and story.may_be_seen_by(person) and story.thrown_away_at is None


def could_take(story: StoryPage, person: Any) -> Any:
    """The stories into which this person may merge one: published, and moderated by them."""
    moderated = StoryPage.objects.visible_to(person).filter(community__in=access.facilitated_by(person))
    return moderated.exclude(pk=story.pk)


def found_to_take(story: StoryPage, person: Any, words: str) -> list[StoryPage]:
    """Those of them whose title has these words, or whose number stands in this address."""
    stories = could_take(story, person)
    numbers = [number for part in words.split("/") if (number := number_in(part))]
    if "/" in words and numbers:
        stories = stories.filter(pk__in=numbers)
    else:
        for word in words.split()[:8]:
            stories = stories.filter(title__icontains=word)
    return list(stories.for_cards().order_by("-published_at", "-pk")[:MOST_FOUND])


def merge(story: StoryPage, *, by: Person, into: StoryPage, reason: str = "", knowingly: bool = False) -> None:
    """Let a story give way to another one. Its review, if there is one, ends with it."""
    by.forget_memberships()
    with transaction.atomic(), LogContext(user=by):
        # Always in the same order, so that two merges cannot wait for each other.
        held = {pk: writing.hold(StoryPage(pk=pk)) for pk in sorted({story.pk, into.pk})}
        gone, kept = held[story.pk], held[into.pk]
        _check(gone, kept, by, knowingly=knowingly)
        people = _told_by(gone)
        published = gone.live_revision_id
        moved = {**_as_it_was(gone), "newest": gone.latest_revision_id, "into": kept.pk}
        StoryPlan.objects.filter(story=gone).delete()
        stop_review(gone, by=by)
        if gone.live:
            UnpublishPageAction(gone, user=by, log_action=False).execute(skip_permission_checks=True)
        moved |= _credit(kept, people, by)
        moved |= bring_along(gone, kept, by=by)
        StoryMerge.objects.filter(story=kept).delete()  # it was merged once, and is told again since
        before = StoryMerge.objects.filter(into=gone)
        moved["merged_before"] = list(before.values_list("pk", flat=True))
        before.update(into=kept)
        pagecache.bump()
        data = {"reason": reason.strip(), "revision": published, "into": kept.pk, "title": kept.title}
        log(instance=gone, action="practice.merge", user=by, data=data)
        title = gone.title if known_to_its_readers(gone, kept) else ""
        log(
            instance=kept,
            action="practice.merge_here",
            user=by,
            data={"reason": reason.strip() if title else "", "from": gone.pk, "title": title},
        )
        story_merged.send(sender=StoryPage, story=gone, into=kept, moved=moved)
        merged = {"into": kept, "by": by, "at": timezone.now(), "moved": moved}
        StoryMerge.objects.update_or_create(story=gone, defaults=merged)
        _tell(gone, kept, people, by=by, reason=reason.strip())
    story.refresh_from_db()
    into.refresh_from_db()


def _check(gone: StoryPage, kept: StoryPage, by: Person, *, knowingly: bool) -> None:
    if not may_merge(gone, by) or not kept.may_be_moderated_by(by):
        raise PermissionDenied
    if gone.pk == kept.pk:
        raise Refused("This is the same story.")
    if not kept.live:
        raise Refused(f"“{kept.draft_title}” is not published, so nothing can be merged into it.")
    if gone.hidden_at:
        raise Refused("It is hidden while facilitators look at a report. Decide about that first.")
    review = review_in_progress(gone)
    if review and is_own(gone, by, review.revision) and not decides_alone(by, gone.community_id):
        raise Refused("It is your own story, and it is being read. Take it back first, or have somebody else merge it.")
    if review_in_progress(kept) or StoryPlan.objects.set_aside().filter(story=kept).exists():
        raise Refused(
            f"A newer version of “{kept.title}” is on its way, which does not name these authors. Decide about that "
            "one first."
        )
    names = {person.pk for person in _told_by(gone)} | set(kept.authorships.values_list("person_id", flat=True))
    if len(names) > writing.MOST_AUTHORS:
        raise Refused(f"“{kept.title}” would have more than {writing.MOST_AUTHORS} authors.")
    if gone.audience not in (access.PUBLIC, kept.audience) and not knowingly:
        raise WiderCredit(
            f"More people may read “{kept.title}” than this story. They would see who told this one, and what others "
            "said of repeating it. Say that this is meant."
        )


def _told_by(story: StoryPage) -> list[Person]:
    """Its authors, in the order in which its newest text names them."""
    rows = sorted(writing.draft_of(story).authorships.all(), key=lambda row: row.sort_order or 0)
    people = Person.objects.in_bulk([row.person_id for row in rows])
    return [people[row.person_id] for row in rows if row.person_id in people]


def _as_it_was(gone: StoryPage) -> dict[str, Any]:
    """What is stopped: whether it was published, its plan, and where its reading stood."""
    plans = StoryPlan.objects.filter(story=gone)
    reading = gone.current_workflow_state
    return {
        "live": gone.live,
        "published": gone.live_revision_id,
        "plan": plans.values("goes_out_at", "comes_down_at", "set_by", "revision", "approved_by", "was_read").first(),
        "reading": reading and {"pk": reading.pk, "status": reading.status, "task": reading.current_task_state_id},
    }


def _credit(kept: StoryPage, people: list[Person], by: Person) -> dict[str, Any]:
    """Name these people after its authors: in what is published, and in what is written on it. Returns who is new."""
    newest = kept.latest_revision if kept.has_unpublished_changes else None
    published = StoryPage.objects.get(pk=kept.pk)
    named = _name(published, people)
    in_draft, writers = named, []
    if named:
        published.save_revision(user=by, clean=False).publish(user=by, log_action=False, skip_permission_checks=True)
    if newest is not None:
        draft = writing.version_of(newest)
        in_draft = _name(draft, people)
        if in_draft:
            draft.save_revision(user=by, clean=False)
    handed_over = set(StoryHandover.objects.filter(page=kept).values_list("person_id", flat=True))
    for person in people:
        if person.pk not in handed_over:
            writer, new = StoryWriter.objects.get_or_create(page=kept, person=person)
            writers += [writer.pk] if new else []
    kept.refresh_from_db()
    return {"named": named, "named_in_draft": in_draft, "writers": writers, "credited": kept.live_revision_id}


def _name(version: StoryPage, people: list[Person]) -> list[int]:
    """Add those whom a version does not name yet. Returns who that is."""
    rows = sorted(version.authorships.all(), key=lambda row: row.sort_order or 0)
    kept = dict(StoryAuthor.objects.filter(page=version.pk).values_list("person_id", "pk"))
    new = [person for person in people if person.pk not in {row.person_id for row in rows}]
    for place, row in enumerate(rows):
        row.sort_order = place
    version.authorships.set(rows)
    for place, person in enumerate(new, start=len(rows)):
        version.authorships.add(StoryAuthor(pk=kept.get(person.pk), person=person, sort_order=place))
    return [person.pk for person in new]


def _tell(gone: StoryPage, kept: StoryPage, people: list[Person], *, by: Person, reason: str) -> None:
    theirs = {person.pk for person in people}
    more: dict[str, Any] = {
        "about": kept,
        "url": kept.get_absolute_url(),
        "by": by,
        "words": reason,
        "action": "See it",
    }
    more["letter_after"] = UNDO_WITHIN
    known = known_to_its_readers(gone, kept)
    title = f"“{gone.title}”" if known else "Another story"
    notify(
        people,
        "story-merged",
        subject=f"“{gone.title}” was merged into “{kept.title}”: you are credited there",
        **more,
    )
    notify(
        [person for person in writers_of(kept) if person.pk not in theirs],
        "story-merged-here",
        subject=f"{title} was merged into “{kept.title}”: its authors tell it with you",
        **{**more, "words": reason if known else ""},
    )


def known_to_its_readers(gone: StoryPage, kept: StoryPage) -> bool:
    """Whether those who read the one that stays could read the one that goes, so that its title can be told to them."""
    return gone.first_published_at is not None and gone.audience in (access.PUBLIC, kept.audience)
