"""How a question is answered: by the engine; in other words when nothing has these; without it when it is away."""

import logging
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from search import meaning, rebuilding
from search.documents import PERSON
from search.engines import engine as site_engine
from search.engines.base import Answer, Engine, EngineAway, IndexMissing, within
from search.query import Query

logger = logging.getLogger(__name__)

# Nothing found: for so many of the filters it is counted what their removal would bring.
MOST_WAYS_OUT = 8
# Once an answer has taken so long, nothing more is asked to make it better.
PATIENCE = 1.0
# All that is asked of the engine for one answer ends within so many seconds.
LONGEST = 1.8


@dataclass(frozen=True, slots=True)
class WayOut:
    """A filter whose removal brings something."""

    facet: str
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Looser:
    """The same question with less asked of the words, which brings something."""

    query: Query
    count: int


@dataclass(frozen=True, slots=True)
class Called:
    """People whose name may have been meant, with the question that finds them."""

    query: Query
    answer: Answer


@dataclass(frozen=True)
class Finding:
    """An answer with what a person must know to trust it. `query` is the question that was answered in the end."""

    asked: Query
    query: Query
    answer: Answer = field(default_factory=Answer)
    away: str = ""  # why the engine did not answer
    ways_out: tuple[WayOut, ...] = ()
    looser: tuple[Looser, ...] = ()
    called: Called | None = None

    @property
    def in_other_words(self) -> bool:
        """Whether the answer is to corrected words, because one that was typed is in nothing."""
        return self.query.words.typed != self.asked.words.typed

    @property
    def some_words(self) -> bool:
        """Whether the answer has only some of the words, because nothing has enough of them."""
        return self.query.any_word


def find(query: Query, *, engine: Engine | None = None) -> Finding:
    """Answer a question, in other words if need be. Never raises: an engine that is away is said in the finding."""
    return _safely(_find, query, engine or site_engine())


def find_exactly(query: Query, *, engine: Engine | None = None) -> Finding:
    """Answer a question just as it is asked. Never raises, as `find`."""
    return _safely(lambda query, engine: Finding(query, query, engine.search(query)), query, engine or site_engine())


def _safely(answered: Callable[[Query, Engine], Finding], query: Query, engine: Engine) -> Finding:
    try:
        try:
            with within(LONGEST):
                return answered(query, engine)
        except IndexMissing as error:
            if not rebuilding.mend(engine, why=str(error)):
                raise
            with within(LONGEST):
                return answered(query, engine)
    except EngineAway as error:
        logger.warning("search is away: %s", error)
        return Finding(query, query, away=str(error))


def _find(asked: Query, engine: Engine) -> Finding:
    end = time.monotonic() + PATIENCE
    # A word that is in nothing can only be a slip: what was probably meant is answered at once. The page names what is
    # near to a filter with a value that nobody knows: put right in place, it would read as a filter that holds.
    meant = engine.correct(asked) if asked.words.clauses and not asked.unknown else None
    query = asked.saying(meant) if meant else asked
    answer = meaning.search(engine, query)
    if not _anything(answer) and len(query.words.clauses) > 1 and time.monotonic() < end:
        some = replace(query, any_word=True)
        answer = meaning.search(engine, some)
        query = some if _anything(answer) else query
    if meant and not _anything(answer):
        query = asked
        answer = meaning.search(engine, asked) if time.monotonic() < end else Answer()
    if answer.total and query.start >= answer.total:
        query = replace(query, page=(answer.total - 1) // query.size + 1)
        answer = meaning.search(engine, query)
    if answer.total:
        return Finding(asked, query, answer)
    ways_out = tuple(_ways_out(query, engine, end))
    looser = tuple(_looser(query, engine, end))
    called = None if meant or time.monotonic() > end else _called(asked, engine)
    return Finding(asked, query, answer, ways_out=ways_out, looser=looser, called=called)


def _called(asked: Query, engine: Engine) -> Called | None:
    """People whose name is written nearly so, beside a search for stories that found none."""
    if not asked.words.clauses or asked.filters or asked.unknown or not asked.others:
        return None
    people = replace(asked, kind=PERSON, sort=asked.usual_sort, councils=(), page=1, size=asked.others, others=0)
    name = engine.correct(people)
    if not name:
        return None
    called = Called(people.saying(name), engine.search(people.saying(name)))
    return called if called.answer.total else None


def _anything(answer: Answer) -> bool:
    return bool(answer.total or any(answer.kinds.values()))


def _ways_out(query: Query, engine: Engine, end: float) -> Iterator[WayOut]:
    for facet, value in query.chosen[:MOST_WAYS_OUT]:
        if time.monotonic() < end:
            count = _count(query.without(facet, value), engine)
            if count:
                yield WayOut(facet, value, count)


def _looser(query: Query, engine: Engine, end: float) -> Iterator[Looser]:
    """What is asked exactly is asked as words, and nothing is excluded any more."""
    typed = query.words.typed
    tried = {typed}
    for text in (re.sub(r'-"[^"]*"|(?<!\S)-\S+', " ", typed), typed.replace('"', " ")):
        text = " ".join(text.split())
        if text and text not in tried and time.monotonic() < end:
            tried.add(text)
            asked = replace(query.saying(text), any_word=False, page=1)
            if asked.words.clauses and (count := _count(asked, engine)):
                yield Looser(asked, count)


def _count(query: Query, engine: Engine) -> int:
    return engine.search(replace(query, size=1, others=0)).total
