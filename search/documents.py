"""What a story is to an engine. A kind of thing is found when it has a reader here: people, discussions, … follow.

A document is read from the database as it is now. It carries everything that an engine needs to find, filter, count
and show it, and who may see it; nothing else decides that.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from community.models import Council
from hub.richtext import plain_text
from practice.models import StoryPage, Topic
from practice.models.story import PARTS

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


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that can be found: how it is read, and which there are."""

    name: str
    read: Callable[[Sequence[int]], list[Document]]
    ids: Callable[[], Iterable[int]]


def read_stories(ids: Sequence[int]) -> list[Document]:
    """The documents of those of these stories that are published now."""
    stories = (
        StoryPage.objects.filter(pk__in=ids, live=True, shown=True)
        .select_related("community__policy", "council__replaced_by__replaced_by")
        .prefetch_related("topics__parent", "tagged_items__tag", "authorships__person")
    )
    return [story_document(story) for story in stories]


def story_document(story: StoryPage) -> Document:
    """What a published story is to an engine."""
    council = story.council.successor() if story.council else None
    community = story.community
    people = [str(authorship.person) for authorship in story.authorships.all()]
    return Document(
        kind=STORY,
        id=story.pk,
        audience=story.audience,
        title=story.title,
        url=story.get_absolute_url(),
        summary=story.summary,
        worth_repeating=story.worth_repeating,
        text="\n".join(text for part in PARTS if (text := plain_text(getattr(story, part)))),
        topics=tuple(_topics(story.topics.all())),
        tags=tuple(Label(item.tag.slug, item.tag.name) for item in story.tagged_items.all()),
        people=(*people, story.credited) if story.credited else tuple(people),
        community_id=story.community_id,
        community=Label(community.slug, community.title) if community else None,
        council=Label(council.code.lower(), council.short_name) if council else None,
        council_names=_names(story.council, council),
        tier=Label(council.kind, council.get_kind_display()) if council else None,
        region=council.region if council else "",
        nation=council.nation if council else "",
        status=Label(story.practice_status, story.get_practice_status_display()) if story.practice_status else None,
        published=story.published_at,
        source=story.source,
    )


def story_ids() -> Iterable[int]:
    """Every published story, in the order of their numbers."""
    return StoryPage.objects.filter(live=True, shown=True).order_by("pk").values_list("pk", flat=True)


KINDS = {STORY: Kind(STORY, read_stories, story_ids)}


def read(kind: str, ids: Sequence[int]) -> dict[int, Document]:
    """Those of these things that are there to be found now, by id."""
    return {document.id: document for document in KINDS[kind].read(ids)}


def _topics(topics: Iterable[Topic]) -> Iterator[About]:
    """Topics, then the groups that they belong to: a story on fly-tipping is also found under waste."""
    topics = list(topics)
    groups = {topic.parent.pk: topic.parent for topic in topics if topic.parent}
    for topic in {**{topic.pk: topic for topic in topics}, **groups}.values():
        yield About(topic.slug, topic.title, tuple(topic.other_word_list()))


def _names(council: Council | None, successor: Council | None) -> tuple[str, ...]:
    """Every name that people may look for a council by, its successor's among them."""
    names: list[str] = []
    for each in (council, successor):
        if each:
            names += [each.name, each.short_name, *each.other_names.splitlines()]
    return tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
