"""The words of files that belong to stories."""

from django.db import models
from django.utils import timezone


class AttachedText(models.Model):
    """What can be read in one file, for search.

    It goes by the file and not by the attachment: versions of a story carry their attachments in full, and a version
    that is published or brought back would carry old words. Who may read it follows from the story.
    """

    class State(models.TextChoices):
        """How reading it went."""

        READ = "read", "Read"
        EMPTY = "empty", "No words in it"
        LOCKED = "locked", "Asks for a password"
        FAILED = "failed", "Cannot be read"

    file = models.CharField(max_length=300, unique=True)
    state = models.CharField(max_length=10, choices=State.choices)
    text = models.TextField(blank=True)
    read_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.file}: {self.state}"
