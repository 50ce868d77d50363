"""`manage.py empty_bin`: delete for good the drafts that were thrown away a month ago."""

from typing import Any

from django.core.management.base import BaseCommand

from practice.throwing_away import empty_bin


class Command(BaseCommand):
    """For a timer, each night."""

    help = "Deletes for good the drafts that their authors threw away more than 30 days ago, with their files."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say how many."""
        self.stdout.write(f"{empty_bin()} drafts deleted for good.")
