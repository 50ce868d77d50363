"""A hub of its own for a bench: as in a deployment, on SQLite, in a folder that goes away."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def new_hub(*, log_level: str = "ERROR") -> Iterator[Path]:
    """Settings for a new hub, and its folder. Django is set up by whoever measures."""
    with tempfile.TemporaryDirectory(prefix="worth-repeating-bench-") as place:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "hub.settings",
            "VAR_DIR": place,
            "SECRET_KEY": "a-key-that-only-the-bench-knows-and-that-is-long-enough-to-pass",
            "SITE_URL": "http://testserver",
            "EMAIL_URL": "memorymail://",
            "LOG_LEVEL": log_level,
        }
        os.environ.pop("DEBUG", None)
        os.environ.pop("DATABASE_URL", None)
        yield Path(place)
