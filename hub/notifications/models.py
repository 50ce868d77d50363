"""What people are told, in their inbox and by e-mail."""

from collections.abc import Collection
from functools import cache
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone


@cache
def things() -> list[type[models.Model]]:
    """The models that a notification may be about: those whose manager can say what a person may see."""
    return [model for model in apps.get_models() if hasattr(model._default_manager, "seen_by")]


def within_sight(person: Any, kinds: Collection[int] | None = None) -> Q:
    """Notifications about what this person may see now. Part of the same query: nothing is read beforehand.

    Each kind of thing makes the query longer. Whoever knows of which `kinds` the notifications are, by the ids of their
    types, asks for no others.
    """
    sight = Q(pk=None)
    for model in things():
        kind = ContentType.objects.get_for_model(model)
        if kinds is not None and kind.pk not in kinds:
            continue
        seen = model._default_manager.seen_by(person)  # type: ignore[attr-defined]
        sight |= Q(about_type=kind) & Q(Exists(seen.filter(pk=OuterRef("about_id"))))
    return sight


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Questions about notifications."""

    def of(self, person: Any, *, kinds: Collection[int] | None = None) -> Self:
        """What this person was told, without what leads to something that they may not see (any more)."""
        return self.filter(within_sight(person, kinds), person=person)

    def read(self) -> Self:
        """Those that the person has opened."""
        return self.filter(read_at__isnull=False)

    def unread(self) -> Self:
        """Those that the person has not opened."""
        return self.filter(read_at=None)


class Notification(models.Model):
    """One thing that one person is told. `about` is what it leads to, and decides whether they may still see it.

    While it is unread, the same news about the same thing joins it: one line with the latest words, told `times` times.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    what = models.SlugField(max_length=40, help_text="What happened, such as story-approved")
    subject = models.CharField(max_length=200)
    words = models.TextField(blank=True, help_text="What somebody wrote: a note, a reason")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    url = models.CharField(max_length=300)
    action = models.CharField(max_length=60, default="Open", help_text="The word on the button")
    about_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    about_id = models.PositiveBigIntegerField()
    about = GenericForeignKey("about_type", "about_id")
    times = models.PositiveSmallIntegerField(default=1, help_text="How often it was told before it was opened")
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    held_until = models.DateTimeField(
        null=True, blank=True, help_text="No letter before: until then it may be taken back"
    )
    mail_failures = models.PositiveSmallIntegerField(default=0)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["person", "-created_at"]),
            models.Index(fields=["person"], condition=models.Q(read_at=None), name="unread_notifications"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def more(self) -> str:
        """How much it stands for, if more than once."""
        return f"The latest of {self.times}." if self.times > 1 else ""
