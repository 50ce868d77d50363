"""A new index beside the live one, from the database; and the same by itself when there is none."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from django.db import connections, transaction

from search import documents, lookout
from search.documents import KINDS, STORY
from search.engines import engine as site_engine
from search.engines.base import Change, Engine, EngineAway, IndexMissing, Outcome, Result
from search.meaning import background
from search.models import Outbox

logger = logging.getLogger(__name__)

BATCH = 200
# An index of so many documents is made while the person who asked waits. A larger one is made in the background.
AT_ONCE = 500

_making = threading.Lock()

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did."""

    documents: int
    refused: int
    seconds: float


def rebuild(engine: Engine | None = None, *, progress: Progress | None = None, go_on: bool = True) -> Rebuilt:
    """Make a new index and put it in the place of the live one. When interrupted, the live one stays as it was.

    With `go_on`, an engine that keeps what was begun goes on where somebody was interrupted.
    """
    engine = engine or site_engine()
    try:
        return _rebuild(engine, progress, go_on=go_on)
    except IndexMissing as error:
        logger.warning("%s It is thrown away.", error)
        return _rebuild(engine, progress, go_on=go_on, afresh=True)


def mend(engine: Engine, *, why: str) -> bool:
    """Make the index that is missing or broken anew. Answers whether it is there now; a large one takes its time."""
    logger.warning("%s It is made anew.", why)
    if sum(1 for kind in KINDS.values() for _ in kind.ids()) <= AT_ONCE:
        return _mended(engine)
    if _making.acquire(blocking=False):
        threading.Thread(target=_mend_in_background, args=[engine], name="search-rebuild", daemon=True).start()
    return False


def _rebuild(engine: Engine, progress: Progress | None = None, *, go_on: bool = True, afresh: bool = False) -> Rebuilt:
    began = time.monotonic()
    covered = list(Outbox.objects.values_list("pk", flat=True))
    number = Outbox.objects.next_number()
    making = engine.rebuild(since=number, afresh=afresh, go_on=go_on)
    since = making.since
    if since != number:
        covered = []  # some of it came after what was added by whoever was interrupted
    try:
        ids = {name: list(kind.ids()) for name, kind in KINDS.items()}
        total, done = sum(map(len, ids.values())), 0
        refused: list[Result] = []
        for name in ids:
            added = making.done(name) if since != number else set()
            done += len(ids[name])
            ids[name] = [id for id in ids[name] if id not in added]
            done -= len(ids[name])
            for batch in _batches(ids[name]):
                found = documents.read(name, batch)
                results = making.add(Change(name, id, since, document) for id, document in found.items())
                refused += [result for result in results if result.outcome is Outcome.REFUSED]
                done += len(batch)
                if progress:
                    progress(done, total)
        count = making.finish(documents.read, since=since)
    except BaseException:
        with suppress(EngineAway):
            making.pause()
        raise
    # What waited before the beginning was read from the database since.
    for batch in _batches(covered):
        waited = Outbox.objects.filter(pk__in=batch)
        with transaction.atomic():
            for kind in KINDS:
                lookout.delivered(kind, list(waited.filter(kind=kind).values_list("object_id", flat=True).distinct()))
            background.changed(waited.filter(kind=STORY).values_list("object_id", flat=True))
            waited.delete()
    for result in refused:
        Outbox.objects.bury(result.change.kind, result.change.id, result.error)
    return Rebuilt(count, len(refused), time.monotonic() - began)


def _mend_in_background(engine: Engine) -> None:
    try:
        _mended(engine)
    finally:
        connections.close_all()
        _making.release()


def _mended(engine: Engine) -> bool:
    try:
        _rebuild(engine, afresh=True)
    except EngineAway as error:
        logger.warning("the index could not be made: %s", error)
        return False
    return True


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
