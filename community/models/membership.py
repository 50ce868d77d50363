"""Who belongs to a community, who asked to, and who was invited."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Questions about memberships."""

    def active(self) -> Self:
        """Those that count: not asked for, not refused."""
        return self.filter(state=Membership.State.ACTIVE)

    def waiting(self) -> Self:
        """Requests that a facilitator has not answered, oldest first."""
        return self.filter(state=Membership.State.ASKED).order_by("asked_at", "pk")

    def facilitators(self) -> Self:
        """Active memberships of facilitators."""
        return self.active().filter(role=Membership.Role.FACILITATOR)


class Membership(models.Model):
    """One person in one community. Leaving deletes it; the audit log remembers."""

    class Role(models.TextChoices):
        """What a member may do."""

        MEMBER = "member", "Member"
        FACILITATOR = "facilitator", "Facilitator"

    class State(models.TextChoices):
        """Whether the membership counts."""

        ACTIVE = "active", "Active"
        ASKED = "asked", "Asked to join"
        REFUSED = "refused", "Refused"

    community = models.ForeignKey("community.CommunityPage", on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.MEMBER)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    asked_at = models.DateTimeField(default=timezone.now)
    since = models.DateTimeField(null=True, blank=True)
    message = models.TextField(max_length=600, blank=True, help_text="What the person wrote when they asked")
    answer = models.TextField(max_length=600, blank=True, help_text="Why they were refused")

    objects = MembershipQuerySet.as_manager()

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


class Invitation(models.Model):
    """An invitation to a community, sent to an e-mail address that may not have an account yet."""

    community = models.ForeignKey("community.CommunityPage", on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField("e-mail address", max_length=254)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="invitations_sent"
    )
    message = models.TextField(max_length=600, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "email"], name="one_invitation_an_address_and_community")
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.community_id}"
