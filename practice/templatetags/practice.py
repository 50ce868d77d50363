"""What the templates of every room show of stories: covers, bands, names."""

from functools import lru_cache
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from community.models import CommunityPage, Council
from practice.covers import cover as draw_cover
from practice.models import StoryAttachment, StoryPage, Topic

register = template.Library()
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
KINDS = {
    "application/pdf": "PDF",
    f"{_OPEN_XML}wordprocessingml.document": "Word document",
    f"{_OPEN_XML}spreadsheetml.sheet": "Excel spreadsheet",
    f"{_OPEN_XML}presentationml.presentation": "PowerPoint presentation",
    "application/vnd.oasis.opendocument.text": "OpenDocument text",
    "application/vnd.oasis.opendocument.spreadsheet": "OpenDocument spreadsheet",
    "text/csv": "Table (CSV)",
    "text/plain": "Text",
}
# The same arguments give the same bytes, and drawing takes longer than all else on a card.
draw = lru_cache(maxsize=4096)(draw_cover)


@register.simple_tag
def cover(story: StoryPage, columns: int = 4, rows: int = 3) -> SafeString:
    """The cover of a story: its own evidence, drawn as tiles."""
    return mark_safe(draw(*_evidence(story), columns=columns, rows=rows))


@register.simple_tag
def topic_cover(topic: Topic) -> SafeString:
    """The four tiles that stand for a topic or a group of topics in a list."""
    return mark_safe(draw(topic.group_slug, topic.slug, "running", 2, columns=2, rows=2))


@register.simple_tag
def band_picture(thing: Any, running: int = 0, stopped: int = 0) -> SafeString:
    """The picture that runs off the right edge of a band: `<div class="pic">{% band_picture story %}</div>`.

    `thing` is a story, a topic, a community, a council, or any words that choose a tile. `running` and `stopped` light
    more tiles, where the page says the same numbers in words.
    """
    group, seed, began = _evidence(thing)
    return mark_safe(draw(group, seed, began, running, stopped, columns=9, rows=7, lit=5, start=(2, 3), fit="xMinYMid"))


@register.filter
def first_topic(story: StoryPage) -> Topic | None:
    """The topic that stands for a story in a list."""
    return next(iter(story.topics.all()), None)


@register.filter
def author_names(story: StoryPage) -> str:
    """The names of the authors, in the order that they chose, then those credited by name alone."""
    names = [str(authorship.person) for authorship in story.authorships.all()]
    if story.credited:
        names.append(story.credited)
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


@register.filter
def kind_of_file(file: StoryAttachment) -> str:
    """What sort of file it is, as people say it."""
    return KINDS.get(file.content_type) or file.name.rpartition(".")[2].upper()[:8] or "File"


def _evidence(thing: Any) -> tuple[str, str, str]:
    """What the tile is, how it lies, and how the practice stands where it began."""
    if isinstance(thing, StoryPage):
        topic = first_topic(thing)
        group = topic.group_slug if topic else str(thing.community_id)
        return group, str(thing.pk), thing.practice_status or StoryPage.Status.RUNNING
    if isinstance(thing, Topic):
        return thing.group_slug, thing.slug, "running"
    if isinstance(thing, CommunityPage):
        topic = next(iter(thing.topics.all()), None)  # type: ignore[attr-defined]
        return (topic.group_slug if topic else str(thing.pk)), thing.slug, "running"
    if isinstance(thing, Council):
        return thing.kind, thing.code, "running"
    return str(thing), str(thing), "running"
