"""What facilitators do about somebody who makes it hard for others: a warning, or a time without a voice."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class SanctionQuerySet(models.QuerySet["Sanction"]):
    """Questions about sanctions."""

    def standing(self) -> Self:
        """Those that were not taken back."""
        return self.filter(ended_at=None)

    def mutes(self) -> Self:
        """The times without a voice that last now. Each ends by itself."""
        return self.standing().filter(kind=Sanction.Kind.MUTE, until__gt=timezone.now())

    def of(self, person: Any, community: Any) -> Self:
        """Those of one person in one community."""
        return self.filter(person=person, community=community)


class Sanction(models.Model):
    """A warning, or a mute until a day. It outlasts the membership: who leaves and comes back is muted still."""

    class Kind(models.TextChoices):
        """What it is."""

        WARNING = "warning", "Warning"
        MUTE = "mute", "Mute"

    community = models.ForeignKey("community.CommunityPage", on_delete=models.CASCADE, related_name="sanctions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sanctions")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    reason = models.TextField(max_length=600)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField("taken back", null=True, blank=True)

    objects = SanctionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="warning", until=None) | Q(kind="mute", until__isnull=False),
                name="a_mute_has_an_end",
            )
        ]
        indexes = [models.Index(fields=["person", "community", "until"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.person_id} in {self.community_id}"
