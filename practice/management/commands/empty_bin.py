"""`manage.py empty_bin`: delete for good the drafts and collections that were thrown away a month ago."""

from typing import Any

from django.core.management.base import BaseCommand

from practice import collecting
from practice.throwing_away import empty_bin


class Command(BaseCommand):
    """For a timer, each night."""

    help = "Deletes for good the drafts (with their files) and collections that were thrown away 30 days ago."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say how many."""
        self.stdout.write(f"{empty_bin()} drafts deleted for good.")
        self.stdout.write(f"{collecting.empty_bin()} collections deleted for good.")
