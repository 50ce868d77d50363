"""Remarks on the passages of a story: made by those who decide about it, answered and settled with its authors."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from community.models import Person
from community.sanctioning import must_not_be_muted
from hub.notifications.notify import notify
from hub.refusal import Refused
from practice import writing
from practice.credits import writers_of
from practice.models import Remark, RemarkAnswer, StoryPage
from practice.models.remark import MOST_WORDS
from practice.passages import Paragraph, in_other_words, label_of, squeezed

MOST_OPEN = 60


class PassageChanged(Refused):
    """The paragraph was written anew meanwhile, so that a suggestion cannot be put in its place."""

    def __init__(self) -> None:
        super().__init__("The passage has changed since this was suggested. Both texts are here: take over what helps.")


def may_see_remarks(story: StoryPage, person: Any) -> bool:
    """Those who may edit the story, and those who decide about it once they may see it. Nobody else, ever."""
    return story.may_be_edited_by(person) or (story.may_be_moderated_by(person) and story.may_be_seen_by(person))


def remark(
    story: StoryPage, *, by: Person, on: Paragraph, passage: str = "", words: str = "", suggested: str = ""
) -> Remark:
    """Say something of a passage, or how one would write its paragraph, or both."""
    words, suggested, passage = words.strip(), squeezed(suggested), squeezed(passage) or on.text
    if suggested == on.text:
        suggested = ""
    if not words and not suggested:
        raise Refused("Write what you have to say about it, or how you would put it.")
    if len(words) > MOST_WORDS:
        raise Refused(f"At most {MOST_WORDS} characters, so that it is read.")
    most = StoryPage._meta.get_field(on.field).max_length or 5 * MOST_WORDS  # type: ignore[union-attr]
    if len(suggested) > most:
        raise Refused(f"{label_of(on.field)} has room for {most} characters.")
    with transaction.atomic():
        held = _held(story, by)
        if not (held.may_be_moderated_by(by) and held.may_be_seen_by(by)):
            raise PermissionDenied
        if held.remarks.open().count() >= MOST_OPEN:
            raise Refused(f"There are {MOST_OPEN} remarks on it already. Settle some of them first.")
        made: Remark = held.remarks.create(
            by=by,
            field=on.field,
            paragraph=on.text,
            passage=passage if passage in on.text else on.text,
            words=words,
            suggested=suggested,
        )
    return made


def answer(said: Remark, *, by: Person, words: str) -> RemarkAnswer:
    """Answer a remark. Its authors tell whoever made it, and the other way round."""
    words = words.strip()
    if not words or len(words) > MOST_WORDS:
        raise Refused(f"Write an answer, of at most {MOST_WORDS} characters.")
    with transaction.atomic():
        held = _held(said.story, by)
        if not may_see_remarks(held, by):
            raise PermissionDenied
        must_not_be_muted(by, held.community)  # type: ignore[arg-type]
        made = RemarkAnswer.objects.create(remark=said, by=by, words=words)
        people = {each.by for each in said.answers.select_related("by")} | {said.by}
        if by == said.by:
            people |= set(writers_of(held))
        notify(
            # A published story is read by many: only those hear of a remark on it who may see it still.
            [person for person in people if person and may_see_remarks(held, person)],
            "remark-answered",
            about=held,
            subject=f"{by} answers a remark on “{held.draft_title}”",
            url=said.get_absolute_url(),
            by=by,
            words=words,
            action="Read it",
        )
    return made


def settle(said: Remark, *, by: Person) -> None:
    """Say that a remark is settled: its author, or those who write the story."""
    with transaction.atomic():
        held = _held(said.story, by)
        if not may_see_remarks(held, by):
            raise PermissionDenied
        now = _open(said)
        now.closed_at, now.closed_by = timezone.now(), by
        now.save(update_fields=["closed_at", "closed_by"])


def take(said: Remark, *, by: Person) -> None:
    """Put the paragraph as it was suggested into the draft, as a new version of it."""
    with transaction.atomic():
        held = _held(said.story, by)
        if not held.may_be_edited_by(by):
            raise PermissionDenied
        now = _open(said)
        if not now.suggested:
            raise Refused("Nothing was suggested here.")
        value = in_other_words(writing.draft_of(held), now.field, now.paragraph, now.suggested)
        if value is None:
            raise PassageChanged
        values: Any = {now.field: value}
        base = held.latest_revision_id or 0
        writing.save_draft(held, by=by, base_revision=base, values=values, beside_the_last=True)
        now.closed_at, now.closed_by, now.taken = timezone.now(), by, True
        now.save(update_fields=["closed_at", "closed_by", "taken"])
        log(instance=held, action="practice.take_suggestion", user=by)


def _held(story: StoryPage, by: Person) -> StoryPage:
    by.forget_memberships()
    return writing.hold(story)


def _open(said: Remark) -> Remark:
    now = Remark.objects.select_for_update(of=("self",)).filter(pk=said.pk).first()
    if now is None or now.closed_at:
        raise Refused("It was settled already.")
    return now
