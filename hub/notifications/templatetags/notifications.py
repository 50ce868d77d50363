"""How many notifications wait, for the head of each page."""

from typing import Any

from django import template

from hub.notifications.reading import how_many_new

register = template.Library()


@register.simple_tag(takes_context=True)
def unread_count(context: dict[str, Any]) -> int:
    """The number of notifications that the signed-in person has not opened, of those that they may see."""
    return how_many_new(context["request"].user)
