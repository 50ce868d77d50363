"""Saying that a practice was repeated elsewhere, and taking it back; and what facilitators do with what was said."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import PageLogEntry

from community import access
from community.models import Council, Person
from community.sanctioning import must_not_be_muted
from hub.notifications.notify import notify
from hub.refusal import Refused
from practice.models import Repetition, StoryPage


def why_not(story: StoryPage, person: Person) -> str:
    """Why this person cannot say that they repeated this story, which they may read; or nothing."""
    if story.is_told_by(person):
        return "This is your own story. How it stands today is said in the story itself: go on writing it."
    return ""


@transaction.atomic
def record(
    story: StoryPage,
    *,
    by: Person,
    council: Council,
    outcome: str,
    since: date | None = None,
    changed: str = "",
    advice: str = "",
) -> Repetition:
    """Say that a council repeated a published story, or change what one said of it. Its authors are told."""
    story = _held(story)
    if not access.signed_in(by) or not story.live or not access.may_see(by, story.audience):
        raise PermissionDenied
    must_not_be_muted(by, story.community)  # type: ignore[arg-type]
    if reason := why_not(story, by):
        raise Refused(reason)
    if story.council and council.successor() == story.council.successor():
        raise Refused(f"It began in {story.council.short_name}. Repeating it is for other councils.")
    if since and since > timezone.localdate():
        raise Refused("That month has not come yet. Come back when you have begun.")
    said = {
        "council": council,
        "outcome": Repetition.Outcome(outcome),
        "since": since,
        "changed": changed.strip(),
        "advice": advice.strip(),
        "imported": False,
    }
    repetition, new = Repetition.objects.update_or_create(
        story=story, person=by, defaults=said, create_defaults={**said, **_hidden_before(story, by)}
    )
    log(story, "practice.repeat", user=by, data={"council": council.code, "outcome": str(outcome)})
    if new and not repetition.hidden_at:
        notify(
            _authors(story),
            "story-repeated",
            about=story,
            subject=f"{council.short_name} repeated “{story.title}”",
            url=f"{story.get_absolute_url()}#repeats",
            by=by,
            words=repetition.advice or repetition.changed,
            action="See how it went",
        )
    return repetition


@transaction.atomic
def take_back(repetition: Repetition, *, by: Person) -> None:
    """Take back what one said."""
    if repetition.person_id != by.pk:
        raise PermissionDenied
    story = _held(repetition.story)
    repetition.delete()
    log(story, "practice.take_back_repeat", user=by)


@transaction.atomic
def hide(repetition: Repetition, *, by: Person, reason: str) -> None:
    """Let nobody see what somebody said, with a reason that they are told."""
    story = _moderated(repetition, by)
    if not reason.strip():
        raise Refused("Give a reason, so that they know why.")
    repetition.refresh_from_db()
    if repetition.hidden_at:
        raise Refused("Somebody else has hidden it already.")
    repetition.hidden_at, repetition.hidden_why = timezone.now(), reason.strip()
    repetition.save(update_fields=["hidden_at", "hidden_why"])
    data = {"person": repetition.person_id, "reason": reason.strip()}
    entry = log(story, "practice.hide_repeat", user=by, data=data)
    notify(
        [repetition.person],
        "repeat-hidden",
        about=story,
        subject=f"What you said of “{story.title}” is hidden",
        url=reverse("appeal", args=[entry.pk]),
        by=by,
        words=repetition.hidden_why,
        action="See what you can do",
    )


@transaction.atomic
def show_again(repetition: Repetition, *, by: Person) -> None:
    """Show what was hidden."""
    story = _moderated(repetition, by)
    repetition.hidden_at, repetition.hidden_why = None, ""
    repetition.save(update_fields=["hidden_at", "hidden_why"])
    log(story, "practice.show_repeat", user=by, data={"person": repetition.person_id})


def _hidden_before(story: StoryPage, person: Person) -> dict[str, Any]:
    """What hides anew what somebody says again after it was hidden and taken back: only a facilitator shows it."""
    actions = ["practice.hide_repeat", "practice.show_repeat"]
    log = PageLogEntry.objects.filter(page=story.pk, action__in=actions, data__person=person.pk)
    last = log.order_by("-timestamp", "-pk").first()
    if last is None or last.action != actions[0]:
        return {}
    return {"hidden_at": timezone.now(), "hidden_why": last.data.get("reason") or "It was hidden before."}


def _moderated(repetition: Repetition, by: Person) -> StoryPage:
    story = _held(repetition.story)
    if not story.may_be_moderated_by(by):
        raise PermissionDenied
    return story


def _held(story: StoryPage) -> StoryPage:
    held: Any = StoryPage.objects.select_for_update(of=("self",)).select_related("community__policy", "council")
    return held.get(pk=story.pk)  # type: ignore[no-any-return]


def _authors(story: StoryPage) -> list[Person]:
    return [authorship.person for authorship in story.authorships.select_related("person")]
