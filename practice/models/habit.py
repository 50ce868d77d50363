"""How somebody likes to write."""

from django.conf import settings
from django.db import models


class WritingHabit(models.Model):
    """Whether a person writes one question at a time or all on one page. Nobody has said so before there is a row."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="writing_habit"
    )
    one_at_a_time = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.person} writes {'one question at a time' if self.one_at_a_time else 'all on one page'}"
