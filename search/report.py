"""What was asked in a time, and did not help: for those who look after search. Nothing in it says who."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Any

from django.db.models import F, Max, Sum

from community import access
from hub.spreadsheet import no_formula
from search.demand import closed_names, is_withheld
from search.matching import stems
from search.models import AskedWords

# Below this, what was asked may be one person's business.
FEWEST_TIMES = 3
MOST_ROWS = 200
MOST_IN_FILE = 5000
SHOWN = {
    "nothing": "Found nothing",
    "unopened": "Found, but nothing was opened",
    "all": "Everything that was asked",
}


@dataclass(frozen=True)
class Row:
    """What was asked, how often, and what came of it."""

    words: str
    times: int
    nothing: int
    opened: int


def asked_between(first: date, last: date, *, show: str, person: Any, most: int = MOST_ROWS) -> list[Row]:
    """The questions of these days, the most frequent first. Words of closed communities are for editors alone."""
    asked = AskedWords.objects.filter(day__gte=first, day__lte=last).order_by().values("key")
    rows = asked.annotate(
        said=Max("words"), all_times=Sum("times"), all_nothing=Sum("nothing"), all_opened=Sum("opened")
    ).filter(all_times__gte=FEWEST_TIMES)
    if show == "nothing":
        rows = rows.filter(all_nothing__gt=0).order_by("-all_nothing", "key")
    elif show == "unopened":
        rows = rows.filter(all_opened=0, all_nothing__lt=F("all_times")).order_by("-all_times", "key")
    else:
        rows = rows.order_by("-all_times", "key")
    found = [Row(row["said"], row["all_times"], row["all_nothing"], row["all_opened"]) for row in rows[:most]]
    return found if access.is_editor(person) else list(_open_to_all(found))


def as_csv(rows: Iterable[Row]) -> str:
    """The rows as a table for a spreadsheet, in which no cell is a formula."""
    out = StringIO()
    write = csv.writer(out)
    write.writerow(["Words", "Asked", "Found nothing", "Opened"])
    write.writerows([no_formula(row.words), row.times, row.nothing, row.opened] for row in rows)
    return "\ufeff" + out.getvalue()


def _open_to_all(rows: Iterable[Row]) -> Iterator[Row]:
    """Without what has a word that is read in closed communities alone."""
    hidden = closed_names()
    for row in rows:
        if hidden.intersection(stems(row.words)):
            continue
        if not is_withheld(row.words):
            yield row
