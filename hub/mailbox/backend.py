"""Keeps each e-mail as a file instead of sending it."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class KeepingBackend(BaseEmailBackend):
    """Writes `<moment>-<number>.eml`, one file a letter, so that the newest has the last name."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep them all. A file appears whole or not at all."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{timezone.now():%Y%m%d-%H%M%S-%f}-{secrets.token_hex(3)}"
            half = folder / f"{name}.part"
            half.write_bytes(message.message().as_bytes())
            half.rename(folder / f"{name}.eml")
        return len(email_messages)

    def __init__(self, fail_silently: bool = False, **options: Any) -> None:
        super().__init__(fail_silently=fail_silently)
