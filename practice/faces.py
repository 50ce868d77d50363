"""What stands for a story, a topic, a community or a council: its tile, and the picture that is made of it."""

from functools import lru_cache
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from community.models import CommunityPage, Council
from practice.covers import CELL
from practice.covers import cover as draw_cover
from practice.covers import tiles as draw_tiles
from practice.models import StoryPage, Topic

# The same arguments give the same bytes, and drawing takes longer than all else on a card.
draw = lru_cache(maxsize=4096)(draw_cover)
draw_part = lru_cache(maxsize=4096)(draw_tiles)
# The floor of the front page: so many stories side by side and one under another, each two tiles by two.
ACROSS, DOWN = 7, 4
FLOOR = ACROSS * DOWN
HOUSE = 310  # the colour of what belongs to no community


def cover(story: StoryPage, columns: int = 4, rows: int = 3) -> SafeString:
    """The cover of a story: its own evidence, drawn as tiles."""
    spread = story.repeats.running, story.repeats.stopped
    return mark_safe(draw(*_evidence(story), *spread, columns=columns, rows=rows))


def topic_cover(topic: Topic) -> SafeString:
    """The four tiles that stand for a topic or a group of topics in a list."""
    return mark_safe(draw(topic.group_slug, topic.slug, "running", 2, columns=2, rows=2))


def band_picture(thing: Any, running: int = 0, stopped: int = 0) -> SafeString:
    """The picture that runs off the right edge of a band: `<div class="pic">{% band_picture story %}</div>`.

    `thing` is a story, a topic, a community, a council, or any words that choose a tile. `running` and `stopped` light
    more tiles, where the page says the same numbers in words.
    """
    group, seed, began = _evidence(thing)
    return mark_safe(draw(group, seed, began, running, stopped, columns=9, rows=7, lit=5, start=(2, 3), fit="xMinYMid"))


def featured_picture(story: StoryPage) -> SafeString:
    """The picture beside the featured story, which runs off the left edge."""
    spread = story.repeats.running, story.repeats.stopped
    return mark_safe(draw(*_evidence(story), *spread, columns=7, rows=6, start=(4, 2), fit="xMaxYMid"))


def floor(stories: list[StoryPage]) -> SafeString:
    """Stories as the tiles of one floor, each in the colour of its community; the rest of the floor is the house's."""
    blocks: dict[int, list[tuple[int, int, str]]] = {}
    for place in range(FLOOR):
        # Eleven has no divisor in common with the number of places, so neighbours in time lie apart.
        row, column = divmod(place * 11 % FLOOR, ACROSS)
        story = stories[place] if place < len(stories) else None
        hue = story.community.hue if story and story.community else HOUSE
        paths = draw_part(*_evidence(story), columns=2, rows=2) if story else ""
        blocks.setdefault(hue, []).append((column * 2 * CELL, row * 2 * CELL, paths))
    return format_html(
        '<svg class="cover" viewBox="0 0 {} {}" preserveAspectRatio="xMinYMid slice" aria-hidden="true">{}</svg>',
        ACROSS * 2 * CELL,
        DOWN * 2 * CELL,
        format_html_join(
            "", '<g data-hue="{}"><path class="ground" d="{}"/>{}</g>', (_laid(*each) for each in blocks.items())
        ),
    )


def _laid(hue: int, blocks: list[tuple[int, int, str]]) -> tuple[int, str, SafeString]:
    side = 2 * CELL
    ground = "".join(f"M{x} {y}h{side}v{side}h-{side}z" for x, y, _ in blocks)
    paths = "".join(f'<g transform="translate({x} {y})">{paths}</g>' for x, y, paths in blocks if paths)
    return hue, ground, mark_safe(paths)


def first_topic(story: StoryPage) -> Topic | None:
    """The topic that stands for a story in a list."""
    return story.first_topic()


def _evidence(thing: Any) -> tuple[str, str, str]:
    """What the tile is, how it lies, and how the practice stands where it began."""
    if isinstance(thing, StoryPage):
        topic = first_topic(thing)
        group = topic.group_slug if topic else str(thing.community_id)
        return group, str(thing.pk), thing.practice_status or StoryPage.Status.RUNNING
    if isinstance(thing, Topic):
        return thing.group_slug, thing.slug, "running"
    if isinstance(thing, CommunityPage):
        topic = next(iter(thing.topics.all()), None)
        return (topic.group_slug if topic else str(thing.pk)), thing.slug, "running"
    if isinstance(thing, Council):
        return thing.kind, thing.code, "running"
    return str(thing), str(thing), "running"
