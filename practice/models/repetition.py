"""A practice that was done again somewhere else: who says so, where, how it went."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone

from community import access

# A council that took over from one which took over from another, and so on: further back than the law has gone.
MERGERS_FOLLOWED = 4


class RepetitionQuerySet(models.QuerySet["Repetition"]):
    """Questions about repetitions."""

    def shown(self) -> Self:
        """Those that no facilitator has hidden."""
        return self.filter(hidden_at=None)

    def visible_to(self, person: Any) -> Self:
        """Those that this person may read: exactly those of the stories that they may read."""
        return self.shown().filter(story__shown=True).exclude(story__community__in=access.closed_communities(person))

    def at_council(self, *councils: Any) -> Self:
        """Those that happened in one of these councils, or in one that it took over from."""
        from community.models import Council

        return self.filter(council__in=Council.objects.with_predecessors(*councils))

    def for_counting(self) -> Self:
        """With no more than `Repeats` needs."""
        return self.only("story_id", "council_id", "outcome").as_of_today()

    def as_of_today(self) -> Self:
        """With the council that stands today in the place of the one that said it, as `counts_for`."""
        line = ["council_id"]
        for _ in range(MERGERS_FOLLOWED):
            line.insert(0, line[0].removesuffix("_id") + "__replaced_by_id")
        return self.annotate(counts_for=Coalesce(*line))

    def latest_first(self) -> Self:
        """The one that was told last first."""
        return self.order_by("-created_at", "-pk")

    def for_lists(self) -> Self:
        """With what a line about each shows, beside its story or without."""
        rows = self.select_related("person", "council", "story__council", "story__community")
        return rows.defer("story__problem", "story__did", "story__happened", "story__learned").as_of_today()


class Repetition(models.Model):
    """Somebody says: we repeated this. One for a person and a story; they may change it or take it back."""

    class Outcome(models.TextChoices):
        """How it went."""

        WELL = "well", "It went well"
        CHANGED = "changed", "It works, with changes"
        NOT_HERE = "not-here", "It did not work out here"

    story = models.ForeignKey("practice.StoryPage", on_delete=models.CASCADE, related_name="repetitions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="repetitions")
    council = models.ForeignKey("community.Council", on_delete=models.PROTECT, related_name="repetitions")
    outcome = models.CharField("how it went", max_length=10, choices=Outcome.choices)
    since = models.DateField("since", null=True, blank=True, help_text="The first day of the month")
    changed = models.TextField("what we changed", max_length=600, blank=True)
    advice = models.TextField("what to know", max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    hidden_at = models.DateTimeField(null=True, blank=True, editable=False)
    hidden_why = models.TextField(max_length=600, blank=True, editable=False)
    imported = models.BooleanField(default=False, editable=False, help_text="Nobody has changed it here yet")

    objects = RepetitionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["story", "person"], name="one_repetition_a_person_and_story"),
            models.CheckConstraint(
                condition=models.Q(hidden_at=None, hidden_why="")
                | ~models.Q(hidden_at=None) & ~models.Q(hidden_why=""),
                name="a_repetition_is_hidden_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.council} repeated {self.story_id}"

    @property
    def icon(self) -> str:
        """The sign for how it went: the same as for how a practice stands."""
        return {"well": "running", "changed": "changed"}.get(self.outcome, "stopped")

    @property
    def how_it_went(self) -> str:
        """What somebody elsewhere reads of it."""
        return self.get_outcome_display() if self.worked else "It did not work out"

    @property
    def worked(self) -> bool:
        """Whether it did."""
        return self.outcome != self.Outcome.NOT_HERE


@dataclass(frozen=True, slots=True)
class Repeats:
    """How often a story was repeated: each council of today counts once."""

    total: int = 0
    stopped: int = 0

    @classmethod
    def of(cls, repetitions: Iterable[Repetition]) -> Self:
        """Count those that may be shown, read `as_of_today`. A council that says both counts as one where it works,
        and so do two that were merged since."""
        councils: dict[int, bool] = {}
        for each in repetitions:
            council = getattr(each, "counts_for", each.council_id)
            councils[council] = councils.get(council, False) or each.worked
        return cls(len(councils), sum(not worked for worked in councils.values()))

    def __bool__(self) -> bool:
        return self.total > 0

    @property
    def running(self) -> int:
        """Where it works."""
        return self.total - self.stopped
