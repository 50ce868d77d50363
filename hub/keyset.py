"""Reading a long list a page at a time, by where the reader stands and not by how many rows come before.

A page by keyset costs the same at the end of a hundred thousand rows as at the beginning, and nothing is shown twice or
left out when somebody publishes meanwhile. The queryset must be read in the order of one moment or one text, then of
the primary key; `newest_first`, `oldest_first` and `by_title` of stories are.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import DateTimeField, QuerySet

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"(.{0,200})-(\d{1,18})")
_MOMENT = re.compile(r"\d{1,17}")


@dataclass(frozen=True)
class KeysetPage:
    """One page of a list, and the addresses' parameters of the pages on both sides (empty where there is none)."""

    rows: list[Any]
    newer: dict[str, str]
    older: dict[str, str]

    def addresses(self, kept: Iterable[tuple[str, str]] = ()) -> dict[str, str]:
        """`newer` and `older` as components/list_pages.html takes them, with the other parameters kept."""
        return {
            name: f"?{urlencode([*kept, *cursor.items()])}" if cursor else ""
            for name, cursor in (("newer", self.newer), ("older", self.older))
        }


def page_of(
    queryset: "QuerySet[Any]",
    parameters: Mapping[str, Any],
    *,
    by: str = "published_at",
    descending: bool = True,
    size: int = 20,
) -> KeysetPage:
    """The page that `after` or `before` in the parameters asks for, else the first. A broken cursor is the first.

    `newer` is always the page before this one in the order of reading, and `older` the one after it.
    """
    is_moment = isinstance(queryset.model._meta.get_field(by), DateTimeField)
    after, before = (_position(parameters.get(name), is_moment) for name in ("after", "before"))
    if before and not after:
        rows = list(_beyond(queryset.reverse(), before, by, not descending)[: size + 1])
        if len(rows) > size:
            rows = rows[size - 1 :: -1]
            return KeysetPage(rows, {"before": _cursor(rows[0], by)}, {"after": _cursor(rows[-1], by)})
    elif after:
        rows = list(_beyond(queryset, after, by, descending)[: size + 1])
        if rows:
            more = len(rows) > size
            rows = rows[:size]
            return KeysetPage(rows, {"before": _cursor(rows[0], by)}, {"after": _cursor(rows[-1], by)} if more else {})
    rows = list(queryset[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    return KeysetPage(rows, {}, {"after": _cursor(rows[-1], by)} if more else {})


def _beyond(
    queryset: "QuerySet[Any]", position: tuple[datetime | str, int], by: str, descending: bool
) -> "QuerySet[Any]":
    """The rows that come after a position. A range and an exception to it, which an index can follow; an OR cannot."""
    place, pk = position
    edge, same = ("lte", "gte") if descending else ("gte", "lte")
    return queryset.filter(**{f"{by}__{edge}": place}).exclude(**{by: place, f"pk__{same}": pk})


def _cursor(row: Any, by: str) -> str:
    place = getattr(row, by)
    if isinstance(place, datetime):
        place = (place - _EPOCH) // timedelta(microseconds=1)
    return f"{place}-{row.pk}"


def _position(cursor: Any, is_moment: bool) -> tuple[datetime | str, int] | None:
    match = _CURSOR.fullmatch(str(cursor or ""))
    if not match or "\0" in match[1]:
        return None
    if not is_moment:
        return match[1], int(match[2])
    if not _MOMENT.fullmatch(match[1]):
        return None
    try:
        return _EPOCH + timedelta(microseconds=int(match[1])), int(match[2])
    except OverflowError:
        return None
