"""How well each engine finds: `python -m tests.bench.relevance DIR`.

DIR holds `corpus.jsonl` (id, title, text), `queries.jsonl` (id, text) and `qrels.tsv` (query, document, gain). The
questions go the product's own way, from typed words to hits; nothing is tuned to a collection.
"""

import json
import math
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.bench.engines import elastic, elasticsearch_url, embedded
from tests.bench.meaning import compared, opening, with_meaning

DEPTH = 50


def main(folder: Path) -> None:
    """Print one line for each engine, and one for each with meaning where MEANING_MODEL_DIR names a model."""
    texts = {number: opening(row.get("title", ""), row["text"]) for number, row in enumerate(_corpus(folder), 1)}
    with tempfile.TemporaryDirectory() as place, elasticsearch_url() as url:
        for opened in (embedded(Path(place)), *([elastic(url)] if url else [])):
            with opened as engine:
                words: list[float] = []
                for judged in (engine, *with_meaning(engine, texts)):
                    scored = scores(folder, judged)
                    ndcg, mrr, recall = means(scored)
                    each = [one for one, *_ in scored]
                    against = f", {compared(words, each)}" if words else ""
                    words = words or each
                    print(f"{judged.name} nDCG@10 {ndcg:.3f} MRR {mrr:.3f} recall@{DEPTH} {recall:.3f}{against}")


def figures(folder: Path, engine: Any) -> tuple[float, ...]:
    """How well an engine answers the questions of a collection: nDCG@10, MRR, recall."""
    return means(scores(folder, engine))


def means(scores: list[tuple[float, float, float]]) -> tuple[float, ...]:
    """The figures of a collection from those of its questions."""
    return tuple(sum(each) / len(scores) for each in zip(*scores, strict=True))


def scores(folder: Path, engine: Any) -> list[tuple[float, float, float]]:
    """The figures of each question of a collection."""
    corpus = _corpus(folder)
    queries = {str(row["id"]): row["text"] for row in _rows(folder / "queries.jsonl")}
    gains: dict[str, dict[str, float]] = {}
    for line in (folder / "qrels.tsv").read_text().splitlines():
        query, document, gain = line.split("\t")[:3]
        if query in queries and float(gain) > 0:
            gains.setdefault(query, {})[document] = float(gain)
    fill(engine, corpus)
    return [score(found(engine, queries[query], corpus), gains[query]) for query in gains]


def fill(engine: Any, corpus: list[dict[str, Any]]) -> None:
    """Make the index of a collection: each document a public story."""
    from search.documents import STORY, Document
    from search.engines.base import Change

    rebuild = engine.rebuild()
    rebuild.add(
        Change(STORY, number, 1, Document(STORY, number, "public", row.get("title", ""), "/", text=row["text"]))
        for number, row in enumerate(corpus, 1)
    )
    rebuild.finish(lambda kind, ids: {}, since=0)


def found(engine: Any, text: str, corpus: list[dict[str, Any]]) -> list[str]:
    """The ids of the first documents for what a visitor typed."""
    from search.finding import find
    from search.query import Query

    query = replace(Query.of_visitor(text), size=DEPTH)
    return [str(corpus[hit.id - 1]["id"]) for hit in find(query, engine=engine).answer.hits]


def score(ranking: list[str], gains: dict[str, float]) -> tuple[float, float, float]:
    """The figures nDCG@10, reciprocal rank and recall of one answer."""
    best = sorted(gains.values(), reverse=True)[:10]
    ideal = sum(gain / math.log2(rank + 2) for rank, gain in enumerate(best))
    reached = sum(gains.get(id, 0) / math.log2(rank + 2) for rank, id in enumerate(ranking[:10]))
    first = next((1 / (rank + 1) for rank, id in enumerate(ranking) if id in gains), 0.0)
    return reached / ideal, first, len(gains.keys() & set(ranking)) / len(gains)


def _corpus(folder: Path) -> list[dict[str, Any]]:
    return list(_rows(folder / "corpus.jsonl"))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    main(Path(sys.argv[1]))
