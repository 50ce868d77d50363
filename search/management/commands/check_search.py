"""`manage.py check_search`: whether the engine has what the database has."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from search import reconciling
from search.engines.base import EngineAway


class Command(BaseCommand):
    """Compare, and mend when asked. To be run each night."""

    help = (
        "Compare every document of the search index with the database: whether it is there, what it says and who may "
        "see it. Exits with 1 while they differ. It may be interrupted: what was mended by then stays mended."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """See `help`."""
        parser.add_argument("--mend", action="store_true", help="repair the difference")
        parser.add_argument("--quiet", action="store_true", help="show no progress")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, and mend as it goes."""
        silent = options["quiet"] or options["verbosity"] == 0 or not sys.stderr.isatty()
        with tqdm(desc="Compared", unit="", disable=silent) as bar:

            def progress(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            try:
                found = reconciling.compare(mend=options["mend"], progress=progress)
            except EngineAway as error:
                raise CommandError(str(error)) from error
            except KeyboardInterrupt as error:
                raise CommandError("Stopped. What was mended stays mended.", returncode=130) from error
        self.tell(found)
        if not any(found):
            return
        if not options["mend"]:
            raise CommandError("The index and the database differ: run manage.py check_search --mend.")
        if left := sum(difference.left for difference in found):
            raise CommandError(f"{left} could not be mended: see manage.py search_status.")
        self.stdout.write("Mended.")

    def tell(self, found: list[reconciling.Difference]) -> None:
        """Say what differs."""
        for each in found:
            ahead = f", {each.ahead} from after a backup that was put back" if each.ahead else ""
            self.stdout.write(
                f"{each.kind}: {each.lacking} lacking, {each.left_over} left over, {each.changed} changed{ahead}"
            )
