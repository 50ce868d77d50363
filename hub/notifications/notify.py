"""The one verb that tells people something: in their inbox, and by e-mail to those who want it."""

from collections.abc import Iterable
from typing import Any, Protocol

from django.contrib.contenttypes.models import ContentType

from hub.notifications.models import Notification


class Seen(Protocol):
    """A thing that a notification may be about: it knows who may see it."""

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
) -> list[Notification]:
    """Tell each of these people one thing. Nobody is told of their own doing, or of what they may not see."""
    kind = ContentType.objects.get_for_model(about, for_concrete_model=True)  # type: ignore[arg-type]
    return Notification.objects.bulk_create(
        Notification(
            person=person,
            what=what,
            subject=subject[:200],
            words=words,
            by=by,
            url=url,
            action=action,
            about_type=kind,
            about_id=about.pk,
        )
        for person in {person.pk: person for person in people}.values()
        if person != by and person.is_active and about.may_be_seen_by(person)
    )
