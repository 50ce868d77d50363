"""An index that is there, changes that are committed, and what is found."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest

from search import rebuilding
from search.engines import engine
from search.finding import find
from search.query import Query

Committed = Callable[[], AbstractContextManager[Any]]


@pytest.fixture
def index(db: None) -> None:
    """The site's own index, whole and empty of stories that come later."""
    rebuilding.rebuild()


@pytest.fixture
def committed(index: None, django_capture_on_commit_callbacks: Callable[..., Any]) -> Committed:
    """A block whose changes count as committed at its end: what hangs on the commit runs."""

    @contextmanager
    def block() -> Iterator[None]:
        with django_capture_on_commit_callbacks(execute=True):
            yield

    return block


def found(text: str = "", person: Any = None, **filters: list[str]) -> list[str]:
    """The titles that a person finds, from the index as it is: nothing is made anew on the way."""
    return [hit.title for hit in engine().search(Query.ask(text, person=person, filters=filters)).hits]


def values(facet: str, person: Any = None) -> dict[str, int]:
    """The counts of a facet for a person."""
    answer = find(Query.ask("", person=person)).answer
    return {value.words: value.count for value in answer.facets.get(facet, ())}
