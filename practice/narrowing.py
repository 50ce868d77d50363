"""How a list of stories is narrowed down: read from the address, applied to the stories, written back as an address.

It never fails: what is not known is left out and said. A community or a tag that this person may not see is not known.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict
from taggit.models import Tag

from community.models import CommunityPage, Council, Merger
from hub.keyset import KeysetPage, page_of
from practice.models import StoryPage, StoryTag, Topic
from practice.models.stories import StoryQuerySet

# The names in the address with the headings of the page, in the order in which they stand there.
KINDS = {
    "community": "Community",
    "topic": "Topic",
    "status": "How it stands",
    "region": "Region",
    "council": "Council",
    "tag": "In their own words",
}
PARAMETERS = (*KINDS, "sort", "after", "before")
# The orders of a list, with the words of their links. The first one goes without saying.
ORDERS = {"newest": "newest", "oldest": "oldest", "title": "title"}
NEWEST, OLDEST, TITLE = ORDERS
MOST_VALUES = 30


class Choice(NamedTuple):
    """One value that was chosen: as it stands in the address, and as people read it."""

    kind: str
    value: str
    label: str


@dataclass(frozen=True)
class Narrowing:
    """What was asked of a list of stories. Values of one kind widen it (any of them), kinds narrow it (all of them)."""

    choices: tuple[Choice, ...] = ()
    order: str = NEWEST
    unknown: tuple[tuple[str, str], ...] = ()
    objects: dict[str, list[Any]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def asked(cls, query: QueryDict, person: Any) -> "Narrowing":
        """Read it from an address, as this person may."""
        choices: list[Choice] = []
        unknown: list[tuple[str, str]] = []
        objects: dict[str, list[Any]] = {}
        for kind in KINDS:
            given = (value.replace("\0", "").strip()[:120] for value in query.getlist(kind))
            values = [value for value in dict.fromkeys(given) if value][:MOST_VALUES]
            if not values:
                continue
            found = {name.lower(): (choice, thing) for name, choice, thing in _known(kind, values, person)}
            unknown += [(kind, value) for value in values if value.lower() not in found]
            for choice, thing in found.values():
                if choice not in choices:
                    choices.append(choice)
                    objects.setdefault(kind, []).append(thing)
        order = query.get("sort", "")
        return cls(tuple(choices), order if order in ORDERS else NEWEST, tuple(unknown), objects)

    def narrow(self, stories: StoryQuerySet, *, leaving_out: str = "") -> StoryQuerySet:
        """These stories narrowed down; without the values of one kind, for counting what else it could be."""
        for kind, things in self.objects.items():
            if kind != leaving_out:
                stories = _NARROW[kind](stories, things)
        return stories

    def count(self, stories: StoryQuerySet, kind: str, value: str) -> int:
        """How many of these stories one of the chosen values leaves."""
        values = [choice.value for choice in self.choices if choice.kind == kind]
        return _NARROW[kind](stories, [self.objects[kind][values.index(value)]]).count()

    def in_order(self, stories: StoryQuerySet) -> StoryQuerySet:
        """These stories in the order that was asked for."""
        if self.order == TITLE:
            return stories.by_title()
        return stories.oldest_first() if self.order == OLDEST else stories.newest_first()

    def page(self, stories: StoryQuerySet, query: QueryDict) -> KeysetPage:
        """The page of these stories that the address asks for, with what cards show."""
        by = "title_key" if self.order == TITLE else "published_at"
        return page_of(self.in_order(stories).for_cards(), query.dict(), by=by, descending=self.order == NEWEST)

    def chosen(self, kind: str) -> set[str]:
        """The values that were chosen of one kind."""
        return {choice.value for choice in self.choices if choice.kind == kind}

    def without(self, choice: Choice) -> "Narrowing":
        """The same with one choice given up."""
        things = [
            (other, thing)
            for kind, kind_things in self.objects.items()
            for other, thing in zip((c for c in self.choices if c.kind == kind), kind_things, strict=True)
            if other != choice
        ]
        objects: dict[str, list[Any]] = {}
        for other, thing in things:
            objects.setdefault(other.kind, []).append(thing)
        return Narrowing(tuple(other for other, _ in things), self.order, (), objects)

    def parameters(self, *, without: Choice | None = None, sort: bool = True) -> tuple[tuple[str, str], ...]:
        """What the address says of it, always in the same order, without the place in the list."""
        kept = tuple((choice.kind, choice.value) for choice in self.choices if choice != without)
        return (*kept, ("sort", self.order)) if sort and self.order != NEWEST else kept

    def address(self, *, without: Choice | None = None, order: str = "") -> str:
        """The end of an address: the same list, without one choice or in another order. Never empty."""
        parameters = list(self.parameters(without=without, sort=not order))
        if order not in {"", NEWEST}:
            parameters.append(("sort", order))
        return f"?{urlencode(parameters)}" if parameters else "."


def _known(kind: str, values: list[str], person: Any) -> Iterator[tuple[str, Choice, Any]]:
    """Those of the values that exist for this person: the value, what was chosen, and the thing that it names."""
    if kind == "status":
        for status in StoryPage.Status:
            if status.value in values:
                yield status.value, Choice(kind, status.value, str(status.label)), status.value
    elif kind == "region":
        known = Council.objects.filter(region__in=values).order_by("region").values_list("region", flat=True)
        for region in known.distinct():
            yield region, Choice(kind, region, region), region
    elif kind == "topic":
        for topic in Topic.objects.filter(slug__in=values):
            yield topic.slug, Choice(kind, topic.slug, topic.title), topic
    elif kind == "council":
        for council in Council.objects.filter(code__in=[*values, *(value.upper() for value in values)]):
            today = council.successor()
            family = list(Council.objects.with_predecessors(today))
            yield council.code, Choice(kind, today.code.lower(), today.short_name or today.name), family
    elif kind == "community":
        for community in CommunityPage.objects.visible_to(person).filter(slug__in=values):
            yield community.slug, Choice(kind, community.slug, community.title), community
        for slug, community in Merger.objects.leading_from(values, person).items():
            yield slug, Choice(kind, community.slug, community.title), community
    else:
        for tag in tags_seen_by(person).filter(slug__in=values):
            yield tag.slug, Choice(kind, tag.slug, tag.name), tag.slug


def tags_seen_by(person: Any) -> Any:
    """The tags of stories that this person may read. Any other tag is not there for them."""
    seen = StoryTag.objects.filter(content_object__in=StoryPage.objects.visible_to(person).values("pk"))
    return Tag.objects.filter(pk__in=seen.values("tag"))


_NARROW = {
    "community": lambda stories, things: stories.in_communities(*things),
    "topic": lambda stories, things: stories.about(*things),
    "status": lambda stories, things: stories.standing(*things),
    "region": lambda stories, things: stories.in_regions(*things),
    "council": lambda stories, things: stories.filter(council__in=[each for family in things for each in family]),
    "tag": lambda stories, things: stories.tagged(*things),
}
