"""What must still reach the engine.

A row is written in the transaction that changes a thing, so it is there exactly when the change is. Draining reads the
thing as it is *now* and tells the engine with the row's number as the version: late, repeated and crossing deliveries
do no harm. A row goes when the engine has answered for it; a process that is killed leaves it for the next one.
"""

import logging
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import F, Min
from django.utils import timezone
from django_tasks import task

from hub.later import later
from search import documents, lookout, rebuilding
from search.documents import STORY, Document
from search.engines import engine as site_engine
from search.engines.base import Change, Engine, EngineAway, IndexMissing, Outcome, Result
from search.meaning import background
from search.models import Outbox

logger = logging.getLogger(__name__)

BATCH = 200
# A request waits no longer than this for the engine to take what it changed. The next one goes on.
SECONDS_IN_A_REQUEST = 1.0

_here = threading.local()


@dataclass(frozen=True, slots=True)
class Depth:
    """How the outbox stands."""

    waiting: int
    oldest_seconds: int
    dead: int


def enqueue(kind: str, ids: Iterable[int]) -> None:
    """Have the engine read these things again, as part of the transaction that is under way."""
    rows = list(ids)
    if not rows:
        return
    with transaction.atomic():
        Outbox.objects.put(kind, rows)
        _here.changed = getattr(_here, "changed", 0) + len(rows)
        transaction.on_commit(_after_commit, robust=True)


@task()
def deliver() -> None:
    """Tell the engine what waits, in the worker."""
    _drain_quietly(seconds=None)


def drain(engine: Engine | None = None, *, seconds: float | None = None) -> int:
    """Tell the engine what waits, and answer how much it took. Stops when the time is up.

    Raises `EngineAway` when the engine does not answer; nothing is lost then.
    """
    engine = engine or site_engine()
    end = time.monotonic() + seconds if seconds is not None else None
    taken = 0
    while (some := _deliver_some(engine)) is not None:
        taken += some
        if end is not None and time.monotonic() > end:
            break
    return taken


def catch_up() -> None:
    """Deliver what a process left that was killed, or ran out of time. Never raises; called before a search.

    Only to an engine in this process: nobody who searches waits for a server to write.
    """
    if site_engine().local and Outbox.objects.due().exists():
        _drain_quietly()


def try_again(letters: Sequence[int] | None = None) -> int:
    """Have the engine read again what it refused: these rows, or all. Answers how many."""
    rows = Outbox.objects.dead()
    with transaction.atomic():
        tried = (rows if letters is None else rows.filter(pk__in=letters)).update(attempts=0, retry_at=None)
        _here.changed = getattr(_here, "changed", 0) + tried
        transaction.on_commit(_after_commit, robust=True)
    return tried


def depth() -> Depth:
    """How much waits, since when, and how much was given up."""
    alive = Outbox.objects.alive()
    oldest = alive.aggregate(oldest=Min("created_at"))["oldest"]
    return Depth(
        waiting=alive.count(),
        oldest_seconds=max(0, int((timezone.now() - oldest).total_seconds())) if oldest else 0,
        dead=Outbox.objects.dead().count(),
    )


@contextmanager
def held() -> Iterator[None]:
    """Put off draining on commit until the end of a long piece of work, such as an import."""
    before, _here.held = getattr(_here, "held", False), True
    try:
        yield
    finally:
        _here.held = before
        if not before:
            _pass_on(seconds=None)


def _after_commit() -> None:
    """Drain once for all changes of a transaction. What is more than a batch goes on without whoever changed it: they
    wait for the first batch alone."""
    if (many := getattr(_here, "changed", 0)) and not getattr(_here, "held", False):
        _here.changed = 0
        _pass_on(SECONDS_IN_A_REQUEST if many <= BATCH else 0)


def _pass_on(seconds: float | None = SECONDS_IN_A_REQUEST) -> None:
    """Deliver here and now, or have the worker do it."""
    if site_engine().local:
        _drain_quietly(seconds)
    else:
        later(deliver)


def _drain_quietly(seconds: float | None = SECONDS_IN_A_REQUEST) -> None:
    """Drain, and let nothing that goes wrong reach the person who changed something."""
    try:
        try:
            drain(seconds=seconds)
        except IndexMissing as error:
            rebuilding.mend(site_engine(), why=str(error))
    except EngineAway as error:
        logger.warning("the outbox waits: %s", error)
    except DatabaseError:
        logger.exception("the outbox could not be drained")


def _deliver_some(engine: Engine) -> int | None:
    """Deliver what is due next, and answer how much of it was taken; None when nothing is due.

    Where the database can, two that deliver at once take different rows. Where it cannot, both take the same, which
    does no harm but costs time.
    """
    due = Outbox.objects.due()
    if not connection.features.has_select_for_update_skip_locked:
        rows = list(due[:BATCH])
        return _deliver(engine, rows) if rows else None
    with transaction.atomic():
        rows = list(due.select_for_update(skip_locked=True)[:BATCH])
        return _deliver(engine, rows) if rows else None


def _deliver(engine: Engine, rows: Sequence[Outbox]) -> int:
    """Tell the engine of each thing in these rows once, with the number of its last row."""
    last: dict[tuple[str, int], Outbox] = {(row.kind, row.object_id): row for row in rows}
    changes, failures = [], {}
    for kind in {kind for kind, _ in last}:
        ids = [id for name, id in last if name == kind]
        found, failed = read(kind, ids)
        failures.update({(kind, id): error for id, error in failed.items()})
        changes += [Change(kind, id, last[kind, id].pk, found.get(id)) for id in ids if id not in failed]
    results = engine.write(sorted(changes, key=lambda change: change.version))
    keys: dict[tuple[str, int], list[int]] = {}
    for row in rows:
        keys.setdefault((row.kind, row.object_id), []).append(row.pk)
    _settle(results, keys)
    for key, error in failures.items():
        _put_off(keys[key], error)
    return sum(result.outcome is Outcome.WRITTEN for result in results)


def read(kind: str, ids: Sequence[int]) -> tuple[Mapping[int, Document], dict[int, str]]:
    """The documents of these things, and what is wrong with those that cannot be read."""
    try:
        return documents.read(kind, ids), {}
    except DatabaseError:
        raise
    except Exception as error:
        logger.exception("a document of kind %s cannot be read", kind)
        if len(ids) == 1:
            return {}, {ids[0]: f"{type(error).__name__}: {error}"}
    found: dict[int, Document] = {}
    failed: dict[int, str] = {}
    for id in ids:
        one, bad = read(kind, [id])
        found.update(one)
        failed.update(bad)
    return found, failed


def _settle(results: Iterable[Result], keys: Mapping[tuple[str, int], list[int]]) -> None:
    passed, done = [], []
    written: dict[str, list[int]] = {}
    for result in results:
        key = result.change.kind, result.change.id
        if result.outcome is Outcome.REFUSED:
            _put_off(keys[key], result.error)
        elif result.outcome is Outcome.PASSED:
            passed.append(key)
        else:
            done += keys[key]
            written.setdefault(result.change.kind, []).append(result.change.id)
    with transaction.atomic():
        Outbox.objects.filter(pk__in=done).delete()
        for kind, ids in written.items():
            lookout.delivered(kind, ids)
        background.changed(written.get(STORY, ()))
    for kind, ids in written.items():
        # A thing that was delivered has no dead letters any more.
        Outbox.objects.dead().filter(kind=kind, object_id__in=ids).delete()
    for key in passed:
        with transaction.atomic():
            # The engine has a higher number than this row. Numbers do not always follow the order of commits, so what
            # the engine holds may be older than this change: it is read once more, under a new number.
            deleted, _ = Outbox.objects.filter(pk__in=keys[key]).delete()
            if deleted:
                Outbox.objects.create(kind=key[0], object_id=key[1])


def _put_off(ids: Sequence[int], error: str) -> None:
    for row in Outbox.objects.filter(pk__in=ids):
        wait = timedelta(minutes=2**row.attempts)
        Outbox.objects.filter(pk=row.pk).update(
            attempts=F("attempts") + 1, error=error[:2000], retry_at=timezone.now() + wait
        )
