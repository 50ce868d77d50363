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

from community.models import Person
from practice.models import StoryPage
from search.values import exactly
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
            kind.extend(values := exactly("kind", value, person=person))
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


def _tags(value: str, person: Any) -> Iterable[str]:
    tags = Tag.objects.filter(Q(slug__iexact=value) | Q(name__iexact=value)).values_list("slug", flat=True)
    visible = StoryPage.objects.visible_to(person)
    people = Person.objects.visible_to(person)
    return [slug for slug in tags if visible.tagged(slug).exists() or people.skilled_in(slug).exists()]


def _years(value: str, person: Any) -> Iterable[str]:
    return [value] if value.isascii() and value.isdigit() and len(value) == 4 else []


def _called(name: str) -> Callable[[str, Any], Iterable[str]]:
    return lambda value, person: exactly(name, value, person=person)


_FIND: dict[str, Callable[[str, Any], Iterable[str]]] = {
    "tag": _tags,
    "year": _years,
    **{name: _called(name) for name in ("council", "topic", "community", "region", "nation", "status", "tier")},
}
