"""What templates show of wishes."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from community.models import CommunityPage
from search import wishing
from search.finding import Finding
from search.fulfilment import answer_to
from search.models import Wish
from search.query import Query

register = template.Library()


@register.filter
def write_url(wish: Wish) -> str:
    """Where a story for this wish is begun."""
    return f"{reverse('write')}?{urlencode({'title': wish.words.capitalize(), 'answers': answer_to(wish)})}"


@register.filter
def search_url(wish: Wish) -> str:
    """The search that found nothing."""
    return f"{reverse('search')}?{urlencode({'q': wish.words})}"


@register.filter
def may_be_asked_for(finding: Finding) -> str:
    """The words of this search that can be put on the board with one click; nothing for one that cannot."""
    return wishing.may_be_asked_for(finding)


@register.simple_tag(takes_context=True)
def wish_for(context: dict[str, Any], query: Query) -> Wish | None:
    """The public wish for what this question asks."""
    return wishing.wish_for(query, context["request"].user)


@register.inclusion_tag("search/wishes_of.html")
def wishes_of(community: CommunityPage) -> dict[str, Any]:
    """What people look for on the topics of a community and do not find: the public wishes alone."""
    topics = list(community.topics.values_list("pk", flat=True))  # type: ignore[attr-defined]
    return {"wishes": wishing.about(topics), "has_topics": bool(topics)}
