"""`manage.py tidy_search`: forget what was kept long enough of searches, and look again at what is shown."""

from typing import Any

from django.core.management.base import BaseCommand

from search import demand, finds, standing


class Command(BaseCommand):
    """For a timer, each night. Can run at any time."""

    help = (
        "Forgets signs of askers when their month is over, counts after 13 months, and deleted searches after 30 days."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it all."""
        gone = demand.tidy() + finds.tidy()
        self.stdout.write(
            f"{gone} rows are forgotten; the keys of {standing.write_old_keys()} searches are made again."
        )
