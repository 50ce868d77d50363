"""How a question is answered: by the engine; in other words when nothing has these; without it when it is away."""

import logging
from dataclasses import dataclass, field, replace

from search import rebuilding
from search.engines import engine as site_engine
from search.engines.base import Answer, Engine, EngineAway, IndexMissing
from search.query import Query

logger = logging.getLogger(__name__)

# Nothing found: for so many of the filters it is counted what their removal would bring.
MOST_WAYS_OUT = 8


@dataclass(frozen=True, slots=True)
class WayOut:
    """A filter whose removal brings something."""

    facet: str
    value: str
    count: int


@dataclass(frozen=True)
class Finding:
    """An answer with what a person must know to trust it. `query` is the question that was answered in the end."""

    asked: Query
    query: Query
    answer: Answer = field(default_factory=Answer)
    away: str = ""  # why the engine did not answer
    ways_out: tuple[WayOut, ...] = ()

    @property
    def in_other_words(self) -> bool:
        """Whether the answer is to corrected words, because one that was typed is in nothing."""
        return self.query.words != self.asked.words

    @property
    def some_words(self) -> bool:
        """Whether the answer has only some of the words, because nothing has enough of them."""
        return self.query.any_word


def find(query: Query, *, engine: Engine | None = None) -> Finding:
    """Answer a question. Never raises: an engine that is away is said in the finding."""
    engine = engine or site_engine()
    try:
        try:
            return _find(query, engine)
        except IndexMissing as error:
            if not rebuilding.mend(engine, why=str(error)):
                raise
            return _find(query, engine)
    except EngineAway as error:
        logger.warning("search is away: %s", error)
        return Finding(query, query, away=str(error))


def _find(asked: Query, engine: Engine) -> Finding:
    # A word that is in nothing can only be a slip: what was probably meant is answered at once.
    meant = engine.correct(asked) if asked.words.clauses else None
    query = asked.saying(meant) if meant else asked
    answer = engine.search(query)
    if not answer.total and len(query.words.clauses) > 1:
        some = replace(query, any_word=True)
        answer = engine.search(some)
        query = some if answer.total else query
    if meant and not answer.total:
        query, answer = asked, engine.search(asked)
    if answer.total and query.start >= answer.total:
        query = replace(query, page=(answer.total - 1) // query.size + 1)
        answer = engine.search(query)
    return Finding(asked, query, answer, ways_out=_ways_out(query, answer, engine))


def _ways_out(query: Query, answer: Answer, engine: Engine) -> tuple[WayOut, ...]:
    if answer.total:
        return ()
    counts = (
        WayOut(facet, value, engine.search(replace(query.without(facet, value), size=1)).total)
        for facet, value in query.chosen[:MOST_WAYS_OUT]
    )
    return tuple(way for way in counts if way.count)
