"""Stories beside another one: those like it, and those that tell already what somebody is about to write.

The engine names them and the database shows them, so that one that was withdrawn or shut a moment ago is not among
them. When the engine does not answer there are none: no page waits for them.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from practice.models import StoryPage
from practice.models.stories import StoryQuerySet
from search import meaning
from search.documents import STORY
from search.engines import engine
from search.engines.base import EngineAway
from search.fallback import matching
from search.query import Query, Sort

logger = logging.getLogger(__name__)

# A title with fewer words could be about anything.
FEWEST_WORDS = 2
# Somebody who writes is told of what is surely on the same thing, in whatever words.
SAME_THING = 0.5
# Above hits that have the words stands what comes surely nearer to what was meant than the first so many of them.
NEARER, FIRST_HITS = 0.4, 5
# Of fewer words a hit has all, and nobody says more with them.
FEWEST_TELLING = 3


def stories_like(story: StoryPage, *, person: Any, most: int) -> list[StoryPage]:
    """The stories nearest to this one that this person may read, the nearest first.

    By meaning where that is on; those of the same words fill the places that are left.
    """
    visible = StoryPage.objects.visible_to(person)
    near = meaning.nearest_to_story(story.pk, visible, most=most)
    asker = replace(Query.ask(person=person), size=most + 2)  # some may be gone since the engine read them
    try:
        found = [each.id for each in engine().similar(STORY, story.pk, asker)]
    except EngineAway as error:
        logger.warning("no similar stories: %s", error)
        found = []
    return _rows([*near, *found], visible)[:most]


def stories_that_tell(title: str, *, person: Any, most: int) -> list[StoryPage]:
    """The stories that this person may read with the words of a title that is being typed, the best match first.

    Where search by meaning is on, those that say it in other words follow.
    """
    query = Query.ask(title, person=person)
    if len(query.words.plain) < FEWEST_WORDS:
        return []
    try:
        answer = meaning.search(engine(), replace(query, kind=STORY, size=most + 2))
    except EngineAway as error:
        logger.warning("no stories beside a title: %s", error)
        return []
    visible, found = StoryPage.objects.visible_to(person), [hit.id for hit in answer.hits]
    if len(found) < most and not query.words.exact and not query.words.without:
        found += meaning.nearest_to_words(query.words.typed, visible, most=most, floor=SAME_THING)
    return _rows(found, visible)[:most]


def stories_near(query: Query, *, person: Any, most: int, floor: float | None = None) -> list[StoryPage]:
    """For a question whose words nothing has: the stories nearest to it in meaning, where search by meaning is on.

    They match the filters too. Whoever quotes or excludes words wants those, and gets none.
    """
    words = query.words
    if not meaning.is_on() or not words.plain or words.exact or words.without:
        return []
    stories = matching(query, person)
    return _rows(meaning.nearest_to_words(words.typed, stories, most=most, floor=floor), stories)


def stories_nearer(query: Query, hits: Sequence[int], *, person: Any, most: int) -> list[StoryPage]:
    """For a question of some words, whose hits need not have all of them: the stories that say it in others.

    None where the first hits have the one that is nearest of all.
    """
    if query.page > 1 or query.sort is not Sort.BEST or len(query.words.plain) < FEWEST_TELLING:
        return []
    first = hits[:FIRST_HITS]
    near = stories_near(query, person=person, most=most, floor=NEARER)
    return [] if not near or near[0].pk in first else [story for story in near if story.pk not in first]


def _rows(ids: Sequence[int], stories: StoryQuerySet) -> list[StoryPage]:
    rows = stories.for_cards().in_bulk(ids)
    return [rows[id] for id in dict.fromkeys(ids) if id in rows]
