"""Reading the public register of UK local authorities (a CSV file as it is published) into the register of councils."""

import csv
import math
import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from community.models import Council
from community.registering import Entry, Outcome, register, replace
from hub.refusal import Refused

BATCH = 100
NEEDED = {"local-authority-code", "official-name", "local-authority-type"}
_KINDS = {
    "NMD": Council.Kind.DISTRICT,
    "CTY": Council.Kind.COUNTY,
    "UA": Council.Kind.UNITARY,
    "WPA": Council.Kind.UNITARY,  # Wales and Scotland have one tier only
    "SCO": Council.Kind.UNITARY,
    "NID": Council.Kind.NI_DISTRICT,
    "MD": Council.Kind.METROPOLITAN,
    "LBO": Council.Kind.LONDON_BOROUGH,
    "CC": Council.Kind.LONDON_BOROUGH,  # the City of London, which does what a London borough does
    "COMB": Council.Kind.COMBINED,
    "SRA": Council.Kind.COMBINED,  # the Greater London Authority
}
_DAMAGED = ("\N{REPLACEMENT CHARACTER}", "ï¿½")


@dataclass
class Report:
    """What an import did: how many of each outcome, and each refused row with its line and the reason."""

    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    refused: list[tuple[int, str]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows were read."""
        return sum(self.outcomes.values()) + len(self.refused)


def import_register(path: Path, *, dry_run: bool = False) -> Report:
    """Read the whole file into the register; a bad row is reported and the rest goes on. Twice changes nothing more.

    Raises Refused when the file is no register at all. Nothing is kept of a dry run.
    """
    report = Report()
    rows: list[tuple[int, Entry, list[str]]] = []
    seen: dict[str, int] = {}
    for line, row in _rows(path, report):
        try:
            entry = _entry(row)
            if entry.code in seen:
                raise Refused(f"the code {entry.code} is on line {seen[entry.code]} already")
        except Refused as reason:
            report.refused.append((line, str(reason)))
        else:
            seen[entry.code] = line
            rows.append((line, entry, _words(row.get("replaced-by", ""))))
    with transaction.atomic() if dry_run else nullcontext():
        outcomes = _take_in(rows, report)
        _link(rows, outcomes, report)
        if dry_run:
            transaction.set_rollback(True)
    for outcome in outcomes.values():
        report.outcomes[outcome] += 1
    report.refused.sort()
    return report


def _take_in(rows: list[tuple[int, Entry, list[str]]], report: Report) -> dict[int, Outcome]:
    """Register each entry, a batch to a transaction."""
    outcomes = {}
    for start in range(0, len(rows), BATCH):
        with transaction.atomic():
            for line, entry, _ in rows[start : start + BATCH]:
                try:
                    outcomes[line] = register(entry)[1]
                except Refused as reason:
                    report.refused.append((line, str(reason)))
    return outcomes


def _link(rows: list[tuple[int, Entry, list[str]]], outcomes: dict[int, Outcome], report: Report) -> None:
    """Say who replaced whom, when every council of the file is there."""
    councils = {council.code: council for council in Council.objects.prefetch_related("split_into")}
    with transaction.atomic():
        for line, entry, codes in rows:
            if not codes or line not in outcomes:
                continue
            try:
                if unknown := [code for code in codes if code not in councils]:
                    raise Refused(f"{entry.code} was replaced by {', '.join(unknown)}, which is not in the register")
                changed = replace(councils[entry.code], by=[councils[code] for code in codes])
            except Refused as reason:
                outcomes.pop(line)
                report.refused.append((line, str(reason)))
            else:
                if changed and outcomes[line] == Outcome.SAME:
                    outcomes[line] = Outcome.CHANGED


def _rows(path: Path, report: Report) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows, with the line that each begins on. What is not UTF-8 stays marked, so that its row is refused."""
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            reader = csv.reader(file)
            head = next(reader, [])
            if missing := NEEDED - set(head):
                raise Refused(
                    f"{path.name} is not a register of councils: it has no column {', '.join(sorted(missing))}."
                )
            while True:
                line = reader.line_num + 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    report.refused.append((line, f"it cannot be read: {error}"))
                    continue
                if not cells:
                    continue
                if len(cells) != len(head):
                    report.refused.append((line, f"it has {len(cells)} cells instead of {len(head)}"))
                else:
                    yield line, {name: cell.strip() for name, cell in zip(head, cells, strict=True)}
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from error


def _entry(row: dict[str, str]) -> Entry:
    """One row as an entry, or Refused with the reason."""
    for name, cell in row.items():
        if any("\ud800" <= character <= "\udfff" for character in cell):
            raise Refused(f"{name} is not in UTF-8")
    code = row["local-authority-code"].upper()
    if not re.fullmatch(r"[A-Z0-9-]{1,20}", code):
        raise Refused(f"the code {code!r} is not letters, digits and hyphens" if code else "it has no code")
    kind = row["local-authority-type"].upper()
    if kind not in _KINDS:
        raise Refused(f"its type {kind!r} is none that we know ({', '.join(sorted(_KINDS))})")
    began, ended = _value(row, "start-date", date.fromisoformat), _value(row, "end-date", date.fromisoformat)
    if began and ended and ended < began:
        raise Refused(f"it ended on {ended}, before it began on {began}")
    return Entry(
        code=code,
        name=_name(row, "official-name", 160),
        short_name=_name(row, "nice-name", 120) if row.get("nice-name") else "",
        other_names=tuple(_words(row.get("alt-names", ""))),
        kind=_KINDS[kind],
        nation=row.get("nation", "")[:60],
        region=row.get("region", "")[:60],
        population=_value(row, "pop-2020", lambda cell: round(_number(cell, 0, 100_000_000))),
        area_km2=_value(row, "area", lambda cell: _number(cell, 0, 1_000_000)),
        latitude=_value(row, "lat", lambda cell: _number(cell, -90, 90)),
        longitude=_value(row, "long", lambda cell: _number(cell, -180, 180)),
        start_date=began,
        end_date=ended,
    )


def _name(row: dict[str, str], column: str, longest: int) -> str:
    name = " ".join(row[column].split())
    if not name:
        raise Refused(f"it has no {column}")
    if len(name) > longest:
        raise Refused(f"its {column} is longer than {longest} characters")
    return name


def _value(row: dict[str, str], column: str, read: Callable[[str], Any]) -> Any:
    cell = row.get(column, "")
    if not cell:
        return None
    try:
        return read(cell)
    except ValueError as error:
        raise Refused(f"its {column} is {cell!r}: {error}") from error


def _number(cell: str, least: float, most: float) -> float:
    number = float(cell)
    if not math.isfinite(number) or not least <= number <= most:
        raise ValueError(f"not a number from {least} to {most}")
    return number


def _words(cell: str) -> list[str]:
    """A list in a cell. A comma before a space is part of a name; a name that was damaged on its way is left out."""
    words = [word.strip() for word in re.split(r",(?! )", cell)]
    return [word for word in words if word and not any(mark in word for mark in _DAMAGED)]
