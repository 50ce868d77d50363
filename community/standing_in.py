"""A facilitator goes away for some days, and somebody else is told and decides in their place.

What a deputy may do meanwhile is in `community.access`; that they are told is in `Membership.objects.on_duty()`.
"""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from community import access
from community.models import Absence, CommunityPage, CommunityPolicy, Membership, Person
from community.signals import membership_changed
from hub.notifications.notify import notify
from hub.refusal import Refused

LONGEST = timedelta(days=180)


def go_away(
    community: CommunityPage, *, by: Person, person: Person, begins_on: date, ends_on: date, deputy: Person
) -> Absence:
    """Say that a facilitator is away, and who stands in: another facilitator or a member, for that time."""
    with transaction.atomic():
        _check(community, by)
        roles = dict(
            Membership.objects.present()
            .filter(community=community, person__in=[person, deputy])
            .values_list("person", "role")
        )
        if roles.get(person.pk) != Membership.Role.FACILITATOR:
            raise Refused(f"{person} is no facilitator here, so nobody needs to stand in.")
        if deputy.pk not in roles:
            raise Refused(f"{deputy} is no member. Choose somebody who belongs to {community.title}.")
        if person == deputy:
            raise Refused("Choose somebody else to stand in.")
        if access.muted_until(deputy, community):
            raise Refused(f"{deputy} may not write here at present. Choose somebody else.")
        if ends_on < begins_on or ends_on < timezone.localdate():
            raise Refused("The last day must not be before the first, and not be over.")
        if ends_on - begins_on > LONGEST:
            raise Refused("That is more than half a year. Make somebody else a facilitator instead.")
        overlapping = community.absences.filter(person=person, begins_on__lte=ends_on, ends_on__gte=begins_on)
        if overlapping.exists():
            raise Refused(f"{person} is away in those days already. End that first.")
        made = Absence.objects.create(
            community=community, person=person, deputy=deputy, begins_on=begins_on, ends_on=ends_on
        )
        _changed(made)
        log(community, "community.go_away", user=by, data={"person": deputy.pk, "done": f"said: {made.in_words}"})
        notify(
            [deputy],
            "standing-in",
            about=community,
            subject=f"You stand in for {person} in {community.title}, {begins_on:%-d %B} to {ends_on:%-d %B}",
            url=f"{community.get_absolute_url()}members/",
            by=by,
            action="See who belongs to it",
        )
    return made


def come_back(made: Absence, *, by: Person) -> None:
    """End an absence before its time, or say that it will not be."""
    with transaction.atomic():
        community = made.community
        _check(community, by)
        if not Absence.objects.filter(pk=made.pk).exists():
            raise Refused("It has ended already.")
        log(
            community,
            "community.come_back",
            user=by,
            data={"person": made.deputy_id, "done": f"said that {made.person} is here again"},
        )
        notify(
            [made.deputy],
            "standing-in-ended",
            about=community,
            subject=f"{made.person} is here again, so you no longer stand in in {community.title}",
            url=f"{community.get_absolute_url()}members/",
            by=by,
        )
        made.delete()
        _changed(made)


def _check(community: CommunityPage, by: Person) -> None:
    CommunityPolicy.held(community)
    by.forget_memberships()
    if not access.answers_for(by, community):
        raise PermissionDenied


def _changed(made: Absence) -> None:
    made.deputy.forget_memberships()
    membership_changed.send(Membership, community=made.community, person=made.deputy)
