"""The one verb that tells people something: in their inbox, and by e-mail to those who want it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Protocol

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from hub.later import later
from hub.notifications.mailing import mail_notice, waiting_since_held
from hub.notifications.models import Notification, things


class Seen(Protocol):
    """A thing that a notification may be about: it knows who may see it.

    Its manager must know the same in one query: `seen_by(person)` gives every row for which `may_be_seen_by(person)`
    is true.
    """

    pk: Any

    def may_be_seen_by(self, person: Any) -> bool:
        """Whether it may be shown to this person now."""


def notify(
    people: Iterable[Any],
    what: str,
    *,
    about: Seen,
    subject: str,
    url: str,
    by: Any = None,
    words: str = "",
    action: str = "Open",
    mail: bool = True,
    letter_after: timedelta = timedelta(),
) -> list[Notification]:
    """Tell each of these people one thing. Nobody is told of their own doing, or of what they may not see.

    What they were told of the same thing and have not opened yet is brought up to date: one line, not ten. Without
    `mail` it stays a line in the inbox: whoever tells it writes a letter of their own, or none. The letter goes out
    `letter_after` so long, unless the line was read or taken back by then.
    """
    if type(about) not in things():
        raise TypeError(f"The manager of {type(about).__name__} needs `seen_by` before people can be told about it")
    told = {
        person.pk: person
        for person in people
        if person.pk != getattr(by, "pk", None) and person.is_active and about.may_be_seen_by(person)
    }
    kind = ContentType.objects.get_for_model(about)  # type: ignore[arg-type]
    news = {"subject": subject[:200], "words": words, "by": by, "url": url, "action": action}
    if not mail:
        news["mailed_at"] = timezone.now()
    news["held_until"] = timezone.now() + letter_after if letter_after else None
    with transaction.atomic():
        waiting = Notification.objects.select_for_update(of=("self",)).filter(
            person__in=told, what=what, about_type=kind, about_id=about.pk, read_at=None
        )
        joined = {notice.person_id: notice.pk for notice in waiting}
        Notification.objects.filter(pk__in=joined.values()).update(
            **news, times=F("times") + 1, created_at=timezone.now()
        )
        Notification.objects.bulk_create(
            Notification(person=person, what=what, about_type=kind, about_id=about.pk, **news)
            for pk, person in told.items()
            if pk not in joined
        )
        notices = list(waiting.select_related("person").order_by("pk"))
        for notice in notices:
            if mail and notice.person.mail_notices:
                later(mail_notice, notice.pk, after=letter_after)
        if not mail_notice.get_backend().supports_defer:
            # Nobody else comes by: whoever tells something sees to the letters whose time has come meanwhile.
            for pk in waiting_since_held().values_list("pk", flat=True):
                later(mail_notice, pk)
    return notices


def take_back(notices: Iterable[Notification]) -> bool:
    """Take back what was told, with its letters, if nobody has read any of it and no letter went out. Says whether.

    In a transaction: what is taken back is held, so that no letter goes out and nobody opens it meanwhile.
    """
    held = list(Notification.objects.select_for_update(of=("self",)).filter(pk__in=[each.pk for each in notices]))
    if any(each.read_at or (each.mailed_at and each.mailed_at >= each.created_at) for each in held):
        return False
    Notification.objects.filter(pk__in=[each.pk for each in held]).delete()
    return True
