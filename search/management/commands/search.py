"""`manage.py search WORDS`: what a visitor who is not signed in finds."""

import json
from argparse import ArgumentParser
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.documents import FACETS, KIND_WORDS
from search.finding import find
from search.query import PAGE_SIZE, Query, Sort


class Command(BaseCommand):
    """Search as an anonymous visitor."""

    help = 'Search as a visitor who is not signed in. Words as on the website: "exact words", -without, OR.'

    def add_arguments(self, parser: ArgumentParser) -> None:
        """See `help`."""
        parser.add_argument("words", nargs="*", help="what to look for; nothing: everything, the newest first")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--limit", type=int, default=PAGE_SIZE, metavar="N", help="at most so many hits")
        parser.add_argument("--newest", action="store_true", help="the newest first")
        parser.add_argument("--kind", choices=KIND_WORDS, help="the kind of thing to look for; all kinds by default")
        for facet, words in FACETS.items():
            parser.add_argument(f"--{facet}", action="append", default=[], metavar="VALUE", help=words)

    def handle(self, *args: Any, **options: Any) -> None:
        """Search and print."""
        if options["limit"] < 0:
            raise CommandError("--limit is a number from 0.")
        filters = {facet: options[facet] for facet in FACETS if options.get(facet)}
        query = replace(
            Query.ask(" ".join(options["words"]), filters=filters), size=max(options["limit"], 1), kind=options["kind"]
        )
        if options["newest"]:
            query = replace(query, sort=Sort.NEWEST)
        finding = find(query)
        if finding.away:
            raise CommandError(finding.away)
        hits = finding.answer.hits[: options["limit"]]
        if options["json"]:
            rows = [
                {
                    "kind": hit.kind,
                    "id": hit.id,
                    "source": hit.source,
                    "title": hit.title,
                    "url": hit.url,
                    "score": hit.score,
                }
                for hit in hits
            ]
            self.stdout.write(json.dumps({"total": finding.answer.total, "hits": rows}, ensure_ascii=False))
            return
        if finding.in_other_words:
            self.stdout.write(f"Nothing is spelt so. Showing “{finding.query.words.typed}”.")
        for hit in hits:
            self.stdout.write(f"{hit.score:8.3f}  {hit.title}  {hit.url}")
        self.stdout.write(f"{finding.answer.total:,} found")
