"""Reading the letters that were kept."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.utils.html import urlize
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True)
class KeptLetter:
    """One e-mail, as it would have gone out."""

    name: str
    subject: str
    to: str
    sent_at: datetime | None
    text: str
    html: str

    @property
    def linked_text(self) -> SafeString:
        """The text with its links usable here, whatever name this demo is reached by."""
        return mark_safe(_here(urlize(self.text, autoescape=True)))

    @property
    def framed_html(self) -> str:
        """The HTML with its links usable here; they open in the whole window, not in the frame."""
        return _here(self.html).replace("<head>", '<head><base target="_top">', 1)


def letters(limit: int = 100) -> list[KeptLetter]:
    """The newest letters, the latest first."""
    paths = sorted(Path(settings.EMAIL_FILE_PATH).glob("*.eml"), reverse=True)[:limit]
    return [_read(path) for path in paths]


def find(name: str) -> KeptLetter | None:
    """The letter of this name, or nothing."""
    path = Path(settings.EMAIL_FILE_PATH, f"{name}.eml")
    return _read(path) if path.is_file() else None


def _read(path: Path) -> KeptLetter:
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(mail, EmailMessage)
    return KeptLetter(
        name=path.stem,
        subject=str(mail["Subject"] or ""),
        to=str(mail["To"] or ""),
        sent_at=parsedate_to_datetime(str(mail["Date"])) if mail["Date"] else None,
        text=_part(mail, "plain"),
        html=_part(mail, "html"),
    )


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body(preferencelist=(kind,))
    return str(body.get_content()) if isinstance(body, EmailMessage) else ""


def _here(html: str) -> str:
    return html.replace(f'href="{settings.SITE_URL}/', 'href="/')
