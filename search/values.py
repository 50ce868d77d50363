"""The values that a typed filter can have, as one person may know them: for who typed one, or nearly so.

What only others may see is never named: who types the name of a hidden community reads what they would read of one
that there is not.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from community.models import CommunityPage, Council
from practice.models import StoryPage, Topic
from practice.narrowing import tags_seen_by
from search.documents import KIND_WORDS
from search.slips import distance
from search.words import SMALL_WORDS

MOST_NEAR = 3
# The tags of a large hub are many: so many are compared.
MOST_TAGS = 2000
# Of these there are few, and none is a secret: all are named when none is near.
FEW = {"kind", "status", "tier", "nation", "region"}
MOST_OF_FEW = 12
# Shorter words are near to nearly everything, and a name without them is not told from another.
SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a filter, the words that people read for it, what else it is called, and what is only near to it."""

    value: str
    words: str
    names: tuple[str, ...] = ()
    near: tuple[str, ...] = ()

    @property
    def called(self) -> tuple[str, ...]:
        """All that it is called by."""
        return (self.value, self.words, *self.names)


def nearest(name: str, typed: str, *, person: Any) -> list[Value]:
    """The values of a filter that are nearest to what was typed, the nearest first. Mostly one or none."""
    known = list(_KNOWN[name](typed, person))
    far = ((_farness(plain(typed), each), each) for each in known)
    near = sorted(((number, each) for number, each in far if number is not None), key=lambda pair: pair[0])
    if not near and name in FEW and len(known) <= MOST_OF_FEW:
        return known
    return list({each.value: each for _, each in near}.values())[:MOST_NEAR]


def exactly(name: str, typed: str, *, person: Any) -> list[str]:
    """The values of a filter that are called so, however it was written: as words or as in an address."""
    wanted = plain(typed)
    known = _KNOWN[name](typed, person) if wanted else ()
    return [each.value for each in known if wanted in map(plain, each.called)]


def plain(text: str) -> str:
    """A name however it was written, as words or as in an address."""
    return re.sub(r"[\W_]+", " ", text.casefold().replace("'", "").replace("’", "")).strip()


def _farness(typed: str, value: Value) -> int | None:
    """How far a value is from what was typed; nothing when it is another."""
    steps = (_steps(typed, plain(name)) for name in (*value.called, *value.near))
    return min((each for each in steps if each is not None), default=None)


def _steps(typed: str, name: str) -> int | None:
    if typed == name:
        return 0
    shorter = min(len(typed), len(name))
    if shorter < SHORTEST:
        return None
    if f" {typed}" in f" {name}" or f" {name} " in f" {typed} ":
        return 1
    whole = distance(typed, name)
    if whole <= (1 if len(typed) <= 4 else 2):
        return 1 + whole
    each = [_slips(word, name.split()) for word in typed.split() if word not in SMALL_WORDS]
    return None if not each or None in each else 2 + sum(filter(None, each))


def _slips(word: str, words: Sequence[str]) -> int | None:
    """How many slips there are to the nearest of these words; nothing when all are others."""
    most = 0 if len(word) <= SHORTEST else 1 if len(word) <= 5 else 2
    nearest = min(distance(word, each) for each in words)
    return nearest if nearest <= most else None


def _kinds(typed: str, person: Any) -> Iterator[Value]:
    return (Value(kind, words, near=(f"{kind}s",)) for kind, words in KIND_WORDS.items())


def _councils(typed: str, person: Any) -> Iterator[Value]:
    for council in Council.objects.select_related("replaced_by__replaced_by").order_by("short_name", "pk"):
        today = council.successor()
        names = (council.code, council.name, council.short_name, *council.other_names.splitlines())
        yield Value(today.code.lower(), today.short_name, names)


def _tags(typed: str, person: Any) -> Iterator[Value]:
    """Those that begin alike, or hold what was typed: there may be thousands."""
    begun = plain(typed)[:1]
    likely = tags_seen_by(person).filter(Q(slug__startswith=begun) | Q(name__icontains=typed)).order_by("name")
    return (Value(slug, name) for slug, name in likely.values_list("slug", "name")[:MOST_TAGS])


def _topics(typed: str, person: Any) -> Iterator[Value]:
    return (
        Value(each.slug, each.title, near=tuple(each.other_word_list())) for each in Topic.objects.order_by("title")
    )


def _communities(typed: str, person: Any) -> Iterator[Value]:
    rows = CommunityPage.objects.visible_to(person).order_by("title").values_list("slug", "title")
    return (Value(slug, title) for slug, title in rows)


def _places(name: str) -> Callable[[str, Any], Iterable[Value]]:
    def known(typed: str, person: Any) -> Iterator[Value]:
        rows = Council.objects.order_by(name).values_list(name, flat=True).distinct()
        return (Value(place, place) for place in rows if place)

    return known


def _choices(choices: Any) -> Callable[[str, Any], Iterable[Value]]:
    return lambda typed, person: (Value(str(key), str(words)) for key, words in choices.choices)


def _years(typed: str, person: Any) -> Iterator[Value]:
    """Those in which stories came out that this person may read."""
    dates = StoryPage.objects.visible_to(person).exclude(published_at=None).order_by()
    years = sorted({day.year for day in dates.dates("published_at", "year")}, reverse=True)
    return (Value(str(year), str(year), near=(f"{year % 100:02}",)) for year in years)


_KNOWN: dict[str, Callable[[str, Any], Iterable[Value]]] = {
    "kind": _kinds,
    "council": _councils,
    "tag": _tags,
    "topic": _topics,
    "community": _communities,
    "region": _places("region"),
    "nation": _places("nation"),
    "status": _choices(StoryPage.Status),
    "tier": _choices(Council.Kind),
    "year": _years,
}
