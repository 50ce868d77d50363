"""Documents that people have -> the text in them, as HTML: Word (.docx), Markdown and plain text."""

import subprocess
import sys
import zipfile
from typing import Any

from hub import uploads, word_reader
from hub.refusal import Refused
from hub.richtext import from_markdown

ACCEPT = ".docx,.md,.txt"
# What a document may grow to when it is unpacked, and of how many pieces it may be made.
MOST_UNPACKED = 80_000_000
MOST_TEXT = 25_000_000
MOST_PIECES = 3000
TEXT_BYTES = 400_000
_UNREADABLE = "We cannot read that document. Open it on your computer, save it again as .docx, and give it once more."
_TOO_MUCH = "That document is too long for a story. Give one of fewer pages, or paste the part that matters."
_OTHER = "Begin from a Word document (.docx), Markdown or plain text. Other files can be attached later."


def read_document(given: Any) -> str:
    """The text of an uploaded document, as HTML that is still to be cleaned. Raises Refused with the sentence."""
    upload = uploads.clean_upload(given)
    suffix = upload.name.rsplit(".", 1)[-1]
    if suffix == "doc":
        raise Refused("This is an older Word document. Save it in Word as .docx and give it again.")
    upload.file.seek(0)
    if suffix == "docx":
        return _from_word(upload.file)
    if suffix == "txt":
        if upload.size > TEXT_BYTES:
            raise Refused(_TOO_MUCH)
        content: bytes = upload.file.read()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", "replace")
        return from_markdown(text)
    raise Refused(_OTHER)


def _from_word(file: Any) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            pieces = archive.infolist()
            text = max((piece.file_size for piece in pieces if piece.filename.endswith((".xml", ".rels"))), default=0)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Refused(_UNREADABLE) from error
    if len(pieces) > MOST_PIECES or sum(piece.file_size for piece in pieces) > MOST_UNPACKED or text > MOST_TEXT:
        raise Refused(_TOO_MUCH)
    file.seek(0)
    try:
        done = subprocess.run(
            [sys.executable, "-I", word_reader.__file__],
            input=file.read(),
            capture_output=True,
            timeout=2 * word_reader.SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(_TOO_MUCH) from error
    if done.returncode < 0 or len(done.stdout) > word_reader.MOST_OUTPUT:
        raise Refused(_TOO_MUCH)
    if done.returncode:
        raise Refused(_UNREADABLE)
    return done.stdout.decode("utf-8", "replace")
