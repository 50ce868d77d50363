"""Leaving for good: what somebody told stays, what we know of them goes.

The row of the person stays, emptied: stories, discussions and the audit log keep pointing to it, so that nothing is
left without an author. It carries their name if they chose so, else the words `FORMER_MEMBER`. It has no page, no
address and no way to sign in. Higher rooms clear away what is theirs by the signal `person_leaving`.
"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import PageLogEntry
from wagtail.users.models import UserProfile

from community.models import CommunityPolicy, HandOver, Invitation, Membership, Person
from community.signals import membership_changed, person_changed, person_leaving
from hub.refusal import Refused

FORMER_MEMBER = "A former member"
EMPTIED = ("role_title", "biography", "why_i_take_part", "offers", "looks_for", "working_days", "links")


@transaction.atomic
def close_account(person: Person, *, by: Person, keep_name: bool) -> None:
    """Close an account for good, at the wish of its owner or, by an administrator, for them."""
    if by != person and not by.is_superuser:
        raise PermissionDenied("Only the owner of an account closes it.")
    person = Person.objects.select_for_update().get(pk=person.pk)
    _hands_over(person)
    person_leaving.send(sender=Person, person=person)
    memberships = list(person.memberships.select_related("community"))
    person.memberships.all().delete()
    for membership in memberships:
        membership_changed.send(sender=Membership, community=membership.community, person=person)
    addresses = [*person.confirmed_addresses(), person.email.lower()]
    _forget(person, addresses)
    log(person, "community.close_account", user=by)
    _forget_addresses(addresses)
    if not keep_name:
        _forget_name(person)
    person.name = person.name if keep_name and person.name else FORMER_MEMBER
    for field in EMPTIED:
        setattr(person, field, "")
    person.email = f"left-{person.pk}@left.invalid"
    person.council = person.last_login = person.portrait = None
    person.is_active = person.is_editor = person.is_superuser = person.mail_notices = False
    person.left_at = timezone.now()
    person.set_unusable_password()
    person.save()
    person.forget_memberships()
    person_changed.send(sender=Person, person=person)


def _forget_addresses(addresses: list[str]) -> None:
    """Take their addresses out of the log, where invitations by letter stand."""
    for entry in PageLogEntry.objects.filter(data__email__in=addresses).iterator():
        entry.data.pop("email")
        PageLogEntry.objects.filter(pk=entry.pk).update(data=entry.data)


def _forget_name(person: Person) -> None:
    """Take their name out of the log of decisions, where it stands as it was."""
    for entry in PageLogEntry.objects.filter(Q(user_id=person.pk) | Q(data__person=person.pk)).iterator():
        if entry.user_id == person.pk:
            entry.data.pop("by", None)
        if entry.data.get("person") == person.pk:
            entry.data.pop("whom", None)
        PageLogEntry.objects.filter(pk=entry.pk).update(data=entry.data)  # a deleted page must not stand in the way


def _hands_over(person: Person) -> None:
    """Refuse while something would be left without anybody who looks after it."""
    for membership in person.memberships.facilitators().select_related("community").order_by("community"):
        CommunityPolicy.held(membership.community)  # so that the other one does not go at the same moment
        others = Membership.objects.facilitators().filter(community=membership.community, person__is_active=True)
        if not others.exclude(person=person).exists():
            raise Refused(f"Nobody else facilitates {membership.community.title}. Hand it over to somebody first.")
    administrators = Person.objects.filter(is_superuser=True, is_active=True)
    if person.is_superuser and not administrators.exclude(pk=person.pk).exists():
        raise Refused("There is no other administrator. Appoint one first.")


def _forget(person: Person, addresses: list[str]) -> None:
    for rows in (
        Invitation.objects.filter(Q(email__in=addresses) | Q(person=person)),
        HandOver.objects.filter(Q(person=person) | Q(by=person)),
        EmailAddress.objects.filter(user=person),
        SocialAccount.objects.filter(user=person),
        Authenticator.objects.filter(user=person),
        UserProfile.objects.filter(user=person),
        person.appeals.all(),
        person.absences.all(),
        person.deputisings.all(),
        person.sanctions.all(),
        person.notifications.all(),  # type: ignore[attr-defined]
    ):
        rows.delete()
    person.skills.clear()
    person.groups.clear()
    person.user_permissions.clear()
    if person.portrait:
        portrait: Any = person.portrait
        person.portrait = None
        person.save(update_fields=["portrait"])
        portrait.delete()
