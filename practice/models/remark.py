"""What somebody who reads a story before it goes out says of a passage, and how they would write it.

Seen by those alone who may edit the story or decide about it. It is no part of the story: no version holds it, and it
is neither searched, nor in feeds, nor on the story's page.
"""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

MOST_WORDS = 2000


class RemarkQuerySet(models.QuerySet["Remark"]):
    """Questions about remarks."""

    def open(self) -> Self:
        """Those that nobody has settled."""
        return self.filter(closed_at=None)

    def with_answers(self) -> Self:
        """With who wrote each and what was answered, in order."""
        answers = RemarkAnswer.objects.select_related("by").order_by("pk")
        return self.select_related("by", "closed_by").prefetch_related(models.Prefetch("answers", answers))


class Remark(models.Model):
    """One remark on the words of a paragraph, which is kept with it: so it is found again, or seen to have changed."""

    story = models.ForeignKey("practice.StoryPage", on_delete=models.CASCADE, related_name="remarks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    field = models.CharField(max_length=20)
    paragraph = models.TextField(help_text="The whole paragraph, as it stood")
    passage = models.TextField(help_text="The words that it is about")
    words = models.TextField(max_length=MOST_WORDS, blank=True)
    suggested = models.TextField(blank=True, help_text="The paragraph as they would write it")
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    taken = models.BooleanField(default=False, help_text="What was suggested stands in the text now")

    objects = RemarkQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(words="") | ~Q(suggested=""), name="a_remark_says_something"),
        ]

    def __str__(self) -> str:
        return f"Remark on {self.story_id}: {self.words[:40] or self.suggested[:40]}"

    def get_absolute_url(self) -> str:
        """Its page, for those who may see it."""
        return reverse("remark", args=[self.story_id, self.pk])

    @property
    def is_whole(self) -> bool:
        """Whether it is about the whole paragraph."""
        return self.passage == self.paragraph


class RemarkAnswer(models.Model):
    """What somebody answered to a remark."""

    remark = models.ForeignKey(Remark, on_delete=models.CASCADE, related_name="answers")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    words = models.TextField(max_length=MOST_WORDS)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.words[:60]


def in_a_letter(story: Any, most: int = 5) -> str:
    """The open remarks on a story as lines, for the notice that asks its authors for changes."""
    said = list(story.remarks.open())
    lines = [f"On “{_shortened(each.passage)}”: {each.words or 'other words are suggested'}" for each in said[:most]]
    if len(said) > most:
        lines.append(f"{len(said) - most} more stand beside your text.")
    return "\n".join(lines)


def _shortened(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79].rsplit(' ', 1)[0]}…"
