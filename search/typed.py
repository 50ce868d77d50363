"""Filters that were typed in words: `council:ambleford`, `tag:"food waste"`, `year:2024`.

What is filtered by must be there for this person: a value that nobody knows, or that only others may see, stays a word
like any other, so that nothing is told of what is hidden. The page says so, see `values.py`.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from taggit.models import Tag

from community.models import CommunityPage, Council, Person
from practice.models import StoryPage, Topic
from search.documents import KIND_WORDS
from search.values import plain
from search.words import clean, unquoted

# "exact words" are passed over as they are; a filter begins a word.
_PIECE = re.compile(r'(?<!\S)(?P<name>[A-Za-z]+):(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+))|-?"[^"]*"')


@dataclass(frozen=True, slots=True)
class Unknown:
    """A filter with a value that nobody knows: its name, the value, and both as they stand among the words."""

    name: str
    value: str
    typed: str


@dataclass(frozen=True)
class Typed:
    """What was typed, taken apart: the words that are left, what is filtered by, and by what it cannot be."""

    words: str
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    kind: str | None = None
    unknown: tuple[Unknown, ...] = ()


def split(text: str, *, person: Any) -> Typed:
    """Take the filters out of what was typed."""
    typed = unquoted(clean(text))
    if ":" not in typed:
        return Typed(text)
    filters: dict[str, list[str]] = {}
    kind: list[str] = []
    unknown: list[Unknown] = []

    def take(found: re.Match[str]) -> str:
        name, value = (found["name"] or "").lower(), clean(found["quoted"] or found["plain"] or "")
        if name == "kind":
            kind.extend(values := _kinds(value))
        elif name in _FIND and value:
            filters.setdefault(name, []).extend(values := list(_FIND[name](value, person)))
        else:
            return found[0]
        if not values and value:
            unknown.append(Unknown(name, value, " ".join(found[0].split())))
        return " " if values else found[0]

    words = " ".join(_PIECE.sub(take, typed).split())
    kept = {name: tuple(values) for name, values in filters.items() if values}
    return Typed(words, kept, kind[-1] if kind else None, tuple(dict.fromkeys(unknown)))


def _same(value: str, *names: str) -> bool:
    """Whether this is one of the names, however it was written: as words or as in an address."""
    return plain(value) in {plain(name) for name in names}


def _kinds(value: str) -> list[str]:
    return [kind for kind, words in KIND_WORDS.items() if _same(value, kind, words)]


def _councils(value: str, person: Any) -> Iterable[str]:
    rows = Council.objects.select_related("replaced_by__replaced_by").filter(
        Q(code__iexact=value) | Q(pk__in=_pks_of_councils_called(value))
    )
    return [council.successor().code.lower() for council in rows]


def _pks_of_councils_called(value: str) -> list[int]:
    rows = Council.objects.order_by().values_list("pk", "name", "short_name", "other_names")
    return [pk for pk, name, short, others in rows if _same(value, name, short, *others.splitlines())]


def _tags(value: str, person: Any) -> Iterable[str]:
    tags = Tag.objects.filter(Q(slug__iexact=value) | Q(name__iexact=value)).values_list("slug", flat=True)
    visible = StoryPage.objects.visible_to(person)
    people = Person.objects.visible_to(person)
    return [slug for slug in tags if visible.tagged(slug).exists() or people.skilled_in(slug).exists()]


def _topics(value: str, person: Any) -> Iterable[str]:
    return [slug for slug, title in Topic.objects.values_list("slug", "title") if _same(value, slug, title)]


def _communities(value: str, person: Any) -> Iterable[str]:
    rows = CommunityPage.objects.visible_to(person).filter(Q(slug__iexact=value) | Q(title__iexact=value))
    return rows.values_list("slug", flat=True)


def _places(name: str) -> Callable[[str, Any], Iterable[str]]:
    def find(value: str, person: Any) -> Iterable[str]:
        known = Council.objects.order_by().values_list(name, flat=True).distinct()
        return [place for place in known if place and _same(value, place)]

    return find


def _choices(choices: Any) -> Callable[[str, Any], Iterable[str]]:
    def find(value: str, person: Any) -> Iterable[str]:
        return [str(key) for key, words in choices.choices if _same(value, str(key), str(words))]

    return find


def _years(value: str, person: Any) -> Iterable[str]:
    return [value] if value.isascii() and value.isdigit() and len(value) == 4 else []


_FIND: dict[str, Callable[[str, Any], Iterable[str]]] = {
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
