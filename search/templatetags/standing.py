"""What templates ask about standing searches."""

from django import template

from search.query import Query
from search.standing import asked_in, may_be_kept

register = template.Library()


@register.filter
def can_be_kept(query: Query) -> bool:
    """Whether there is anything in this question to keep looking for."""
    return may_be_kept(query)


@register.filter
def as_kept(query: Query) -> str:
    """The question as it is kept."""
    return asked_in(query)
