"""Stories that were merged into another one: their address leads there."""

from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from practice.models.workflow import UNDO_WITHIN


class StoryMerge(models.Model):
    """One story was found to tell what another one tells, and gave way to it. Its text stays with its authors and with
    those who moderate it. `moved` says what went along, so that it can be brought back."""

    story = models.OneToOneField("practice.StoryPage", on_delete=models.CASCADE, related_name="merged")
    into = models.ForeignKey("practice.StoryPage", on_delete=models.CASCADE, related_name="merged_here")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    moved = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(story=F("into")), name="no_story_is_merged_into_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.story_id} into {self.into_id}"

    @property
    def undo_until(self) -> Any:
        """Until when it may be taken back, and letters about it wait."""
        return self.at + UNDO_WITHIN

    @classmethod
    def of(cls, story: Any) -> "StoryMerge | None":
        """Where a story went that is not published any more; nothing while it is."""
        return None if story.live else cls.objects.filter(story=story.pk).select_related("into__community").first()
