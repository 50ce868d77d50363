"""Files that people attach, checked by what is in them and not by what they are called.

Documents are kept as they are and only ever sent to be saved, never to be opened in the browser. Pictures are drawn
again. What could carry a program (macros, pages, drawings with scripts) is refused.
"""

import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile, File

from hub.pictures import clean_picture
from hub.refusal import Refused
from hub.scanning import scan

MAX_BYTES = 20_000_000
ACCEPT = ".pdf,.docx,.xlsx,.pptx,.doc,.xls,.ppt,.odt,.ods,.odp,.txt,.csv,.jpg,.jpeg,.png,.webp,.gif"
KINDS = "PDF, Word, Excel, PowerPoint, OpenDocument, plain text, CSV or a picture"

_OFFICE = "application/vnd.openxmlformats-officedocument."
_ZIPPED = {
    "word/document.xml": ("docx", f"{_OFFICE}wordprocessingml.document"),
    "xl/workbook.xml": ("xlsx", f"{_OFFICE}spreadsheetml.sheet"),
    "ppt/presentation.xml": ("pptx", f"{_OFFICE}presentationml.presentation"),
}
_OPEN = {
    f"application/vnd.oasis.opendocument.{kind}": suffix
    for kind, suffix in (("text", "odt"), ("spreadsheet", "ods"), ("presentation", "odp"))
}
# The older Microsoft files are a small file system; the names of its files, in UTF-16, tell what it is.
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE = {
    "WordDocument": ("doc", "application/msword"),
    "Workbook": ("xls", "application/vnd.ms-excel"),
    "PowerPoint Document": ("ppt", "application/vnd.ms-powerpoint"),
}
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"RIFF")
_UNKNOWN = f"We cannot take this kind of file. Give {KINDS}."
_MACROS = "This file carries macros, which readers could not trust. Save it without them and try again."


@dataclass(frozen=True)
class Upload:
    """A file that may be kept."""

    file: File
    name: str
    content_type: str
    size: int


def clean_upload(given: Any) -> Upload:
    """Check an uploaded file. Raises Refused with the sentence to show."""
    if not given.size:
        raise Refused("That file is empty. Look at it on your computer, and give it again.")
    if given.size > MAX_BYTES:
        raise Refused(f"That file is too large. Give one of at most {MAX_BYTES // 1_000_000} MB, or link to it.")
    given.seek(0)
    content: bytes = given.read()
    scan(content)
    if content.startswith(_PICTURES):
        drawn = clean_picture(ContentFile(content))
        suffix = str(drawn.name).rsplit(".", 1)[-1]
        return Upload(
            drawn, clean_name(given.name, suffix), f"image/{'png' if suffix == 'png' else 'jpeg'}", drawn.size
        )
    suffix, content_type = _recognise(content, given)
    name = clean_name(given.name, suffix)
    return Upload(ContentFile(content, name=name), name, content_type, len(content))


def clean_name(name: str, suffix: str) -> str:
    """A file name without folders, control characters and tricks, that ends in what the file really is."""
    name = unicodedata.normalize("NFC", str(name or "")).replace("\\", "/").rsplit("/", 1)[-1]
    # Invisible and direction-turning characters can make "exe.pdf" look like "fdp.exe".
    name = "".join(
        character for character in name if unicodedata.category(character)[0] not in "CZ" or character == " "
    )
    stem = PurePosixPath(name).stem if "." in name.strip(".") else name
    stem = re.sub(r"[^\w .()&+,'’–-]+", "-", stem, flags=re.UNICODE).strip(" .-")
    return f"{stem[:100].strip(' .-') or 'file'}.{suffix}"


def _recognise(content: bytes, given: Any) -> tuple[str, str]:
    if b"%PDF-" in content[:1024]:
        return "pdf", "application/pdf"
    if content.startswith(b"PK\x03\x04"):
        return _zipped(given)
    if content.startswith(_OLE_MAGIC):
        return _older_office(content)
    return _text(content, str(given.name))


def _zipped(given: Any) -> tuple[str, str]:
    given.seek(0)
    try:
        with zipfile.ZipFile(given) as archive:
            names = archive.namelist()
            if any("vbaproject" in name.lower() or name.startswith("Basic/") for name in names):
                raise Refused(_MACROS)
            for inside, kind in _ZIPPED.items():
                if inside in names and "[Content_Types].xml" in names:
                    return kind
            if names[:1] == ["mimetype"] and archive.getinfo("mimetype").file_size < 100:
                mimetype = archive.read("mimetype").decode("ascii", "replace").strip()
                if mimetype in _OPEN:
                    return _OPEN[mimetype], mimetype
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, KeyError) as error:
        raise Refused(
            "That file is damaged. Open it on your computer, save it again, and give it once more."
        ) from error
    raise Refused(_UNKNOWN)


def _older_office(content: bytes) -> tuple[str, str]:
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise Refused(_MACROS)
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Refused("This file asks for a password. Save it without one and give it again.")
    for stream, kind in _OLE.items():
        if stream.encode("utf-16-le") in content:
            return kind
    raise Refused(_UNKNOWN)


def _text(content: bytes, name: str) -> tuple[str, str]:
    """Plain text or CSV. What a browser could take for a page or a drawing is neither."""
    if b"\0" in content:
        raise Refused(_UNKNOWN)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    controls = sum(1 for character in text[:4096] if ord(character) < 32 and character not in "\t\n\r\f")
    if controls or re.search(
        r"<(?:!doctype|\?xml|html|head|body|script|svg|iframe|object)\b", text[:4096], re.IGNORECASE
    ):
        raise Refused(_UNKNOWN)
    if name.lower().endswith((".txt", ".csv", ".tsv", ".md")):
        return ("csv", "text/csv") if name.lower().endswith(".csv") else ("txt", "text/plain")
    raise Refused(_UNKNOWN)
