"""A facilitator is away for some days, and somebody stands in."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from community.models.sanction import Sanction


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Questions about absences."""

    def not_over(self) -> Self:
        """Those of today and of days to come, the first one first."""
        return self.filter(ends_on__gte=timezone.localdate()).order_by("begins_on", "pk")

    def in_force(self) -> Self:
        """Those of today, of people who are facilitators still, and of deputies who may write. Each ends by itself."""
        today = timezone.localdate()
        muted = Sanction.objects.mutes().of(models.OuterRef("deputy"), models.OuterRef("community"))
        return self.filter(
            ~models.Exists(muted),
            begins_on__lte=today,
            ends_on__gte=today,
            person__memberships__community=F("community"),
            person__memberships__state="active",
            person__memberships__role="facilitator",
        )


class Absence(models.Model):
    """From a day to a day, both of them included, one member stands in for one facilitator of a community."""

    community = models.ForeignKey("community.CommunityPage", on_delete=models.CASCADE, related_name="absences")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="deputisings")
    begins_on = models.DateField()
    ends_on = models.DateField()

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("begins_on")), name="an_absence_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(person=F("deputy")), name="somebody_else_stands_in"),
        ]
        indexes = [
            models.Index(fields=["deputy", "community", "ends_on"]),
            models.Index(fields=["person", "community", "ends_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} from {self.begins_on} to {self.ends_on}: {self.deputy_id}"

    @property
    def in_words(self) -> str:
        """Who is away until when, and who stands in, as a sentence."""
        until = f"{self.ends_on:%-d %B}" if self.ends_on.year == date.today().year else f"{self.ends_on:%-d %B %Y}"
        if self.begins_on > timezone.localdate():
            return f"{self.person} is away from {self.begins_on:%-d %B} to {until}; {self.deputy} stands in then"
        return f"{self.person} is away until {until}; {self.deputy} stands in"
