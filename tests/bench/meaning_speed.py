"""What meaning costs: `python -m tests.bench.meaning_speed [DOCUMENTS ...]` (10,000 and 100,000).

MEANING_MODEL_DIR names the model. Each engine is filled with invented stories, and each story has a vector in a
database of its own. Three hundred questions of three to eight words are asked by words and with meaning, in turn, three
times each after as many times that do not count, the question new to the model each time. Prints by the clock the
middle and the 95th of both and of the difference, in milliseconds; then, for questions whose words nothing has, what
the nearest of those that somebody may see take, just after a change and again; and what a process of the website takes
in memory.
"""

import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.engines import elastic, elasticsearch_url, embedded
from tests.bench.meaning import PLACE
from tests.bench.search_speed import Words, _document

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
QUESTIONS = 300
TIMES = 3
_SOME = "waste council flats damp library charging school food carers bridge street parking budget trees benches"
ENGLISH = _SOME.split()
# The most frequent words of the invented stories after which the English ones stand.
RANK, APART = 120, 25


def main(sizes: list[int]) -> None:
    """Measure at each size."""
    import tests.settings as settings

    with tempfile.TemporaryDirectory() as place, elasticsearch_url() as url:
        settings.VAR_DIR = Path(place)
        settings.DATABASES["default"]["NAME"] = Path(place) / "hub.sqlite3"
        settings.MEANING_MODEL_DIR = PLACE
        import django

        django.setup()
        from django.core.management import call_command

        from search import meaning

        call_command("migrate", verbosity=0, interactive=False)
        site = meaning.site()
        assert site
        before = _memory()
        encoder = site.load()
        print(f"the model takes {_memory() - before} MB of a process")
        for size in sizes:
            print(f"{size:,} stories")
            _fill_database(size, encoder.folder)
            for opened in (embedded(Path(tempfile.mkdtemp(dir=place))), *([elastic(url)] if url else [])):
                with opened as engine:
                    _compare(engine, size, site)
            _nearest(size, site, encoder)


def _fill_database(size: int, folder: Any) -> None:
    import numpy as np
    from django.utils import timezone

    from search.models import Vector

    numbers, now = np.random.default_rng(size), timezone.now()
    Vector.objects.all().delete()
    rows = numbers.integers(-127, 128, size=(size, folder.dimensions), dtype=np.int8)
    Vector.objects.bulk_create(
        (
            Vector(
                story=id,
                made=0,
                made_at=now - timedelta(seconds=(size - id) / 20),
                recipe=folder.recipe,
                vector=row.tobytes(),
            )
            for id, row in enumerate(rows, 1)
        ),
        batch_size=500,
    )


def _compare(engine: Any, size: int, site: Any) -> None:
    from search.engines.base import Change
    from search.meaning import reordering
    from search.query import Query

    chance = random.Random(size)
    words = Words(chance)
    for number, word in enumerate(ENGLISH):
        words.words[RANK + APART * number] = word
    making = engine.rebuild()
    making.add(Change("story", id, 1, _document(id, words, chance)) for id in range(1, size + 1))
    making.finish(lambda kind, ids: {}, since=1)
    texts = [" ".join(chance.sample(ENGLISH, chance.randint(3, 8))) for _ in range(QUESTIONS)]
    questions = [replace(Query.of_visitor(text), kind="story", others=3) for text in texts]
    site.wait = 5.0  # it is measured, not cut off

    def by_words(query: Any) -> None:
        engine.search(query)

    def with_meaning(query: Any) -> None:
        site._kept.clear()
        reordering.search(engine, query, site)

    for question in questions * TIMES:  # a server that has just been started is still compiling what it does
        by_words(question)
        with_meaning(question)
    plain, meant = [], []
    for question in questions:
        both = [(_timed(by_words, question), _timed(with_meaning, question)) for _ in range(TIMES)]
        plain.append(median(one for one, _ in both))
        meant.append(median(other for _, other in both))
    _say(f"{engine.name}, by words", plain)
    _say(f"{engine.name}, with meaning", meant)
    _say(f"{engine.name}, added", [other - one for one, other in zip(plain, meant, strict=True)])


def _nearest(size: int, site: Any, encoder: Any) -> None:
    """The nearest of what somebody may see, as the search page asks for them; ids of vectors stand for stories."""
    from search.meaning import nearest
    from search.meaning.asking import WAIT_SECONDS, Counts
    from search.meaning.matrix import matrix_of
    from search.models import Vector
    from search.models.vector import VectorQuerySet

    class Some(VectorQuerySet):
        def newest_first(self) -> Any:
            return self.order_by("-pk")

    nearest.forget()
    before, began = _memory(), time.perf_counter()
    matrix = matrix_of(encoder.folder.recipe, encoder.folder.dimensions)
    while not matrix.refreshed():
        time.sleep(0.01)
    print(f"  all vectors read in {time.perf_counter() - began:.2f} s; they take {_memory() - before} MB of a process")
    site.wait, site.counts = WAIT_SECONDS, Counts()
    asked = encoder.encode("a question in whole sentences that nothing answers by its words")
    for share in (1, 10):
        stories = Some(Vector).filter(pk__lte=size // share)

        def ask(stories: Any = stories) -> None:
            nearest._nearest(site, asked, stories, 5, 0.0, site.clock() + site.wait)

        def after_change() -> None:
            nearest._allowed.ids.clear()
            ask()

        for call, what in ((after_change, "after a change"), (ask, "again")):
            _say(f"nearest of {size // share:,}, {what}", [_timed(call) for _ in range(60)])
    print(f"  cut short {site.counts.cut_short} times; the process has {_memory()} MB")


def _memory() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1_000_000


def _timed(call: Callable[..., Any], *values: Any) -> float:
    began = time.perf_counter()
    call(*values)
    return time.perf_counter() - began


def _say(what: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    middle, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    print(f"  {what:36} p50 {middle * 1000:6.1f}  p95 {late * 1000:6.1f} ms")


if __name__ == "__main__":
    if not PLACE:
        sys.exit("Name the folder of a model in MEANING_MODEL_DIR.")
    main([int(each.replace(",", "")) for each in sys.argv[1:]] or [10_000, 100_000])
