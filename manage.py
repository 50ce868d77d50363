#!/usr/bin/env python
"""The command line of the hub. `manage.py demo` makes and serves a whole site."""

import os
import re
import sys


def main() -> None:
    """Run one management command. `demo` runs with DEBUG=1, at its own port, unless the environment says otherwise."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    if sys.argv[1:2] == ["demo"]:
        os.environ.setdefault("DEBUG", "1")
        port = re.search(r"--port[ =](\d+)", " ".join(sys.argv))
        if port:  # the links in its letters lead to where it is served
            os.environ.setdefault("SITE_URL", f"http://localhost:{port[1]}")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
