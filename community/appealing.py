"""Asking the editors of the site to look again at what facilitators decided, once; and what the editors answer.

A decision is an entry of the audit log. Which can be appealed against, by whom, and how it is undone, each room says
of its own decisions in `RULES`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from wagtail.log_actions import log
from wagtail.models import PageLogEntry

from community import access, sanctioning
from community.joining import let_in
from community.models import Appeal, CommunityPage, Membership, Person, Sanction
from hub.notifications.notify import notify
from hub.refusal import Refused


@dataclass(frozen=True)
class Rule:
    """What can be done about one kind of decision."""

    told: Callable[[PageLogEntry], str]  # what was decided, as a sentence without a full stop
    may: Callable[[PageLogEntry, Person], bool]  # whether it is about this person
    undo: Callable[[PageLogEntry, Person], None]
    community: Callable[[PageLogEntry], int]
    # Why there is nothing left to undo, as a sentence; nothing while what was decided stands.
    overtaken: Callable[[PageLogEntry], str] = lambda entry: ""


RULES: dict[str, Rule] = {}


def decision_for(person: Any, pk: int) -> PageLogEntry | None:
    """The decision with this number, if it is about this person and can be appealed against."""
    if not access.signed_in(person):
        return None
    entry = PageLogEntry.objects.filter(pk=pk, action__in=RULES).select_related("user").first()
    return entry if entry and RULES[entry.action].may(entry, person) and entry.user_id != person.pk else None


def told(entry: PageLogEntry) -> str:
    """What was decided, as a sentence."""
    return RULES[entry.action].told(entry)


def overtaken(entry: PageLogEntry) -> str:
    """Why there is nothing left to appeal against, as a sentence; nothing while it stands."""
    return RULES[entry.action].overtaken(entry)


def appeal(entry: PageLogEntry, *, by: Person, words: str) -> Appeal:
    """Ask the editors to look at a decision again."""
    if decision_for(by, entry.pk) is None:
        raise PermissionDenied
    if not words.strip():
        raise Refused("Say why it should be decided differently.")
    with transaction.atomic():
        community = CommunityPage.objects.get(pk=RULES[entry.action].community(entry))
        made, new = Appeal.objects.select_for_update(of=("self",)).get_or_create(
            decision=entry, defaults={"community": community, "person": by, "words": words.strip()}
        )
        if new and (why := overtaken(entry)):
            raise Refused(why)
        if not new:
            raise Refused("The editors have been asked already. There is one appeal against a decision.")
        notify(
            Person.objects.filter(is_editor=True, is_active=True),
            "appeal-made",
            about=made,
            subject=f"An appeal: {told(entry)}",
            url=reverse("decide-appeal", args=[made.pk]),
            by=by,
            words=made.words,
            action="Look at it",
        )
    return made


def decide(made: Appeal, *, by: Person, granted: bool, words: str) -> Appeal:
    """Answer an appeal: what was decided is undone, or stands. Both sides are told."""
    if not words.strip():
        raise Refused("Say why, in a sentence that both sides can read.")
    with transaction.atomic():
        if not access.is_editor(by):
            raise PermissionDenied
        made = Appeal.objects.select_for_update(of=("self",)).select_related("decision", "person").get(pk=made.pk)
        if not made.is_open:
            raise Refused(f"{made.decided_by or 'Somebody'} has decided it already.")
        entry = made.decision
        if made.person_id == by.pk or (entry.user_id == by.pk and other_editors(by)):
            raise Refused("You took part in it, so another editor decides.")
        if granted:
            RULES[entry.action].undo(entry, by)
        made.decided_at, made.decided_by, made.granted = timezone.now(), by, granted
        made.answer, made.claimed_by, made.claimed_at = words.strip(), None, None
        made.save()
        data = {"person": made.person_id, "reason": made.answer, "about": told(entry), "granted": granted}
        log(made.community, "community.decide_appeal", user=by, data=data)
        outcome = "is undone" if granted else "stands"
        notify(
            [made.person],
            "appeal-decided",
            about=made,
            subject=f"The editors have decided: it {outcome}. {told(entry)}",
            url=reverse("appeal", args=[entry.pk]),
            by=by,
            words=made.answer,
            action="See the answer",
        )
        if entry.user_id:
            notify(
                Person.objects.filter(pk=entry.user_id),
                "appeal-decided",
                about=made.community,
                subject=f"The editors have decided: what you did {outcome}. {told(entry)}",
                url=reverse("community-decisions", args=[made.community.slug]),
                by=by,
                words=made.answer,
                action="See the decisions",
            )
    return made


def other_editors(person: Person) -> bool:
    """Whether somebody else edits the site too."""
    return Person.objects.filter(is_editor=True, is_active=True).exclude(pk=person.pk).exists()


# --- Decisions about members -----------------------------------------------------------------------------------------


def _is_about(entry: PageLogEntry, person: Person) -> bool:
    return bool(entry.data.get("person") == person.pk)


def _in_words(did: str) -> Callable[[PageLogEntry], str]:
    def told(entry: PageLogEntry) -> str:
        whom = Person.objects.filter(pk=entry.data.get("person")).first() or "Somebody"
        until = parse_datetime(entry.data.get("until", "") or "")
        return did.format(whom=whom, where=entry.label, until=sanctioning.day_of(until) if until else "")

    return told


def _take_back(entry: PageLogEntry, by: Person) -> None:
    made = Sanction.objects.standing().filter(pk=entry.data.get("sanction")).first()
    if made:
        sanctioning.end(made)


def _let_in_again(entry: PageLogEntry, by: Person) -> None:
    removed = Membership.objects.filter(community=entry.page_id, person=entry.data["person"], state="removed")
    for membership in removed.select_related("community__policy", "person"):
        let_in(membership.community, membership.person)


def _here(entry: PageLogEntry) -> int:
    return int(entry.page_id)


RULES["community.warn"] = Rule(_in_words("{whom} was warned in {where}"), _is_about, _take_back, _here)
RULES["community.mute"] = Rule(_in_words("{whom} was muted in {where} until {until}"), _is_about, _take_back, _here)
RULES["community.remove"] = Rule(_in_words("{whom} was removed from {where}"), _is_about, _let_in_again, _here)
