"""What the stories mean, as numbers, where search by meaning is on."""

from collections.abc import Iterable
from typing import Self

from django.db import models


class VectorQuerySet(models.QuerySet["Vector"]):
    """Questions about vectors."""

    def made(self, recipe: str) -> Self:
        """Those that were made by this recipe, from the story as it is."""
        return self.filter(recipe=recipe, made=models.F("changes"))

    def usable(self, recipe: str) -> Self:
        """Those that can be compared. One whose story was changed a moment ago serves until it is made anew."""
        return self.filter(recipe=recipe).exclude(vector=b"")

    def changed(self, ids: Iterable[int], *, wanted: bool) -> None:
        """Note that these stories were written to the engine. `wanted` says that they are to have vectors."""
        ids = list(ids)
        if wanted:
            rows = [self.model(story=id) for id in ids]
            self.bulk_create(rows, ignore_conflicts=True, batch_size=200)
        self.filter(pk__in=ids).update(changes=models.F("changes") + 1)


class Vector(models.Model):
    """The vector of a story. Another recipe's is never used; one of a story that is not English is empty.

    `changes` counts how often the story was delivered to the engine, `made` says which of them the vector is of: a
    change that comes while the vector is made is not lost.
    """

    story = models.PositiveBigIntegerField(primary_key=True)
    changes = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(null=True)
    made_at = models.DateTimeField(null=True, db_index=True)
    recipe = models.CharField(max_length=16, blank=True)
    digest = models.CharField(max_length=16, blank=True, help_text="Of the text: what is the same is not made anew")
    vector = models.BinaryField(default=b"")

    objects = VectorQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.story} by {self.recipe}"
