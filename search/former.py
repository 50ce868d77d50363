"""Filters by what has another address today: a community that became part of another, a word that was renamed.

Who asks is led on only where they may know of both, so that an old name tells nothing that is hidden.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from community.models import Merger
from practice.models import FormerSlug
from practice.narrowing import tags_seen_by
from search.models import StandingSearch


def of_today(filters: Mapping[str, tuple[str, ...]], person: Any) -> Mapping[str, tuple[str, ...]]:
    """These filters with the values of today."""
    today: dict[str, dict[str, str]] = {}
    if values := filters.get("community"):
        found = Merger.objects.leading_from(values, person)
        today["community"] = {slug: community.slug for slug, community in found.items()}
    if values := filters.get("tag"):
        former = FormerSlug.objects.filter(slug__in=values, topic=None, tag__in=tags_seen_by(person))
        today["tag"] = {each.slug: each.tag.slug for each in former.select_related("tag") if each.tag}
    if not any(today.values()):
        return filters
    led = {name: [today.get(name, {}).get(value, value) for value in values] for name, values in filters.items()}
    return {name: tuple(dict.fromkeys(values)) for name, values in led.items()}


def lead_on(facet: str, before: str, after: str, *, may_know: Callable[[Any], bool]) -> None:
    """Let the searches that people keep ask for a value by its new address, where their owner may know it."""
    asked = urlencode([(facet, before)])
    kept = StandingSearch.objects.filter(asked__contains=asked, deleted_at=None).select_related("person")
    for search in kept.order_by("pk"):
        parts = parse_qsl(search.asked, keep_blank_values=True)
        led = urlencode(list(dict.fromkeys((facet, after) if part == (facet, before) else part for part in parts)))
        if led == search.asked or not may_know(search.person):
            continue
        if not StandingSearch.objects.of(search.person).filter(asked=led).exists():
            search.asked = led
            search.save(update_fields=["asked"])
