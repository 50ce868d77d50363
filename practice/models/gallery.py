"""Pictures of a story besides the lead picture."""

from django.db import models
from django.urls import reverse
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable


class StoryPicture(Orderable):
    """One picture in the gallery of a story, seen by those who may read the story."""

    page = ParentalKey("practice.StoryPage", on_delete=models.CASCADE, related_name="gallery")
    picture = models.ForeignKey("hub.Picture", on_delete=models.CASCADE, related_name="in_galleries")
    alt = models.CharField("what the picture shows", max_length=250, blank=True)
    caption = models.CharField(max_length=200, blank=True)
    credit = models.CharField("who made it", max_length=120, blank=True)
    served_at = ""  # the token of the link that shows the draft, as on the story

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["page", "picture"], name="a_picture_stands_once_in_a_gallery")]

    def __str__(self) -> str:
        return self.alt or "A picture"

    def address(self, width: int) -> str:
        """Where it is served in one width."""
        if self.served_at:
            return f"{reverse('shared-picture', args=[self.served_at, width])}?v={self.picture_id}"
        return f"{reverse('story-picture', args=[self.page_id, width])}?v={self.picture_id}"
