"""What pages show of stories that were put forward: only what whoever asks may read, and only until its day."""

from typing import Any

from django import template

from community.models import CommunityPage
from practice.models import Feature, Pick, StoryPage

register = template.Library()


@register.simple_tag(takes_context=True)
def put_forward_in(context: dict[str, Any], community: CommunityPage) -> dict[str, list[Feature]]:
    """What stands out in a community, by how it does: `featured` and `pinned`, each with its story ready for a card."""
    person = _person(context)
    rows = list(Feature.objects.visible_to(person).filter(community=community).select_related("by"))
    stories = StoryPage.objects.visible_to(person).for_cards().in_bulk([row.story_id for row in rows])
    found: dict[str, list[Feature]] = {kind: [] for kind in Feature.Kind.values}
    for row in rows:
        if row.story_id in stories:
            row.story = stories[row.story_id]
            found[row.kind].append(row)
    return found


@register.simple_tag(takes_context=True)
def pick_of_the_week(context: dict[str, Any]) -> Pick | None:
    """The editors' pick of this week, with its story ready for a card, if there is one for whoever asks."""
    person = _person(context)
    pick = Pick.objects.visible_to(person).of_week().first()
    story = StoryPage.objects.visible_to(person).for_cards().filter(pk=pick.story_id).first() if pick else None
    if pick is None or story is None:
        return None
    pick.story = story
    return pick


@register.filter
def but(stories: list[StoryPage], put_forward: list[Feature]) -> list[StoryPage]:
    """These stories without those that were put forward and stand before them already."""
    there = {each.story_id for each in put_forward}
    return [story for story in stories if story.pk not in there]


def _person(context: dict[str, Any]) -> Any:
    return context["request"].user if "request" in context else None
