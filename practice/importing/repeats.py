"""Who repeated the stories of an import."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from practice.importing.places import Places
from practice.importing.rows import BadRow, Row, shorten
from practice.models import ImportedRow, Repetition, StoryPage

Outcome = Repetition.Outcome
# What was only planned has not been repeated.
OUTCOMES = {
    "better": Outcome.WELL,
    "same": Outcome.WELL,
    "worse": Outcome.CHANGED,
    "too_early": Outcome.CHANGED,
    "stopped": Outcome.NOT_HERE,
    "planning": None,
}


def settle_repeats(row: Row, places: Places) -> str | None:
    """Say who repeated the story of a row, once all are there. Answers what could not be said.

    What somebody has changed here or taken back since it came in is left as it is.
    """
    told = row.values.get("repeats") or []
    story = StoryPage.objects.filter(source=row.text("slug"), live=True).first() if told else None
    if story is None:
        return None
    problems = list(_settled(told, story, places)) if isinstance(told, list) else ["repeats must be a list"]
    return "; ".join(problems) or None


def _settled(told: list[Any], story: StoryPage, places: Places) -> Iterator[str]:
    authors = set(story.authorships.values_list("person", flat=True))
    for values in told:
        if not isinstance(values, dict):
            yield "repeats must be a list of objects"
            continue
        row = Row(0, values)
        try:
            outcome = row.choice("outcome", OUTCOMES, Outcome.WELL)
            since = row.months("when")[0]
            council, by = places.council(row.text("council"), ""), row.text("by")
            said = {"changed": shorten(row.text("changed"), 600), "advice": shorten(row.text("advice"), 300)}
        except BadRow as error:
            yield f"a repeat was left out: {error}"
            continue
        person = places.people.get(by)
        if outcome is None:
            continue
        if council is None or person is None or person.pk in authors:
            why = "by its author" if person and person.pk in authors else f"by {by!r} in {row.text('council')!r}"
            yield f"a repeat {why} was left out"
            continue
        _keep(story, person, {"council": council, "outcome": outcome, "since": since, **said}, row.digest)


def _keep(story: StoryPage, person: Any, said: dict[str, Any], digest: str) -> None:
    source = f"{story.source} {person.pk}"[:160]
    before = ImportedRow.objects.filter(kind="repeat", source=source).first()
    known = Repetition.objects.filter(story=story, person=person).first()
    if before is None and known is None:
        known = Repetition.objects.create(
            story=story, person=person, **said, created_at=_moment(said["since"], story), imported=True
        )
    elif before is None or before.digest == digest or known is None or not known.imported:
        return  # it is here already, was taken back, or was changed here
    else:
        for name, value in said.items():
            setattr(known, name, value)
        known.save()
    ImportedRow.objects.update_or_create(
        kind="repeat", source=source, defaults={"digest": digest, "object_id": known.pk}
    )


def _moment(since: date | None, story: StoryPage) -> Any:
    """When it was said: nobody wrote that down, so the month in which it began, or the day of the story if later."""
    began = timezone.make_aware(datetime(since.year, since.month, 1)) if since else None
    moments = [each for each in (began, story.published_at) if each]
    return min(max(moments), timezone.now()) if moments else timezone.now()
