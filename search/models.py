"""What must still reach the engine."""

from django.db import models


class Outbox(models.Model):
    """Something changed and the engine must read it again. The id of the row is the version that the engine keeps."""

    kind = models.CharField(max_length=20)
    object_id = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "outbox"
        indexes = [models.Index(fields=["kind", "object_id"])]

    def __str__(self) -> str:
        return f"{self.pk}: {self.kind} {self.object_id}"
