"""The curated tree of topics. Editors manage it in the Wagtail admin, as a snippet."""

from typing import Self

from django.db import models
from django.urls import reverse


class TopicQuerySet(models.QuerySet["Topic"]):
    """Questions about topics."""

    def groups(self) -> Self:
        """Topics that have no parent: the first level of the tree."""
        return self.filter(parent=None)


class Topic(models.Model):
    """Something that stories are about, with the other words that people use for it."""

    title = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80, unique=True)
    summary = models.CharField(max_length=300, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    other_words = models.TextField(
        blank=True, help_text="One a line: what residents say, abbreviations, laws. Search finds the topic by them"
    )
    communities = models.ManyToManyField("community.CommunityPage", blank=True, related_name="topics")

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="a_topic_is_not_its_own_parent")
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("topic", args=[self.slug])

    def other_word_list(self) -> list[str]:
        """The other words, one by one."""
        return [line.strip() for line in self.other_words.splitlines() if line.strip()]

    @property
    def group_slug(self) -> str:
        """The slug of the first level of the tree that it belongs to. It chooses the motif of a cover."""
        return self.parent.slug if self.parent else self.slug
