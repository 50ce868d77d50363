"""Long lists of boxes to tick, made without a template for each."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from search.engines.base import FacetValue

register = template.Library()

BOX = (
    '<label class="choice"><input type="checkbox" form="search" name="{}" value="{}"{}> {} '
    '<span class="count">{}</span></label>'
)
CHECKED = SafeString(" checked")


@register.simple_tag
def boxes(facet: str, values: Iterable[FacetValue]) -> SafeString:
    """A box for each value of a facet, with how many would be seen. They belong to the form `search`."""
    return format_html_join(
        "\n",
        BOX,
        ((facet, each.value, CHECKED if each.chosen else "", each.words, f"{each.count:,}") for each in values),
    )
