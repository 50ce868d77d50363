"""What communities show of the stories told in them: the newest, how many, their topics, and a cover."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import template
from django.db.models import Count
from django.utils.safestring import SafeString, mark_safe

from community import access
from community.models import CommunityPage
from practice.covers import cover as draw_cover
from practice.models import Collection, StoryPage, Topic

register = template.Library()

A_FEW = 4
Status = StoryPage.Status


@dataclass
class Gathered:
    """What one community has gathered, as far as whoever asks may know it: nothing, where they may not read."""

    slug: str
    readable: bool = False
    stories: int = 0
    stopped: int = 0
    topics: list[Topic] = field(default_factory=list)


@register.simple_tag(takes_context=True)
def newest_stories_of(context: dict[str, Any], community: CommunityPage, most: int = A_FEW) -> list[StoryPage]:
    """Its latest stories that the asker may read, ready for cards."""
    stories = StoryPage.objects.visible_to(_person(context)).in_communities(community)
    return list(stories.newest_first().for_cards()[:most])


@register.simple_tag(takes_context=True)
def gathered_in(context: dict[str, Any], *communities: Any) -> dict[int, Gathered]:
    """What each of these communities, or of a list of them, has gathered: three queries for any number of them."""
    person = _person(context)
    rows: Iterable[CommunityPage] = communities[0] if isinstance(communities[0], list) else communities
    closed = set(access.closed_communities(person))
    found = {row.pk: Gathered(slug=row.slug, readable=row.pk not in closed) for row in rows}
    counts = StoryPage.objects.visible_to(person).filter(community__in=found).order_by()
    for pk, status, number in counts.values_list("community", "practice_status").annotate(Count("pk")):
        found[pk].stories += number
        found[pk].stopped += number if status == Status.STOPPED else 0
    for pk, topics in _topics_of(found).items():
        found[pk].topics = topics
    return found


@register.simple_tag(takes_context=True)
def collections_of(context: dict[str, Any], community: CommunityPage, but: int | None = None) -> list[Collection]:
    """Its collections that hold something for the asker, by name, but one that stands elsewhere on the page; for those
    who tend them also the empty ones."""
    person = _person(context)
    found = Collection.objects.visible_to(person).filter(community=community).exclude(pk=but or 0)
    if not access.facilitates(person, community):
        found = found.with_something_for(person)
    return list(found.with_numbers(person))


@register.simple_tag(takes_context=True)
def collection_to_start_with(context: dict[str, Any], pk: int | None) -> Collection | None:
    """The collection where a newcomer starts, if it is there and holds something for the asker."""
    if pk is None:
        return None
    person = _person(context)
    return Collection.objects.visible_to(person).filter(pk=pk).with_something_for(person).with_numbers(person).first()


@register.filter
def of(found: Mapping[int, Gathered], community: CommunityPage) -> Gathered:
    """What one community has gathered."""
    return found[community.pk]


@register.simple_tag
def community_cover(gathered: Gathered, columns: int = 10, rows: int = 1) -> SafeString:
    """Its cover: a tile for each story, bright if the practice runs, an outline if it stopped."""
    group = gathered.topics[0].group_slug if gathered.topics else gathered.slug
    running = max(gathered.stories - gathered.stopped - 1, 0)
    wide = {"lit": 8, "start": (4, rows // 2), "fit": "xMinYMid"} if rows > 1 else {}
    svg = draw_cover(group, gathered.slug, "running", running, gathered.stopped, columns, rows, **wide)  # type: ignore[arg-type]
    return mark_safe(svg)


def _topics_of(communities: Iterable[int]) -> dict[int, list[Topic]]:
    links = Topic.communities.through.objects.filter(communitypage__in=list(communities))
    topics: dict[int, list[Topic]] = defaultdict(list)
    for link in links.select_related("topic__parent").order_by("topic__title"):
        topics[link.communitypage_id].append(link.topic)
    return topics


def _person(context: dict[str, Any]) -> Any:
    return context["request"].user if "request" in context else None
