"""What search engines on the web are told of communities, people and councils."""

from community.models import CommunityPage, Council, Person
from hub.sitemaps import Section, add


def add_sections() -> None:
    """Add the sections of this room."""
    add("communities", Section(lambda: CommunityPage.objects.visible_to(None), also=("/communities/",)))
    add("people", Section(lambda: Person.objects.visible_to(None).with_something_to_show(), also=("/people/",)))
    add("councils", Section(Council.objects.all, also=("/councils/",)))
