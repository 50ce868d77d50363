"""Opening what one was told, and how much of it is new."""

import time
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from hub import fragments
from hub.notifications.models import Notification

# Not every change of what a person may see raises the site's version (a draft that is taken back does not).
AGAIN_AFTER = 60  # seconds


def how_many_new(person: Any) -> int:
    """The number of lines that this person has not opened, of those that they may see.

    Every page asks. Which lines there are is read each time, in one short query; whether they may all be seen is a long
    one, and is asked again only when something changed.
    """
    lines = Notification.objects.unread().filter(person=person).values_list("pk", "about_type")
    keys, kinds = tuple(zip(*lines, strict=True)) or ((), ())
    if not keys:
        return 0
    key = ("new", person.pk, person.is_staff, keys, time.time() // AGAIN_AFTER)
    new = Notification.objects.of(person, kinds=set(kinds)).filter(pk__in=keys)
    number: int = fragments.numbers.kept(key, new.count)
    return number


def open_notice(notice: Notification) -> None:
    """Remember that it was opened; the first time counts."""
    Notification.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())


def open_all(person: Any) -> int:
    """Remember that everything new was read, and say how many lines that were."""
    return Notification.objects.of(person).unread().update(read_at=timezone.now())


def open_everywhere(what: str, about_type: ContentType, about_id: int) -> None:
    """Count what asked people to do something as opened, for it has been done. Letters about it are not sent."""
    lines = Notification.objects.unread().filter(what=what, about_type=about_type, about_id=about_id)
    lines.update(read_at=timezone.now())
