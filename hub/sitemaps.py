"""What search engines on the web are told: an index of sections, each a list of pages that everybody may read.

Each room adds its own section in `ready()`: `sitemaps.add("stories", Section(lambda: …visible_to(None), changed="…"))`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import methodcaller
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db.models import QuerySet

LONGEST = 10_000  # entries in one file; the protocol allows 50,000


class Entry(NamedTuple):
    """A page, and when it last changed if that is known."""

    address: str
    changed: datetime | None


@dataclass(frozen=True)
class Section:
    """Rows that a visitor may read, asked for anew each time; the name of their date; addresses without a row."""

    rows: Callable[[], QuerySet[Any]]
    changed: str = ""
    also: tuple[str, ...] = ()
    address: Callable[[Any], str] = methodcaller("get_absolute_url")

    def pages(self) -> int:
        """How many files it takes."""
        return self._paginator().num_pages

    def entries(self, number: int) -> Iterator[Entry]:
        """The entries of one file. Raises EmptyPage."""
        if number == 1:
            yield from (Entry(address, None) for address in self.also)
        for row in self._paginator().page(number).object_list:
            yield Entry(self.address(row), getattr(row, self.changed) if self.changed else None)

    def _paginator(self) -> Paginator:
        return Paginator(self.rows().order_by("pk"), LONGEST)


sections: dict[str, Section] = {}


def add(name: str, section: Section) -> None:
    """Add a section."""
    sections[name] = section
