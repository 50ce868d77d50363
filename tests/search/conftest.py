"""An index that is there, changes that are committed, and what is found."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, replace
from typing import Any

import pytest

from practice.models import StoryPage
from search import rebuilding
from search.documents import KINDS, STORY
from search.engines import engine
from search.engines.base import Engine
from search.engines.elastic import ElasticEngine
from search.finding import find
from search.models import Wish
from search.query import Query
from tests.cast import Cast, make_story
from tests.elasticsearch import elastic_engine
from tests.search.seekers import look_for

Committed = Callable[[], AbstractContextManager[Any]]


@pytest.fixture
def index(db: None) -> None:
    """The site's own index, whole and empty of stories that come later."""
    rebuilding.rebuild()


@pytest.fixture
def far(db: None, settings: Any) -> Iterator[ElasticEngine]:
    """Elasticsearch as the site's engine, without an index yet."""
    with elastic_engine(empty=False) as made:
        settings.ELASTICSEARCH = asdict(made.place)
        engine.cache_clear()
        yield engine()  # type: ignore[misc]
        engine.cache_clear()


@pytest.fixture(params=["sqlite", pytest.param("elastic", marks=pytest.mark.elasticsearch)])
def either(request: pytest.FixtureRequest, db: None) -> Engine:
    """Each engine in turn, as the site's."""
    if request.param == "elastic":
        request.getfixturevalue("far")
    return engine()


@pytest.fixture
def committed(index: None, django_capture_on_commit_callbacks: Callable[..., Any]) -> Committed:
    """A block whose changes count as committed at its end: what hangs on the commit runs."""

    @contextmanager
    def block() -> Iterator[None]:
        with django_capture_on_commit_callbacks(execute=True):
            yield

    return block


@pytest.fixture
def wished(cast: Cast, index: None) -> Callable[..., Wish]:
    """A wish that three people have."""

    def wish(words: str = "heat pumps") -> Wish:
        look_for(words, cast.alice, cast.bob, cast.eve)
        return Wish.objects.latest("pk")

    return wish


@pytest.fixture
def tell(cast: Cast, committed: Committed) -> Callable[..., StoryPage]:
    """Publish a story by Carol, as it reaches the engine and those who wait for it."""

    def told(title: str = "Caddies for flats", community: Any = None, by: Any = None, **fields: Any) -> StoryPage:
        with committed():
            return make_story(community or cast.waste, by=by or cast.carol, title=title, **fields)

    return told


def found(text: str = "", person: Any = None, kind: str = STORY, **filters: list[str]) -> list[str]:
    """The titles of a kind that a person finds, from the index as it is: nothing is made anew on the way."""
    query = replace(Query.ask(text, person=person, filters=filters), kind=kind)
    return [hit.title for hit in engine().search(query).hits]


def there() -> int:
    """How many things there are to be found in the database, of all kinds."""
    return sum(len(list(kind.ids())) for kind in KINDS.values())


def values(facet: str, person: Any = None) -> dict[str, int]:
    """The counts of a facet among the stories, for a person."""
    answer = find(replace(Query.ask("", person=person), kind=STORY)).answer
    return {value.words: value.count for value in answer.facets.get(facet, ())}
