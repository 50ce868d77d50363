"""Who belongs to a community, who asked to, and who was invited."""

from datetime import datetime, timedelta
from typing import Any, Self

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone

from community import access
from community.models.absence import Absence
from community.models.claimed import Claimed

ASK_AGAIN_AFTER = timedelta(days=30)
INVITATION_LASTS = timedelta(days=30)


def _absences(**whose: Any) -> Any:
    """The absences of today in the community of the row."""
    return Absence.objects.in_force().filter(community=OuterRef("community"), **whose)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Questions about memberships."""

    def active(self) -> Self:
        """Those that count: not asked for, not refused."""
        return self.filter(state=Membership.State.ACTIVE)

    def present(self) -> Self:
        """Those that count, of people who may sign in: what is listed and counted."""
        return self.active().filter(person__is_active=True)

    def waiting(self) -> Self:
        """Requests that a facilitator has not answered, oldest first."""
        return self.filter(state=Membership.State.ASKED, person__is_active=True).order_by("asked_at", "pk")

    def facilitators(self) -> Self:
        """Memberships of the facilitators who may sign in."""
        return self.present().filter(role=Membership.Role.FACILITATOR)

    def with_standing_in(self) -> Self:
        """With `stands_in`: whether the person stands in for a facilitator of the community today."""
        return self.annotate(stands_in=Exists(_absences(deputy=OuterRef("person"))))

    def moderating(self) -> Self:
        """Active ones of facilitators, and of those who stand in for one today."""
        return self.active().filter(Q(role=Membership.Role.FACILITATOR) | Exists(_absences(deputy=OuterRef("person"))))

    def on_duty(self) -> Self:
        """Memberships of those who are told of what is new: facilitators who are not away, and who stands in."""
        here = Q(role=Membership.Role.FACILITATOR) & ~Exists(_absences(person=OuterRef("person")))
        return self.present().filter(here | Exists(_absences(deputy=OuterRef("person"))))

    def seen_by(self, person: Any) -> Self:
        """Those of which `may_be_seen_by(person)` is true, asked in one query with whatever it is part of."""
        if access.is_editor(person):
            return self.all()
        return self.filter(Q(person=person) | Q(community__in=access.own_communities(person, facilitated=True)))

    def with_people(self) -> Self:
        """With what a line about each person shows, by name."""
        return self.select_related("person__council").order_by("person__name", "person_id")


class Membership(Claimed):
    """One person in one community. Leaving deletes it; the audit log remembers.

    A refusal and a removal stay, so that the person cannot simply walk in again: they may ask after a while, or a
    facilitator may invite them.
    """

    class Role(models.TextChoices):
        """What a member may do."""

        MEMBER = "member", "Member"
        FACILITATOR = "facilitator", "Facilitator"

    class State(models.TextChoices):
        """Whether the membership counts."""

        ACTIVE = "active", "Active"
        ASKED = "asked", "Asked to join"
        REFUSED = "refused", "Refused"
        REMOVED = "removed", "Removed"

    community = models.ForeignKey("community.CommunityPage", on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.MEMBER)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    asked_at = models.DateTimeField(default=timezone.now)
    since = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField("accepted, refused or removed", null=True, blank=True)
    message = models.TextField(max_length=600, blank=True, help_text="What the person wrote when they asked")
    answer = models.TextField(max_length=600, blank=True, help_text="Why they were refused or removed")
    ask_from = models.DateTimeField(null=True, blank=True, help_text="When a removed person may ask again")
    notifications = GenericRelation(
        "notifications.Notification", content_type_field="about_type", object_id_field="about_id"
    )

    objects = MembershipQuerySet.as_manager()
    stands_in = False  # read along by `with_standing_in`

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "person"], name="one_membership_a_person_and_community"),
            models.CheckConstraint(
                condition=models.Q(state="active") | models.Q(role="member"), name="only_active_members_facilitate"
            ),
        ]
        indexes = [models.Index(fields=["person", "state"]), models.Index(fields=["community", "state", "role"])]

    def __str__(self) -> str:
        return f"{self.person} in {self.community_id}: {self.role}, {self.state}"

    @property
    def is_facilitator(self) -> bool:
        """Whether this member moderates and curates the community."""
        return self.state == self.State.ACTIVE and self.role == self.Role.FACILITATOR

    @property
    def shut_out(self) -> bool:
        """Whether a facilitator said no, so that only a facilitator can say yes."""
        return self.state in {self.State.REFUSED, self.State.REMOVED}

    @property
    def may_ask_from(self) -> datetime:
        """When a person who was refused or removed may ask again."""
        return self.ask_from or (self.decided_at or self.asked_at) + ASK_AGAIN_AFTER

    @property
    def may_ask_now(self) -> bool:
        """Whether enough time has gone by since the answer."""
        return timezone.now() >= self.may_ask_from

    def may_be_seen_by(self, person: Any) -> bool:
        """Whether this person may know of it: the one whom it is about, and who answers for the community."""
        return person.pk == self.person_id or access.facilitates(person, self.community_id)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Questions about invitations."""

    def open(self) -> Self:
        """Those that can still be accepted."""
        return self.filter(created_at__gt=timezone.now() - INVITATION_LASTS, community__live=True)

    def seen_by(self, person: Any) -> Self:
        """Those of which `may_be_seen_by(person)` is true, asked in one query with whatever it is part of."""
        if not access.signed_in(person):
            return self.none()
        confirmed = EmailAddress.objects.filter(user=person, verified=True).values(address=Lower("email"))
        return self.open().filter(Q(person=person) | Q(person=None, email__in=confirmed))

    def to(self, person: Any) -> Self:
        """Those sent to this person, or to an address that they have confirmed to be theirs."""
        if not access.signed_in(person):
            return self.none()
        confirmed = person.confirmed_addresses()
        return self.filter(Q(person=person) | Q(person=None, email__in=confirmed))


class Invitation(models.Model):
    """An invitation to a community, to a person or to an e-mail address that may not have an account yet.

    It is a row while it waits. Accepted, declined or taken back, it is deleted; the audit log remembers. Nothing about
    it says whether an address has an account: facilitators see the address that they typed, or the person they chose.
    """

    community = models.ForeignKey("community.CommunityPage", on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField("e-mail address", max_length=254, blank=True, help_text="In lower case")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="invitations"
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="invitations_sent"
    )
    message = models.TextField(max_length=600, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    notifications = GenericRelation(
        "notifications.Notification", content_type_field="about_type", object_id_field="about_id"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community", "email"],
                condition=models.Q(person=None),
                name="one_invitation_an_address_and_community",
            ),
            models.UniqueConstraint(fields=["community", "person"], name="one_invitation_a_person_and_community"),
            models.CheckConstraint(
                condition=models.Q(email="") ^ models.Q(person=None), name="an_invitation_is_to_an_address_or_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invitee} to {self.community_id}"

    @property
    def invitee(self) -> str:
        """Whom it is to, as the facilitator knows them."""
        return str(self.person) if self.person else self.email

    @property
    def ends_at(self) -> datetime:
        """When it can no longer be accepted."""
        return self.created_at + INVITATION_LASTS

    @property
    def is_open(self) -> bool:
        """Whether it can still be accepted."""
        return timezone.now() < self.ends_at

    def may_be_seen_by(self, person: Any) -> bool:
        """Whether this person may know of it: the one whom it is to, while it is open."""
        return Invitation.objects.open().to(person).filter(pk=self.pk).exists()
