"""`manage.py make_editor EMAIL`: make somebody an editor of the site, from the console."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from community.appointing import appoint_editor, dismiss_editor
from community.models import Person
from hub.refusal import Refused


class Command(BaseCommand):
    """Appoint or dismiss an editor."""

    help = "Makes the person with this e-mail address an editor of the site; with --dismiss, no longer one."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address."""
        parser.add_argument("email")
        parser.add_argument("--dismiss", action="store_true")

    def handle(self, *args: Any, email: str, dismiss: bool, **options: Any) -> None:
        """Appoint, and say so."""
        person = Person.objects.filter(email__iexact=email).first()
        if person is None:
            raise CommandError(f"Nobody has the e-mail address {email}. They must sign up first.")
        try:
            (dismiss_editor if dismiss else appoint_editor)(person, by=None)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{person} {'no longer edits' if dismiss else 'edits'} the site.")
