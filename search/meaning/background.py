"""When vectors are made: after the commit, by the worker; with none, in a thread of this process that others go before.

Whoever publishes never waits for it. What a process leaves when it ends is found again by the next that looks.
"""

import atexit
import logging
import os
import threading
import time
from collections.abc import Iterable

from django.conf import settings
from django.core.cache import cache
from django.core.files import locks
from django.db import DatabaseError, connections
from django_tasks import task

from hub.later import later
from search import meaning as here
from search.models import Vector

logger = logging.getLogger(__name__)

# Each process that searches looks so often for stories that lack a vector.
LOOK_SECONDS = 600.0
NICE = 10
AFTER_MAIL = -10
BATCH = 200


def changed(ids: Iterable[int]) -> None:
    """These stories were written to the engine: have their vectors made, if the site is to have any."""
    ids = list(ids)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        Vector.objects.changed(batch, wanted=here.is_on())
        if here.is_on():
            later(make_vectors, batch)


@task(priority=AFTER_MAIL)
def make_vectors(ids: list[int]) -> None:
    """Make the vectors of these stories."""
    if make_vectors.get_backend().supports_defer:
        _make(ids)  # this process is the worker
    else:
        maker.add(ids)


@task(priority=AFTER_MAIL)
def make_lacking() -> None:
    """Make the vectors that are lacking: after a new model, an import, a restored backup."""
    if make_lacking.get_backend().supports_defer:
        if _make_lacking(BATCH):
            make_lacking.enqueue()  # the worker's other work goes between
    else:
        maker.add([], look=True)


def look() -> None:
    """Once in a while, have what lacks made. Costs the caller nothing."""
    if time.monotonic() >= maker.look_at:
        maker.look_at = time.monotonic() + LOOK_SECONDS
        if not make_lacking.get_backend().supports_defer:
            maker.add([], look=True)
        elif cache.add("meaning.look", True, LOOK_SECONDS):
            later(make_lacking)


class Maker:
    """The thread of this process that makes vectors, while there are any to make."""

    def __init__(self) -> None:
        self.look_at = 0.0
        self.in_thread = True  # else whatever waits is made when `work` is called
        self._waiting: dict[int, None] = {}
        self._look = False
        self._thread: threading.Thread | None = None
        self._turn = threading.Lock()
        self._ending = threading.Event()

    def add(self, ids: Iterable[int], *, look: bool = False) -> None:
        """Have these made, and with `look` all that lack."""
        with self._turn:
            self._waiting |= dict.fromkeys(ids)
            self._look |= look
            if self.in_thread and self._thread is None and self.going_on():
                self._thread = threading.Thread(target=self._run, name="meaning-make", daemon=True)
                self._thread.start()

    def work(self) -> None:
        """Make what waits."""
        while self.going_on() and (taken := self._take()):
            ids, look = taken
            _make(ids)
            if look:
                _make_lacking()

    def going_on(self) -> bool:
        """Whether the process is not ending."""
        return not self._ending.is_set()

    def end(self) -> None:
        """Stop after the text that is being embedded."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join(10)

    def _take(self) -> tuple[list[int], bool] | None:
        with self._turn:
            if not self._waiting and not self._look:
                self._thread = None  # whoever adds something from now on begins a new one
                return None
            ids, look = list(self._waiting), self._look
            self._waiting, self._look = {}, False
            return ids, look

    def _run(self) -> None:
        try:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        except (AttributeError, OSError):
            logger.info("vectors are made with the same priority as everything else")
        try:
            self.work()
        except Exception:
            logger.exception("vectors could not be made")
            with self._turn:
                self._thread = None
        finally:
            connections.close_all()


maker = Maker()
atexit.register(maker.end)


def _make(ids: Iterable[int]) -> int:
    """Make these, and answer how many texts were embedded."""
    from search.meaning import vectors
    from search.meaning.folder import Unusable

    meaning = here.site()
    if meaning is None:
        return 0
    try:
        return vectors.make(ids, meaning.load(), going_on=maker.going_on)
    except Unusable:
        return 0  # said in the log and on the status page; what lacks is made once the folder is mended
    except DatabaseError:
        logger.exception("vectors could not be made")
        return 0


def _make_lacking(most: int | None = None) -> int:
    """Make so many that lack, and answer how many were made. One process of this machine at a time does it."""
    from search.meaning import vectors
    from search.meaning.folder import Unusable

    meaning = here.site()
    if meaning is None:
        return 0
    with (settings.VAR_DIR / "meaning.lock").open("w") as lock:
        if not locks.lock(lock, locks.LOCK_EX | locks.LOCK_NB):
            return 0
        try:
            recipe = meaning.load().folder.recipe
        except Unusable:
            return 0
        ids = list(vectors.lacking(recipe)[:most])
        if ids:
            logger.info("vectors of %s stories are made", len(ids))
        return _make(ids)
