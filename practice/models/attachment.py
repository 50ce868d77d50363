"""Files that belong to a story."""

from django.db import models
from django.urls import reverse
from django.utils.crypto import get_random_string
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable


def attachment_path(attachment: "StoryAttachment", name: str) -> str:
    """Where an attachment lies: under a name that cannot be guessed, so that an address proves nothing."""
    return f"attachments/{get_random_string(24)}/{name}"


class StoryAttachment(Orderable):
    """A file that belongs to a story and is seen by those who may read the story."""

    page = ParentalKey("practice.StoryPage", on_delete=models.CASCADE, related_name="attachments")
    title = models.CharField(max_length=160)
    file = models.FileField(upload_to=attachment_path, max_length=300)
    name = models.CharField("file name", max_length=160)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField("size in bytes")
    served_at = ""  # the token of the link that shows the draft, as on the story

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """The folder that it lies in: what names it in an address, in a draft as in the published story."""
        return str(self.file).split("/")[-2]

    def get_absolute_url(self) -> str:
        """Where those who may read the story get it."""
        name = self.name.replace("/", "-")
        if self.served_at:
            return reverse("shared-attachment", args=[self.served_at, self.key, name])
        return reverse("story-attachment", args=[self.page_id, self.key, name])
