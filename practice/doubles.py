"""Words on stories that are perhaps the same: recycle and recycling, fly tipping and fly-tipping, cadies, caddies."""

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from taggit.models import Tag

from community import access
from community.models import Person
from practice.models import StoryPage, StoryTag, TagsApart
from practice.tags import changed_by

SHORTEST_SLIP = 5
_WORD = re.compile(r"[^\W_]+")
_ENDINGS = ("ings", "ing", "ies", "es", "s", "e", "y")


@dataclass(frozen=True)
class Double:
    """Two words that may be one: the rarer, which would go, and the one that would stay."""

    goes: Tag
    stays: Tag
    why: str
    goes_on: int
    stays_on: int


def counted(person: Any) -> dict[int, int]:
    """How many stories that this person may read have each word, by its number."""
    seen = StoryPage.objects.visible_to(person).order_by().values("pk")
    rows = StoryTag.objects.filter(content_object__in=seen).order_by()
    return dict(rows.values_list("tag").annotate(Count("pk")))


def doubles_for(person: Any, *, most: int = 12) -> list[Double]:
    """The likeliest doubles that this person may merge, those on most stories first."""
    numbers = counted(person)
    tags = {tag.pk: tag for tag in Tag.objects.filter(pk__in=list(numbers))}
    may_go = set(changed_by(person).values_list("pk", flat=True)) if tags else set()
    apart = set(TagsApart.objects.values_list("one", "other"))
    found: list[Double] = []
    for (one, other), why in pairs({pk: tag.name for pk, tag in tags.items()}).items():
        if (one, other) in apart:
            continue
        goes, stays = sorted((one, other), key=lambda pk: (numbers[pk], pk))
        if goes not in may_go and numbers[one] == numbers[other]:
            goes, stays = stays, goes
        if goes in may_go:
            found.append(Double(tags[goes], tags[stays], why, numbers[goes], numbers[stays]))
    found.sort(key=lambda pair: (-pair.stays_on, pair.stays.name, pair.goes.name))
    return found[:most]


def tell_apart(one: Tag, other: Tag, *, by: Person) -> None:
    """Say that two words are not the same. Nobody is asked again."""
    if not access.facilitated_by(by):
        raise PermissionDenied
    first, second = sorted((one.pk, other.pk))
    if first != second:
        TagsApart.objects.get_or_create(one_id=first, other_id=second, defaults={"by": by})


def pairs(names: dict[int, str]) -> dict[tuple[int, int], str]:
    """The pairs of numbers whose words may be the same, each with why, the lower number first.

    >>> pairs({1: "recycle", 2: "Recycling", 3: "fly tipping", 4: "fly-tipping", 5: "cadies", 6: "caddies", 7: "2023"})
    {(3, 4): 'written together or apart', (1, 2): 'forms of one word', (5, 6): 'one letter apart'}
    """
    found: dict[tuple[int, int], str] = {}
    joined = {pk: "".join(_WORD.findall(name.casefold())) for pk, name in names.items()}
    stems = {pk: "".join(stem(word) for word in _WORD.findall(name.casefold())) for pk, name in names.items()}
    _gather(found, joined, "written together or apart")
    _gather(found, stems, "forms of one word")
    _gather_slips(found, joined)
    return found


def stem(word: str) -> str:
    """A word without the ending that its forms differ in.

    >>> stem("recycle"), stem("recycling"), stem("parks"), stem("bus"), stem("caddies"), stem("glass")
    ('recycl', 'recycl', 'park', 'bus', 'cadd', 'glass')
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith(("ss", "us")):
            return word[: -len(ending)]
    return word


def _gather(found: dict[tuple[int, int], str], keys: dict[int, str], why: str) -> None:
    alike: dict[str, list[int]] = defaultdict(list)
    for pk, key in keys.items():
        if key:
            alike[key].append(pk)
    for group in alike.values():
        group.sort()
        for place, one in enumerate(group):
            for other in group[place + 1 :]:
                found.setdefault((one, other), why)


def _gather_slips(found: dict[tuple[int, int], str], joined: dict[int, str]) -> None:
    """Words that one letter too many, too few, wrong or out of place parts. Numbers are no slips."""
    near: dict[str, set[int]] = defaultdict(set)
    for pk, word in joined.items():
        if len(word) >= SHORTEST_SLIP and word.isalpha():
            for form in {word, *(word[:cut] + word[cut + 1 :] for cut in range(len(word)))}:
                near[form].add(pk)
    for group in near.values():
        if 1 < len(group) <= 20:
            numbers = sorted(group)
            for place, one in enumerate(numbers):
                for other in numbers[place + 1 :]:
                    if (one, other) not in found and _one_slip(joined[one], joined[other]):
                        found[one, other] = "one letter apart"


def _one_slip(word: str, other: str) -> bool:
    """Whether one slip parts them: both lose at most one letter, in the same place or in two that are neighbours."""
    start = 0
    while start < min(len(word), len(other)) and word[start] == other[start]:
        start += 1
    rest, rest_other = word[start:], other[start:]
    return (
        rest[1:] == rest_other
        or rest == rest_other[1:]
        or rest[1:] == rest_other[1:]
        or (rest[:2] == rest_other[1::-1] and rest[2:] == rest_other[2:])
    )
