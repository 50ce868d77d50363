"""`manage.py rebuild_meaning`: the vectors of all stories, as far as they are not there already."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from practice.models import StoryPage
from search import meaning


class Command(BaseCommand):
    """Make the vectors that lack or are no longer true."""

    help = (
        "Make the vector of each published story that has none by this model, or whose text has changed. Searches and "
        "changes go on meanwhile. Ctrl-C loses nothing: the next run goes on from there."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """See `help`."""
        parser.add_argument("--quiet", action="store_true", help="show no progress")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go over all stories; what is the same is passed over."""
        site = meaning.site()
        if site is None:
            raise CommandError("Search by meaning is off. Set MEANING_MODEL_DIR to the folder of a model.")
        from search.meaning import vectors
        from search.meaning.folder import Unusable

        try:
            encoder = site.load()
        except Unusable as error:
            raise CommandError(str(error)) from error
        ids = list(StoryPage.objects.filter(shown=True).order_by("pk").values_list("pk", flat=True))
        silent = options["quiet"] or options["verbosity"] == 0 or not sys.stderr.isatty()
        with tqdm(total=len(ids), desc="Vectors", unit="", disable=silent) as bar:

            def passing() -> Iterator[int]:
                for id in ids:
                    yield id
                    bar.update()

            try:
                made = vectors.make(passing(), encoder)
            except KeyboardInterrupt as error:
                raise CommandError("Stopped. The next run goes on from here.", returncode=130) from error
        vectors.clear_left_over()
        if options["verbosity"]:
            self.stdout.write(
                f"{len(ids):,} stories, {made:,} vectors made. Model sha256 {encoder.folder.sha256}, "
                f"{encoder.folder.dimensions} dimensions, recipe {encoder.folder.recipe}."
            )
