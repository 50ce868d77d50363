"""The vectors of all stories in the memory of the process, a byte for each dimension, and a look through them.

They follow the database. A look goes over the signs of the numbers first, which takes a tenth of the time, and compares
those that come nearest so by all of their numbers.
"""

import logging
import threading
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import connections
from django.db.models import Count, Max

from search.meaning.encoding import Vector
from search.models import Vector as Row

logger = logging.getLogger(__name__)

# So many vectors are read while somebody waits. More are read in the background, and those of before answer until then.
AT_ONCE = 2000
# So many are compared at a time, so that they fit into the cache of the processor.
BLOCK = 512
# Of more stories, so many are compared by all of their numbers.
CLOSER = 4000
# What other processes wrote may be committed a little later than it was written.
OVERLAP = timedelta(seconds=60)
BATCH = 500

Ids = np.ndarray[Any, np.dtype[np.int64]]
Rows = np.ndarray[Any, np.dtype[np.int8]]
Signs = np.ndarray[Any, np.dtype[np.uint64]]


@dataclass(frozen=True, slots=True)
class Held:
    """Vectors by the ids of their stories in ascending order; the length of each; its signs, 64 dimensions in a row."""

    ids: Ids
    rows: Rows
    lengths: Vector
    signs: Signs

    @classmethod
    def of(cls, ids: Ids, rows: Rows) -> "Held":
        """These vectors. The length of one that is empty, and near to nothing, is 1."""
        lengths = np.ones(len(rows), dtype=np.float32)
        for start in range(0, len(rows), BLOCK):
            block = rows[start : start + BLOCK].astype(np.float32)
            lengths[start : start + BLOCK] = np.maximum(np.linalg.norm(block, axis=1), 1)
        return cls(ids, rows, lengths, signs_of(rows))

    def with_others(self, others: "Held") -> "Held":
        """These and others, which stand in the place of those of the same stories."""
        stay = ~np.isin(self.ids, others.ids)
        ids = np.concatenate([self.ids[stay], others.ids])
        order = np.argsort(ids)
        return Held(
            ids[order],
            np.concatenate([self.rows[stay], others.rows])[order],
            np.concatenate([self.lengths[stay], others.lengths])[order],
            np.concatenate([self.signs[:, stay], others.signs], axis=1)[:, order],
        )


def signs_of(rows: "Rows | Vector") -> Signs:
    """Whether each number is above zero, a bit for each."""
    bits = np.packbits(rows > 0, axis=1)
    bits = np.pad(bits, ((0, 0), (0, -bits.shape[1] % 8)))
    return np.ascontiguousarray(np.ascontiguousarray(bits).view(np.uint64).T)


class Scan:
    """One look for what is nearest. Only the vectors of the ids that it is given are looked at."""

    def __init__(self, held: Held, asked: Vector) -> None:
        self.held, self.asked = held, asked
        self._signs = signs_of(asked[np.newaxis, :])[:, 0]
        self._places: list[Ids] = []
        self._apart: list[np.ndarray[Any, np.dtype[np.uint16]]] = []

    def compare(self, allowed: Ids) -> None:
        """Look at these too, by their signs."""
        ids = self.held.ids
        places = np.searchsorted(ids, allowed)
        places[places == len(ids)] = 0
        places = places[ids[places] == allowed] if len(ids) else places[:0]
        apart = np.zeros(len(places), dtype=np.uint16)
        for row, mine in zip(self.held.signs, self._signs, strict=True):
            apart += np.bitwise_count(row[places] ^ mine)
        self._places.append(places)
        self._apart.append(apart)

    def nearest(self, most: int) -> list[tuple[int, float]]:
        """The nearest of what was looked at, with their cosines."""
        if not self._places:
            return []
        places = np.concatenate(self._places)
        if len(places) > CLOSER:
            places = places[np.argpartition(np.concatenate(self._apart), CLOSER)[:CLOSER]]
        scores = np.empty(len(places), dtype=np.float32)
        for start in range(0, len(places), BLOCK):
            block = places[start : start + BLOCK]
            scores[start : start + BLOCK] = self.held.rows[block].astype(np.float32) @ self.asked
        scores /= self.held.lengths[places]
        best = np.argpartition(-scores, most)[:most] if len(scores) > most else np.arange(len(scores))
        best = best[np.argsort(-scores[best], kind="stable")]
        return [(int(self.held.ids[places[each]]), float(scores[each])) for each in best]


class Matrix:
    """The vectors of one recipe."""

    def __init__(self, recipe: str, dimensions: int) -> None:
        self.recipe, self.dimensions = recipe, dimensions
        # Replaced in one step: those who are searching keep those that they began with.
        self.held = Held.of(np.empty(0, dtype=np.int64), np.empty((0, dimensions), np.int8))
        self._recent: dict[int, datetime] = {}
        self._seen: object = None
        self._turn = threading.Lock()
        self._reading: threading.Thread | None = None

    def refreshed(self) -> bool:
        """Take over what changed in the database. False while nothing has been read yet.

        Where there is more than can be read while somebody waits, it is read in the background.
        """
        if not self._turn.acquire(blocking=False):
            return len(self.held.ids) > 0  # somebody else is at it
        try:
            if self._reading is not None and self._reading.is_alive():
                return len(self.held.ids) > 0
            seen = self._state()
            if seen is not None and seen == self._seen:
                return True
            if self._is_much():
                self._reading = threading.Thread(
                    target=self._read_in_background, args=(seen,), name="meaning-read", daemon=True
                )
                self._reading.start()
                return len(self.held.ids) > 0
            self._read(seen)
            return True
        finally:
            self._turn.release()

    def _state(self) -> object:
        """Something that is another after each change of a vector, read at once; nothing before the first reading."""
        since = self._since()
        made = Row.objects.filter(recipe=self.recipe, made_at__gte=since) if since else None
        return None if made is None else tuple(made.aggregate(Count("pk"), Max("made_at")).values())

    def _since(self) -> datetime | None:
        latest = max(self._recent.values(), default=None)
        return latest - OVERLAP if latest else None

    def _is_much(self) -> bool:
        if len(self.held.ids) > AT_ONCE:
            return True
        return Row.objects.filter(recipe=self.recipe).order_by()[: AT_ONCE + 1].count() > AT_ONCE

    def _read(self, seen: object) -> None:
        made = Row.objects.filter(recipe=self.recipe).order_by("pk")
        since = self._since()
        if since is None:
            kept = made.values_list("pk", "made_at", "vector").iterator(BATCH)
        else:
            times = dict(made.filter(made_at__gte=since).values_list("pk", "made_at"))
            new = sorted(pk for pk, at in times.items() if self._recent.get(pk) != at)
            kept = (
                row
                for start in range(0, len(new), BATCH)
                for row in made.filter(pk__in=new[start : start + BATCH]).values_list("pk", "made_at", "vector")
            )
        self._take_over(kept)
        self._seen = seen

    def _take_over(self, kept: Iterator[tuple[int, datetime | None, Any]]) -> None:
        recent = dict(self._recent)
        empty = bytes(self.dimensions)  # is near to nothing
        ids, rows = array("q"), bytearray()
        for pk, at, vector in kept:
            ids.append(pk)
            rows += bytes(vector) or empty
            if at:
                recent[pk] = at
        if ids:
            fresh = Held.of(
                np.frombuffer(ids, dtype=np.int64), np.frombuffer(rows, dtype=np.int8).reshape(-1, self.dimensions)
            )
            self.held = self.held.with_others(fresh) if len(self.held.ids) else fresh
        latest = max(recent.values(), default=None)
        self._recent = {pk: at for pk, at in recent.items() if latest and at >= latest - OVERLAP}

    def _read_in_background(self, seen: object) -> None:
        try:
            self._read(seen)
        except Exception:
            logger.exception("the vectors could not be read")
        finally:
            connections.close_all()


_matrices: dict[str, Matrix] = {}
_making = threading.Lock()


def matrix_of(recipe: str, dimensions: int) -> Matrix:
    """The one of this process. Vectors of another recipe are forgotten."""
    with _making:
        if recipe not in _matrices:
            _matrices.clear()
            _matrices[recipe] = Matrix(recipe, dimensions)
        return _matrices[recipe]


def forget_matrices() -> None:
    """Read everything anew."""
    _matrices.clear()
