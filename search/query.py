"""What was asked: words, filters, sort, page, and who asks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self
from urllib.parse import urlencode

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, QueryDict

from community import access
from search.documents import FACETS
from search.words import Words, clean, parse

PAGE_SIZE = 20
LAST_PAGE = 500
MOST_VALUES = 40
LONGEST_VALUE = 160


class Sort(StrEnum):
    """The order of the hits."""

    BEST = "best"
    NEWEST = "newest"


@dataclass(frozen=True)
class Query:
    """A question to an engine. Whoever asks sees documents of `audiences` alone, and none of a community in `closed`.

    `closed` is read from the database at the moment of asking: a community that was shut a moment ago is shut at once,
    even when the engine has not read its stories again.
    """

    words: Words = field(default_factory=Words)
    audiences: frozenset[str] = frozenset()
    closed: frozenset[int] = frozenset()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = Sort.BEST
    page: int = 1
    size: int = PAGE_SIZE
    any_word: bool = False
    ignored: tuple[str, ...] = ()

    @classmethod
    def ask(cls, text: str = "", *, person: Any = None, filters: Mapping[str, Iterable[str]] | None = None) -> Self:
        """The question of one person, in the order that suits it: best match, or newest when no words were given."""
        query = cls.of_visitor(text, filters=filters)
        return replace(
            query, audiences=access.audiences_of(person), closed=frozenset(access.closed_communities(person))
        )

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
        """What an address asks. Never raises; `ignored` says what could not be used."""
        try:
            asked = request.GET
        except SuspiciousOperation:
            asked, ignored = QueryDict(), ["an address with too many parts"]
        else:
            ignored = []
        given = {facet: asked.getlist(facet) for facet in FACETS if facet in asked}
        query = cls.ask(asked.get("q", ""), person=request.user, filters=given)
        if any(len(values) > MOST_VALUES for values in given.values()):
            ignored.append(f"more than {MOST_VALUES} choices in one filter")
        sort, page = query.sort, 1
        if wanted := asked.get("sort"):
            if wanted in Sort.__members__.values():
                sort = Sort(wanted) if query.words.clauses else Sort.NEWEST
            else:
                ignored.append("an order that there is not")
        if wanted := asked.get("page"):
            if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 and int(wanted) > 0:
                page = min(int(wanted), LAST_PAGE)
            else:
                ignored.append("a page that there is not")
        return replace(query, sort=sort, page=page, ignored=(*query.ignored, *ignored))

    @property
    def start(self) -> int:
        """How many hits lie before this page."""
        return (self.page - 1) * self.size

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """Each filter in use, as facet and value."""
        return [(facet, value) for facet, values in self.filters.items() for value in values]

    def saying(self, text: str) -> Self:
        """The same question in other words."""
        return replace(self, words=parse(text))

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
        parts += self.chosen
        if self.sort is not (Sort.BEST if self.words.clauses else Sort.NEWEST):
            parts.append(("sort", str(self.sort)))
        if self.page > 1:
            parts.append(("page", str(self.page)))
        return urlencode(parts)

    def _less(self, facet: str) -> dict[str, tuple[str, ...]]:
        return {name: values for name, values in self.filters.items() if name != facet}


def _kept(filters: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """The filters that exist, in the order of the page, each value once."""
    kept = {}
    for facet in FACETS:
        values = [clean(value, LONGEST_VALUE) for value in filters.get(facet, ())]
        if values := [value for value in dict.fromkeys(values) if value][:MOST_VALUES]:
            kept[facet] = tuple(values)
    return kept
