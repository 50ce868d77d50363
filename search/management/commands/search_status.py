"""`manage.py search_status`: how the engine and the outbox stand."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search import meaning, outbox
from search.engines import engine
from search.health import LATE_SECONDS
from search.models import Outbox


class Command(BaseCommand):
    """Say how search stands; exit with 1 when somebody should look after it."""

    help = "Show the search engine, its documents and size, what waits to reach it, and what it refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """See `help`."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it, then complain."""
        status, depth, near = engine().status(), outbox.depth(), meaning.standing()
        dead = list(Outbox.objects.dead()[:20])
        if options["json"]:
            letters = [{"kind": row.kind, "id": row.object_id, "error": row.error} for row in dead]
            self.stdout.write(
                json.dumps(
                    {
                        **asdict(status),
                        "outbox": asdict(depth),
                        "dead_letters": letters,
                        "meaning": asdict(near) if near else None,
                    }
                )
            )
        else:
            self.stdout.write(f"Engine     {status.engine}, {status.place}: {status.words}")
            self.stdout.write(f"Documents  {status.documents:,} in {status.bytes / 1_000_000:.1f} MB")
            self.stdout.write(f"Outbox     {depth.waiting:,} waiting, the oldest for {depth.oldest_seconds:,} s")
            self.stdout.write(f"Refused    {depth.dead:,}")
            self.stdout.write(f"Meaning    {near.words if near else 'off'}")
            for row in dead:
                self.stdout.write(f"  {row.kind} {row.object_id}: {row.error.splitlines()[0] if row.error else ''}")
        wrong = [
            words
            for is_wrong, words in (
                (not status.ready, "The engine has no whole index: run manage.py rebuild_search."),
                (
                    depth.oldest_seconds > LATE_SECONDS,
                    "Changes wait too long: see why in the log, then run manage.py deliver_search.",
                ),
                (
                    depth.dead,
                    "Documents were refused: mend what is said above, then run manage.py deliver_search --refused.",
                ),
                (near and near.trouble, near.words if near else ""),
            )
            if is_wrong
        ]
        if wrong:
            raise CommandError(" ".join(wrong))
