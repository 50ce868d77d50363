"""What a colleague asks about a published story, and what its author answers. Both stand below the story."""

from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.urls import reverse
from django.utils import timezone

from community import access

MOST_ASKED, MOST_ANSWERED = 600, 2000


class QuestionQuerySet(models.QuerySet["Question"]):
    """Questions about what was asked."""

    def seen_by(self, person: Any) -> Self:
        """Those of which `may_be_seen_by(person)` is true, asked in one query with whatever it is part of."""
        shown = self.filter(story__shown=True)
        if access.is_editor(person):
            return shown
        open_to_all = models.Q(story__community__policy__visibility="open")
        if not access.signed_in(person):
            return shown.filter(open_to_all)
        return shown.filter(open_to_all | models.Q(story__community__in=access.own_communities(person)))

    def latest_first(self) -> Self:
        """The one that was asked last first."""
        return self.order_by("-asked_at", "-pk")

    def for_lists(self) -> Self:
        """With who asked and who answered."""
        return self.select_related("person__council", "answered_by")


class Question(models.Model):
    """One person asks the authors of one story one thing."""

    story = models.ForeignKey("practice.StoryPage", on_delete=models.CASCADE, related_name="questions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="questions")
    words = models.TextField("what is asked", max_length=MOST_ASKED)
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.TextField(max_length=MOST_ANSWERED, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    notifications = GenericRelation(
        "notifications.Notification", content_type_field="about_type", object_id_field="about_id"
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answered_at=None, answer="")
                | models.Q(answered_at__isnull=False) & ~models.Q(answer=""),
                name="an_answered_question_has_an_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.story_id}: {self.words[:40]}"

    def get_absolute_url(self) -> str:
        """Its own page, where it is answered."""
        return reverse("story-question", args=[self.story_id, self.pk])

    def may_be_seen_by(self, person: Any) -> bool:
        """Whether this person may read it: whoever may read the story, while it is published."""
        return self.story.live and access.may_see(person, self.story.audience)
