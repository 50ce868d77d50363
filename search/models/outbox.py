"""What must still reach the engine."""

from collections.abc import Sequence
from typing import Self

from django.core.management.color import no_style
from django.db import connection, models
from django.utils import timezone

# A document that the engine has refused so often stays as a dead letter until the thing changes again.
MOST_ATTEMPTS = 6


class OutboxQuerySet(models.QuerySet["Outbox"]):
    """Questions about the outbox."""

    def alive(self) -> Self:
        """Rows that the engine has not taken yet, and may."""
        return self.filter(attempts__lt=MOST_ATTEMPTS)

    def due(self) -> Self:
        """Rows to be delivered now, in their order."""
        return self.alive().filter(models.Q(retry_at=None) | models.Q(retry_at__lte=timezone.now())).order_by("pk")

    def dead(self) -> Self:
        """Rows that were given up, with the reason."""
        return self.filter(attempts__gte=MOST_ATTEMPTS)


class OutboxManager(models.Manager.from_queryset(OutboxQuerySet)["Outbox"]):  # type: ignore[misc]
    """Makes rows."""

    def put(self, kind: str, ids: Sequence[int]) -> None:
        """Make a row for each of these, as plain values: for thousands, several times faster than as objects."""
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_outbox (kind, object_id, created_at, attempts, error) VALUES (%s, %s, %s, 0, '')",
                [(kind, id, now) for id in ids],
            )

    def next_number(self) -> int:
        """A number above that of every row that was there before."""
        row = self.create(kind="", object_id=0, attempts=MOST_ATTEMPTS)
        number = row.pk
        row.delete()
        return number

    def go_beyond(self, number: int) -> None:
        """Have every number from now on be above this one: an engine knows it, from before a backup was put back."""
        row = self.create(pk=number, kind="", object_id=0, attempts=MOST_ATTEMPTS)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [self.model]):
                cursor.execute(statement)
        row.delete()

    def bury(self, kind: str, object_id: int, error: str) -> "Outbox":
        """Keep what the engine will not take as a dead letter."""
        return self.create(kind=kind, object_id=object_id, attempts=MOST_ATTEMPTS, error=error)


class Outbox(models.Model):
    """Something changed and the engine must read it again. The id of the row is the version that the engine keeps."""

    kind = models.CharField(max_length=20)
    object_id = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    objects = OutboxManager()

    class Meta:
        verbose_name_plural = "outbox"
        indexes = [models.Index(fields=["kind", "object_id"])]

    def __str__(self) -> str:
        return f"{self.pk}: {self.kind} {self.object_id}"
