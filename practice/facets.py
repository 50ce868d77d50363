"""What a list of stories could be narrowed down to, with how many stories each choice would leave.

Every number counts stories that this person may read, with the choices of the other kinds applied.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count

from community.models import CommunityPage, Council
from community.sight import closed_to
from hub import fragments
from practice.models import StoryPage, StoryTag, Topic
from practice.models.stories import StoryQuerySet
from practice.narrowing import KINDS, Narrowing

FIRST, MOST = 6, 100


class Option(NamedTuple):
    """One box to tick."""

    value: str
    label: str
    number: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """One kind of choice: the options that most stories have, and the others behind a summary."""

    kind: str
    label: str
    first: list[Option]
    others: list[Option]


def facets_for(person: Any, narrowing: Narrowing) -> list[Facet]:
    """The facets of a list, counted once for all of its pages and all who may read the same communities."""
    key = ("facets", narrowing.parameters(sort=False), closed_to(person))
    facets: list[Facet] = fragments.pieces.kept(key, lambda: _count(StoryPage.objects.visible_to(person), narrowing))
    return facets


def _count(stories: StoryQuerySet, narrowing: Narrowing) -> list[Facet]:
    facets = []
    for kind in KINDS:
        narrowed = narrowing.narrow(stories, leaving_out=kind).order_by()
        counted = [(value, name, number) for value, name, number in _COUNT[kind](narrowed) if value]
        facet = _facet(kind, counted, narrowing, narrowed)
        if facet.first:
            facets.append(facet)
    return facets


def _facet(kind: str, counted: list[tuple[str, str, int]], narrowing: Narrowing, narrowed: StoryQuerySet) -> Facet:
    label = KINDS[kind]
    chosen = narrowing.chosen(kind)
    names = {choice.value: choice.label for choice in narrowing.choices if choice.kind == kind}
    absent = chosen - {value for value, _, _ in counted}
    missing = [(value, names[value], narrowing.count(narrowed, kind, value)) for value in sorted(absent)]
    options = [Option(value, name, number, value in chosen) for value, name, number in [*counted, *missing]]
    if kind == "status":
        return Facet(kind, label, options, [])
    options.sort(key=lambda option: (not option.chosen, -option.number, option.label.lower()))
    first = options[: max(FIRST, len(chosen))]
    rest = options[len(first) : MOST]
    if len(rest) <= 2:
        first, rest = [*first, *rest], []
    return Facet(kind, label, first, sorted(rest, key=lambda option: option.label.lower()))


def _by_status(stories: StoryQuerySet) -> Iterable[tuple[str, str, int]]:
    counts = dict(stories.values_list("practice_status").annotate(Count("pk")))
    for status in StoryPage.Status:
        if counts.get(status.value):
            yield status.value, str(status.label), counts[status.value]


def _by_community(stories: StoryQuerySet) -> Iterable[tuple[str, str, int]]:
    counts = dict(stories.values_list("community").annotate(Count("pk")))
    communities = CommunityPage.objects.filter(pk__in=counts).order_by().values_list("pk", "slug", "title")
    return [(slug, title, counts[pk]) for pk, slug, title in communities]


def _by_council(stories: StoryQuerySet) -> Iterable[tuple[str, str, int]]:
    """Councils of today, with the stories of those that they took over from."""
    rows = Council.objects.order_by().values_list("pk", "code", "short_name", "name", "replaced_by")
    councils = {pk: (code, short_name or name, successor) for pk, code, short_name, name, successor in rows}
    today: Counter[int] = Counter()
    for pk, number in stories.values_list("council").annotate(Count("pk")):
        seen = set()
        while pk in councils and councils[pk][2] and pk not in seen:
            seen.add(pk)
            pk = councils[pk][2]
        if pk in councils:
            today[pk] += number
    return [(councils[pk][0].lower(), councils[pk][1], number) for pk, number in today.items()]


def _by_region(stories: StoryQuerySet) -> Iterable[tuple[str, str, int]]:
    counts = stories.values_list("council__region").annotate(Count("pk"))
    return [(region, region, number) for region, number in counts if region]


def _by_topic(stories: StoryQuerySet) -> Iterable[tuple[str, str, int]]:
    through = StoryPage.topics.through.objects.filter(storypage__in=stories.values("pk")).order_by()
    counts = dict(through.values_list("topic").annotate(Count("pk")))
    topics = Topic.objects.filter(pk__in=counts).exclude(parent=None).order_by().values_list("pk", "slug", "title")
    return [(slug, title, counts[pk]) for pk, slug, title in topics]


def _by_tag(stories: StoryQuerySet) -> Iterable[tuple[str, str, int]]:
    items = StoryTag.objects.filter(content_object__in=stories.values("pk")).order_by()
    counts = items.values_list("tag__slug", "tag__name").annotate(number=Count("pk"))
    return [
        (slug, name, number)
        for slug, name, number in counts.exclude(tag__slug="").order_by("-number", "tag__name")[:MOST]
    ]


_COUNT = {
    "community": _by_community,
    "topic": _by_topic,
    "status": _by_status,
    "region": _by_region,
    "council": _by_council,
    "tag": _by_tag,
}
