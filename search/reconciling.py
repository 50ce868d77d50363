"""Whether the engine has what the database has: for changes that said nothing, such as a restored backup."""

from dataclasses import dataclass

from search import outbox
from search.documents import KINDS
from search.engines import engine as site_engine
from search.engines.base import Engine
from search.models import Outbox


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs in one kind: ids that the engine lacks, and ids that it has and should not have.

    `ahead` are those that it has under numbers which the database has yet to give: a backup of the database was put
    back. Until it is mended, the engine would pass over every change of them.
    """

    kind: str
    lacking: tuple[int, ...]
    left_over: tuple[int, ...]
    ahead: tuple[int, ...] = ()
    highest: int = 0

    def __bool__(self) -> bool:
        return bool(self.lacking or self.left_over or self.ahead)


def differences(engine: Engine | None = None) -> list[Difference]:
    """Compare every kind. What still waits in the outbox is no difference yet."""
    engine = engine or site_engine()
    found = []
    for name, kind in KINDS.items():
        versions = engine.versions(name)
        last = Outbox.objects.next_number()
        held, wanted = set(versions), set(kind.ids())
        ahead = tuple(sorted(id for id, version in versions.items() if version > last))
        waiting = set(Outbox.objects.alive().filter(kind=name).values_list("object_id", flat=True))
        lacking, left_over = sorted(wanted - held - waiting), sorted(held - wanted - waiting)
        highest = max(versions.values(), default=0)
        found.append(Difference(name, tuple(lacking), tuple(left_over), ahead, highest))
    return found


def mend(differences: list[Difference], engine: Engine | None = None) -> None:
    """Have the engine read again what differs."""
    if any(difference.ahead for difference in differences):
        Outbox.objects.go_beyond(max(difference.highest for difference in differences))
    for difference in differences:
        outbox.enqueue(difference.kind, [*difference.lacking, *difference.left_over, *difference.ahead])
    outbox.drain(engine)
