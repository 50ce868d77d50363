"""What search engines on the web are told of stories and topics."""

from hub.sitemaps import Section, add
from practice.models import Collection, StoryPage, Topic


def add_sections() -> None:
    """Add the sections of this room."""
    add(
        "stories", Section(lambda: StoryPage.objects.visible_to(None), changed="last_published_at", also=("/stories/",))
    )
    add("collections", Section(lambda: Collection.objects.visible_to(None), changed="changed_at"))
    add("topics", Section(Topic.objects.all))
