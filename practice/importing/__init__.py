"""One form in: councils, communities, people, topics and stories as JSON Lines (practice/demo/FORMAT.md).

Rows are found again by their source id and passed over where they say the same as last time, so an import can be
interrupted and run again. A bad row is reported by file and line, and the rest goes on.
"""

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from hub.refusal import Refused
from practice.importing import curation, deeds
from practice.importing import places as place
from practice.importing.asked import settle_questions
from practice.importing.places import Places
from practice.importing.repeats import settle_repeats
from practice.importing.rows import BadRow, FileReport, Row, count_lines, read_rows
from practice.importing.stories import put_story
from practice.models import ImportedRow

Put = Callable[[Row, Places, str], tuple[int, bool]]
Settle = Callable[[Row, Places], "str | None"]

BATCH = 50
PLACE_FILES: list[tuple[str, str, str, Put, Settle | None]] = [
    ("councils.jsonl", "council", "code", place.put_council, place.settle_successor),
    ("organisations.jsonl", "organisation", "slug", place.put_organisation, None),
    ("topics.jsonl", "topic", "slug", place.put_topic, None),
    ("communities.jsonl", "community", "slug", place.put_community, None),
    ("people.jsonl", "person", "slug", place.put_person, None),
]
STORY_FILES = ["stories.jsonl", "uk_resources.jsonl"]
# What comes last, in this order. A room that knows more appends its own.
LAST_FILES: list[tuple[str, str, Put]] = [
    ("collections.jsonl", "collection", curation.put_collection),
    ("put_forward.jsonl", "put-forward", curation.put_forward),
    ("done.jsonl", deeds.KIND, deeds.put_deed),
]
__all__ = ["BadRow", "FileReport", "import_folder"]


class _Undo(Exception):
    """Ends a dry run: everything is rolled back."""


def import_folder(
    folder: Path,
    *,
    community: str = "general",
    organisation: str = "Organisation not named",
    skip: frozenset[str] = frozenset(),
    dry_run: bool = False,
    progress: Callable[[str, int], Callable[[int], Any]] | None = None,
) -> list[FileReport]:
    """Read every file of the folder that an import may have, and answer what became of each.

    `community` is the slug of the home of stories that name no community, `organisation` the name of the body of
    stories that name none. `skip` holds source ids that stay out. `progress(file, rows)` begins a bar and answers the
    function that moves it on. A dry run does everything and keeps nothing.
    """
    reports: list[FileReport] = []
    try:
        with transaction.atomic() if dry_run else nullcontext():
            places = Places(organisation, folder)
            places.refresh()
            kept: dict[str, list[Row]] = {}
            for name, kind, key, put, settle in PLACE_FILES:
                if (folder / name).exists():
                    report, rows = _run(folder / name, kind, key, put, places, skip, progress)
                    reports.append(report)
                    kept[name] = rows
                    if settle:
                        _settle(rows, settle, places, report)
            for report in reports:
                if report.name == "communities.jsonl":
                    _settle(kept[report.name], place.settle_facilitators, places, report)
                    _settle(kept[report.name], curation.settle_people_to_ask, places, report)
            for name in STORY_FILES:
                if (folder / name).exists():
                    reports.append(_run_stories(folder / name, places, community, skip, progress))
            for name, kind, put in LAST_FILES:
                if (folder / name).exists():
                    reports.append(_run(folder / name, kind, "slug", put, places, skip, progress)[0])
            known = {name for name, *_ in [*PLACE_FILES, *LAST_FILES]} | set(STORY_FILES)
            for path in sorted(folder.glob("*.jsonl")):
                if path.name not in known:
                    waiting = FileReport(path.name, read=count_lines(path))
                    waiting.notes.append((0, "left in the file: this hub has no place for these rows"))
                    reports.append(waiting)
            if dry_run:
                raise _Undo
    except _Undo:
        pass
    return reports


def _run(
    path: Path, kind: str, key: str, put: Put, places: Places, skip: frozenset[str], progress: Any
) -> tuple[FileReport, list[Row]]:
    """Put the rows of one file in, a batch to a transaction and each row in a savepoint of its own."""
    report = FileReport(path.name)
    good: list[Row] = []
    seen: dict[str, int] = {}
    done = dict(ImportedRow.objects.filter(kind=kind).values_list("source", "digest"))
    move = progress(path.name, count_lines(path)) if progress else lambda rows: None
    batch: list[tuple[Row, str]] = []

    def flush() -> None:
        with transaction.atomic():
            for row, source in batch:
                try:
                    with transaction.atomic():
                        object_id, made = put(row, places, source)
                        ImportedRow.objects.update_or_create(
                            kind=kind, source=source, defaults={"digest": row.digest, "object_id": object_id}
                        )
                except (BadRow, Refused, PermissionDenied, ValidationError, IntegrityError) as error:
                    report.refused.append((row.line, _sentence(error)))
                    places.refresh()  # what the row had made was rolled back
                else:
                    good.append(row)
                    report.made += made
                    report.changed += not made
        move(len(batch))
        batch.clear()

    for row in read_rows(path, report):
        try:
            source = row.text(key, limit=150, required=True)
        except BadRow as error:
            report.refused.append((row.line, str(error)))
            continue
        if source in skip:
            report.notes.append((row.line, f"{source} was left out, as asked"))
            continue
        seen[source] = seen.get(source, 0) + 1
        if seen[source] > 1:
            source = f"{source}~{seen[source]}"
            report.notes.append((row.line, f"the id is there twice; this one came in as {source}"))
        if done.get(source) == row.digest:
            report.same += 1
            good.append(row)
            move(1)
            continue
        batch.append((row, source))
        if len(batch) >= BATCH:
            flush()
    flush()
    return report, good


def _run_stories(path: Path, places: Places, home: str, skip: frozenset[str], progress: Any) -> FileReport:
    def put(row: Row, places: Places, source: str) -> tuple[int, bool]:
        return put_story(row, places, source, home=slugify(home) or "general")

    report, rows = _run(path, "story", "slug", put, places, skip, progress)
    _settle([row for row in rows if row.values.get("repeats")], settle_repeats, places, report)
    _settle([row for row in rows if row.values.get("questions")], settle_questions, places, report)
    return report


def _settle(rows: list[Row], settle: Settle, places: Places, report: FileReport) -> None:
    with transaction.atomic():
        for row in rows:
            if note := settle(row, places):
                report.notes.append((row.line, note))


def _sentence(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(error.messages)
    return str(error) or type(error).__name__
