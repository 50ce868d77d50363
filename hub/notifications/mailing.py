"""Notices as e-mail: after the commit, once, only to confirmed addresses, and only what may be seen at that moment."""

import logging
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from hub.letters import letter
from hub.notifications.models import Notification, NotificationQuerySet
from hub.templatetags.look import absolute

log = logging.getLogger(__name__)

# A line that grows while it is unread is not mailed again sooner than this.
QUIET = timedelta(hours=1)
# How long to wait after each failure. After the last one it is given up; it stays in the inbox.
WAITS = [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3), timedelta(hours=12)]
# What could not be mailed in this time is old news.
STALE = timedelta(days=3)
SALT = "hub.notifications.stop"


@task()
def mail_notice(pk: int) -> None:
    """Mail one notification, unless that was done or is no longer right. May run twice, even at once."""
    notice = Notification.objects.select_related("person", "by").filter(pk=pk).first()
    address = notice and _address_for(notice)
    if not notice or not address:
        return
    before, now = notice.mailed_at, timezone.now()
    # Whoever moves `mailed_at` sends it. A process that dies between here and the letter leaves it to the inbox.
    if not Notification.objects.filter(pk=pk, mailed_at=before, read_at=None).update(mailed_at=now):
        return
    try:
        _letter(notice, address).send()
    except Exception as error:
        failures = notice.mail_failures + 1
        Notification.objects.filter(pk=pk).update(mailed_at=before, mail_failures=F("mail_failures") + 1)
        log.exception("mail_notice_failed notice=%s failures=%s error=%s", pk, failures, type(error).__name__)
        if failures <= len(WAITS) and mail_notice.get_backend().supports_defer:
            mail_notice.using(run_after=now + WAITS[failures - 1]).enqueue(pk)


def waiting() -> NotificationQuerySet:
    """Notifications that ought to have been mailed and were not: for a worker that was away, or a mail server."""
    return (
        Notification.objects.unread()
        .filter(Q(held_until=None) | Q(held_until__lte=timezone.now()))
        .filter(Q(mailed_at=None), person__mail_notices=True, person__is_active=True)
        .filter(created_at__gt=timezone.now() - STALE, mail_failures__lte=len(WAITS))
    )


def waiting_since_held() -> NotificationQuerySet:
    """Those whose letter was held back for a while, which is over."""
    return waiting().filter(held_until__lte=timezone.now())


def stop_url(person: Any) -> str:
    """The whole address where this person stops the letters without signing in. It holds as long as the account."""
    return absolute(reverse("unsubscribe", args=[signing.Signer(salt=SALT).sign_object(person.pk)]))


def person_of(token: str) -> Any | None:
    """Whose letters this token stops, or nothing if it is not one of ours."""
    try:
        pk = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature:
        return None
    return get_user_model().objects.filter(pk=pk, is_active=True).first()


def choose_letters(person: Any, *, wanted: bool) -> None:
    """Keep whether this person wants notices by e-mail."""
    person.mail_notices = wanted
    person.save(update_fields=["mail_notices"])


def address_of(person: Any) -> str:
    """Where letters to this person go, or nothing: they want none, or have not confirmed their address."""
    if not person.is_active or not person.mail_notices:
        return ""
    confirmed = EmailAddress.objects.filter(user=person, email__iexact=person.email, verified=True)
    return person.email if confirmed.exists() else ""


def _address_for(notice: Notification) -> str:
    """Where it should go now, or nothing."""
    person, last = notice.person, notice.mailed_at
    if notice.read_at or (notice.held_until and notice.held_until > timezone.now()):
        return ""
    if last and (notice.created_at <= last or timezone.now() - last < QUIET):
        return ""
    if not Notification.objects.of(person, kinds={notice.about_type_id}).filter(pk=notice.pk).exists():
        return ""
    return address_of(person)


def _letter(notice: Notification, address: str) -> Any:
    stop = stop_url(notice.person)
    return letter(
        "notice",
        to=address,
        subject=notice.subject,
        context={
            "notice": notice,
            "preview": notice.words[:140],
            "more": notice.more,
            "says": f"{notice.by} wrote" if notice.by and notice.words else "",
            "url": absolute(notice.url),
            "inbox_url": absolute(reverse("inbox")),
            "stop_url": stop,
        },
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            # The same news twice has the same name, so that a mail program shows it once.
            "Message-ID": f"<notice-{notice.pk}-{notice.times}@{urlsplit(settings.SITE_URL).hostname}>",
        },
    )
