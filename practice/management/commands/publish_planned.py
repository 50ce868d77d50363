"""`manage.py publish_planned`: let stories go out, and take them down, at the times that were chosen for them."""

import logging
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from practice.planning import carry_out

logger = logging.getLogger(__name__)
SECONDS = 20


class Command(BaseCommand):
    """Do what is due. It may be killed at any moment, and as many as you like may run at once."""

    help = "Publishes and takes down the stories whose time has come. With --forever, it looks every 20 seconds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """See `help`."""
        parser.add_argument("--forever", action="store_true", help="go on looking")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say how many."""
        if options["forever"]:
            go_on()
        out, down = carry_out()
        self.stdout.write(f"{out} stories went out, {down} were taken down.")


def go_on() -> None:
    """Look for ever, also while the database is away for a moment."""
    while True:
        close_old_connections()
        try:
            carry_out()
        except DatabaseError as error:
            logger.warning("what is planned waits: %s", error)
        time.sleep(SECONDS)
