"""How fast each engine is: `python -m tests.bench.search_speed [DOCUMENTS ...]` (10,000 and 100,000).

Invented documents of 200 to 400 words, the words as frequent as in a language; questions of one to four words, half of
them with filters. A page is twenty hits with excerpts and the counts of every facet. Prints, for each engine and size,
the middle and the 95th of a hundred in milliseconds, and what the index takes.
"""

import os
import random
import re
import sys
import tempfile
import time
from bisect import bisect
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from tests.bench.engines import elastic, elasticsearch_url, embedded
from tests.elasticsearch import server

QUESTIONS = 400
VOCABULARY = 80_000


def main(sizes: list[int]) -> None:
    """Measure each engine at each size."""
    with elasticsearch_url() as url:
        for size in sizes:
            with tempfile.TemporaryDirectory() as place, embedded(Path(place)) as engine:
                _measure(engine, size, os.getpid())
            if url:
                with elastic(url) as engine:
                    _measure(engine, size, server.pid())


def _measure(engine: Any, size: int, process: int) -> None:
    from search.engines.base import Change
    from search.query import Query

    chance = random.Random(size)
    words = Words(chance)
    began = time.monotonic()
    making = engine.rebuild()
    making.add(Change("story", id, 1, _document(id, words, chance)) for id in range(1, size + 1))
    making.finish(lambda kind, ids: {}, since=1)
    seconds = time.monotonic() - began
    status = engine.status()
    memory = int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())[1]) // 1024
    print(
        f"{engine.name} {size:,}: made in {seconds:.0f} s ({size / seconds:.0f}/s), {status.bytes / 1e6:.0f} MB,"
        f" process {memory} MB"
    )
    questions = [_question(words, chance) for _ in range(QUESTIONS)]
    for question in questions[:40]:
        engine.search(question)
    plain = [question for question in questions if not question.filters]
    _say("page, words alone", [_timed(engine.search, question) for question in plain])
    _say("page, words and filters", [_timed(engine.search, each) for each in questions if each.filters])
    for number in (1, 2, 3, 4):
        some = [each for each in questions if len(each.words.clauses) == number]
        _say(f"page, {number} words", [_timed(engine.search, each) for each in some])
    _say("page, no words", [_timed(engine.search, Query.of_visitor()) for _ in range(20)])
    _say("suggestions", [_timed(engine.suggest, each) for each in _begun(words, chance)])
    _say("correction", [_timed(engine.correct, _slip(question)) for question in plain])
    _say("similar", [_timed(engine.similar, "story", id, replace(Query.of_visitor(), size=4)) for id in range(1, 60)])
    changes = []
    for number in range(100):
        document = replace(_document(number + 1, words, chance), title=f"changed{number}", audience="public")
        began = time.perf_counter()
        engine.write([Change("story", document.id, 2 + number, document)])
        assert engine.search(Query.of_visitor(f"changed{number}")).total == 1
        changes.append(time.perf_counter() - began)
    _say("one changed until found", changes)


class Words:
    """Words as frequent as in a language: the second half as often as the first, and so on."""

    def __init__(self, chance: random.Random) -> None:
        letters = "etaoinshrdlucmfwypvbgkqjxz"
        self.chance = chance
        self.words = [f"{self._name(number, letters)}" for number in range(VOCABULARY)]
        self.sums = list(accumulate(1 / (rank + 2.7) for rank in range(VOCABULARY)))

    def some(self, count: int, lowest: int = 0) -> list[str]:
        """So many words, none more frequent than a rank."""
        floor = self.sums[lowest - 1] if lowest else 0.0
        return [
            self.words[bisect(self.sums, floor + self.chance.random() * (self.sums[-1] - floor))] for _ in range(count)
        ]

    @staticmethod
    def _name(number: int, letters: str) -> str:
        name = "q"
        while number:
            number, letter = divmod(number, 26)
            name += letters[letter]
        return name + "u"


def _document(id: int, words: Words, chance: random.Random) -> Any:
    from search.documents import About, Document, Label

    def one_of(kind: str, count: int) -> Label:
        number = min(int(chance.expovariate(6 / count)), count - 1)
        return Label(f"{kind}-{number}", f"{kind} {number}")

    topic = one_of("topic", 40)
    tags = {one_of("tag", 2000) for _ in range(chance.randint(1, 5))}
    return Document(
        kind="story",
        id=id,
        audience="public" if chance.random() < 0.9 else f"community:{chance.randint(1, 20)}",
        title=" ".join(words.some(8, 50)),
        url=f"/stories/{id}/",
        summary=" ".join(words.some(30)),
        worth_repeating=" ".join(words.some(25)),
        text=" ".join(words.some(chance.randint(200, 400))),
        topics=(About(topic.value, topic.words, tuple(words.some(5, 500))), About("group", "group")),
        tags=tuple(tags),
        people=(f"Person {id % 997}",),
        community_id=chance.randint(1, 30),
        community=one_of("community", 30),
        council=one_of("council", 400),
        council_names=(f"Council {id % 400}",),
        tier=one_of("tier", 8),
        region=one_of("region", 12).words,
        nation="England",
        status=one_of("status", 4),
        published=datetime(2015, 1, 1, tzinfo=UTC) + timedelta(hours=id % 100_000),
    )


def _question(words: Words, chance: random.Random) -> Any:
    from search.query import Query

    text = " ".join(words.some(chance.randint(1, 4), 100))
    filters = {"region": ["region 0", "region 1"], "status": ["status-0"]} if chance.random() < 0.5 else {}
    return replace(Query.of_visitor(text, filters=filters), kind="story", others=3)


def _begun(words: Words, chance: random.Random) -> Iterator[Any]:
    """Questions of which one to five letters were typed, some of them after a whole word."""
    from search.query import Query

    for number in range(200):
        text = " ".join(words.some(1 + number % 3 // 2, 50))
        yield Query.of_visitor(text[: len(text) - number % 3] if number % 2 else text[: 1 + number % 5])


def _slip(question: Any) -> Any:
    words = question.words.typed
    return question.saying(words[:2] + words[3:])


def _timed(call: Callable[..., Any], *values: Any) -> float:
    began = time.perf_counter()
    call(*values)
    return time.perf_counter() - began


def _say(what: str, seconds: list[float]) -> None:
    if seconds:
        ordered = sorted(seconds)
        middle, late, last = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)], ordered[-1]
        print(f"  {what:26} p50 {middle * 1000:7.1f}  p95 {late * 1000:7.1f}  most {last * 1000:7.1f} ms")


def _sizes(arguments: list[str]) -> Iterator[int]:
    yield from (int(each.replace(",", "")) for each in arguments or ["10000", "100000"])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    main(list(_sizes(sys.argv[1:])))
