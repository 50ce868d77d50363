"""`manage.py import_councils FILE.csv`: the public register of UK local authorities, as it is published."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from community.register_file import import_register
from hub.refusal import Refused


class Command(BaseCommand):
    """Read the register of councils; report each bad row by its line, and go on."""

    help = (
        "Reads the public register of UK local authorities (CSV) into the register of councils. "
        "Can be run again; exits with 1 when a row was refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, and whether to keep what was read."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        """Import, and say what happened."""
        try:
            report = import_register(file, dry_run=dry_run)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        for line, reason in report.refused:
            self.stderr.write(f"{file.name}:{line}: {reason}")
        counts = ", ".join(f"{number} {outcome}" for outcome, number in report.outcomes.items())
        self.stdout.write(f"{report.rows} rows: {counts}, {len(report.refused)} refused")
        if dry_run:
            self.stdout.write("A dry run: nothing was kept.")
        if report.refused:
            raise CommandError(f"{len(report.refused)} rows were refused; the rest went in.", returncode=1)
