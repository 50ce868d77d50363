"""`manage.py check_search`: whether the engine has what the database has."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search import reconciling
from search.engines.base import EngineAway


class Command(BaseCommand):
    """Compare, and mend when asked. To be run each night."""

    help = "Compare the search index with the database. Exits with 1 while they differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """See `help`."""
        parser.add_argument("--mend", action="store_true", help="repair the difference")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, mend, compare again."""
        try:
            found = reconciling.differences()
            self.tell(found)
            if options["mend"] and any(found):
                reconciling.mend(found)
                found = reconciling.differences()
                self.stdout.write("Mended." if not any(found) else "Not mended: see manage.py search_status.")
        except EngineAway as error:
            raise CommandError(str(error)) from error
        if any(found):
            raise CommandError("The index and the database differ: run manage.py check_search --mend.")

    def tell(self, found: list[reconciling.Difference]) -> None:
        """Say what differs."""
        for each in found:
            ahead = f", {len(each.ahead)} from after a backup that was put back" if each.ahead else ""
            self.stdout.write(f"{each.kind}: {len(each.lacking)} lacking, {len(each.left_over)} left over{ahead}")
