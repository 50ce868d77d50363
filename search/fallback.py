"""What search shows while the engine does not answer: the newest stories that match the filters, from the database."""

from typing import Any

from django.db.models import Q

from practice.models import StoryPage
from practice.models.stories import StoryQuerySet
from search.query import Query

OF_STORY = {"community": "community__slug__in", "status": "practice_status__in"}
# A story counts under the council that stands in the place of its own.
OF_COUNCIL = {"tier": "kind__in", "region": "region__in", "nation": "nation__in"}


def newest_matching(query: Query, person: Any) -> list[StoryPage]:
    """The newest stories that this person may read and that match the filters of a question."""
    return list(matching(query, person).newest_first().for_cards()[: query.size])


def matching(query: Query, person: Any) -> StoryQuerySet:
    """The stories that this person may read and that match the filters of a question."""
    stories = StoryPage.objects.visible_to(person)
    for facet, values in query.filters.items():
        stories = _narrowed(stories, facet, values)
    return stories


def _narrowed(stories: StoryQuerySet, facet: str, values: tuple[str, ...]) -> StoryQuerySet:
    if facet in OF_STORY:
        return stories.filter(**{OF_STORY[facet]: values})
    if facet in OF_COUNCIL:
        own = Q(council__replaced_by=None, **{f"council__{OF_COUNCIL[facet]}": values})
        return stories.filter(own | Q(**{f"council__replaced_by__{OF_COUNCIL[facet]}": values}))
    if facet == "topic":
        topics = Q(topics__slug__in=values) | Q(topics__parent__slug__in=values)
        return stories.filter(pk__in=StoryPage.objects.filter(topics).values("pk"))
    if facet == "tag":
        return stories.tagged(*values)
    if facet == "council":
        codes = [value.upper() for value in values]
        return stories.filter(Q(council__code__in=codes) | Q(council__replaced_by__code__in=codes))
    if facet == "year":
        return stories.filter(published_at__year__in=[int(year) for year in values if _is_year(year)])
    return stories.none()  # a filter that the database does not know leaves nothing, rather than everything


def _is_year(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) == 4 and value > "0000"
