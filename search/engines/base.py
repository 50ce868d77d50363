"""The contract that every engine keeps. `tests/contract/` runs each promise against each engine.

An engine holds documents and answers questions about them. It decides nothing: who may see a document is written on
the document (`audience`), who asks is written in the question (`audiences`, `closed`), and hits, totals, facets, marks,
corrections and similar documents are all made from the same visible documents and no others.

Differences that cannot be avoided are written here:
- Scores of two engines cannot be compared with each other, only within one answer.
- "Exact words" are compared by their stems in both, so "repair" in quotation marks also finds "repairs".
- Elasticsearch answers no hits behind the first 10,000 of a question; total, kinds and facets count all of them.
- Elasticsearch finds "Łódź" and "strøm" by "lodz" and "strom", and single signs of scripts that part no words; the
  embedded engine takes accents alone from letters, and needs such words whole.
- Elasticsearch has no number that is another whenever an answer would be: its copies of an index show a change each in
  its own time, their counters begin again when a server does, and to ask costs as much as a short search. So its
  `state` is None, and each page of results is made from a question to it; it keeps the parts of answers itself.
- Each engine stems and counts in its own way: of two words that are equally near to a slip, of two documents that are
  equally like a third, and of two names of one kind that both begin so, either may come first.
"""

import re
import time
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.documents import Document
from search.query import Query

# An engine puts these around what matched; text that contains them loses them before it is kept.
MARK, UNMARK = "\ue000", "\ue001"
# A second score may put the first so many candidates into another order.
CANDIDATES = 100
# How many values of one facet are answered, the most frequent first. Chosen ones are always among them.
MOST_FACET_VALUES = 300

_until: ContextVar[float | None] = ContextVar("until", default=None)


class EngineAway(Exception):
    """The engine cannot answer now. `str(error)` is a plain sentence for the page and the log. It may answer later."""


class IndexMissing(EngineAway):
    """The engine answers but has no whole index, or a broken one. A rebuild mends it."""


class Outcome(StrEnum):
    """What became of a change."""

    WRITTEN = "written"
    PASSED = "passed"  # the engine already holds this version or a newer one, and kept it
    REFUSED = "refused"  # the engine cannot take this document; trying again will not help


@dataclass(frozen=True, slots=True)
class Change:
    """What an engine is told: this is the document now, or (None) it is not there to be found."""

    kind: str
    id: int
    version: int
    document: Document | None


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to one change."""

    change: Change
    outcome: Outcome
    error: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What an engine has of a document: its version, and the digest of it as it was given."""

    id: int
    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that matches, before anything is shown of it."""

    kind: str
    id: int
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A document on the page. `marked_title` and `snippet` are safe HTML, with <mark> around what matched.

    `matched` names the topics, tags or skills, people, councils and other names in which a word was found. `attached`
    says that the snippet comes from an attachment, `near` that it was found by meaning and not by its words.
    """

    kind: str
    id: int
    score: float
    title: str
    url: str
    source: str
    marked_title: SafeString
    snippet: SafeString
    matched: tuple[str, ...] = ()
    attached: bool = False
    near: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something whose name begins with what is being typed. `marked` is safe HTML, with <mark> around what was typed.

    `marked` is the title, followed by the other name that matched if it was not the title.
    """

    kind: str
    id: int
    title: str
    url: str
    marked: SafeString


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet, and how many documents a person would see who chose it as well."""

    value: str
    words: str
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found: how many, the hits of this page, and the facets of all.

    `kinds` says how many of each kind match words and filters, whatever kind was asked for. `others` are the first hits
    of each kind that was not asked for, as many as `Query.others`; nothing when all kinds are asked for in one list.
    """

    total: int = 0
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)
    others: Mapping[str, tuple[Hit, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Status:
    """How an engine stands, for people who look after the site."""

    engine: str
    place: str
    ready: bool
    documents: int = 0
    bytes: int = 0
    words: str = ""


Second = Callable[[Sequence[Candidate]], Sequence[Candidate]]


class Rebuild(ABC):
    """A new index that is being made beside the live one. Nobody sees it before `finish`.

    `since` is the version of what is added: the one that was given, or that of a rebuild that goes on here.
    """

    since: int

    def done(self, kind: str) -> set[int]:
        """What somebody who was interrupted has added already and need not be added again."""
        return set()

    def pause(self) -> None:
        """Let go of it. An engine that can go on with it later keeps it; another throws it away."""
        self.abandon()

    @abstractmethod
    def add(self, changes: Iterable[Change]) -> list[Result]:
        """Put documents into the new index."""

    @abstractmethod
    def finish(self, read: Callable[[str, Sequence[int]], Mapping[int, Document]], *, since: int) -> int:
        """Take over what was written to the live index with a version above `since`, and put the new one in its place.

        In one step for everybody who searches: no question is answered from half an index, and no change that was
        written meanwhile is lost. Answers how many documents the index has.
        """

    @abstractmethod
    def abandon(self) -> None:
        """Throw the new index away. The live one was never touched."""


class Engine(ABC):
    """What keeps documents and finds them again.

    A `local` engine is told of changes at their commit; one that may be far away, by the worker.
    """

    name: str
    local = True

    @abstractmethod
    def search(self, query: Query, *, second: Second | None = None) -> Answer:
        """Answer a question.

        - A document is found only if its audience is one of the asker's and its community is not closed to them.
        - Words: of one or two all are needed, of three and more at least two (with `any_word`, one); everything in
          quotation marks is needed, next to each other and in this order; nothing with a word in `without` is found.
          Case, accents and word forms do not matter. Small words do not count while there are others. Any term of a
          clause will do; `other_terms` will do too and weigh less.
        - Filters: any of the values within one facet, all of the facets. The counts of a facet are of the documents
          that match the words and all *other* facets, so that they stay true while a person chooses. A chosen value
          is answered even when its count is 0, in the words of its label if a visible document has it.
        - `kind` narrows hits, total and facets to one kind; `kinds` counts all of them.
        - By best match: the highest score first, the newest of equals. By newest: the latest publication first. By
          most repeated: the most often repeated first, the newest of equals. By nearest and like mine: in the order of
          `Query.councils`, documents of other councils and of none last; of one council the highest score first,
          without words the newest.
        - `second` is given the first CANDIDATES in the order of their scores and answers them in the order of the
          page, possibly with other scores. It is called before hits are marked, and only for the best match.
        - `marked_title` and `snippet` are escaped; the snippet comes from the part that matches.
        - Without words everything visible is found, and no hit has a score.
        Raises `EngineAway` when it cannot answer within its time, `IndexMissing` when it needs a rebuild.
        """

    @abstractmethod
    def write(self, changes: Sequence[Change]) -> list[Result]:
        """Take changes, each with its own result, in their order.

        A change counts only if its version is above the one that the engine holds for this document, also when that
        was a withdrawal: late, repeated and crossing deliveries do no harm. What was answered as written is found at
        once, and is still there when the process is killed the moment after. A bad document does not hold up others.
        """

    @abstractmethod
    def correct(self, query: Query) -> str | None:
        """The words as they were probably meant, if a word of them is in nothing that this person may see.

        `search.slips.corrected` decides for every engine; an engine brings its words within one or two slips of another
        and counts documents. A word in next to nothing stays, beside the frequent one that it is a slip of ("OR").
        The name of a person is suggested where people are looked for (`kind`), or beside another part of that name.
        Only words of documents that this person may see are suggested: words are content too. The rest of what was
        typed is kept as it is.
        """

    @abstractmethod
    def suggest(self, query: Query, *, size: int = 8) -> list[Suggestion]:
        """What this person may see whose title, or other name, has words that begin with each of the typed ones.

        Of the query the asker, the typed text and the kind count. In the order of usefulness: names that begin with
        what was typed before those that have it further on, topics, communities and councils before people and stories.
        """

    @abstractmethod
    def similar(self, kind: str, id: int, query: Query) -> list[Candidate]:
        """Documents that have the most telling words of this one, the nearest first; as many as the query's size.

        Of the query only the asker and the size count. Nothing for a document that this person may not see.
        """

    @abstractmethod
    def held(self, kind: str, *, after: int = 0, size: int = 500) -> list[Held]:
        """What can be found of a kind, in the order of ids, so many above this one: for comparison with the database.

        The digest is that of the document as the engine was given it, and never searched. All that was written before
        the question is in the answer.
        """

    @abstractmethod
    def rebuild(self, *, since: int = 0, afresh: bool = False, go_on: bool = True) -> Rebuild:
        """Begin a new index. Raises `EngineAway` when somebody else is making one.

        `since` is a version above every one that was written before. With `go_on`, an engine that kept what was begun
        by somebody who was interrupted goes on with that.

        `afresh` says that the live index is broken: it is thrown away first, so that changes wait until the new one is
        there instead of being written to one that nobody can read.
        """

    def state(self) -> Hashable:
        """Something that is another after each change of what may be answered, read in microseconds. Never raises.

        None where the engine cannot say: then nothing that it answered is kept.
        """
        return None

    @abstractmethod
    def status(self) -> Status:
        """How it stands. Never raises."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Have every answer that is asked for in this block be there within so many seconds in all."""
    before = _until.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(before)


def remaining(most: float) -> float:
    """How many seconds one question may take: so many, or what is left. Raises `EngineAway` when nothing is."""
    until = _until.get()
    left = most if until is None else min(most, until - time.monotonic())
    if left <= 0:
        raise EngineAway("The search engine takes too long.")
    return left


def begun(title: str, words: Sequence[str]) -> str:
    """A name with marks around the beginnings of its words that were typed."""

    def mark(found: re.Match[str]) -> str:
        begins = max((len(word) for word in words if folded(found[0]).startswith(word)), default=0)
        return f"{MARK}{found[0][:begins]}{UNMARK}{found[0][begins:]}" if begins else found[0]

    return re.sub(r"[^\W_]+(?:['’][^\W_]+)*", mark, unmarked(title))


def folded(text: str) -> str:
    """Text in small letters without accents, as both engines compare it."""
    return "".join(letter for letter in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(letter))


def to_html(marked: str) -> SafeString:
    """Text with marks as safe HTML: everything is escaped, then the marks become elements."""
    return mark_safe(escape(marked).replace(MARK, "<mark>").replace(UNMARK, "</mark>"))


def unmarked(text: str) -> str:
    """Text without the signs that engines use for marks."""
    return text.replace(MARK, "").replace(UNMARK, "")
