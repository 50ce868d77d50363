"""What an import has already brought in, so that it can be interrupted and run again."""

from django.db import models


class ImportedRow(models.Model):
    """One row of an import, with the digest of what it said. An unchanged row is passed over the next time."""

    kind = models.CharField(max_length=20)
    source = models.CharField("id in the import", max_length=160)
    digest = models.CharField(max_length=64)
    object_id = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "source"], name="one_record_a_row")]

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"
