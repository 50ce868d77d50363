"""`manage.py deliver_search`: tell the search engine what waits for it, once or for ever."""

import logging
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from search import outbox, rebuilding
from search.engines import engine
from search.engines.base import EngineAway, IndexMissing

logger = logging.getLogger(__name__)

# How long it sleeps when nothing waits, and how long at most between two tries of an engine that is away.
SECONDS, MOST_SECONDS = 1.0, 30.0


class Command(BaseCommand):
    """Deliver changes. It may be killed at any moment, and as many as you like may run at once."""

    help = "Tell the search engine what changed. The worker does it too; with --forever, what it missed is never late."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """See `help`."""
        parser.add_argument("--forever", action="store_true", help="go on, also while the engine is away")
        parser.add_argument("--refused", action="store_true", help="first try again what the engine refused")

    def handle(self, *args: Any, **options: Any) -> None:
        """Deliver."""
        if options["refused"]:
            self.stdout.write(f"{outbox.try_again()} refused documents are tried again.")
        if options["forever"]:
            self.go_on()
        try:
            self.stdout.write(f"{self.deliver()} documents delivered.")
        except EngineAway as error:
            raise CommandError(str(error)) from error

    def look(self) -> None:
        """Make the index if there is none, also when nothing waits for it."""
        try:
            engine().held("", size=1)
        except IndexMissing as error:
            logger.warning("%s It is made anew.", error)
            rebuilding.rebuild()

    def deliver(self) -> int:
        """Deliver what waits. An index that is missing is made first."""
        try:
            return outbox.drain()
        except IndexMissing:
            self.look()
            return outbox.drain()

    def go_on(self) -> None:
        """Deliver for ever. An engine or database that is away is asked again, less and less often."""
        pause, was_away = SECONDS, True
        while True:
            close_old_connections()
            try:
                if was_away:
                    self.look()
                self.deliver()
                pause, was_away = SECONDS, False
            except (EngineAway, DatabaseError) as error:
                logger.warning("changes wait: %s", error)
                pause, was_away = min(pause * 2, MOST_SECONDS), True
            time.sleep(pause)
