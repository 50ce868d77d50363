"""What somebody may mean who has typed the beginning of it."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet

from community.models import CommunityPage, Person
from practice.models import StoryPage
from search.documents import COMMUNITY, PERSON, STORY
from search.engines import engine
from search.engines.base import EngineAway, Suggestion
from search.query import Query

logger = logging.getLogger(__name__)

MOST = 8
SHORTEST = 2
CAN_VANISH: dict[str, Callable[[Any], QuerySet[Any]]] = {
    STORY: StoryPage.objects.visible_to,
    PERSON: Person.objects.visible_to,
    COMMUNITY: CommunityPage.objects.visible_to,
}


def suggestions(query: Query, person: Any) -> list[Suggestion]:
    """Things whose names begin so, which this person may see now. None when the engine does not answer."""
    if len(query.words.typed) < SHORTEST:
        return []
    try:
        found = engine().suggest(query, size=MOST)
    except EngineAway as error:
        logger.warning("nothing is suggested: %s", error)
        return []
    # What was withdrawn or hidden a moment ago may still be in the engine. Its name must not be told.
    there = {(kind, id) for kind in {each.kind for each in found} for id in _there(kind, found, person)}
    return [each for each in found if (each.kind, each.id) in there]


def _there(kind: str, found: list[Suggestion], person: Any) -> Iterable[int]:
    ids = [each.id for each in found if each.kind == kind]
    if kind not in CAN_VANISH:
        return ids
    rows: Iterable[int] = CAN_VANISH[kind](person).filter(pk__in=ids).order_by().values_list("pk", flat=True)
    return rows
