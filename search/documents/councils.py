"""What a council is to an engine, and what a council says of its stories and people."""

from collections.abc import Iterable, Sequence
from typing import TypedDict

from django.db.models import QuerySet

from community.access import PUBLIC
from community.models import Council
from community.models.council import CouncilQuerySet
from search.documents.document import COUNCIL, Document, Label


class OfCouncil(TypedDict, total=False):
    """The fields of a document that its council gives it."""

    council: Label
    council_names: tuple[str, ...]
    tier: Label
    region: str
    nation: str


def read_councils(ids: Sequence[int]) -> list[Document]:
    """The documents of those of these councils that stand for themselves: no other one stands in their place."""
    councils = list(_standing().filter(pk__in=ids))
    before = _predecessors(council.pk for council in councils)
    return [council_document(council, before[council.pk]) for council in councils]


def council_document(council: Council, predecessors: Iterable[Council]) -> Document:
    """What a council is to an engine: found by each of its names, and by those of the councils that it replaced."""
    own, *others = dict.fromkeys([council.short_name or council.name, *_names([council, *predecessors])])
    fields = of_council(council)
    fields["council_names"] = ()  # they are its own names
    return Document(
        kind=COUNCIL,
        id=council.pk,
        audience=PUBLIC,
        title=own,
        url=council.get_absolute_url(),
        summary=", ".join(dict.fromkeys(filter(None, (council.name, council.region, council.nation)))),
        other_names=tuple(others),
        **fields,
    )


def council_ids() -> QuerySet[Council, int]:
    """Every council that stands for itself, in the order of their numbers."""
    return _standing().order_by("pk").values_list("pk", flat=True)


def of_council(council: Council | None) -> OfCouncil:
    """What a story or a person has from their council: it counts under its successor and is found by both names."""
    if council is None:
        return {}
    now = council.successor()
    return {
        "council": Label(now.code.lower(), now.short_name),
        "council_names": tuple(_names([council, now])),
        "tier": Label(now.kind, now.get_kind_display()),
        "region": now.region,
        "nation": now.nation,
    }


def _standing() -> CouncilQuerySet:
    return Council.objects.filter(replaced_by=None)


def _predecessors(ids: Iterable[int]) -> dict[int, list[Council]]:
    """All councils that each of these took over from, however long ago, the nearest first: three queries in all."""
    replaced: dict[int, list[int]] = {}
    for old, successors in Council.objects.replacements().items():
        for new in successors:
            replaced.setdefault(new, []).append(old)
    lines: dict[int, list[int]] = {}
    for council in ids:
        line = [council]
        for each in line:
            line += sorted(old for old in replaced.get(each, ()) if old not in line)
        lines[council] = line[1:]
    known = Council.objects.in_bulk({old for line in lines.values() for old in line})
    return {council: [known[old] for old in line] for council, line in lines.items()}


def _names(councils: Iterable[Council]) -> list[str]:
    """Every name that people may look for these councils by, each once."""
    names: list[str] = []
    for each in councils:
        names += [each.name, each.short_name, *each.other_name_list()]
    return list(dict.fromkeys(name.strip() for name in names if name.strip()))
