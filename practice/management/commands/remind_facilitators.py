"""`manage.py remind_facilitators`: remind those who promised an answer before it is due, and once it is late."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from practice.reminding import is_time, remind


class Command(BaseCommand):
    """For a timer, each hour. It may be stopped at any moment, and run again: each reminder is given once."""

    help = "Reminds facilitators (or who stands in) the day before an answer is due, and editors once it is late."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether also at night."""
        parser.add_argument("--now", action="store_true", help="also outside the hours of work")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say how many."""
        if options["now"] or is_time(timezone.now()):
            self.stdout.write(f"Reminded of {remind()} that wait.")
        else:
            self.stdout.write("Nobody is reminded at night or at the weekend.")
