"""`manage.py ask_for_facilitators`: ask the members of communities that nobody looks after."""

from typing import Any

from django.core.management.base import BaseCommand

from community.unattended import ask_for_facilitators


class Command(BaseCommand):
    """For a timer, each night."""

    help = "Asks members for a facilitator where none was here for 60 days, and tells editors. Once in 30 days each."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say how many."""
        self.stdout.write(f"{ask_for_facilitators()} communities asked for a facilitator.")
