"""The register of councils and other public bodies: finding, making and replacing them."""

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from community.models import Council
from community.naming import CouncilNames, fold
from hub.refusal import Refused


@dataclass(frozen=True)
class Entry:
    """What a register says of one council. What is empty is not known, and leaves what we know in place."""

    code: str
    name: str
    short_name: str = ""
    other_names: tuple[str, ...] = ()
    kind: str = ""
    nation: str = ""
    region: str = ""
    population: int | None = None
    area_km2: float | None = None
    latitude: float | None = None
    longitude: float | None = None
    start_date: date | None = None
    end_date: date | None = None


class Outcome(StrEnum):
    """What became of an entry."""

    MADE = "made"
    CHANGED = "changed"
    SAME = "same"


def find_council(name: str) -> Council | None:
    """The council that people mean by this name. For many names, make one `CouncilNames` and ask that."""
    return CouncilNames().find(name)


def make_public_body(name: str, *, names: CouncilNames | None = None) -> Council:
    """The body of this name; when there is none, it is made as another public body, with a code from its name."""
    name = " ".join(name.split())[:160]
    if not fold(name):
        raise Refused("A public body needs a name.")
    names = names or CouncilNames()
    if found := names.find(name):
        return found
    stem = slugify(name)[:16].strip("-").upper() or "BODY"
    taken = set(Council.objects.filter(code__startswith=stem).values_list("code", flat=True))
    code = next(code for code in [stem, *(f"{stem}-{n}" for n in range(2, 1000))] if code not in taken)
    body = Council.objects.create(code=code, name=name, short_name=name[:120], kind=Council.Kind.OTHER)
    names.add(body)
    return body


@transaction.atomic
def register(entry: Entry) -> tuple[Council, Outcome]:
    """Take in one entry of a register: make the council, or change what differs. Twice does no more than once."""
    council = Council.objects.select_for_update().filter(code=entry.code).first()
    made = council is None
    council = council or Council(code=entry.code)
    before = None if made else [getattr(council, field.name) for field in fields(entry)]
    for field in fields(entry):
        value = getattr(entry, field.name)
        if field.name != "other_names" and value not in ("", None):
            setattr(council, field.name, value)
    council.short_name = council.short_name or council.name[:120]
    council.other_names = "\n".join(_names_beside(council, entry.other_names))
    if before == [getattr(council, field.name) for field in fields(entry)]:
        return council, Outcome.SAME
    try:
        council.save()
    except IntegrityError as error:
        raise Refused(f"{entry.code} breaks a rule of the register: {error}") from error
    return council, Outcome.MADE if made else Outcome.CHANGED


@transaction.atomic
def replace(council: Council, *, by: list[Council]) -> bool:
    """Say which councils took over. One: it stands in its place. More: it was split, and its own page stays."""
    if Council.objects.with_predecessors(council).filter(pk__in=[other.pk for other in by]).exists():
        raise Refused(f"{council.code} cannot be replaced by a council that it replaced itself.")
    replaced_by, shared = (by[0], []) if len(by) == 1 else (None, by)
    changed = council.replaced_by != replaced_by or set(council.split_into.all()) != set(shared)
    if changed:
        council.replaced_by = replaced_by
        council.save(update_fields=["replaced_by"])
        council.split_into.set(shared)
    return changed


def _names_beside(council: Council, names: tuple[str, ...]) -> list[str]:
    """The other names, those that we had first, each once and none that the council has already."""
    seen = {fold(council.name), fold(council.short_name), ""}
    kept = []
    # Of two spellings of one name the first is kept: those with capitals come first.
    for name in [*council.other_name_list(), *sorted(names, key=str.islower)]:
        if fold(name) not in seen:
            seen.add(fold(name))
            kept.append(name)
    return kept
