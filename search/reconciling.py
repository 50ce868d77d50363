"""Whether the engine has what the database has: for changes that said nothing, such as a restored backup."""

from dataclasses import dataclass

from search import outbox
from search.documents import KINDS
from search.engines import engine as site_engine
from search.engines.base import Engine
from search.models import Outbox


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs in one kind: ids that the engine lacks, and ids that it has and should not have."""

    kind: str
    lacking: tuple[int, ...]
    left_over: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.lacking or self.left_over)


def differences(engine: Engine | None = None) -> list[Difference]:
    """Compare every kind. What still waits in the outbox is no difference yet."""
    engine = engine or site_engine()
    found = []
    for name, kind in KINDS.items():
        held, wanted = set(engine.versions(name)), set(kind.ids())
        waiting = set(Outbox.objects.alive().filter(kind=name).values_list("object_id", flat=True))
        found.append(Difference(name, tuple(sorted(wanted - held - waiting)), tuple(sorted(held - wanted - waiting))))
    return found


def mend(differences: list[Difference], engine: Engine | None = None) -> None:
    """Have the engine read again what differs."""
    for difference in differences:
        outbox.enqueue(difference.kind, [*difference.lacking, *difference.left_over])
    outbox.drain(engine)
