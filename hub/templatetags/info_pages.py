"""Links to the pages about the site."""

from typing import NamedTuple

from django import template

from hub.kept import kept
from hub.models import InfoPage

register = template.Library()


class FooterPage(NamedTuple):
    """A link in the footer."""

    title: str
    url: str


@register.simple_tag
def footer_pages() -> list[FooterPage]:
    """The information pages that the footer links to, in the order of the tree. Every page of the site shows them."""

    def read() -> list[FooterPage]:
        pages = InfoPage.objects.live().filter(in_footer=True).order_by("path")
        return [FooterPage(page.title, page.url or "") for page in pages]

    return kept(read, "footer")
