"""Links to the pages about the site."""

from dataclasses import dataclass

from django import template

from hub import fragments
from hub.models import InfoPage

register = template.Library()


@dataclass(frozen=True)
class Link:
    """An information page, as much of it as a link needs."""

    title: str
    url: str


@register.simple_tag
def footer_pages() -> list[Link]:
    """The information pages that the footer links to, in the order of the tree. Read again only when they change."""
    links: list[Link] = fragments.pieces.kept("footer pages", _links)
    return links


def _links() -> list[Link]:
    pages = InfoPage.objects.live().public().filter(in_footer=True).order_by("path")
    return [Link(page.title, page.url) for page in pages if page.url]
