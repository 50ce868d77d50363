"""The stories nearest in meaning among those that somebody may see. What they may not see is not looked at.

The vectors of all stories stay in the memory of the process, a byte for each dimension, and follow the database.
"""

import logging
import threading
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connections

from hub import pagecache
from practice.models.story import StoryQuerySet
from search import meaning as here
from search.meaning.asking import Meaning
from search.meaning.encoding import Vector, unpacked
from search.meaning.language import is_english
from search.meaning.reordering import FLOOR
from search.models import Vector as Row

logger = logging.getLogger(__name__)

# So many vectors are read while somebody waits. More are read in the background, and there is no answer until then.
AT_ONCE = 20_000
# So many are compared at a time, so that they fit into the cache of the processor.
BLOCK = 512
# What other processes wrote may be committed a little later than it was written.
OVERLAP = timedelta(seconds=60)

BATCH = 500
# The ids that so many different people may see are kept.
MOST_ALLOWED = 16

Ids = np.ndarray[Any, np.dtype[np.int64]]
Rows = np.ndarray[Any, np.dtype[np.int8]]


def to_words(text: str, stories: StoryQuerySet, *, most: int, floor: float = FLOOR) -> list[int]:
    """The ids of the stories nearest to a text, of these stories and no others."""
    meaning = here.site()
    asked = meaning.vector(text) if meaning and is_english(text) else None
    return _nearest(meaning, asked, stories, most, floor) if meaning and asked is not None else []


def to_story(id: int, stories: StoryQuerySet, *, most: int) -> list[int]:
    """The ids of the stories nearest to a story, of these stories and no others. It is not among them itself."""
    meaning = here.site()
    if meaning is None:
        return []
    if meaning.encoder is None:
        meaning.begin("")  # loads the model; there are no neighbours until then
        return []
    kept = meaning.read_vectors([id])
    if id not in kept:
        return []
    found = _nearest(meaning, unpacked([kept[id]])[0], stories, most + 1, FLOOR)
    return [each for each in found if each != id][:most]


def _nearest(meaning: Meaning, asked: Vector, stories: StoryQuerySet, most: int, floor: float) -> list[int]:
    encoder = meaning.encoder
    try:
        matrix = _matrix(encoder.folder.recipe, encoder.folder.dimensions) if encoder else None
        if matrix is None or not matrix.refreshed():
            return []
        return [id for id, near in matrix.nearest(asked, _allowed.of(stories), most) if near >= floor]
    except Exception:
        meaning.failed("the nearest stories could not be found")
        return []


class Matrix:
    """The vectors of one recipe, by the ids of the stories in ascending order."""

    def __init__(self, recipe: str, dimensions: int) -> None:
        self.recipe, self.dimensions = recipe, dimensions
        # Replaced in one step: those who are searching keep those that they began with.
        self.held: tuple[Ids, Rows, Vector] = _held(np.empty(0, dtype=np.int64), np.empty((0, dimensions), np.int8))
        self._recent: dict[int, datetime] = {}
        self._turn = threading.Lock()
        self._reading: threading.Thread | None = None

    def refreshed(self) -> bool:
        """Take over what changed in the database. False while so much is read that nobody should wait for it."""
        with self._turn:
            if self._reading is not None and self._reading.is_alive():
                return False
            if not self._recent and Row.objects.usable(self.recipe).count() > AT_ONCE:
                self._reading = threading.Thread(target=self._read_in_background, name="meaning-read", daemon=True)
                self._reading.start()
                return False
            self._read()
            return True

    def nearest(self, asked: Vector, allowed: Ids, most: int) -> list[tuple[int, float]]:
        """The nearest of the allowed ones, with their cosines. Only the rows of allowed ids are looked at."""
        ids, rows, lengths = self.held
        if not len(ids) or not len(allowed):
            return []
        places = np.searchsorted(ids, allowed)
        places[places == len(ids)] = 0
        places = np.sort(places[ids[places] == allowed])
        scores = np.empty(len(places), dtype=np.float32)
        for start in range(0, len(places), BLOCK):
            scores[start : start + BLOCK] = rows[places[start : start + BLOCK]].astype(np.float32) @ asked
        scores /= lengths[places]
        best = np.argpartition(-scores, most)[:most] if len(scores) > most else np.arange(len(scores))
        best = best[np.argsort(-scores[best], kind="stable")]
        return [(int(ids[places[each]]), float(scores[each])) for each in best]

    def _read(self) -> None:
        made = Row.objects.filter(recipe=self.recipe).order_by()
        latest = max(self._recent.values(), default=None)
        if latest is None:
            kept = list(made.values_list("pk", "made_at", "vector"))
        else:
            since = latest - OVERLAP
            times = dict(made.filter(made_at__gte=since).values_list("pk", "made_at"))
            new = [pk for pk, at in times.items() if self._recent.get(pk) != at]
            self._recent = {pk: at for pk, at in self._recent.items() if at >= since}
            kept = [
                row
                for start in range(0, len(new), BATCH)
                for row in made.filter(pk__in=new[start : start + BATCH]).values_list("pk", "made_at", "vector")
            ]
        if not kept:
            return
        latest = max(at for _, at, _ in kept if at)
        self._recent |= {pk: at for pk, at, _ in kept if at and at >= latest - OVERLAP}
        ids, rows, _ = self.held
        fresh = np.fromiter((pk for pk, _, _ in kept), dtype=np.int64)
        empty = bytes(self.dimensions)  # is near to nothing
        joined = b"".join(bytes(vector) or empty for _, _, vector in kept)
        vectors = np.frombuffer(joined, dtype=np.int8).reshape(len(kept), self.dimensions)
        stay = ~np.isin(ids, fresh)
        ids = np.concatenate([ids[stay], fresh])
        order = np.argsort(ids)
        self.held = _held(ids[order], np.concatenate([rows[stay], vectors])[order])

    def _read_in_background(self) -> None:
        try:
            self._read()
        except Exception:
            logger.exception("the vectors could not be read")
        finally:
            connections.close_all()


def _held(ids: Ids, rows: Rows) -> tuple[Ids, Rows, Vector]:
    """The vectors with their lengths, 1 for one that is empty and near to nothing."""
    lengths = np.ones(len(rows), dtype=np.float32)
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK].astype(np.float32)
        lengths[start : start + BLOCK] = np.maximum(np.linalg.norm(block, axis=1), 1)
    return ids, rows, lengths


@dataclass(slots=True)
class Allowed:
    """Who may see which stories, until anything changes that a reader could see."""

    version: int | None = None
    ids: dict[Hashable, Ids] = field(default_factory=dict)

    def of(self, stories: StoryQuerySet) -> Ids:
        """The ids of these stories."""
        try:
            asked = stories.order_by().values_list("pk").query.sql_with_params()
        except EmptyResultSet:
            return np.empty(0, dtype=np.int64)
        version = pagecache.version()
        if version is None or version != self.version or len(self.ids) >= MOST_ALLOWED:
            self.version, self.ids = version, {}
        if (kept := self.ids.get(asked)) is None:
            with connections[stories.db].cursor() as cursor:
                cursor.execute(*asked)
                kept = np.fromiter((pk for (pk,) in cursor.fetchall()), dtype=np.int64)
            if version is not None and version == self.version:
                self.ids[asked] = kept
        return kept


_allowed = Allowed()
_matrices: dict[str, Matrix] = {}
_making = threading.Lock()


def _matrix(recipe: str, dimensions: int) -> Matrix:
    """The one of this process. Vectors of another recipe are forgotten."""
    with _making:
        if recipe not in _matrices:
            _matrices.clear()
            _matrices[recipe] = Matrix(recipe, dimensions)
        return _matrices[recipe]


def forget() -> None:
    """Read everything anew: the database is another one."""
    _matrices.clear()
    _allowed.version, _allowed.ids = None, {}
