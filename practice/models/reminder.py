"""That somebody was reminded of what waits, so that nobody is twice."""

from django.db import models
from django.utils import timezone


class Reminder(models.Model):
    """One reminder of one thing that waited: shortly before an answer is due, or once it is late."""

    class Stage(models.TextChoices):
        """Which of the two."""

        NEAR = "near", "An answer is due"
        LATE = "late", "An answer is late"

    key = models.CharField(max_length=80, help_text="What waits, and since when")
    stage = models.CharField(max_length=4, choices=Stage.choices)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "stage"], name="one_reminder_a_thing_and_stage")]

    def __str__(self) -> str:
        return f"{self.key}: {self.stage}"
