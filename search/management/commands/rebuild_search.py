"""`manage.py rebuild_search`: a new index beside the live one, put in its place when it is whole."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from search import outbox, rebuilding
from search.engines.base import EngineAway


class Command(BaseCommand):
    """Rebuild the search index."""

    help = (
        "Make a new search index from the database, beside the live one, and put it in its place when it is whole. "
        "Searches and changes go on meanwhile. Ctrl-C leaves the live index as it was; on Elasticsearch, the next "
        "rebuild then goes on where this one was stopped."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """See `help`."""
        parser.add_argument("--from-start", action="store_true", help="do not go on with one that was stopped")
        parser.add_argument("--quiet", action="store_true", help="show no progress")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, then deliver what changed meanwhile."""
        silent = options["quiet"] or options["verbosity"] == 0 or not sys.stderr.isatty()
        with tqdm(desc="Read", unit="", disable=silent) as bar:

            def progress(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            try:
                rebuilt = rebuilding.rebuild(progress=progress, go_on=not options["from_start"])
                outbox.drain()
            except EngineAway as error:
                raise CommandError(str(error)) from error
            except KeyboardInterrupt as error:
                raise CommandError("Stopped. The live index is as it was.", returncode=130) from error
        if options["verbosity"]:
            self.stdout.write(f"{rebuilt.documents:,} documents in the search index, in {rebuilt.seconds:.1f} s.")
        if rebuilt.refused:
            raise CommandError(f"{rebuilt.refused} documents were refused: see manage.py search_status.")
