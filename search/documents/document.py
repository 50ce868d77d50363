"""What a thing is to an engine, whatever kind of thing it is.

A document carries everything that an engine needs to find, filter, count and show it, and who may see it; nothing else
decides that.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, field, fields
from datetime import datetime
from hashlib import blake2b
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

STORY, PERSON, COMMUNITY, TOPIC, COUNCIL = "story", "person", "community", "topic", "council"

# The kinds of things that can be found, in the order of the page, with the words of their heading.
KIND_WORDS = {
    STORY: "Stories",
    PERSON: "People",
    COMMUNITY: "Communities",
    TOPIC: "Topics",
    COUNCIL: "Councils",
}

# What can be filtered by and counted, in the order of the page, with the words of its heading.
FACETS = {
    "community": "Community",
    "topic": "Topic",
    "status": "How it stands",
    "council": "Council",
    "tier": "Kind of council",
    "region": "Region",
    "nation": "Nation",
    "tag": "Tag",
    "year": "Year",
}


@dataclass(frozen=True, slots=True)
class Label:
    """A value that can be filtered by, and the words that people read for it."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class About:
    """A topic of a document, with the other words for it."""

    slug: str
    title: str
    other_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that can be found.

    A person's title is the name, its summary the role and council, its text the biography and why they take part, its
    tags are the skills. `other_names` are what the thing itself is also called: the other words of a topic, the other
    names of a council. `attached` is the text of attachments; it counts for little.
    """

    kind: str
    id: int
    audience: str
    title: str
    url: str
    summary: str = ""
    worth_repeating: str = ""
    text: str = ""
    attached: str = ""
    other_names: tuple[str, ...] = ()
    topics: tuple[About, ...] = ()
    tags: tuple[Label, ...] = ()
    people: tuple[str, ...] = ()
    community_id: int | None = None
    community: Label | None = None
    council: Label | None = None
    council_names: tuple[str, ...] = ()
    tier: Label | None = None
    region: str = ""
    nation: str = ""
    status: Label | None = None
    published: datetime | None = None
    repeated: int = 0  # how often it was repeated elsewhere
    source: str = ""
    extra: dict[str, tuple[Label, ...]] = field(default_factory=dict)

    @property
    def year(self) -> str:
        """The year in which it was published, where the site is."""
        return str(timezone.localtime(self.published).year) if self.published else ""

    def labels(self) -> Iterator[tuple[str, Label]]:
        """Every value that it can be filtered by, with the name of the facet."""
        for facet, label in (
            ("community", self.community),
            ("status", self.status),
            ("council", self.council),
            ("tier", self.tier),
        ):
            if label:
                yield facet, label
        for facet, value in (("region", self.region), ("nation", self.nation), ("year", self.year)):
            if value:
                yield facet, Label(value, value)
        yield from (("topic", Label(topic.slug, topic.title)) for topic in self.topics)
        yield from (("tag", tag) for tag in self.tags)
        for facet, labels in self.extra.items():
            yield from ((facet, label) for label in labels)

    def digest(self) -> str:
        """A short sum of all that it says, with who may see it: the same for the same document whenever it is read.

        The order of topics, tags and names says nothing. A field without anything in it does not count, so that a new
        one changes the digests only of documents that have something to say in it.
        """
        said = {each.name: _plain(value) for each in fields(self) if (value := getattr(self, each.name))}
        text = json.dumps([*said.items(), self.year], separators=(",", ":"))
        return blake2b(text.encode(), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that can be found: how it is read, and which there are."""

    name: str
    read: Callable[[Sequence[int]], list[Document]]
    ids: Callable[[], QuerySet[Any, int]]

    def page(self, *, after: int, size: int) -> list[int]:
        """The next so many of their numbers, in order."""
        return list(self.ids().filter(pk__gt=after)[:size])


def _plain(value: Any) -> Any:
    """A field as JSON takes it."""
    match value:
        case datetime():
            return int(value.timestamp())
        case dict():
            return sorted((facet, sorted(map(astuple, labels))) for facet, labels in value.items())
        case Label():
            return astuple(value)
        case (Label() | About(), *_):
            return sorted(map(astuple, value))
        case (str(), *_):
            return sorted(value)
    return value
