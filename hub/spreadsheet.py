"""Tables for a spreadsheet, sent row by row as they are read, in which no cell is a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse


class _Line:
    """A file that gives back what was written into it."""

    def write(self, line: str) -> str:
        """The line itself."""
        return line


def no_formula(words: str) -> str:
    """Words that a spreadsheet shows, and does not calculate."""
    return f"'{words}" if words.lstrip().startswith(("=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠")) else words


def sheet(name: str, rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """These rows as a file to be kept."""

    def lines() -> Iterator[str]:
        writer = csv.writer(_Line())
        yield "\ufeff"
        for row in rows:
            yield writer.writerow([no_formula(str(cell)) for cell in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
