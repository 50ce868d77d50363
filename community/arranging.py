"""How facilitators arrange the front page of their community: they try it out, look at it, and publish it.

Every arrangement that was published stays in the log, from which it can be taken up again. Whom one may ask is shown
at once: each of them is told, and may take their name away.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import PageLogEntry

from community import access
from community.models import Arrangement, CommunityPage, CommunityPolicy, Front, Membership, Person, PersonToAsk
from community.models.front import WORDS
from hub import pagecache
from hub.notifications.notify import notify
from hub.refusal import Refused

MOST_PEOPLE = 6
MOST_EARLIER = 8


def front_of(community: CommunityPage) -> Front:
    """How its front page is arranged, and how it is being arranged."""
    return Front.objects.select_related("draft_by").filter(community=community).first() or Front(community=community)


def move(community: CommunityPage, part: str, *, by: Person, steps: int) -> None:
    """Move a part up (below zero) or down in its column. Nobody else sees it before it is published."""
    _try_out(community, by, part, lambda front: front.moved(part, steps))


def show(community: CommunityPage, part: str, *, by: Person, shown: bool) -> None:
    """Show a part, or hide it."""
    _try_out(community, by, part, lambda front: front.with_shown(part, shown))


def start_with(community: CommunityPage, *, by: Person, collection: int | None) -> None:
    """Say with which collection a newcomer starts, or with none. Who reads it sees of it what they may read."""
    _try_out(community, by, "start", lambda front: replace(front, start=collection))


def publish(community: CommunityPage, *, by: Person) -> None:
    """Let everybody see what was arranged."""
    with transaction.atomic():
        front = _held(community, by)
        if front.draft is None:
            raise Refused("Everybody sees it as it is already.")
        was = front.arrangement.kept()
        front.published, front.draft, front.draft_by = front.arranged.kept(), None, None
        front.save()
        log(community, "community.arrange", user=by, data={"was": was, "now": front.published})


def start_over(community: CommunityPage, *, by: Person) -> None:
    """Forget what was tried out and not published."""
    with transaction.atomic():
        front = _held(community, by)
        front.draft = front.draft_by = None
        front.save(update_fields=["draft", "draft_by"])


@dataclass(frozen=True)
class Earlier:
    """An arrangement that everybody saw until somebody published another one."""

    entry: int
    until: datetime
    by: Any
    words: str


def earlier(community: CommunityPage) -> list[Earlier]:
    """How the front page was arranged before, the latest first."""
    entries = PageLogEntry.objects.filter(page=community.pk, action="community.arrange").select_related("user")
    rows = entries.order_by("-timestamp", "-pk")[:MOST_EARLIER]
    return [Earlier(row.pk, row.timestamp, row.user, _in_words(Arrangement.of(row.data.get("was")))) for row in rows]


def take_up(community: CommunityPage, entry: int, *, by: Person) -> None:
    """Take an earlier arrangement up again, to be looked at and published."""
    with transaction.atomic():
        front = _held(community, by)
        row = PageLogEntry.objects.filter(page=community.pk, action="community.arrange", pk=entry).first()
        if row is None:
            raise Refused("That arrangement is not in the log any more.")
        front.draft, front.draft_by = Arrangement.of(row.data.get("was")).kept(), by
        front.save(update_fields=["draft", "draft_by"])


# --- People to ask ---------------------------------------------------------------------------------------------------


def name_to_ask(community: CommunityPage, *, by: Person, membership: Membership, words: str) -> PersonToAsk:
    """Name a member whom others may ask, and what about; or change what about. They are told."""
    words = " ".join(words.split())
    if not words:
        raise Refused("Say what others may ask them about.")
    with transaction.atomic():
        _held(community, by)
        held = Membership.objects.present().filter(pk=membership.pk, community=community).first()
        if held is None:
            raise Refused("Only a member can be asked here.")
        people = list(PersonToAsk.objects.of(community))
        there = next((each for each in people if each.membership_id == held.pk), None)
        if there is None:
            if len(people) >= MOST_PEOPLE:
                raise Refused(f"{MOST_PEOPLE} people are enough: take one away first.")
            there = PersonToAsk(membership=held, place=people[-1].place + 1 if people else 1)
        there.words = words
        there.save()
        log(community, "community.person_to_ask", user=by, data={"person": held.person_id, "done": words})
        notify(
            [held.person],
            "person-to-ask",
            about=community,
            subject=f"{community.title} names you as somebody to ask",
            url=f"{community.get_absolute_url()}#people",
            by=by,
            words=words,
            action="See it, or take your name away",
        )
    return there


def ask_no_more(to_ask: PersonToAsk, *, by: Person) -> None:
    """Take somebody off the people to ask: a facilitator, or they themselves."""
    community = to_ask.membership.community
    with transaction.atomic():
        CommunityPolicy.held(community)
        by.forget_memberships()
        if by.pk != to_ask.membership.person_id and not access.facilitates(by, community):
            raise PermissionDenied
        if PersonToAsk.objects.filter(pk=to_ask.pk).delete()[0]:
            log(community, "community.nobody_to_ask", user=by, data={"person": to_ask.membership.person_id})


def shift(to_ask: PersonToAsk, *, by: Person, steps: int) -> None:
    """Move somebody up (below zero) or down among the people to ask."""
    with transaction.atomic():
        _held(to_ask.membership.community, by)
        people = list(PersonToAsk.objects.of(to_ask.membership.community))
        here = next((number for number, each in enumerate(people) if each.pk == to_ask.pk), None)
        if here is None:
            raise Refused("They are not among the people to ask any more.")
        people.insert(min(max(here + steps, 0), len(people) - 1), people.pop(here))
        for place, each in enumerate(people, 1):
            each.place = place
        PersonToAsk.objects.bulk_update(people, ["place"])
        pagecache.bump()


# --- Inside ----------------------------------------------------------------------------------------------------------


def _held(community: CommunityPage, by: Person) -> Front:
    """The front page, held for somebody who facilitates the community."""
    CommunityPolicy.held(community)
    by.forget_memberships()
    if not access.facilitates(by, community):
        raise PermissionDenied
    front, _ = Front.objects.get_or_create(community=community)
    return front


def _try_out(community: CommunityPage, by: Person, part: str, change: Callable[[Arrangement], Arrangement]) -> None:
    if part not in WORDS:
        raise Refused("There is no such part.")
    with transaction.atomic():
        front = _held(community, by)
        arranged = change(front.arranged).kept()
        front.draft, front.draft_by = (None, None) if arranged == front.arrangement.kept() else (arranged, by)
        front.save(update_fields=["draft", "draft_by"])


def _in_words(arrangement: Arrangement) -> str:
    """What an arrangement shows, in one line."""
    shown = [*arrangement.shown_middle, *arrangement.shown_beside]
    return ", ".join(WORDS[name].lower() for name in shown).capitalize()
