"""What the home page shows of stories and topics: only what the person who asks may see, in lists and in
numbers alike."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.db.models import Count, Q
from django.utils.safestring import SafeString

from practice import faces
from practice.models import Pick, StoryPage, Topic
from practice.models.stories import StoryQuerySet

register = template.Library()
register.simple_tag(faces.featured_picture)

TOPICS_A_GROUP = 6


@dataclass(frozen=True)
class Counted:
    """A topic, and how many stories on it the person may read."""

    topic: Topic
    stories: int


@dataclass(frozen=True)
class Group:
    """A group of topics, those with the most stories first."""

    topic: Topic
    topics: list[Counted]
    more: int


@register.simple_tag(takes_context=True)
def featured_story(context: dict[str, Any]) -> StoryPage | None:
    """The newest story of something that was done, with a part worth repeating."""
    told = _stories(context).exclude(worth_repeating="").exclude(practice_status=StoryPage.Status.PLANNED)
    return told.for_cards().first()


@register.simple_tag(takes_context=True)
def latest_stories(
    context: dict[str, Any], number: int = 4, but: StoryPage | None = None, picked: Pick | None = None
) -> list[StoryPage]:
    """The newest stories, but those that already stand elsewhere on the page: one, or the pick of the week."""
    elsewhere = [*([but.pk] if but else []), *([picked.story_id] if picked else [])]
    stories = _stories(context)
    return list((stories.exclude(pk__in=elsewhere) if elsewhere else stories).for_cards()[:number])


@register.simple_tag(takes_context=True)
def stopped_stories(context: dict[str, Any], number: int = 3) -> list[StoryPage]:
    """The newest stories about something that was stopped."""
    return list(_stories(context).standing(StoryPage.Status.STOPPED).for_cards()[:number])


@register.simple_tag(takes_context=True)
def story_numbers(context: dict[str, Any]) -> dict[str, int]:
    """How many stories, of how many councils, and how many about something that was stopped."""
    return (
        _stories(context)
        .order_by()
        .aggregate(
            stories=Count("pk"),
            councils=Count("council", distinct=True),
            stopped=Count("pk", filter=Q(practice_status=StoryPage.Status.STOPPED)),
        )
    )


@register.simple_tag(takes_context=True)
def topic_index(context: dict[str, Any]) -> list[Group]:
    """The groups of topics with their topics, and how many stories are on each."""
    through = StoryPage.topics.through.objects.filter(storypage__in=_stories(context).order_by().values("pk"))
    numbers = dict(through.order_by().values_list("topic").annotate(Count("pk")))
    topics = list(Topic.objects.order_by("title"))
    groups = []
    for group in (topic for topic in topics if topic.parent_id is None):
        counted = [Counted(topic, numbers.get(topic.pk, 0)) for topic in topics if topic.parent_id == group.pk]
        counted.sort(key=lambda each: -each.stories)
        groups.append(Group(group, counted[:TOPICS_A_GROUP], len(counted[TOPICS_A_GROUP:])))
    return groups


@register.filter
def most_told(groups: list[Group], number: int = 3) -> list[Topic]:
    """The topics with the most stories, to begin with."""
    counted = sorted(
        (each for group in groups for each in group.topics if each.stories), key=lambda each: -each.stories
    )
    return [each.topic for each in counted[:number]]


@register.simple_tag(takes_context=True)
def front_picture(context: dict[str, Any]) -> SafeString:
    """The picture of the band: the newest stories as tiles of one floor."""
    stories = _stories(context).select_related("community").prefetch_related("topics__parent", "community__topics")
    return faces.floor(list(stories[: faces.FLOOR]))


def _stories(context: dict[str, Any]) -> StoryQuerySet:
    return StoryPage.objects.visible_to(context["request"].user).newest_first()
