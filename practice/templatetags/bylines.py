"""What a page of a person or a council shows of stories."""

from typing import Any

from django import template

from community.models import Council, Person
from practice.models import Repetition, StoryPage
from practice.models.repetition import RepetitionQuerySet
from practice.models.stories import StoryQuerySet

register = template.Library()
MOST = 10


@register.inclusion_tag("practice/bylines/stories_by.html", takes_context=True)
def stories_by(context: dict[str, Any], person: Person) -> dict[str, Any]:
    """The stories that somebody told, the latest first, as far as the reader may see them."""
    reader = context["request"].user
    told = StoryPage.objects.visible_to(reader).written_by(person)
    return {**_shown(told), "person": person, "is_me": reader == person}


@register.inclusion_tag("practice/bylines/stories_of_council.html", takes_context=True)
def stories_of_council(context: dict[str, Any], council: Council) -> dict[str, Any]:
    """The stories of a council and of those that it took over from, as far as the reader may see them."""
    told = StoryPage.objects.visible_to(context["request"].user).from_council(council)
    return {**_shown(told), "council": council}


@register.inclusion_tag("practice/bylines/repeated.html", takes_context=True)
def repeated_by(context: dict[str, Any], person: Person) -> dict[str, Any]:
    """What somebody repeated from others, as far as the reader may see the stories."""
    said = Repetition.objects.visible_to(context["request"].user).filter(person=person)
    return {**_repeated(said), "heading": f"Repeated by {person.get_short_name()}", "person": person}


@register.inclusion_tag("practice/bylines/repeated.html", takes_context=True)
def repeated_at(context: dict[str, Any], council: Council) -> dict[str, Any]:
    """What a council repeated from others, as far as the reader may see the stories."""
    said = Repetition.objects.visible_to(context["request"].user).at_council(council)
    return {**_repeated(said), "heading": "Repeated from others", "council": council}


def _repeated(said: RepetitionQuerySet) -> dict[str, Any]:
    rows = list(said.for_lists().latest_first()[: MOST + 1])
    return {"repetitions": rows[:MOST], "more": len(rows) > MOST}


def _shown(told: StoryQuerySet) -> dict[str, Any]:
    """What the cards need, in a fixed number of queries, and how many there are in all."""
    stories = list(told.newest_first().for_cards()[: MOST + 1])
    more = len(stories) > MOST
    return {"stories": stories[:MOST], "more": more, "total": told.count() if more else len(stories)}
