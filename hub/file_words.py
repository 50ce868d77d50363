"""The words in a file, for search: read in a process of its own, which may use little time and memory."""

import json
import subprocess
import sys
from typing import IO, Any

from hub import file_reader

# How the files that can be read are known.
KINDS = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "text/plain": "txt",
    "text/csv": "txt",
}
MOST_BYTES = 25_000_000
SECONDS = 30.0


def can_be_read(content_type: str) -> bool:
    """Whether files of this type have words that we can read."""
    return content_type in KINDS


def read_words(file: IO[Any], content_type: str, *, seconds: float = SECONDS) -> tuple[str, str]:
    """How it went (`file_reader.READ`, EMPTY, LOCKED or FAILED), and the words. Never raises for a bad file."""
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        return file_reader.FAILED, ""
    try:
        done = subprocess.run(
            [sys.executable, "-I", file_reader.__file__, KINDS[content_type]],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=True,
        )
        answer = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return file_reader.FAILED, ""
    return str(answer["state"]), str(answer["text"])
