"""What was decided in a community, told in sentences to its facilitators. The rows are Wagtail's audit log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from wagtail.models import PageLogEntry

from community.models import CommunityPage, CommunityPolicy, Person

# Each action: its name in the admin's filter, and what was done, as it follows the name of whoever did it.
SENTENCES = {
    "community.found": ("Community made", "made the community"),
    "community.set_policy": ("Community opened or closed", "changed who may see it, join it and publish in it"),
    "community.choose_topics": ("Topics chosen", "chose what stories here are about"),
    "community.write_sheet": ("Review sheet changed", "changed what is looked at before a story goes out"),
    "community.collect": ("Collections tended", "{done}"),
    "community.arrange": ("Front page arranged", "arranged the front page"),
    "community.person_to_ask": ("Person to ask named", "named {whom} as somebody to ask: “{done}”"),
    "community.nobody_to_ask": ("Person to ask taken away", "took {whom} off the people to ask"),
    "community.put_forward": ("Stories featured and pinned", "{done}"),
    "community.join": ("Joined", "joined"),
    "community.ask": ("Asked to join", "asked to join"),
    "community.take_back": ("Request taken back", "took back the request to join"),
    "community.leave": ("Left", "left"),
    "community.accept": ("Request accepted", "accepted {whom}"),
    "community.refuse": ("Request refused", "refused {whom}"),
    "community.promote": ("Facilitator made", "made {whom} a facilitator"),
    "community.demote": ("Facilitator ended", "made {whom} a member again"),
    "community.remove": ("Member removed", "removed {whom}"),
    "community.go_away": ("Facilitator away", "{done}"),
    "community.come_back": ("Facilitator here again", "{done}"),
    "community.warn": ("Member warned", "warned {whom}"),
    "community.mute": ("Member muted", "muted {whom} until {until}"),
    "community.unmute": ("Mute ended", "let {whom} write again"),
    "community.decide_appeal": ("Appeal decided", "decided an appeal of {whom}: {about}, which {outcome}"),
    "community.invite": ("Invited", "invited {whom}"),
    "community.accept_invitation": ("Invitation accepted", "came by invitation"),
    "community.decline_invitation": ("Invitation declined", "The invitation to {whom} was declined"),
    "community.take_back_invitation": ("Invitation taken back", "took back the invitation to {whom}"),
    "community.archive": ("Archived", "archived the community"),
    "community.reopen": ("Opened again", "opened the community again"),
    "community.merge": ("Merged", "{done}"),
    "community.offer_hand_over": ("Asked to facilitate", "asked {whom} to facilitate"),
    "community.take_back_hand_over": ("Request to facilitate taken back", "no longer asks {whom} to facilitate"),
    "community.hand_over": ("Handed over", "took the community on from {whom}"),
    "community.decline_hand_over": ("Declined to facilitate", "would rather not facilitate"),
    "community.volunteer": ("Would facilitate", "would facilitate"),
    "community.ask_for_facilitator": ("Asked for a facilitator", "asked the members for a facilitator"),
    "wagtail.publish": ("Published", "changed what the page says"),
}
_NAMES = {
    "visibility": "who may see it",
    "joining": "how people join",
    "review_first": "reading stories first",
    "promise_days": "days promised",
}


@dataclass(frozen=True)
class Decision:
    """One line of the log."""

    at: datetime
    by: Person | None
    words: str
    reason: str
    changes: list[str]


def decisions_of(community: CommunityPage) -> "QuerySet[PageLogEntry]":
    """What was decided, the latest first. Give a page of it to `told`."""
    return PageLogEntry.objects.filter(page=community.pk, action__in=SENTENCES).order_by("-timestamp", "-pk")


def told(entries: Iterable[PageLogEntry]) -> list[Decision]:
    """The lines for these rows, with the names of the people read at once."""
    entries = list(entries)
    ids = {entry.user_id for entry in entries} | {entry.data.get("person") for entry in entries}
    people = Person.objects.in_bulk([pk for pk in ids if pk])
    return [
        Decision(
            at=entry.timestamp,
            by=people.get(entry.user_id),
            words=sentence(entry, people),
            reason=entry.data.get("reason", ""),
            changes=_changes(entry.data),
        )
        for entry in entries
    ]


def sentence(entry: PageLogEntry, people: dict[int, Person] | None = None) -> str:
    """What one row says, after the name of whoever did it, if anybody did."""
    pk, email = entry.data.get("person"), entry.data.get("email")
    if people is None:
        people = Person.objects.in_bulk([pk] if pk else [])
    known = (entry.data.get("whom") or str(people[pk])) if pk in people else "somebody who has left the site"
    whom = email or known
    until = parse_datetime(entry.data.get("until") or "")
    words = SENTENCES[entry.action][1].format(
        whom=whom,
        done=entry.data.get("done", ""),
        until=f"{timezone.localtime(until):%-d %B %Y}" if until else "",
        about=entry.data.get("about", ""),
        outcome="is undone" if entry.data.get("granted") else "stands",
    )
    return words if entry.user_id or words[0].isupper() else f"The site {words}"


def _changes(data: dict[str, Any]) -> list[str]:
    before, after = data.get("before", {}), data.get("after", {})
    return [f"{_NAMES[name]}: {_value(name, before.get(name))} → {_value(name, after[name])}" for name in after]


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    choices = {"visibility": CommunityPolicy.Visibility, "joining": CommunityPolicy.Joining}.get(name)
    return str(choices(value).label.split(":")[0]).lower() if choices and value in choices else str(value)
