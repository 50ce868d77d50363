"""Reading an import: JSON Lines, one object a line, checked field by field. Nothing here touches the database."""

import hashlib
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MOMENT = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?\s*"
)
MONTH = re.compile(r"(\d{4})-(\d{2})")


class BadRow(ValueError):
    """A row that cannot go in. The message says why, for the report."""


@dataclass
class FileReport:
    """What became of the rows of one file."""

    name: str
    read: int = 0
    made: int = 0
    changed: int = 0
    same: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    """One object of a file, with the line that it stands on."""

    line: int
    values: dict[str, Any]

    @property
    def digest(self) -> str:
        """A fingerprint of all that the row says."""
        return hashlib.sha256(json.dumps(self.values, sort_keys=True).encode()).hexdigest()

    def text(self, *names: str, limit: int = 0, required: bool = False) -> str:
        """The first of these fields that has words, without markup codes or line breaks, or nothing."""
        for name in names:
            value = self.values.get(name)
            if value in (None, ""):
                continue
            if not isinstance(value, str | int | float):
                raise BadRow(f"{name} must be text")
            words = " ".join(html.unescape(str(value)).split())
            if words:
                if limit and len(words) > limit:
                    raise BadRow(f"{name} has {len(words)} characters, and {limit} is the most")
                return words
        if required:
            raise BadRow(f"{names[0]} is missing")
        return ""

    def prose(self, name: str) -> str:
        """A field of several lines, as it is."""
        value = self.values.get(name) or ""
        if not isinstance(value, str):
            raise BadRow(f"{name} must be text")
        return value.strip()

    def list(self, *names: str) -> list[str]:
        """The first of these fields that holds anything, as a list of texts; a single text is a list of one."""
        for name in names:
            value = self.values.get(name)
            if not value:
                continue
            items = value if isinstance(value, list) else [value]
            if not all(isinstance(item, str) for item in items):
                raise BadRow(f"{name} must be a list of texts")
            return [words for item in items if (words := " ".join(html.unescape(item).split()))]
        return []

    def number(self, name: str) -> float | None:
        """A number, or nothing."""
        value = self.values.get(name)
        if value in (None, ""):
            return None
        try:
            return float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            raise BadRow(f"{name} is {value!r}, which is not a number") from None

    def choice(self, name: str, choices: dict[str, Any], default: Any) -> Any:
        """What one of a few known words stands for."""
        value = self.text(name)
        if not value:
            return default
        if value not in choices:
            raise BadRow(f"{name} is {value!r}; it must be one of {', '.join(choices)}")
        return choices[value]

    def moment(self, *names: str) -> datetime | None:
        """A date, or a date and time, as an aware moment.

        Where the row names its `timezone`, the clock time is read there and a written offset is not believed: the
        publisher printed the time on the clock. A date alone is noon, so that it is the same day everywhere near.
        """
        text = self.text(*names)
        if not text:
            return None
        found = MOMENT.fullmatch(text)
        if not found:
            raise BadRow(f"{names[0]} is {text!r}; write it as 2024-05-13 or 2024-05-13 09:30:00 +0100")
        year, month, day, hour, minute, second, offset = found.groups()
        try:
            clock = datetime(int(year), int(month), int(day), int(hour or 12), int(minute or 0), int(second or 0))
            zone = self.text("timezone")
            if zone:
                return clock.replace(tzinfo=ZoneInfo(zone))
            if offset and offset != "Z":
                return datetime.fromisoformat(f"{clock.isoformat()}{offset[:3]}:{offset[-2:]}")
        except ZoneInfoNotFoundError:
            raise BadRow(f"timezone is {zone!r}, which is not known") from None
        except ValueError as error:
            raise BadRow(f"{names[0]} is {text!r}: {error}") from None
        return clock.replace(tzinfo=UTC)

    def months(self, name: str) -> tuple[date | None, date | None]:
        """`2023-09`, or `2023-09 to 2024-03`, as the first days of those months."""
        text = self.text(name)
        if not text:
            return None, None
        dates = []
        for part in text.split(" to "):
            found = MONTH.fullmatch(part.strip())
            if not found or not 1 <= int(found[2]) <= 12:
                raise BadRow(f"{name} is {text!r}; write it as 2023-09 or 2023-09 to 2024-03")
            dates.append(date(int(found[1]), int(found[2]), 1))
        if len(dates) > 2 or dates[-1] < dates[0]:
            raise BadRow(f"{name} is {text!r}; the end must not be before the beginning")
        return dates[0], dates[1] if len(dates) == 2 else None


def shorten(words: str, limit: int) -> str:
    """The words, cut at a space and closed with an ellipsis where they are longer than the limit."""
    if len(words) <= limit:
        return words
    return words[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:.–-") + "…"


def count_lines(path: Path) -> int:
    """How many rows a file has, for the progress bar."""
    with path.open("rb") as file:
        return sum(1 for line in file if line.strip())


def read_rows(path: Path, report: FileReport) -> Iterator[Row]:
    """The rows of a file. A line that is not a JSON object is reported and passed over."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            report.read += 1
            try:
                # NUL cannot be stored, and nobody means it.
                values = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8").replace("\\u0000", ""))
            except UnicodeDecodeError:
                report.refused.append((number, "not UTF-8 text"))
                continue
            except (ValueError, RecursionError) as error:
                report.refused.append((number, f"not JSON: {error}"))
                continue
            if not isinstance(values, dict):
                report.refused.append((number, "not a JSON object"))
                continue
            yield Row(number, values)
