"""Search by meaning in the benches: an engine with a model beside it, where MEANING_MODEL_DIR names one.

`python -m tests.bench.meaning DIR` looks for harm: for 400 stories of an import or a collection it asks for the two
rarest words of the title, for one, and for the whole title, and prints how often the story came first, by words and
with meaning. `python -m tests.bench.meaning --speed [DOCUMENTS ...]` prints what it adds to a search, with a vector
for each document in a database of its own, and what the process takes; a search for the nearest in meaning too.
"""

import json
import os
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
PLACE = os.environ.get("MEANING_MODEL_DIR", "")  # the settings of the tests take it out of the environment
TITLES = 400
_SOME = "waste council flats damp library charging school food carers bridge street parking budget trees benches"
WORDS = _SOME.split()
_vectors: dict[str, bytes] = {}


class Beside:
    """An engine whose first hits are put into another order. Everything else is the engine's."""

    def __init__(self, engine: Any, meaning: Any) -> None:
        self.engine, self.meaning = engine, meaning
        self.name = f"{engine.name}+meaning"

    def search(self, query: Any, *, second: Any = None) -> Any:
        """The engine's answer, reordered."""
        from search.meaning.reordering import search

        return search(self.engine, query, self.meaning)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)


def with_meaning(engine: Any, texts: Mapping[int, str]) -> Iterator[Any]:
    """The engine with the vectors of these texts, by the ids of their stories; nothing where no model is named."""
    if not PLACE:
        print("meaning is left out: MEANING_MODEL_DIR names no model", file=sys.stderr)
        return
    from search.meaning.asking import Meaning
    from search.meaning.encoding import packed

    meaning = Meaning(PLACE, wait=60.0)
    encoder = meaning.load()
    for text in texts.values():
        if text not in _vectors:
            _vectors[text] = packed(encoder.encode(text))
    meaning.read_vectors = lambda ids: {id: _vectors[texts[id]] for id in ids if id in texts}
    yield Beside(engine, meaning)


def compared(words: Sequence[float], other: Sequence[float], times: int = 10_000) -> str:
    """The difference of two rows of figures for the same questions, and how often chance alone would bring it."""
    differences = [after - before for before, after in zip(words, other, strict=True)]
    mean = sum(differences) / len(differences)
    chance = random.Random(len(differences))
    means = [sum(chance.choices(differences, k=len(differences))) for _ in range(times)]
    against = sum(each <= 0 for each in means) if mean > 0 else sum(each >= 0 for each in means)
    return f"{mean:+.3f} against words (p {min(1.0, 2 * against / times):.4f})"


def texts_of_stories() -> dict[int, str]:
    """What the product embeds of each story of the hub that is asked; nothing where no model is named."""
    if not PLACE:  # what embeds need not be installed then
        return {}
    from practice.models import StoryPage
    from search.meaning.vectors import text_of

    return {story.pk: text_of(story) for story in StoryPage.objects.filter(shown=True)}


def opening(title: str, text: str) -> str:
    """What the product embeds of a story; nothing where no model is named."""
    if not PLACE:
        return ""
    from search.meaning.vectors import OPENING

    return f"{title}\n{text[:OPENING]}"


def harm(folder: Path) -> None:
    """Titles, whole and by their rarest words: how often the story itself comes first."""
    import django

    django.setup()
    from search.query import Query
    from search.words import SMALL_WORDS, words_in
    from tests.bench.engines import embedded
    from tests.bench.relevance import fill

    corpus = list(_stories(folder))
    frequent = Counter(word for row in corpus for word in set(words_in(f"{row['title']} {row['text']}")))
    chance = random.Random(7)
    rows = chance.sample(range(len(corpus)), min(TITLES, len(corpus)))
    questions: dict[str, list[tuple[int, str]]] = {"two rarest words": [], "one rarest word": [], "whole title": []}
    for number in rows:
        words = list(dict.fromkeys(word for word in words_in(corpus[number]["title"]) if word not in SMALL_WORDS))
        rarest = sorted(words, key=lambda word: frequent[word])[:2]
        if len(rarest) == 2:
            typed = [word for word in words if word in rarest]
            questions["two rarest words"].append((number + 1, " ".join(typed)))
            questions["one rarest word"].append((number + 1, rarest[0]))
            questions["whole title"].append((number + 1, corpus[number]["title"].replace('"', " ")))
    with tempfile.TemporaryDirectory() as place, embedded(Path(place)) as engine:
        fill(engine, corpus)
        texts = {number: opening(row["title"], row["text"]) for number, row in enumerate(corpus, 1)}
        for judged in (engine, *with_meaning(engine, texts)):
            for name, asked in questions.items():
                first = sum(_first(judged, Query.of_visitor(text)) == number for number, text in asked)
                print(f"{judged.name} {name}: first {first / len(asked):.3f} of {len(asked)}")


def _first(engine: Any, query: Any) -> int:
    hits = engine.search(replace(query, size=1)).hits
    return hits[0].id if hits else 0


def _stories(folder: Path) -> Iterator[dict[str, str]]:
    name = next(name for name in ("stories.jsonl", "corpus.jsonl") if (folder / name).exists())
    with (folder / name).open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield {"title": row.get("title", ""), "text": row.get("text") or row.get("body_markdown", "")}


def speed(sizes: Iterable[int]) -> None:
    """What meaning adds, at each size."""
    import tests.settings as settings

    with tempfile.TemporaryDirectory() as place:
        settings.VAR_DIR = Path(place)
        settings.DATABASES["default"]["NAME"] = Path(place) / "hub.sqlite3"
        settings.MEANING_MODEL_DIR = PLACE
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
        for size in sizes:
            _speed(size)


def _speed(size: int) -> None:
    import numpy as np
    from django.utils import timezone

    from search import meaning
    from search.engines.base import Candidate
    from search.meaning import nearest
    from search.meaning.reordering import Second
    from search.models import Vector
    from search.words import parse

    site = meaning.site()
    assert site
    before = _memory()
    encoder = site.load()
    site.wait = 5.0
    loaded = _memory()
    numbers, now = np.random.default_rng(size), timezone.now()
    Vector.objects.all().delete()
    rows = numbers.integers(-127, 128, size=(size, encoder.folder.dimensions), dtype=np.int8)
    Vector.objects.bulk_create(
        [
            Vector(
                story=id,
                made=0,
                made_at=now - timedelta(seconds=(size - id) / 20),
                recipe=encoder.folder.recipe,
                vector=row.tobytes(),
            )
            for id, row in enumerate(rows, 1)
        ],
        batch_size=500,
    )
    del rows
    chance = random.Random(size)
    questions = [" ".join(chance.sample(WORDS, chance.randint(3, 8))) for _ in range(300)]

    def reorder(text: str) -> None:
        ids = chance.sample(range(1, size + 1), 100)
        Second(parse(text), site)([Candidate("story", id, 10 - place / 20) for place, id in enumerate(ids)])

    for text in questions[:20]:
        reorder(text)
    print(f"{size:,} vectors; the model takes {loaded - before} MB of the process, which has {_memory()} MB")
    _say("added to a search, a new question", [_timed(reorder, f"{text} again") for text in questions])
    _say("added to a search, the same again", [_timed(reorder, f"{text} again") for text in questions])
    matrix = nearest.Matrix(encoder.folder.recipe, encoder.folder.dimensions)
    began = time.perf_counter()
    matrix.refreshed()
    while not matrix.refreshed():
        time.sleep(0.05)
    print(f"  all vectors read in {time.perf_counter() - began:.2f} s, {_memory()} MB")
    everything, asked = np.arange(1, size + 1), encoder.encode(questions[0])
    for share in (1.0, 0.5, 0.1, 0.01):
        allowed = np.sort(numbers.choice(everything, int(size * share), replace=False))
        times = [_timed(lambda: (matrix.refreshed(), matrix.nearest(asked, allowed, 5))) for _ in range(40)]  # noqa: B023
        _say(f"nearest of {share:.0%}", times)


def _memory() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1_000_000


def _timed(call: Callable[..., Any], *values: Any) -> tuple[float, float]:
    """By the clock, and of the processor in all threads: the first is only true on a machine that does nothing else."""
    began, used = time.perf_counter(), time.process_time()
    call(*values)
    return time.perf_counter() - began, time.process_time() - used


def _say(what: str, times: list[tuple[float, float]]) -> None:
    said = []
    for name, seconds in zip(("clock", "processor"), zip(*times, strict=True), strict=True):
        ordered = sorted(seconds)
        middle, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
        said.append(f"{name} p50 {middle * 1000:6.1f}  p95 {late * 1000:6.1f} ms")
    print(f"  {what:36} {'   '.join(said)}")


if __name__ == "__main__":
    if not PLACE:
        sys.exit("Name the folder of a model in MEANING_MODEL_DIR.")
    if sys.argv[1:2] == ["--speed"]:
        speed([int(each.replace(",", "")) for each in sys.argv[2:]] or [10_000, 100_000])
    else:
        harm(Path(sys.argv[1]))
