"""What facilitators give to search: other words for a topic, and answers that they chose."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from practice.models import StoryPage


class Curated(models.Model):
    """Something that holds for the whole site, with who gave it. Taken away, it can be put back."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def in_use(self) -> bool:
        """Whether search goes by it."""
        return self.removed_at is None


class OtherWordQuerySet(models.QuerySet["OtherWord"]):
    """Questions about other words."""

    def in_use(self) -> Self:
        """Those that search goes by."""
        return self.filter(removed_at=None)


class OtherWord(Curated):
    """Another word, or a few, for a topic: who searches for it means the topic, and the other way round.

    Added to the words that stand on the topic itself. `search/synonyms.py` reads them for both engines.
    """

    topic = models.ForeignKey("practice.Topic", on_delete=models.CASCADE, related_name="curated_words")
    words = models.CharField(max_length=80, help_text="In lower case")

    objects = OtherWordQuerySet.as_manager()

    class Meta:
        ordering = ["topic__title", "words"]
        constraints = [models.UniqueConstraint(fields=["topic", "words"], name="one_other_word_a_topic")]

    def __str__(self) -> str:
        return self.words


class ChosenAnswerQuerySet(models.QuerySet["ChosenAnswer"]):
    """Questions about chosen answers."""

    def in_use(self) -> Self:
        """Those that are shown."""
        return self.filter(removed_at=None)

    def visible_to(self, person: Any) -> Self:
        """Those whose story this person may read."""
        return self.filter(story__in=StoryPage.objects.visible_to(person).order_by().values("pk"))


class ChosenAnswer(Curated):
    """A story that facilitators put on top of what is found for some words. Shown to those who may read the story."""

    key = models.CharField(max_length=300)
    words = models.CharField(max_length=300)
    story = models.ForeignKey("practice.StoryPage", on_delete=models.CASCADE, related_name="+")

    objects = ChosenAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["words", "-created_at"]
        constraints = [models.UniqueConstraint(fields=["key", "story"], name="one_answer_a_question_and_story")]

    def __str__(self) -> str:
        return f"{self.words}: {self.story_id}"
