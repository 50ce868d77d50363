"""What standing searches found: what their pages show of what may still be seen, and what was told with other news."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q
from django.utils import timezone

from community.models import Person
from practice.models import StoryPage
from search.documents import STORY
from search.models import Found, StandingSearch
from search.models.standing import PUT_BACK_WITHIN

# Finds are shown, and kept, for so long.
LATELY = timedelta(days=90)
MOST_SHOWN = 50


@dataclass(frozen=True)
class Kept:
    """A search in the list."""

    search: StandingSearch
    count: int
    last: datetime | None


@dataclass(frozen=True)
class FoundStory:
    """A story with the day on which it was found."""

    story: StoryPage
    at: datetime


def kept_by(person: Any) -> list[Kept]:
    """The searches of a person, the latest find first, with how many of their finds can still be read."""
    searches = list(StandingSearch.objects.of(person))
    seen = StoryPage.objects.visible_to(person).order_by().values("pk")
    since = timezone.now() - LATELY
    counted = Found.objects.filter(
        search__in=[search.pk for search in searches], kind=STORY, found_at__gt=since, object_id__in=seen
    )
    counts = {
        row["search"]: (row["count"], row["last"])
        for row in counted.order_by().values("search").annotate(count=Count("pk"), last=Max("found_at"))
    }
    kept = [Kept(search, *counts.get(search.pk, (0, None))) for search in searches]
    return sorted(kept, key=lambda each: each.last or each.search.created_at, reverse=True)


def deleted_by(person: Any) -> list[StandingSearch]:
    """The searches that a person deleted and can put back."""
    lately = timezone.now() - PUT_BACK_WITHIN
    deleted = StandingSearch.objects.filter(person=person, deleted_at__gt=lately)
    return list(deleted.order_by("-deleted_at")[:20])


def lately(search: StandingSearch, person: Any) -> list[FoundStory]:
    """What a search found lately, the latest first, without what this person may not read any more."""
    finds = Found.objects.filter(search=search, kind=STORY, found_at__gt=timezone.now() - LATELY)
    rows = list(finds.order_by("-found_at", "-pk")[: MOST_SHOWN * 2])
    stories = StoryPage.objects.visible_to(person).for_cards().in_bulk([row.object_id for row in rows])
    shown = [FoundStory(stories[row.object_id], row.found_at) for row in rows if row.object_id in stories]
    return shown[:MOST_SHOWN]


def told_with(people: Iterable[Person], story: StoryPage) -> dict[int, list[str]]:
    """Take what these people's searches found in a story for told, with other news of it. The names of the searches.

    In the transaction that tells the other news, by letter too to those who want letters.
    """
    rows = Found.objects.filter(kind=STORY, object_id=story.pk, told_at=None, mailed_at=None)
    rows = rows.filter(search__in=StandingSearch.objects.looking().filter(person__in=list(people)))
    held = list(rows.select_for_update(of=("self",)).select_related("search").order_by("search__name", "pk"))
    names: dict[int, list[str]] = {}
    for row in held:
        names.setdefault(row.search.person_id, []).append(row.search.name)
    now = timezone.now()
    Found.objects.filter(pk__in=[row.pk for row in held]).update(told_at=now, mailed_at=now)
    return names


def quoted(names: Sequence[str], *, most: int = 2) -> str:
    """The names of so many searches, or of one and how many more."""
    said = [f"“{name if len(name) <= 60 else name[:59] + '…'}”" for name in names]
    if len(said) > most:
        return f"{said[0]} and {len(said) - 1} more"
    return " and ".join(said)


def tidy() -> int:
    """Forget finds that are no longer shown, and searches that nobody can put back any more. Says how many rows."""
    old = Q(found_at__lt=timezone.now() - LATELY)
    # A find stays as long as its story may be changed again: what keeps it from being told twice is its row.
    gone, _ = Found.objects.filter(old).exclude(kind=STORY, object_id__in=StoryPage.objects.values("pk")).delete()
    searches, _ = StandingSearch.objects.put_away().delete()
    return gone + searches
