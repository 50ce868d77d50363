"""Asks the site on this machine whether it works, for the health check of a container: `python -m hub.alive`."""

import os
import sys
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen


def main() -> int:
    """0 when the site answers and reaches its database, else 1."""
    port = os.environ.get("PORT", "8000")
    host = urlsplit(os.environ.get("SITE_URL", "")).hostname or "localhost"
    request = Request(f"http://127.0.0.1:{port}/healthz?check=database", headers={"Host": host})
    try:
        with urlopen(request, timeout=4) as answer:
            return 0 if answer.status == 200 else 1
    except (URLError, OSError):
        return 1


if __name__ == "__main__":
    sys.exit(main())
