"""Search by meaning in the benches: an engine with a model beside it, where MEANING_MODEL_DIR names one.

`python -m tests.bench.meaning DIR` looks for harm: for 400 stories of an import or a collection it asks each engine for
the two rarest words of the title, for one, and for the whole title, and prints how often the story came first, by words
and with meaning. What it costs is measured by `tests.bench.meaning_speed`.
"""

import json
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
PLACE = os.environ.get("MEANING_MODEL_DIR", "")  # the settings of the tests take it out of the environment
TITLES = 400
_vectors: dict[Any, bytes] = {}


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


def with_meaning(engine: Any, texts: Mapping[int, Any]) -> Iterator[Any]:
    """The engine with the vectors of these texts, by the ids of their stories; nothing where no model is named."""
    if not PLACE:
        print("meaning is left out: MEANING_MODEL_DIR names no model", file=sys.stderr)
        return
    from search.meaning.asking import Meaning
    from search.meaning.encoding import packed
    from search.meaning.vectors import vector_of

    meaning = Meaning(PLACE, wait=60.0)
    encoder = meaning.load()
    for text in texts.values():
        if text not in _vectors:
            _vectors[text] = packed(vector_of(text, encoder))
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


def texts_of_stories() -> dict[int, Any]:
    """What the product embeds of each story of the hub that is asked; nothing where no model is named."""
    if not PLACE:  # what embeds need not be installed then
        return {}
    from practice.models import StoryPage
    from search.meaning.vectors import text_of

    return {story.pk: text_of(story) for story in StoryPage.objects.filter(shown=True)}


def opening(title: str, text: str) -> Any:
    """What the product embeds of a story; nothing where no model is named."""
    if not PLACE:
        return ""
    from search.meaning.vectors import OPENING, Text

    return Text(title, text[:OPENING])


def harm(folder: Path) -> None:
    """Titles, whole and by their rarest words: how often the story itself comes first."""
    import django

    django.setup()
    from search.query import Query
    from search.words import SMALL_WORDS, words_in
    from tests.bench.engines import elastic, elasticsearch_url, embedded
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
    texts = {number: opening(row["title"], row["text"]) for number, row in enumerate(corpus, 1)}
    with tempfile.TemporaryDirectory() as place, elasticsearch_url() as url:
        for opened in (embedded(Path(place)), *([elastic(url)] if url else [])):
            with opened as engine:
                fill(engine, corpus)
                words: dict[str, list[float]] = {}
                for judged in (engine, *with_meaning(engine, texts)):
                    for name, asked in questions.items():
                        firsts = [float(_first(judged, Query.of_visitor(text)) == number) for number, text in asked]
                        against = f", {compared(words[name], firsts)}" if name in words else ""
                        words.setdefault(name, firsts)
                        share = sum(firsts) / len(firsts)
                        print(f"{judged.name} {name}: first {share:.3f} of {len(asked)}{against}")


def _first(engine: Any, query: Any) -> int:
    hits = engine.search(replace(query, size=1)).hits
    return hits[0].id if hits else 0


def _stories(folder: Path) -> Iterator[dict[str, str]]:
    name = next(name for name in ("stories.jsonl", "corpus.jsonl") if (folder / name).exists())
    with (folder / name).open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield {"title": row.get("title", ""), "text": row.get("text") or row.get("body_markdown", "")}


if __name__ == "__main__":
    if not PLACE:
        sys.exit("Name the folder of a model in MEANING_MODEL_DIR.")
    harm(Path(sys.argv[1]))
