"""What the pages of topics and tags say in numbers and names, counted from the stories that the reader may see."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from taggit.models import Tag

from community.models import CommunityPage, Person
from practice.models import StoryAuthor, StoryPage, StoryTag, Topic
from practice.models.stories import StoryQuerySet

PLAIN_HUE = 310
PEOPLE, NEAR = 6, 12


@dataclass(frozen=True)
class Counted:
    """A topic with how many stories are about it."""

    topic: Topic
    number: int


@dataclass(frozen=True)
class Group:
    """A group of topics, in the colour of the community that tells most about it."""

    topic: Topic
    hue: int
    topics: list[Counted]


def groups_of(stories: StoryQuerySet) -> list[Group]:
    """The whole tree, counted."""
    through = StoryPage.topics.through.objects.filter(storypage__in=stories.order_by().values("pk")).order_by()
    numbers: Counter[int] = Counter()
    tellers: dict[int, Counter[int]] = {}
    topics = list(Topic.objects.by_group())
    group_of = {topic.pk: topic.parent_id or topic.pk for topic in topics}
    for topic, community, number in through.values_list("topic", "storypage__community").annotate(Count("pk")):
        numbers[topic] += number
        tellers.setdefault(group_of[topic], Counter())[community] += number
    hues = dict(CommunityPage.objects.order_by().values_list("pk", "hue"))
    return [
        Group(
            group,
            hues.get(tellers[group.pk].most_common(1)[0][0], PLAIN_HUE) if group.pk in tellers else PLAIN_HUE,
            [Counted(topic, numbers[topic.pk]) for topic in topics if topic.parent_id == group.pk],
        )
        for group in topics
        if group.parent_id is None
    ]


@dataclass(frozen=True)
class InShort:
    """A set of stories in numbers."""

    stories: int
    councils: int
    standing: dict[str, int]

    @property
    def running(self) -> int:
        """Practices that run today, as they were or changed."""
        return self.standing.get("running", 0) + self.standing.get("changed", 0)

    @property
    def others_running(self) -> int:
        """Those besides the first one, for a picture that draws the first by itself."""
        return max(self.running - 1, 0)

    @property
    def stopped(self) -> int:
        """Practices that were stopped."""
        return self.standing.get("stopped", 0)

    @property
    def planned(self) -> int:
        """Practices that are still to begin."""
        return self.standing.get("planned", 0)


def in_short(stories: StoryQuerySet) -> InShort:
    """How many stories there are, from how many councils, and how their practices stand."""
    standing = dict(stories.order_by().values_list("practice_status").annotate(Count("pk")))
    councils = stories.order_by().exclude(council=None).values("council").distinct().count()
    return InShort(sum(standing.values()), councils, standing)


def communities_telling(stories: StoryQuerySet) -> list[CommunityPage]:
    """The communities that these stories stand in, the one with most of them first."""
    counts = dict(stories.order_by().values_list("community").annotate(Count("pk")))
    communities = CommunityPage.objects.filter(pk__in=counts).defer("introduction", "ground_rules")
    return sorted(communities, key=lambda community: (-counts[community.pk], community.title))


def people_who_know(stories: StoryQuerySet) -> list[Person]:
    """Those who tell most of these stories."""
    authors = StoryAuthor.objects.filter(page__in=stories.order_by().values("pk"), person__is_active=True).order_by()
    most = authors.values_list("person").annotate(number=Count("pk")).order_by("-number", "person")[:PEOPLE]
    counts = dict(most)
    people = Person.objects.filter(pk__in=counts).select_related("council")
    return sorted(people, key=lambda person: (-counts[person.pk], person.name))


def tags_beside(stories: StoryQuerySet, *, without: str = "") -> Any:
    """The free words that these stories have most."""
    items = StoryTag.objects.filter(content_object__in=stories.order_by().values("pk"))
    tags = Tag.objects.filter(practice_storytag_items__in=items).exclude(slug__in=["", without])
    return tags.annotate(number=Count("pk")).order_by("-number", "name")[:NEAR]
