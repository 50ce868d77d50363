"""How long one new story takes against many standing searches: `python -m tests.bench.standing [SEARCHES ...]`.

Runs in a database of its own that goes away. The searches are invented as the questions of `search_speed` are: one to
four words, half of them with filters. Prints the middle and the 95th of a hundred stories in milliseconds, by the clock
and of the processor alone, since other work on the machine tells in the first; and to how many a story was new.
"""

import os
import random
import sys
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

STORIES = 100


def main(sizes: list[int]) -> None:
    """Measure each size in turn."""
    from django.test.utils import setup_databases, teardown_databases

    made = setup_databases(verbosity=0, interactive=False)
    try:
        for size in sizes:
            _measure(size)
    finally:
        teardown_databases(made, verbosity=0)


def _measure(size: int) -> None:
    from django.utils import timezone

    from community.models import Person
    from search import lookout, standing
    from search.models import Found, SearchKey, StandingSearch
    from tests.bench.search_speed import Words, _document, _question

    StandingSearch.objects.all().delete()
    chance = random.Random(size)
    words = Words(chance)
    people = [Person(email=f"{size}-{number}@bench.example", name=f"Person {number}") for number in range(size // 10)]
    people = Person.objects.bulk_create(people)
    searches = StandingSearch.objects.bulk_create(
        StandingSearch(person=people[number % len(people)], name="x", asked=asked, since=timezone.now())
        for number, asked in enumerate({standing.asked_in(_question(words, chance)) for _ in range(size)})
    )
    began = time.monotonic()
    standing.write_old_keys()
    made = time.monotonic() - began
    print(f"{len(searches):,} searches, {SearchKey.objects.count():,} keys, made in {made:.1f} s")
    seconds, alone, found = [], [], []
    for number in range(STORIES):
        document: Any = replace(
            _document(number + 1, words, chance), audience="public", published=timezone.now() + timedelta(hours=1)
        )
        began, busy = time.perf_counter(), time.process_time()
        found.append(lookout.match(document))
        seconds.append(time.perf_counter() - began)
        alone.append(time.process_time() - busy)
    assert Found.objects.count() == sum(found)
    for what, times in (("by the clock", sorted(seconds)), ("of the processor", sorted(alone))):
        middle, late, last = (times[int(STORIES * part)] * 1000 for part in (0.5, 0.95, 0.99))
        print(f"  one story, {what:16} p50 {middle:6.1f}  p95 {late:6.1f}  p99 {last:6.1f} ms")
    print(f"  new to {sum(found) / STORIES:.0f} searches on average")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    main([int(each.replace(",", "")) for each in sys.argv[1:]] or [1000, 10_000])
