"""A letter: one e-mail in the look of the site, as HTML and as plain text (templates/mail/). It is made here, sent by
whoever asked for it."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def letter(
    name: str,
    *,
    to: str,
    subject: str,
    context: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> EmailMultiAlternatives:
    """The letter `mail/<name>.html` and `mail/<name>.txt` to one address. Both know `subject` and `site_url`."""
    subject = " ".join(subject.split())
    values = {"subject": subject, "site_url": settings.SITE_URL, **(context or {})}
    mail = EmailMultiAlternatives(
        subject,
        render_to_string(f"mail/{name}.txt", values).strip() + "\n",
        to=[to],
        headers={"Auto-Submitted": "auto-generated", **(headers or {})},
    )
    mail.attach_alternative(render_to_string(f"mail/{name}.html", values), "text/html")
    return mail
