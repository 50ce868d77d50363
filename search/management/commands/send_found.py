"""`manage.py send_found`: write the letters of standing searches that are due."""

from typing import Any

from django.core.management.base import BaseCommand

from search.letters import send_due


class Command(BaseCommand):
    """For a timer, each hour: letters of the day go out after seven, those of the week on Mondays."""

    help = "Sends what standing searches found, to those whose letter is due. Nothing is sent twice."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write them, in the worker where there is one."""
        self.stdout.write(f"Letters to {send_due()} people are on their way.")
