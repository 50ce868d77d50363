"""`manage.py read_attachments`: the words of files that were missed. To be run each night."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from practice.attached import read_attachment, unread


class Command(BaseCommand):
    """Read what was not read."""

    help = "Read the words of attached PDF, Word and text files that were not read yet, so that search finds them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """See `help`."""
        parser.add_argument("--again", action="store_true", help="also try again what could not be read")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read each, one after another."""
        ids = list(unread(failed_too=options["again"]).values_list("pk", flat=True))
        for pk in tqdm(ids, desc="Files read", unit="", disable=None):
            read_attachment.call(pk)
        self.stdout.write(f"{len(ids):,} files read.")
