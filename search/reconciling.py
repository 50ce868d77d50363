"""Whether the engine has what the database has: for changes that said nothing, such as a bulk write or a backup.

Both are walked in the order of ids, a page at a time, and compared by the digests of their documents. What seems to
differ is looked at again, so that what changes meanwhile is no difference. A page is mended through the outbox before
the next is read: whoever interrupts this leaves mended what was, and may begin again at any time.
"""

from collections.abc import Callable, Collection
from contextlib import nullcontext
from dataclasses import dataclass, replace

from search import outbox
from search.documents import KINDS, Kind
from search.engines import engine as site_engine
from search.engines.base import Engine, Held
from search.models import Outbox

# So many things are read and compared at once.
PAGE = 200

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Difference:
    """How many documents of a kind differ.

    The engine lacks some, has some left over that are not there any more, and has some that read otherwise now, or may
    be seen by others. Some are `ahead`: under numbers which the database has yet to give, because a backup of it was
    put back. Until they are mended, the engine would pass over every change of them. `left` still differ after mending.
    """

    kind: str
    lacking: int = 0
    left_over: int = 0
    changed: int = 0
    ahead: int = 0
    left: int = 0

    def __bool__(self) -> bool:
        return bool(self.lacking or self.left_over or self.changed or self.ahead)


@dataclass(frozen=True, slots=True)
class _Page:
    """What differs among the things after one number and up to another; without a last one, up to the end."""

    kind: Kind
    after: int
    end: int | None
    lacking: frozenset[int] = frozenset()
    left_over: frozenset[int] = frozenset()
    changed: frozenset[int] = frozenset()
    ahead: frozenset[int] = frozenset()
    highest: int = 0

    @property
    def differing(self) -> frozenset[int]:
        """All of them."""
        return self.lacking | self.left_over | self.changed | self.ahead


def compare(engine: Engine | None = None, *, mend: bool = False, progress: Progress | None = None) -> list[Difference]:
    """Compare every kind, and repair the difference when asked. What still waits in the outbox is no difference yet."""
    engine = engine or site_engine()
    total = sum(kind.ids().count() for kind in KINDS.values())
    done, differences = 0, []
    with outbox.held() if mend else nullcontext():
        for kind in KINDS.values():
            difference, after, last = Difference(kind.name), 0, Outbox.objects.next_number()
            while True:
                page, read = _compared(engine, kind, after, last)
                difference = _with(difference, page, _mended(engine, page) if mend and page.differing else frozenset())
                done += read
                if progress:
                    progress(min(done, total), total)
                if page.end is None:
                    break
                after = page.end
            differences.append(difference)
    return differences


def _compared(engine: Engine, kind: Kind, after: int, last: int) -> tuple[_Page, int]:
    """The next page, and how many things were read for it. Up to `last` all numbers were given."""
    held = engine.held(kind.name, after=after, size=PAGE)
    wanted = kind.page(after=after, size=PAGE)
    ends = [ids[-1] for ids in ([each.id for each in held], wanted) if len(ids) == PAGE]
    end = min(ends, default=None)
    here = {each.id: each for each in held if end is None or each.id <= end}
    there = [id for id in wanted if end is None or id <= end]
    now = _digests(kind, there)
    doubtful = {id for id in there if id not in here}
    doubtful |= {id for id, each in here.items() if each.digest != now.get(id) or each.version > last}
    page = _Page(kind, after, end)
    return _looked_at_again(engine, page, doubtful) if doubtful else page, len(there)


def _looked_at_again(engine: Engine, page: _Page, doubtful: Collection[int], *, waits: bool = False) -> _Page:
    """What really differs of this. With `waits`, what waits to be delivered again differs as well.

    The things are read before the engine and after it. Where they say the same both times, and no change of them waited
    in between, the engine should have what they say.
    """
    before = _digests(page.kind, doubtful)
    waiting = set()
    if not waits:
        rows = Outbox.objects.alive().filter(kind=page.kind.name, object_id__in=doubtful)
        waiting = set(rows.values_list("object_id", flat=True))
    held = _held(engine, page)
    numbered = max((held[id].version for id in doubtful if id in held), default=0)
    last = Outbox.objects.next_number() if numbered else 0
    now = _digests(page.kind, doubtful)
    still = {id for id in doubtful if id not in waiting and before.get(id) == now.get(id)}
    ahead = {id for id in still if id in held and held[id].version > last}
    return replace(
        page,
        lacking=frozenset(id for id in still if id in now and id not in held),
        left_over=frozenset(id for id in still if id not in now and id in held),
        changed=frozenset(id for id in still if id in now and id in held and held[id].digest != now[id]),
        ahead=frozenset(ahead),
        highest=max((held[id].version for id in ahead), default=0),
    )


def _mended(engine: Engine, page: _Page) -> frozenset[int]:
    """Have the engine read again what differs, and say what differs still."""
    if page.ahead:
        Outbox.objects.go_beyond(page.highest)
    outbox.enqueue(page.kind.name, sorted(page.differing))
    outbox.drain(engine)
    return _looked_at_again(engine, page, page.differing, waits=True).differing


def _held(engine: Engine, page: _Page) -> dict[int, Held]:
    """What the engine has of a page, however many there are by now."""
    held: dict[int, Held] = {}
    after = page.after
    while some := engine.held(page.kind.name, after=after, size=PAGE):
        held |= {each.id: each for each in some if page.end is None or each.id <= page.end}
        after = some[-1].id
        if len(some) < PAGE or (page.end is not None and after >= page.end):
            break
    return held


def _digests(kind: Kind, ids: Collection[int]) -> dict[int, str]:
    """The digests of those of these things that can be found. One that cannot be read is like no other."""
    found, failed = outbox.read(kind.name, sorted(ids)) if ids else ({}, {})
    return {id: document.digest() for id, document in found.items()} | dict.fromkeys(failed, "")


def _with(difference: Difference, page: _Page, left: Collection[int]) -> Difference:
    return replace(
        difference,
        lacking=difference.lacking + len(page.lacking),
        left_over=difference.left_over + len(page.left_over),
        changed=difference.changed + len(page.changed),
        ahead=difference.ahead + len(page.ahead),
        left=difference.left + len(left),
    )
