"""What the search page shows of a finding: hits with their stories, facets, filters in use, pages. No markup."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from practice.models import StoryPage
from search.documents import FACETS
from search.engines.base import FacetValue, Hit
from search.finding import Finding
from search.query import Query, Sort

# So many values of a facet are in sight; the others unfold, up to a number that a person can still look through.
IN_SIGHT = 6
MOST_SHOWN = 60
# A facet with a single value tells nothing and narrows nothing.
FEWEST_VALUES = 2
# Not chosen by hand: there is one kind so far, and nations stand for regions where there are no regions.
NOT_SHOWN = {"nation"}


@dataclass(frozen=True, slots=True)
class Result:
    """A hit with its story."""

    story: StoryPage
    title: SafeString
    snippet: SafeString
    why: str = ""
    with_gist: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet on the page."""

    name: str
    heading: str
    values: Sequence[FacetValue]
    more: Sequence[FacetValue] = ()

    @property
    def is_long(self) -> bool:
        """Whether some of its values unfold."""
        return bool(self.more)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in use, with the address of the same search without it."""

    heading: str
    words: str
    url: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """A page of the results that one can go to."""

    words: str
    url: str
    current: bool = False
    rel: str = ""


def address(query: Query) -> str:
    """The address of a search."""
    asked = query.querystring()
    return reverse("search") + (f"?{asked}" if asked else "")


def results(finding: Finding, person: Any) -> list[Result]:
    """The hits with their stories, in one query for all rows. What was withdrawn this moment is not among them."""
    hits = finding.answer.hits
    stories = StoryPage.objects.visible_to(person).for_cards().in_bulk([hit.id for hit in hits])
    shown = [(hit, stories[hit.id]) for hit in hits if hit.id in stories]
    return [_result(hit, story, best=number == 0 and _by_score(finding)) for number, (hit, story) in enumerate(shown)]


def newest_matching(query: Query, person: Any) -> list[Result]:
    """The newest stories that match the filters, from the database: for when the engine is away."""
    stories = StoryPage.objects.visible_to(person)
    conditions = {
        "community": "community__slug__in",
        "status": "practice_status__in",
        "tier": "council__kind__in",
        "region": "council__region__in",
        "nation": "council__nation__in",
    }
    for facet, values in query.filters.items():
        if facet in conditions:
            stories = stories.filter(**{conditions[facet]: values})
        elif facet == "topic":
            topics = Q(topics__slug__in=values) | Q(topics__parent__slug__in=values)
            stories = stories.filter(pk__in=StoryPage.objects.filter(topics).values("pk"))
        elif facet == "tag":
            stories = stories.tagged(*values)
        elif facet == "council":
            codes = [value.upper() for value in values]
            stories = stories.filter(Q(council__code__in=codes) | Q(council__replaced_by__code__in=codes))
        elif facet == "year":
            stories = stories.filter(published_at__year__in=[int(year) for year in values if _is_year(year)])
    newest = stories.newest_first().for_cards()[: query.size]
    return [Result(story, SafeString(""), SafeString("")) for story in newest]


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
            way.count,
        )
        for way in finding.ways_out
    ]


def orders(query: Query) -> list[Step]:
    """The orders that one can choose from."""
    names = {Sort.BEST: "best match", Sort.NEWEST: "newest"}
    return [
        Step(words, address(replace(query, sort=sort, page=1)), current=sort is query.sort)
        for sort, words in names.items()
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


def _result(hit: Hit, story: StoryPage, *, best: bool) -> Result:
    why = f"Found under {', '.join(dict.fromkeys(hit.matched))}" if hit.matched else ""
    # A story's part worth repeating stands under the excerpt of the best hit, unless it is the excerpt.
    return Result(story, hit.marked_title, hit.snippet, why, with_gist=best and not _is_snippet(story, hit))


def _is_snippet(story: StoryPage, hit: Hit) -> bool:
    return hit.snippet.replace("<mark>", "").replace("</mark>", "") == escape(story.worth_repeating)


def _facets(finding: Finding) -> Iterator[Facet]:
    for name, heading in FACETS.items():
        values = finding.answer.facets.get(name, ())
        chosen = any(each.chosen for each in values)
        if not chosen and (name in NOT_SHOWN or len(values) < FEWEST_VALUES):
            continue
        if name == "year":
            values = tuple(sorted(values, key=lambda each: each.value, reverse=True))
        in_sight = [each for number, each in enumerate(values) if number < IN_SIGHT or each.chosen]
        more = [each for number, each in enumerate(values) if IN_SIGHT <= number < MOST_SHOWN and not each.chosen]
        yield Facet(name, heading, in_sight, more)


def _words(finding: Finding, facet: str, value: str) -> str:
    found = (each.words for each in finding.answer.facets.get(facet, ()) if each.value == value)
    return next(found, value)


def _by_score(finding: Finding) -> bool:
    return finding.query.sort is Sort.BEST and finding.query.page == 1


def _is_year(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) == 4 and value > "0000"
