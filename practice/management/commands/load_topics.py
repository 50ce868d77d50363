"""Brings in the starter set of topics, or another one."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from practice.curating import STARTER_SET, load_topics


class Command(BaseCommand):
    """`manage.py load_topics [FILE.jsonl]`."""

    help = "Bring topics in, or up to date, from a file of JSON lines (else the starter set). It can be run again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, if it is not the starter set."""
        parser.add_argument("file", nargs="?", type=Path, default=STARTER_SET)

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what changed."""
        try:
            loaded = load_topics(options["file"])
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CommandError(
                f"{options['file']} is not a set of topics, or names an unknown group: {error}."
            ) from error
        self.stdout.write(f"Topics: {loaded.made} made, {loaded.changed} changed, {loaded.same} as they were.")
