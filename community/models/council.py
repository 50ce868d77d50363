"""Councils and the other public bodies that people work for."""

from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.text import slugify


class CouncilQuerySet(models.QuerySet["Council"]):
    """Questions about councils."""

    def current(self) -> Self:
        """Those that no other council has taken over from."""
        return self.filter(replaced_by=None)

    def with_predecessors(self, *councils: "Council") -> Self:
        """These, and all that they took over from, however long ago."""
        found = {council.pk for council in councils}
        newly = found
        while newly:
            before = self.model._default_manager.filter(replaced_by__in=newly).order_by()
            newly = set(before.values_list("pk", flat=True)) - found
            found |= newly
        return self.filter(pk__in=found)


class Council(models.Model):
    """A council, or another public body. One that was merged points to its successor and keeps its name."""

    class Kind(models.TextChoices):
        """What sort of body it is: the tiers of local government in the United Kingdom, and any other."""

        DISTRICT = "district", "District"
        COUNTY = "county", "County"
        UNITARY = "unitary", "Unitary"
        METROPOLITAN = "metropolitan", "Metropolitan borough"
        LONDON_BOROUGH = "london-borough", "London borough"
        COMBINED = "combined", "Combined authority"
        NATIONAL_PARK = "national-park", "National park"
        OTHER = "other", "Other public body"

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField("official name", max_length=160)
    short_name = models.CharField("short name", max_length=120, help_text="As people say it: Ambleford")
    other_names = models.TextField(blank=True, help_text="One a line: older and shorter names, Welsh, Gaelic or Irish")
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.OTHER, db_index=True)
    nation = models.CharField(max_length=60, blank=True)
    region = models.CharField(max_length=60, blank=True, db_index=True)
    population = models.PositiveIntegerField(null=True, blank=True)
    area_km2 = models.FloatField("area in square kilometres", null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    start_date = models.DateField("began on", null=True, blank=True)
    end_date = models.DateField("ended on", null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="predecessors"
    )

    objects = CouncilQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(replaced_by=models.F("id")), name="a_council_does_not_replace_itself"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def slug(self) -> str:
        """The readable end of its address."""
        return slugify(self.short_name or self.name) or "council"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("council", args=[self.code.lower(), self.slug])

    def successor(self) -> "Council":
        """The council that stands in its place today: itself, or the last of the chain. A loop in the data ends it."""
        seen, council = {self.pk}, self
        while council.replaced_by and council.replaced_by_id not in seen:
            council = council.replaced_by
            seen.add(council.pk)
        return council
