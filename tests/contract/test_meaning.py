"""A second score by meaning changes the order of the first hits, and nothing else, in every engine."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from search.engines.base import Answer, Engine
from search.query import Query, Sort
from tests.contract.conftest import ids, label, story

TEXTS = {1: "waste", 2: "choir", 3: "books", 4: "bins", 5: "debt", 6: "weeks"}


@pytest.fixture
def meaning(tiny_model: Path) -> Any:
    """A model, and a vector for each document."""
    from search.meaning.asking import Meaning
    from search.meaning.encoding import packed

    made = Meaning(str(tiny_model), wait=30.0)
    encoder = made.load()
    vectors = {id: packed(encoder.encode(text)) for id, text in TEXTS.items()}
    made.read_vectors = lambda ids: {id: vectors[id] for id in ids if id in vectors}
    return made


@pytest.fixture
def both(engine: Engine, write: Any, meaning: Any) -> Any:
    """The answer by words, and the one in which meaning counts."""
    write(story(5, "Street lamps and street lamps", text="Street lamps.", region="North"))
    for id in (1, 2, 3, 6):
        write(story(id, f"Number {id}", text="A street with lamps, and people in it.", region="North"))
    write(story(4, "Number 4", text="A street with lamps, and people in it, and a park.", region="South"))
    write(story(7, "Hidden street with lamps", audience="community:9", tags=(label("Hidden"),)))

    def both(text: str, **fields: Any) -> tuple[Answer, Answer]:
        from search.meaning.reordering import search

        query = replace(Query.of_visitor(text), **fields)
        return engine.search(query), search(engine, query, meaning)

    return both


def test_what_is_meant_comes_first_and_says_that_it_is_near(both: Any) -> None:
    words, meant = both("lamps street refuse")
    assert ids(words)[-1] == 4
    assert ids(words)[0] == 5
    assert set(ids(meant)[:3]) == {1, 4, 5}
    assert 4 in {hit.id for hit in meant.hits if hit.near}
    assert not any(hit.near for hit in words.hits)


def test_total_facets_kinds_and_marks_stay_those_of_the_words(both: Any) -> None:
    words, meant = both("lamps street refuse")
    assert meant.total == words.total == 6
    assert meant.facets == words.facets
    assert meant.kinds == words.kinds
    shown = {hit.id: (hit.marked_title, hit.snippet, hit.matched) for hit in words.hits}
    assert {hit.id: (hit.marked_title, hit.snippet, hit.matched) for hit in meant.hits} == shown


@pytest.mark.parametrize("text", ['"street with lamps" refuse', "lamps street refuse -zebra", ""])
def test_quoted_and_excluded_words_are_left_to_words(both: Any, text: str) -> None:
    words, meant = both(text)
    assert words == meant


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.REPEATED])
def test_another_order_is_left_as_it_is(both: Any, sort: Sort) -> None:
    words, meant = both("lamps street refuse", sort=sort)
    assert words == meant


def test_the_pages_of_an_answer_have_every_hit_once(both: Any) -> None:
    pages = [both("lamps street refuse", size=2, page=page)[1] for page in (1, 2, 3)]
    assert sorted(id for page in pages for id in ids(page)) == [1, 2, 3, 4, 5, 6]


def test_one_or_two_words_count_for_more_than_what_they_mean() -> None:
    from search.meaning.reordering import WEIGHT, WEIGHT_OF_FEW, Second
    from search.words import parse

    class Nobody:
        def begin(self, text: str) -> None: ...

    assert Second(parse("bins street"), Nobody()).weight == WEIGHT_OF_FEW == 0.2  # type: ignore[arg-type]
    assert Second(parse("bins in the street"), Nobody()).weight == 0.2  # type: ignore[arg-type]
    assert Second(parse("bins street lamps"), Nobody()).weight == WEIGHT == 0.3  # type: ignore[arg-type]


def test_what_has_no_vector_stays_with_the_score_of_its_words() -> None:
    from search.engines.base import Candidate
    from search.meaning.reordering import reordered

    candidates = [Candidate("story", id, score) for id, score in ((1, 10.0), (2, 9.0), (3, 8.0), (4, 0.0))]
    assert reordered(candidates, {}, 0.3) == [0, 1, 2, 3]
    assert reordered(candidates, {2: 0.1, 3: 0.9}, 0.3) == [0, 2, 1, 3]
    assert reordered([replace(each, kind="person") for each in candidates], {2: 0.1, 3: 0.9}, 0.3) == [0, 1, 2, 3]
