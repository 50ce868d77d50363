"""`manage.py import_stories DIR`: bring in councils, communities, people, topics and stories."""

import resource
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from practice.importing import FileReport, import_folder


class Command(BaseCommand):
    """Reads a folder of JSON Lines. The exit status is 1 where a row was refused."""

    help = (
        "Bring in councils.jsonl, organisations.jsonl, topics.jsonl, communities.jsonl, people.jsonl, stories.jsonl, "
        "uk_resources.jsonl, collections.jsonl, put_forward.jsonl, done.jsonl, wishes.jsonl and searches.jsonl from a "
        "folder. The form is written down in practice/demo/FORMAT.md. It can be interrupted and run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to read, and what to do with rows that name no community or organisation."""
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument(
            "--community", default="general", metavar="SLUG", help="the home of stories that name no community"
        )
        parser.add_argument(
            "--organisation",
            default="Organisation not named",
            metavar="NAME",
            help="the council or public body of stories that name none",
        )
        parser.add_argument(
            "--skip", action="append", default=[], metavar="SLUG", help="leave this row out (repeatable)"
        )
        parser.add_argument("--dry-run", action="store_true", help="do everything, report, and keep nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and report."""
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder. Name the folder that holds stories.jsonl.")
        began = time.monotonic()
        reports = import_folder(
            folder,
            community=options["community"],
            organisation=options["organisation"],
            skip=frozenset(options["skip"]),
            dry_run=options["dry_run"],
            progress=show_progress if options["verbosity"] else None,
        )
        if not reports:
            raise CommandError(f"There is nothing to import in {folder}: no file ends in .jsonl.")
        for report in reports:
            self.tell(report)
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        kept = "Nothing was kept: this was a dry run. " if options["dry_run"] else ""
        refused = sum(len(report.refused) for report in reports)
        self.stdout.write(
            f"{kept}{sum(report.read for report in reports)} rows read, {refused} refused, "
            f"{time.monotonic() - began:.1f} s, {megabytes:.0f} MB at most."
        )
        if refused:
            sys.exit(1)

    def tell(self, report: FileReport) -> None:
        """One line for a file, and one for each row that was refused or needs a word."""
        self.stdout.write(
            f"{report.name}: {report.read} read, {report.made} made, {report.changed} changed, {report.same} the same, "
            f"{len(report.refused)} refused"
        )
        for line, words in report.notes:
            self.stdout.write(f"  {report.name}:{line}: note: {words}" if line else f"  {report.name}: {words}")
        for line, reason in report.refused:
            self.stderr.write(f"  {report.name}:{line}: refused: {reason}")


def show_progress(name: str, rows: int) -> Callable[[int], Any]:
    """A bar on the error output; answers the function that moves it on."""
    bar = tqdm(total=rows, desc=name, unit=" rows", file=sys.stderr, disable=None)

    def move(count: int) -> None:
        bar.update(count)
        if bar.n >= rows:
            bar.close()

    return move
