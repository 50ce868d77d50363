"""A Word document on standard input -> HTML on standard output. Run as a process of its own, with little to spend.

Imports nothing of the site: whatever a document does to the converter happens here and ends here.
"""

import io
import resource
import sys
from contextlib import suppress
from typing import Any

SECONDS = 10
MEMORY = 1_000_000_000
MOST_OUTPUT = 3_000_000
TITLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"


def limit() -> None:
    """Let this process use only so much time and memory."""
    for kind, most in ((resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_NOFILE, 16)):
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def without_pictures(image: Any, *rest: Any) -> list[Any]:
    """Nothing in the place of a picture."""
    return []


def main() -> int:
    """Convert, or say with the exit code that it could not be done."""
    import mammoth

    limit()
    try:
        read = mammoth.convert_to_html(
            io.BytesIO(sys.stdin.buffer.read()),
            style_map=TITLES,
            include_embedded_style_map=False,
            external_file_access=False,
            convert_image=without_pictures,
        )
    except Exception:  # whatever it was, the caller says that the document cannot be read
        return 1
    sys.stdout.buffer.write(read.value.encode("utf-8", "replace")[: MOST_OUTPUT + 1])
    return 0


if __name__ == "__main__":
    sys.exit(main())
