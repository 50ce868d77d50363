"""Warning a member, and letting them read but not write for a time. Removing one is in `community.joining`.

Each is told to the person, with the reason, and leads them to where they can appeal to the editors of the site.
"""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log

from community import access
from community.joining import given_reason
from community.models import CommunityPage, CommunityPolicy, Membership, Person, Sanction
from hub.notifications.notify import notify
from hub.refusal import Refused

LONGEST_MUTE = 365  # days


def warn(membership: Membership, *, by: Person, reason: str) -> Sanction:
    """Tell a member that something must not go on, and keep that it was told."""
    with transaction.atomic():
        community, person = _held(membership, by)
        made = Sanction.objects.create(
            community=community, person=person, kind=Sanction.Kind.WARNING, reason=given_reason(reason), by=by
        )
        _say(made, "warn", f"A facilitator of {community.title} warns you", {})
    return made


def mute(membership: Membership, *, by: Person, reason: str, days: int) -> Sanction:
    """Let a member read but not write, for so many days. It ends by itself; a new one takes the place of the old."""
    with transaction.atomic():
        community, person = _held(membership, by)
        if Membership.objects.facilitators().filter(community=community, person=person).exists():
            raise Refused(f"{person} is a facilitator. Make them a member again first.")
        if not 1 <= days <= LONGEST_MUTE:
            raise Refused(f"Choose from 1 to {LONGEST_MUTE} days.")
        until = timezone.now() + timedelta(days=days)
        for earlier in Sanction.objects.mutes().of(person, community):
            end(earlier)
        made = Sanction.objects.create(
            community=community, person=person, kind=Sanction.Kind.MUTE, reason=given_reason(reason), by=by, until=until
        )
        subject = f"You can read {community.title}, but not write in it until {day_of(until)}"
        _say(made, "mute", subject, {"until": until.isoformat()})
    return made


def unmute(membership: Membership, *, by: Person) -> None:
    """Let a member write again before the time."""
    with transaction.atomic():
        community, person = _held(membership, by)
        running = list(Sanction.objects.mutes().of(person, community))
        if not running:
            raise Refused(f"{person} may write already.")
        for each in running:
            end(each)
        log(community, "community.unmute", user=by, data={"person": person.pk, "reason": ""})
        notify(
            [person],
            "member-unmuted",
            about=community,
            subject=f"You can write in {community.title} again",
            url=community.get_absolute_url(),
            by=by,
        )


def end(made: Sanction) -> None:
    """Take one back. Called by the verbs that have checked."""
    made.ended_at = timezone.now()
    made.save(update_fields=["ended_at"])


def must_not_be_muted(person: Any, community: CommunityPage) -> None:
    """Refuse what somebody who may only read does not do: begin, send, publish, repeat, report, write to those who look
    after it. Called by the verbs."""
    if until := access.muted_until(person, community):
        raise Refused(f"You can read {community.title}, but not write in it until {day_of(until)}.")


def day_of(moment: datetime) -> str:
    """The day on which something ends."""
    return f"{timezone.localtime(moment):%-d %B %Y}"


def _held(membership: Membership, by: Person) -> tuple[CommunityPage, Person]:
    """Hold the community, and check that this person answers for it and that the other one belongs to it."""
    community = membership.community
    CommunityPolicy.held(community)
    by.forget_memberships()
    if not access.facilitates(by, community):
        raise PermissionDenied
    fresh = Membership.objects.active().select_related("person").filter(pk=membership.pk).first()
    if fresh is None:
        raise Refused("They are no member any more.")
    if fresh.person_id == by.pk:
        raise Refused("This is for others to decide, not for yourself.")
    return community, fresh.person


def _say(made: Sanction, what: str, subject: str, more: dict[str, Any]) -> None:
    community = made.community
    data = {"person": made.person_id, "reason": made.reason, "sanction": made.pk, **more}
    entry = log(community, f"community.{what}", user=made.by, data=data)
    notify(
        [made.person],
        "member-warned" if what == "warn" else "member-muted",
        about=community,
        subject=subject,
        url=reverse("appeal", args=[entry.pk]),
        by=made.by,
        words=made.reason,
        action="See what you can do",
    )
