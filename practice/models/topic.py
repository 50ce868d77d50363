"""The curated tree of topics. Editors manage it in the Wagtail admin, as a snippet."""

from collections.abc import Iterable
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.urls import reverse


class TopicQuerySet(models.QuerySet["Topic"]):
    """Questions about topics."""

    def groups(self) -> Self:
        """Topics that have no parent: the first level of the tree."""
        return self.filter(parent=None)

    def by_group(self) -> Self:
        """Each group before the topics under it, by title, with the group read along."""
        group = Coalesce("parent__title", "title")
        return self.select_related("parent").order_by(group, models.F("parent").asc(nulls_first=True), "title")


class Topic(models.Model):
    """Something that stories are about, with the other words that people use for it."""

    title = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80, unique=True)
    summary = models.CharField(max_length=300, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name="group",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        limit_choices_to={"parent": None},
        help_text="Leave it empty for a topic of the first level",
    )
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

    def clean(self) -> None:
        """Keep the tree at two levels."""
        super().clean()
        if self.parent and self.parent.parent_id:
            raise ValidationError({"parent": f"“{self.parent}” is no group: it stands in one. Choose a group."})
        if self.parent and self.pk and self.children.exists():
            raise ValidationError(
                {"parent": "This is a group with topics in it. A group does not stand in another one."}
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Remember the address that it had, which leads to the new one from now on."""
        with transaction.atomic():
            before = Topic.objects.filter(pk=self.pk).values_list("slug", flat=True).first() if self.pk else None
            super().save(*args, **kwargs)
            FormerSlug.objects.filter(slug=self.slug, tag=None).delete()
            if before and before != self.slug:
                FormerSlug.objects.create(slug=before, topic=self)

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


class FormerSlug(models.Model):
    """A word that a topic or a tag had in its address before. Such an address leads to the one of today."""

    slug = models.CharField(max_length=100)
    topic = models.ForeignKey(Topic, null=True, on_delete=models.CASCADE, related_name="former_slugs")
    tag = models.ForeignKey("taggit.Tag", null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["slug"], condition=models.Q(tag=None), name="a_former_slug_leads_to_one_topic"
            ),
            models.UniqueConstraint(
                fields=["slug"], condition=models.Q(topic=None), name="a_former_slug_leads_to_one_tag"
            ),
            models.CheckConstraint(
                condition=models.Q(topic=None, tag__isnull=False) | models.Q(topic__isnull=False, tag=None),
                name="a_former_slug_leads_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class TopicsInOrder:
    """What a story is about, in the order in which its author said so. Kept apart from what else a story knows."""

    topics: Any
    topic_order: Any
    community: Any

    def set_topics(self, topics: Iterable[Topic]) -> None:
        """Say what it is about. What it was about before keeps its place, and what is new follows in this order."""
        chosen = list(topics)
        new = {topic.pk: None for topic in chosen}
        self.topics.set(chosen)
        self.topic_order = list(dict.fromkeys([*(pk for pk in self.topic_order if pk in new), *new]))

    def topics_in_order(self) -> list[Topic]:
        """What it is about, in the order in which its author said so; the rest follows by title."""
        place = {pk: number for number, pk in enumerate(self.topic_order)}
        return sorted(self.topics.all(), key=lambda topic: (place.get(topic.pk, len(place)), topic.title))

    def first_topic(self) -> Topic | None:
        """The topic that stands for it in a list: one that its community is about too, if there is one."""
        topics = self.topics_in_order()
        if len(topics) < 2 or self.community is None:
            return topics[0] if topics else None
        shared = {topic.pk for topic in self.community.topics.all()}
        return next((topic for topic in topics if {topic.pk, topic.parent_id} & shared), topics[0])
