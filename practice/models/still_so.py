"""Whether a story is still so: when its authors were asked, and what they said."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

# Authors are left alone for so long after they were asked.
ASK_AGAIN_AFTER = timedelta(days=30)


class StillSo(models.Model):
    """The last time that somebody asked about a story, and the last time that an author said how it stands."""

    class Answer(models.TextChoices):
        """What an author says in one click."""

        SO = "so", "Still so"
        CHANGED = "changed", "Running, changed"
        STOPPED = "stopped", "Stopped"

    story = models.OneToOneField("practice.StoryPage", on_delete=models.CASCADE, related_name="still_so")
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name_plural = "still so"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at=None)
                | ~models.Q(answer="") & models.Q(answered_at__isnull=False),
                name="an_answer_has_its_moment",
            )
        ]

    def __str__(self) -> str:
        return f"{self.story_id}: {self.answer or 'not answered'}"

    @property
    def waits(self) -> bool:
        """Whether somebody asked lately, and nobody has answered since."""
        if self.asked_at is None or (self.answered_at and self.answered_at > self.asked_at):
            return False
        return timezone.now() < self.asked_at + ASK_AGAIN_AFTER
