"""What templates show of what facilitators gave to search, and of what search still has to do for them."""

from typing import Any

from django import template

from practice.models import StoryPage
from search.curation import chosen_for
from search.documents import STORY
from search.models import Outbox
from search.query import Query

register = template.Library()


@register.simple_tag(takes_context=True)
def chosen_answers(context: dict[str, Any], query: Query) -> list[StoryPage]:
    """The stories that were chosen for these words, as far as whoever asks may read them."""
    return chosen_for(query.words, context["request"].user) if query.page == 1 else []


@register.simple_tag
def stories_search_still_reads() -> int:
    """How many stories changed that search has not read again yet."""
    return Outbox.objects.alive().filter(kind=STORY).values("object_id").distinct().count()
