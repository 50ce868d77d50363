"""Asking whether a story is still so, and saying that it is, that the practice was changed, or that it was stopped."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log

from community.models import Person
from community.sanctioning import must_not_be_muted
from hub.notifications.notify import notify
from hub.refusal import Refused
from practice import writing
from practice.models import StillSo, StoryPage

Answer = StillSo.Answer
STATUS = {Answer.CHANGED: StoryPage.Status.CHANGED, Answer.STOPPED: StoryPage.Status.STOPPED}
_SAYS = {
    Answer.SO: "says that “{story}” is still so",
    Answer.CHANGED: "says that what “{story}” tells runs differently now",
    Answer.STOPPED: "says that what “{story}” tells was stopped",
}


def ask(story: StoryPage, *, by: Person) -> None:
    """Ask the authors of a published story whether it is still so. They answer with one click."""
    with transaction.atomic():
        held = writing.hold(story)
        by.forget_memberships()
        if not held.live or not held.may_be_moderated_by(by):
            raise PermissionDenied
        row, _ = StillSo.objects.get_or_create(story=held)
        if row.waits:
            raise Refused("Its authors were asked lately. Give them a month.")
        authors = [each.person for each in held.authorships.select_related("person") if each.person.is_active]
        if not authors:
            raise Refused("None of its authors is here any more. An editor of the site can say in it how it stands.")
        if authors == [by]:
            raise Refused("It is your own story: say yourself how it stands.")
        row.asked_at, row.asked_by = timezone.now(), by
        row.save()
        log(held, "practice.ask_still_so", user=by)
        notify(
            authors,
            "still-so",
            about=held,
            subject=f"Is “{held.title}” still so?",
            url=reverse("still-so", args=[held.pk]),
            by=by,
            action="Say how it stands",
        )


def say(story: StoryPage, *, by: Person, answer: str) -> None:
    """Say how it stands, as its author: the page carries the month, and the new status at once."""
    said = Answer(answer)
    with transaction.atomic():
        held = writing.hold(story)
        if not held.live or not held.may_be_edited_by(by):
            raise PermissionDenied
        must_not_be_muted(by, held.community)  # type: ignore[arg-type]
        status = STATUS.get(said)
        if status and held.practice_status != status:
            _set_status(held, status, by)
        row, _ = StillSo.objects.get_or_create(story=held)
        row.answer, row.answered_at, row.answered_by = said, timezone.now(), by
        row.save()
        log(held, "practice.say_still_so", user=by, data={"answer": said.value})
        if row.asked_by and row.asked_by.is_active:
            notify(
                [row.asked_by],
                "still-so-answered",
                about=held,
                subject=f"{by} {_SAYS[said].format(story=held.title)}",
                url=held.get_absolute_url(),
                by=by,
                action="Read the story",
            )


def _set_status(story: StoryPage, status: str, by: Person) -> None:
    """Publish the published text again with another status. Words that are not published yet stay as they are."""
    if story.has_unpublished_changes:
        raise Refused("There is a newer draft of it. Say in it how it stands, and send it.")
    story.practice_status = status
    story.save_revision(user=by, clean=False, log_action=True).publish(user=by, skip_permission_checks=True)
