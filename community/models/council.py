"""Councils and the other public bodies that people work for."""

from collections import defaultdict
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify


class CouncilQuerySet(models.QuerySet["Council"]):
    """Questions about councils."""

    def current(self) -> Self:
        """Those that no other council has taken over from."""
        return self.filter(replaced_by=None, split_into=None).exclude(end_date__lt=timezone.localdate())

    def replacements(self) -> dict[int, set[int]]:
        """For each council that was replaced, the ids of those that took over: two queries in all."""
        taken_over: dict[int, set[int]] = defaultdict(set)
        pairs = Council.objects.order_by().exclude(replaced_by=None).values_list("pk", "replaced_by_id")
        shares = Council.split_into.through.objects.values_list("from_council_id", "to_council_id")
        for old, new in [*pairs, *shares]:
            taken_over[old].add(new)
        return dict(taken_over)

    def with_predecessors(self, *councils: "Council") -> Self:
        """These, and all that they took over from, however long ago."""
        replacements = Council.objects.replacements()
        found = newly = {council.pk for council in councils}
        while newly:
            newly = {old for old, new in replacements.items() if new & newly} - found
            found = found | newly
        return self.filter(pk__in=found)


class Council(models.Model):
    """A council, or another public body. One that was merged points to its successor and keeps its name."""

    class Kind(models.TextChoices):
        """What sort of body it is: the tiers of local government in the United Kingdom, and any other."""

        DISTRICT = "district", "District"
        COUNTY = "county", "County"
        UNITARY = "unitary", "Unitary"
        NI_DISTRICT = "ni-district", "Northern Ireland district"
        METROPOLITAN = "metropolitan", "Metropolitan borough"
        LONDON_BOROUGH = "london-borough", "London borough"
        COMBINED = "combined", "Combined or strategic authority"
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

    split_into = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="split_from",
        help_text="The councils that share its area now, when more than one took over",
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

    @property
    def has_ended(self) -> bool:
        """Whether it no longer exists: another took over, or its last day is past."""
        return self.replaced_by_id is not None or (self.end_date is not None and self.end_date < timezone.localdate())

    def other_name_list(self) -> list[str]:
        """The other names, one by one."""
        return [line.strip() for line in self.other_names.splitlines() if line.strip()]

    def shown_names(self) -> list[str]:
        """The other names as a page shows them: without those in small letters, which are there to be found by."""
        return [name for name in self.other_name_list() if not name.islower()]

    def clean(self) -> None:
        """Codes are capitals, and no council takes over from one that took over from it."""
        super().clean()
        self.code = self.code.upper()
        if self.pk and self.replaced_by_id and self.replaced_by_id != self.pk:
            before = Council.objects.with_predecessors(self).filter(pk=self.replaced_by_id)
            if before.exists():
                raise ValidationError({"replaced_by": "This one was itself replaced by the council you edit."})
