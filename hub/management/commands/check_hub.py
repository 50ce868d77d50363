"""`manage.py check_hub`: what /healthz says and more, for whoever looks after the site."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hub import health


class Command(BaseCommand):
    """Says of each part whether it works, and ends with an error when one does not."""

    help = (
        "Says whether each part of the site works: the database, the search engine, what waits for it, what it refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The options of the command."""
        parser.add_argument("checks", nargs="*", help="only these, such as database (default: all)")
        parser.add_argument("--json", action="store_true", help="print what /healthz answers")

    def handle(self, *args: Any, checks: list[str], **options: Any) -> None:
        """Ask each part and say what it answered."""
        found = health.findings(checks, public=False)
        if not found:
            raise CommandError(f"There is no such check. There are: {', '.join(health.findings(public=False))}.")
        if options["json"]:
            self.stdout.write(json.dumps(health.told(found)))
        else:
            for name, finding in found.items():
                facts = ", ".join(f"{fact.replace('_', ' ')} {value}" for fact, value in finding.facts.items())
                word = self.style.SUCCESS("works ") if finding.ok else self.style.ERROR("BROKEN")
                self.stdout.write(f"{word} {name:12} {facts}")
        broken = [name for name, finding in found.items() if not finding.ok]
        if broken:
            raise CommandError(f"Broken: {', '.join(broken)}.")
