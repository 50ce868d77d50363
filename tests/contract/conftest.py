"""Each engine in turn, empty and ready. A promise of the contract is tested against all of them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from search.documents import STORY, About, Document, Label
from search.engines.base import Answer, Change, Engine, Outcome
from search.engines.sqlite import SqliteEngine
from search.query import Query
from tests.elasticsearch import elastic_engine


@pytest.fixture(params=["sqlite", pytest.param("elastic", marks=pytest.mark.elasticsearch)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine with an empty index."""
    if request.param == "elastic":
        with elastic_engine() as far:
            yield far
        return
    made = SqliteEngine(tmp_path / "search.sqlite3")
    made.rebuild().finish(lambda kind, ids: {}, since=0)
    yield made
    made.file.close()


@pytest.fixture
def write(engine: Engine) -> Callable[..., None]:
    """Write documents with the version 1."""

    def write(*documents: Document, version: int = 1) -> None:
        results = engine.write([Change(each.kind, each.id, version, each) for each in documents])
        assert [result.outcome for result in results] == [Outcome.WRITTEN] * len(documents)

    return write


@pytest.fixture
def ask(engine: Engine) -> Callable[..., Answer]:
    """Ask as a visitor, or with other fields of the question."""

    def ask(text: str = "", **fields: Any) -> Answer:
        filters = {facet: list(values) for facet, values in fields.pop("filters", {}).items()}
        second = fields.pop("second", None)
        return engine.search(replace(Query.of_visitor(text, filters=filters), **fields), second=second)

    return ask


def story(id: int, title: str = "A story", **fields: Any) -> Document:
    """A document that everybody may see."""
    fields.setdefault("published", datetime(2026, 1, 1, 12, tzinfo=UTC))
    return Document(**{"kind": STORY, "id": id, "audience": "public", "title": title, "url": f"/{id}/", **fields})


def label(words: str) -> Label:
    return Label(words.lower().replace(" ", "-"), words)


def about(title: str, *other_words: str) -> About:
    return About(title.lower().replace(" ", "-"), title, other_words)


def ids(answer: Answer) -> list[int]:
    """The ids of the hits, in their order."""
    return [hit.id for hit in answer.hits]


def counts(answer: Answer, facet: str) -> dict[str, int]:
    """The counts of a facet by value."""
    return {value.value: value.count for value in answer.facets.get(facet, ())}
