"""The free words on a story."""

from django.db import models
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase


class StoryTag(TaggedItemBase):
    """A free word on a story."""

    content_object = ParentalKey("practice.StoryPage", on_delete=models.CASCADE, related_name="tagged_items")
