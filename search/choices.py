"""What one can do next with a search: narrow it down, take a filter away, order it otherwise, look at another kind or
page. Every choice is an address, so that all of it works without scripts and can be shared. No markup.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.urls import reverse

from community.models import Council
from hub import fragments
from practice.models import StoryPage, Topic
from search.documents import FACETS, KIND_WORDS, STORY
from search.engines.base import FacetValue
from search.finding import Finding
from search.query import Query, Sort
from search.typed import Unknown
from search.values import nearest

# So many values of a facet are in sight; the others unfold, up to a number that a person can still look through.
IN_SIGHT = 6
MOST_SHOWN = 60
MOST_COUNCILS = 300
# A facet of a few places is shown whole, each under the larger place that it lies in.
A_FEW_PLACES = 16
# A facet with a single value tells nothing and narrows nothing.
FEWEST_VALUES = 2
# Not chosen by hand: a nation is the heading of its regions.
NOT_SHOWN = {"nation"}

ORDERS = {
    Sort.BEST: "best match",
    Sort.NEWEST: "newest",
    Sort.REPEATED: "most repeated",
    Sort.NEAREST: "nearest to my council",
    Sort.LIKE_MINE: "councils like mine",
}
# Only stories are repeated, and only what has a place can be near.
ORDERS_OF = {
    "story": tuple(ORDERS),
    "person": (Sort.BEST, Sort.NEAREST, Sort.LIKE_MINE),
    "council": (Sort.BEST, Sort.NEAREST, Sort.LIKE_MINE),
}
# One value of a filter, in the middle of a sentence.
FILTERS = {"kind": "kind of thing", "status": "state"} | {
    name: heading.lower() for name, heading in FACETS.items() if name != "status"
}
# So many are explained; who types more of them pastes something.
MOST_MISNAMED = 3
ONE_OF = {"story": "story", "person": "person", "community": "community", "topic": "topic", "council": "council"}


@dataclass(frozen=True, slots=True)
class Group:
    """Values of a facet that lie in one larger place. Most values lie in none."""

    heading: str
    values: Sequence[FacetValue]


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet on the page: what is in sight, and what unfolds."""

    name: str
    heading: str
    groups: Sequence[Group]
    more: Sequence[Group] = ()

    @property
    def folded(self) -> int:
        """How many values unfold."""
        return sum(len(group.values) for group in self.more)

    @property
    def is_long(self) -> bool:
        """Whether so many values unfold that one would rather find one by its name."""
        return self.folded > IN_SIGHT and self.name != "year"

    @property
    def one(self) -> str:
        """The heading in the middle of a sentence: Find a council."""
        return self.heading[:1].lower() + self.heading[1:]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in use, with the address of the same search without it."""

    heading: str
    words: str
    url: str
    all: str = ""  # how many are found so: 12 stories


@dataclass(frozen=True, slots=True)
class Step:
    """Somewhere one can go from here: a page of the results, another order, another kind."""

    words: str
    url: str
    current: bool = False
    rel: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Misnamed:
    """A filter that was typed with a value that nobody knows, and the same search with the values that are near."""

    one: str
    value: str
    meant: Sequence[Step] = ()


def address(query: Query, name: str = "search") -> str:
    """The address of a search. Stories need not be said: they are what is looked for if nothing is."""
    asked = replace(query, kind=None if query.kind == STORY else query.kind).querystring()
    return reverse(name) + (f"?{asked}" if asked else "")


def feed_address(query: Query) -> str:
    """The address of the feed of a search: its words and filters, whatever the kind, the order and the page."""
    return address(replace(query, kind=None, sort=query.usual_sort, page=1), "search-feed")


def counted(number: int, kind: str) -> str:
    """So many of a kind, in words: 12 people."""
    return f"{number:,} {ONE_OF[kind] if number == 1 else KIND_WORDS[kind].lower()}"


def facets(finding: Finding) -> list[Facet]:
    """The facets that are worth showing, in the order of the page."""
    return list(_facets(finding))


def chips(finding: Finding) -> list[Chip]:
    """The filters in use."""
    return [
        Chip(FACETS[facet], _words(finding, facet, value), address(finding.query.without(facet, value)))
        for facet, value in finding.query.chosen
    ]


def ways_out(finding: Finding) -> list[Chip]:
    """For a search that found nothing: the filters whose removal would bring something, and how much."""
    return [
        Chip(
            FACETS[way.facet],
            _words(finding, way.facet, way.value),
            address(finding.query.without(way.facet, way.value)),
            counted(way.count, finding.query.kind or STORY),
        )
        for way in finding.ways_out
    ]


def fewer_words(finding: Finding) -> list[Chip]:
    """For a search that found nothing: how it could be asked in fewer words, and how much that would bring."""
    return [
        Chip("", way.query.words.typed, address(way.query), counted(way.count, finding.query.kind or STORY))
        for way in finding.looser
    ]


def misnamed(query: Query, person: Any) -> list[Misnamed]:
    """What was typed as a filter and is none, so that it is looked for as words; each with what was perhaps meant."""
    return [
        Misnamed(
            FILTERS[each.name],
            each.value,
            [
                Step(value.words, address(_with(query, each, value.value)))
                for value in nearest(each.name, each.value, person=person)
            ],
        )
        for each in query.unknown[:MOST_MISNAMED]
    ]


def _with(query: Query, unknown: Unknown, value: str) -> Query:
    """The same search with a filter in place of the words that were to be one."""
    rest = re.sub(rf"(?<!\S){re.escape(unknown.typed)}(?!\S)", " ", query.words.typed)
    asked = replace(query.saying(" ".join(rest.split())), page=1)
    if query.sort is query.usual_sort or unknown.name == "kind":
        asked = replace(asked, sort=asked.usual_sort, councils=())
    if unknown.name == "kind":
        return replace(asked, kind=value)
    given = dict.fromkeys([*asked.filters.get(unknown.name, ()), value])
    return replace(asked, filters={**asked.filters, unknown.name: tuple(given)})


def orders(query: Query) -> list[Step]:
    """The orders that one can choose from."""
    possible = ORDERS_OF.get(query.kind or STORY, ())
    return [
        Step(ORDERS[sort], address(replace(query, sort=sort, councils=(), page=1)), current=sort is query.sort)
        for sort in possible
        if sort is not Sort.BEST or query.words.clauses
    ]


def kinds(finding: Finding) -> list[Step]:
    """The kinds of things that were found, each with its page."""
    query, counts = finding.query, finding.answer.kinds
    plain = replace(query, sort=query.usual_sort, councils=(), page=1)
    return [
        Step(words, address(replace(plain, kind=kind)), kind == (query.kind or STORY), count=counts.get(kind, 0))
        for kind, words in KIND_WORDS.items()
        if counts.get(kind) or kind == (query.kind or STORY)
    ]


def steps(finding: Finding) -> list[Step]:
    """The pages near this one, the first and the last."""
    query, last = finding.query, -(-finding.answer.total // finding.query.size)
    if last < 2:
        return []
    near = {1, last, *range(query.page - 2, query.page + 3)}

    def step(page: int, words: str, rel: str = "") -> Step:
        return Step(words, address(replace(query, page=page)), current=page == query.page and not rel, rel=rel)

    before = [step(query.page - 1, "Previous", "prev")] if query.page > 1 else []
    after = [step(query.page + 1, "Next", "next")] if query.page < last else []
    return [*before, *(step(page, str(page)) for page in sorted(near) if 1 <= page <= last), *after]


def _facets(finding: Finding) -> Iterator[Facet]:
    where = places()
    for name, heading in FACETS.items():
        values = finding.answer.facets.get(name, ())
        chosen = any(each.chosen for each in values)
        if not chosen and (name in NOT_SHOWN or len(values) < FEWEST_VALUES):
            continue
        if name == "year":
            values = tuple(sorted(values, key=lambda each: each.value, reverse=True))
        if name == "region" and len(values) <= A_FEW_PLACES:
            yield Facet(name, heading, _by_place(values, where.nations))
            continue
        in_sight = [each for number, each in enumerate(values) if number < IN_SIGHT or each.chosen]
        most = MOST_COUNCILS if name == "council" else MOST_SHOWN
        more = [each for number, each in enumerate(values) if IN_SIGHT <= number < most and not each.chosen]
        inside = {"council": where.regions, "region": where.nations}.get(name)
        folded = _by_place(more, inside) if inside is not None else [Group("", more)] if more else []
        yield Facet(name, heading, [Group("", in_sight)], folded)


@dataclass(frozen=True, slots=True)
class Places:
    """In which region a council lies, by its value, and in which nation a region."""

    regions: dict[str, str]
    nations: dict[str, str]


def places() -> Places:
    """Where councils and regions lie, read once until something on the site changes."""

    def read() -> Places:
        rows = list(Council.objects.order_by().values_list("code", "region", "nation"))
        return Places(
            {code.lower(): region for code, region, _ in rows}, {region: nation for _, region, nation in rows}
        )

    known: Places = fragments.numbers.kept("places", read)
    return known


def _by_place(values: Iterable[FacetValue], inside: dict[str, str]) -> list[Group]:
    """Values under the larger place in which they lie. A nation without regions is no heading of itself."""

    def heading(value: FacetValue) -> str:
        return inside.get(value.value, "")

    in_order = sorted(values, key=lambda value: (heading(value) or "~", value.words.lower()))
    groups = [Group(name, list(found)) for name, found in groupby(in_order, key=heading)]
    return [
        Group("" if [each.value for each in group.values] == [group.heading] else group.heading, group.values)
        for group in groups
    ]


def _words(finding: Finding, facet: str, value: str) -> str:
    found = (each.words for each in finding.answer.facets.get(facet, ()) if each.value == value)
    return next(found, "") or _public_words(facet, value) or value


def _public_words(facet: str, value: str) -> str:
    """The words of a value that the engine did not tell, because it is away or found nothing, if they are no secret."""
    match facet:
        case "status":
            return dict(StoryPage.Status.choices).get(value, "")
        case "tier":
            return dict(Council.Kind.choices).get(value, "")
        case "topic":
            return Topic.objects.filter(slug=value).values_list("title", flat=True).first() or ""
        case "council":
            return Council.objects.filter(code=value.upper()).values_list("short_name", flat=True).first() or ""
    return ""
