"""Opening what one was told."""

from typing import Any

from django.utils import timezone

from hub.notifications.models import Notification


def open_notice(notice: Notification) -> None:
    """Remember that it was opened; the first time counts."""
    Notification.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())


def open_all(person: Any) -> int:
    """Remember that everything new was read, and say how many lines that were."""
    return Notification.objects.of(person).unread().update(read_at=timezone.now())
