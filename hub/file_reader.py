"""A PDF, Word or plain file on standard input -> its words as JSON on standard output. A process of its own.

Imports nothing of the site: whatever a file does to its reader happens here and ends here, with little to spend.
"""

import io
import json
import logging
import resource
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from xml.etree.ElementTree import iterparse

SECONDS = 20
MEMORY = 700_000_000
MOST_PAGES = 300
MOST_CHARACTERS = 200_000
# A Word document is as much as 20 MB; so much of its text may lie in it, unpacked.
MOST_XML = 60_000_000

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
READ, EMPTY, LOCKED, FAILED = "read", "empty", "locked", "failed"


class Locked(Exception):
    """The file asks for a password."""


def limit() -> None:
    """Let this process use only so much time and memory, and write no file."""
    limits = (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 16),
    )
    for kind, most in limits:
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def pdf(content: bytes) -> Iterator[str]:
    """The words of each page."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Locked
    for number, page in enumerate(reader.pages):
        if number == MOST_PAGES:
            return
        with suppress(Exception):  # one bad page does not lose the others
            yield page.extract_text()


def docx(content: bytes) -> Iterator[str]:
    """The words of each paragraph."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        inside = archive.getinfo("word/document.xml")
        if inside.file_size > MOST_XML:
            raise ValueError("too much text")
        words: list[str] = []
        with archive.open(inside) as file:
            for _, element in iterparse(_Bounded(file, MOST_XML)):  # type: ignore[arg-type]
                if element.tag == f"{WORD}t":
                    words.append(element.text or "")
                elif element.tag in {f"{WORD}tab", f"{WORD}br"}:
                    words.append(" ")
                elif element.tag == f"{WORD}p":
                    yield "".join(words)
                    words.clear()
                    element.clear()


def plain(content: bytes) -> Iterator[str]:
    """The text as it is."""
    try:
        yield content.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield content.decode("cp1252", "replace")


class _Bounded:
    """A file of which no more than so much can be read, whatever it says of its own size."""

    def __init__(self, file: object, most: int) -> None:
        self.file, self.left = file, most

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        data: bytes = self.file.read(size)  # type: ignore[attr-defined]
        self.left -= len(data)
        if self.left < 0:
            raise ValueError("too much text")
        return data


READERS = {"pdf": pdf, "docx": docx, "txt": plain}


def words_of(kind: str, content: bytes) -> tuple[str, str]:
    """How it went, and the words: what was read before something went wrong counts."""
    parts: list[str] = []
    left, state = MOST_CHARACTERS, READ
    try:
        for part in READERS[kind](content):
            text = " ".join(part.replace("\0", " ").split())[:left]
            if text:
                parts.append(text)
                left -= len(text) + 1
            if left <= 0:
                break
    except Locked:
        state = LOCKED
    except Exception:  # whatever it was, the file cannot be read
        state = FAILED if not parts else READ
    except (MemoryError, RecursionError):
        state = FAILED
    return (EMPTY if state == READ and not parts else state), "\n".join(parts)


def main() -> int:
    """Read, and answer."""
    content = sys.stdin.buffer.read()
    limit()
    state, text = words_of(sys.argv[1], content)
    sys.stdout.buffer.write(json.dumps({"state": state, "text": text}).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
