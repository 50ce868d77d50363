"""What was asked: words, filters, sort, page, and who asks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self
from urllib.parse import urlencode

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, QueryDict

from community import access
from community.models import Council
from search import likeness, synonyms
from search.documents import FACETS, KIND_WORDS
from search.documents.communities import front_page_of
from search.former import of_today
from search.typed import Unknown, split
from search.words import Words, clean, parse

PAGE_SIZE = 20
LAST_PAGE = 500
MOST_VALUES = 40
LONGEST_VALUE = 160


class Sort(StrEnum):
    """The order of the hits."""

    BEST = "best"
    NEWEST = "newest"
    REPEATED = "repeated"
    NEAREST = "nearest"
    LIKE_MINE = "like-mine"


# The orders that start from the council of whoever asks.
FROM_MY_COUNCIL = {Sort.NEAREST: likeness.nearest, Sort.LIKE_MINE: likeness.like}


@dataclass(frozen=True)
class Query:
    """A question to an engine. Whoever asks sees documents of `audiences` alone, and none of a community in `closed`.

    `closed` is read from the database at the moment of asking: a community that was shut a moment ago is shut at once,
    even when the engine has not read it and its stories again.

    `kind` is the kind of thing that is looked for, or None for all kinds in one list; `others` says how many of each
    other kind are shown beside it. `councils` are the values of councils in the order of a sort that starts from the
    asker's council.
    """

    words: Words = field(default_factory=Words)
    audiences: frozenset[str] = frozenset()
    closed: frozenset[int] = frozenset()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kind: str | None = None
    others: int = 0
    sort: Sort = Sort.BEST
    councils: tuple[str, ...] = ()
    page: int = 1
    size: int = PAGE_SIZE
    any_word: bool = False
    curated: bool = False  # whether what means the same on this site counts as the same
    ignored: tuple[str, ...] = ()
    unknown: tuple[Unknown, ...] = ()  # filters that were typed in words, with values that nobody knows

    @classmethod
    def ask(cls, text: str = "", *, person: Any = None, filters: Mapping[str, Iterable[str]] | None = None) -> Self:
        """The question of one person, in the order that suits it: best match, or newest when no words were given."""
        return cls.of_site(text, filters=filters, for_person=person).asked_by(person)

    @classmethod
    def of_site(
        cls, text: str = "", *, filters: Mapping[str, Iterable[str]] | None = None, for_person: Any = None
    ) -> Self:
        """The question of a visitor to this site, with what means the same here. Nothing is closed to it yet.

        Filters that were typed in words are known by what `for_person` may see.
        """
        typed = split(text, person=for_person)
        given = {facet: list(values) for facet, values in (filters or {}).items()}
        for facet, values in typed.filters.items():
            given[facet] = [*given.get(facet, []), *values]
        query = cls.of_visitor(typed.words, filters=given)
        words = synonyms.expanded(query.words)
        return replace(query, kind=typed.kind, words=words, curated=True, unknown=typed.unknown)

    @classmethod
    def of_visitor(cls, text: str = "", *, filters: Mapping[str, Iterable[str]] | None = None) -> Self:
        """The question of somebody who is not signed in, to an index that is not the site's: nothing is closed."""
        words = parse(text)
        return cls(
            words=words,
            audiences=frozenset({access.PUBLIC}),
            filters=_kept(filters or {}),
            sort=Sort.BEST if words.clauses else Sort.NEWEST,
            ignored=words.ignored,
        )

    @classmethod
    def from_request(cls, request: HttpRequest) -> Self:
        """What an address asks. Never raises; `ignored` and `unknown` say what could not be used."""
        try:
            asked = request.GET
        except SuspiciousOperation:
            return replace(cls.ask(person=request.user), ignored=("an address with too many parts",))
        return cls.of_address(asked, for_person=request.user).asked_by(request.user)

    @classmethod
    def of_address(cls, asked: QueryDict, *, for_person: Any = None) -> Self:
        """What the part of an address after the question mark asks. Never raises. See `asked_by`."""
        ignored: list[str] = []
        given = {facet: asked.getlist(facet) for facet in FACETS if facet in asked}
        query = cls.of_site(asked.get("q", ""), filters=given, for_person=for_person)
        if any(len(values) > MOST_VALUES for values in given.values()):
            ignored.append(f"more than {MOST_VALUES} choices in one filter")
        if wanted := asked.get("kind"):
            if wanted in KIND_WORDS:
                query = replace(query, kind=wanted)
            else:
                ignored.append("a kind of thing that there is not")
        if wanted := asked.get("sort"):
            try:
                query = query.sorted_by(Sort(wanted), for_person=for_person)
            except ValueError:
                ignored.append("an order that there is not")
            except LookupError:
                ignored.append("an order that needs your council")
        page = 1
        if wanted := asked.get("page"):
            if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 and int(wanted) > 0:
                page = min(int(wanted), LAST_PAGE)
            else:
                ignored.append("a page that there is not")
        return replace(query, page=page, ignored=(*query.ignored, *ignored))

    def asked_by(self, person: Any) -> Self:
        """The same question by this person, who sees what is for them."""
        audiences, closed = access.audiences_of(person), _closed_to(person)
        return replace(self, audiences=audiences, closed=closed, filters=of_today(self.filters, person))

    @property
    def start(self) -> int:
        """How many hits lie before this page."""
        return (self.page - 1) * self.size

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """Each filter in use, as facet and value."""
        return [(facet, value) for facet, values in self.filters.items() for value in values]

    @property
    def usual_sort(self) -> Sort:
        """The order that suits the question: best match, or newest when no words were given."""
        return Sort.BEST if self.words.clauses else Sort.NEWEST

    def sorted_by(self, sort: Sort, *, for_person: Any = None) -> Self:
        """The same question in this order. Raises `LookupError` when the order needs a council and there is none."""
        if sort is Sort.BEST:
            sort = self.usual_sort
        if sort not in FROM_MY_COUNCIL:
            return replace(self, sort=sort, councils=())
        council: Council | None = getattr(for_person, "council", None)
        if council is None:
            raise LookupError("The order needs the council of whoever asks.")
        return replace(self, sort=sort, councils=FROM_MY_COUNCIL[sort](council.successor()))

    def saying(self, text: str) -> Self:
        """The same question in other words."""
        words = parse(text)
        return replace(self, words=synonyms.expanded(words) if self.curated else words)

    def without(self, facet: str, value: str) -> Self:
        """The same question with one filter less."""
        left = tuple(each for each in self.filters.get(facet, ()) if each != value)
        return replace(self, filters={**self.filters, facet: left} if left else self._less(facet), page=1)

    def without_filters(self) -> Self:
        """The same words, everywhere."""
        return replace(self, filters={}, page=1)

    def querystring(self) -> str:
        """The question as it stands in an address. Empty for the question without words and filters."""
        parts = [("q", self.words.typed)] if self.words.typed else []
        if self.kind:
            parts.append(("kind", self.kind))
        parts += self.chosen
        if self.sort is not self.usual_sort:
            parts.append(("sort", str(self.sort)))
        if self.page > 1:
            parts.append(("page", str(self.page)))
        return urlencode(parts)

    def _less(self, facet: str) -> dict[str, tuple[str, ...]]:
        return {name: values for name, values in self.filters.items() if name != facet}


def _closed_to(person: Any) -> frozenset[int]:
    closed, hidden = access.closed_and_hidden(person)
    return frozenset([*closed, *map(front_page_of, hidden)])


def _kept(filters: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """The filters that exist, in the order of the page, each value once."""
    kept = {}
    for facet in FACETS:
        values = [clean(value, LONGEST_VALUE) for value in filters.get(facet, ())]
        if values := [value for value in dict.fromkeys(values) if value][:MOST_VALUES]:
            kept[facet] = tuple(values)
    return kept
