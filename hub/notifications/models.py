"""What people are told, in their inbox and by e-mail."""

from typing import Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Questions about notifications."""

    def unread(self) -> Self:
        """Those that the person has not opened."""
        return self.filter(read_at=None)


class Notification(models.Model):
    """One thing that one person is told. `about` is what it leads to, and decides whether they may still see it."""

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
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["person", "-created_at"]),
            models.Index(fields=["person"], condition=models.Q(read_at=None), name="unread_notifications"),
        ]

    def __str__(self) -> str:
        return self.subject
