"""Invitations to a community: to a person, or to an e-mail address that need not have an account yet.

Whether an address has an account is never told: a facilitator sees the same words, the same row in the list and the
same refusals for every address. An invitation is accepted by whoever has confirmed that address to be theirs.
"""

from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django_tasks import task
from wagtail.log_actions import log
from wagtail.models import PageLogEntry

from community import access
from community.joining import let_in
from community.models import CommunityPage, CommunityPolicy, Invitation, Membership, Person
from hub.later import later
from hub.letters import letter
from hub.notifications.notify import notify
from hub.refusal import Refused

MOST_A_DAY = 40
YOURS = "/communities/yours/"


def invite(
    community: CommunityPage, *, by: Person, email: str = "", person: Person | None = None, message: str = ""
) -> Invitation:
    """Invite a person, or whoever has this address. An invitation that has ended is sent anew."""
    with transaction.atomic():
        _held_by(community, by)
        community.policy.must_not_be_archived()
        if person is not None:
            _may_be_invited(community, person)
            invitee: dict[str, Any] = {"person": person, "email": ""}
        else:
            invitee = {"person": None, "email": address_typed(email)}
        _not_too_many(by)
        invitation = community.invitations.filter(**invitee).first() or Invitation(community=community, **invitee)
        if invitation.pk and invitation.is_open:
            raise Refused(f"{invitation.invitee} is invited already, until {_day(invitation)}.")
        invitation.invited_by, invitation.message, invitation.created_at = by, message.strip(), timezone.now()
        invitation.save()
        log(community, "community.invite", user=by, data=_whom(invitation))
        people = [person] if person else owners_of(invitation.email)
        if people:
            _tell(people, invitation)
        else:
            _write_to(invitation)
    return invitation


def accept(invitation: Invitation, *, person: Person) -> Membership:
    """Become a member by invitation, whatever was refused before."""
    with transaction.atomic():
        community = _mine(invitation, person)
        community.policy.must_not_be_archived()
        if not invitation.is_open:
            raise Refused("This invitation has ended. Ask a facilitator for another one.")
        membership = community.membership_of(person)
        if membership and membership.state == Membership.State.ACTIVE:
            invitation.delete()
            return membership
        membership = let_in(community, person)
        log(community, "community.accept_invitation", user=person)
        notify(
            [invitation.invited_by] if invitation.invited_by else [],
            "invitation-accepted",
            about=community,
            subject=f"{person} has come to {community.title}",
            url=person.get_absolute_url(),
            by=person,
            action="See their page",
        )
    return membership


def decline(invitation: Invitation, *, person: Person) -> None:
    """Say no to an invitation. Nobody is told who said it."""
    with transaction.atomic():
        community = _mine(invitation, person)
        log(community, "community.decline_invitation", data=_whom(invitation))
        invitation.delete()


def take_back(invitation: Invitation, *, by: Person) -> None:
    """Undo an invitation that waits."""
    with transaction.atomic():
        community = invitation.community
        _held_by(community, by)
        if not Invitation.objects.filter(pk=invitation.pk).exists():
            raise Refused("It has been answered or taken back already.")
        log(community, "community.take_back_invitation", user=by, data=_whom(invitation))
        invitation.delete()


def welcome(person: Person) -> None:
    """Tell somebody of the invitations that waited for an address which they have just confirmed."""
    told = set(person.notifications.filter(what="invited").values_list("about_id", flat=True))
    for invitation in Invitation.objects.open().to(person).select_related("community", "invited_by"):
        if invitation.pk not in told:
            _tell([person], invitation)


def _held_by(community: CommunityPage, by: Person) -> None:
    CommunityPolicy.held(community)
    by.forget_memberships()
    if not access.facilitates(by, community):
        raise PermissionDenied


def _mine(invitation: Invitation, person: Person) -> CommunityPage:
    """Hold the community of an invitation that is to this person and is still there."""
    community = invitation.community
    CommunityPolicy.held(community)
    if not Invitation.objects.to(person).filter(pk=invitation.pk).exists():
        raise PermissionDenied
    return community


def _may_be_invited(community: CommunityPage, person: Person) -> None:
    if not person.is_active:
        raise Refused("Their account is closed.")
    membership = community.membership_of(person)
    if membership and membership.state == Membership.State.ACTIVE:
        raise Refused(f"{person} is a member already.")
    if membership and membership.state == Membership.State.ASKED:
        raise Refused(f"{person} has asked to join: accept the request.")


def _not_too_many(by: Person) -> None:
    """The log is counted, not the rows, so that sending and taking back over and over does not help."""
    since = timezone.now() - timedelta(days=1)
    if PageLogEntry.objects.filter(action="community.invite", user=by, timestamp__gt=since).count() >= MOST_A_DAY:
        raise Refused(f"You have sent {MOST_A_DAY} invitations in a day. Send the others tomorrow.")


def address_typed(email: str) -> str:
    """An e-mail address as it is kept. Raises Refused where it is none."""
    email = email.strip().lower()
    try:
        validate_email(email)
        MaxLengthValidator(254)(email)
    except ValidationError as error:
        raise Refused("Give an e-mail address, such as name@council.example.") from error
    return email


def owners_of(email: str) -> list[Person]:
    """Whoever has confirmed this address."""
    addresses = EmailAddress.objects.filter(email__iexact=email, verified=True, user__is_active=True)
    return [address.user for address in addresses.select_related("user")]


def _whom(invitation: Invitation) -> dict[str, Any]:
    return {"person": invitation.person_id} if invitation.person_id else {"email": invitation.email}


def _day(invitation: Invitation) -> str:
    return f"{timezone.localtime(invitation.ends_at):%-d %B %Y}"


def _tell(people: list[Person], invitation: Invitation) -> None:
    notify(
        people,
        "invited",
        about=invitation,
        subject=_subject(invitation),
        url=YOURS,
        by=invitation.invited_by,
        words=invitation.message,
        action="Answer",
    )


def _write_to(invitation: Invitation) -> None:
    """Write to an address that nobody has confirmed here."""
    later(mail_invitation, invitation.pk)


@task()
def mail_invitation(pk: int) -> None:
    """Send one invitation by e-mail, if it still stands."""
    invitation = Invitation.objects.open().select_related("community", "invited_by").filter(pk=pk, person=None).first()
    if invitation is None:
        return
    letter(
        "invitation",
        to=invitation.email,
        subject=_subject(invitation),
        context={
            "invitation": invitation,
            "until": _day(invitation),
            "signup_url": f"{settings.SITE_URL}{reverse('account_signup')}?next={YOURS}",
            "url": f"{settings.SITE_URL}{YOURS}",
        },
    ).send()


def _subject(invitation: Invitation) -> str:
    return f"{invitation.invited_by or 'A facilitator'} invites you to {invitation.community.title}"
