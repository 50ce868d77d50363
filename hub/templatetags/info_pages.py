"""Links to the pages about the site."""

from django import template
from django.db.models import QuerySet

from hub.models import InfoPage

register = template.Library()


@register.simple_tag
def footer_pages() -> "QuerySet[InfoPage]":
    """The information pages that the footer links to, in the order of the tree."""
    return InfoPage.objects.live().filter(in_footer=True).order_by("path")
