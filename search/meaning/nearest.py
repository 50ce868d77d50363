"""The stories nearest in meaning among those that somebody may see. What they may not see is not looked at.

Nobody waits longer than the time that a search has for its meaning: when it is over, what was compared by then answers,
and it is counted. The newest stories are compared first.
"""

import logging
import threading
from collections.abc import Generator, Hashable, Iterator
from contextlib import closing
from typing import Any

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connections

from hub import pagecache
from practice.models.stories import StoryQuerySet
from search import meaning as here
from search.meaning.asking import Meaning
from search.meaning.encoding import Vector, unpacked
from search.meaning.language import is_english
from search.meaning.matrix import Ids, Scan, forget_matrices, matrix_of
from search.meaning.reordering import FLOOR

logger = logging.getLogger(__name__)

# A question to the database, and its values.
Asked = tuple[str, tuple[Any, ...]]

# After so many stories it is seen whether there is time for more: the clock is read about once in a millisecond.
PIECE = 2048
# So much of the time is left for comparing closer what came nearest by then.
LAST_SECONDS = 0.02
# The ids that so many different people may see are kept.
MOST_ALLOWED = 16


def to_words(text: str, stories: StoryQuerySet, *, most: int, floor: float = FLOOR) -> list[int]:
    """The ids of the stories nearest to a text, of these stories and no others."""
    meaning = here.site()
    if meaning is None or not is_english(text):
        return []
    until = meaning.clock() + meaning.wait
    asked = meaning.vector(text)
    return [] if asked is None else _nearest(meaning, asked, stories, most, floor, until)


def to_story(id: int, stories: StoryQuerySet, *, most: int) -> list[int]:
    """The ids of the stories nearest to a story, of these stories and no others. It is not among them itself."""
    meaning = here.site()
    if meaning is None:
        return []
    if meaning.encoder is None:
        meaning.begin("")  # loads the model; there are no neighbours until then
        return []
    until = meaning.clock() + meaning.wait
    kept = meaning.read_vectors([id])
    if id not in kept:
        return []
    found = _nearest(meaning, unpacked([kept[id]])[0], stories, most + 1, FLOOR, until)
    return [each for each in found if each != id][:most]


def _nearest(
    meaning: Meaning, asked: Vector, stories: StoryQuerySet, most: int, floor: float, until: float
) -> list[int]:
    encoder = meaning.encoder
    try:
        matrix = matrix_of(encoder.folder.recipe, encoder.folder.dimensions) if encoder else None
        if matrix is None or not matrix.refreshed():
            meaning.count("unread")
            return []
        scan = Scan(matrix.held, asked)
        with closing(_allowed.pieces(stories)) as pieces:
            for ids in pieces:
                if meaning.clock() > until - LAST_SECONDS:
                    meaning.count("cut_short")
                    break
                scan.compare(ids)
        return [id for id, near in scan.nearest(most) if near >= floor]
    except Exception:
        meaning.failed("the nearest stories could not be found")
        return []


class Allowed:
    """Who may see which stories, until anything changes that a reader could see."""

    def __init__(self) -> None:
        self.version: int | None = None
        self.ids: dict[Hashable, Ids] = {}
        self.reading: threading.Thread | None = None

    def pieces(self, stories: StoryQuerySet) -> Generator[Ids, None, None]:
        """The ids of these stories, the newest first, in pieces. They are kept; where whoever asks has no time to read
        them to their end, that is done in the background.
        """
        try:
            asked = stories.newest_first().values_list("pk").query.sql_with_params()
        except EmptyResultSet:
            return
        version = pagecache.version()
        if version is None or version != self.version or len(self.ids) >= MOST_ALLOWED:
            self.version, self.ids = version, {}
        if (kept := self.ids.get(asked)) is not None:
            yield from (kept[start : start + PIECE] for start in range(0, len(kept), PIECE))
            return
        try:
            read = []
            for ids in _read(stories.db, asked):
                read.append(ids)
                yield ids
        except GeneratorExit:
            self._read_in_background(stories.db, asked, version)
            raise
        self._keep(asked, version, read)

    def read_whole(self, database: str, asked: Asked, version: int) -> None:
        """Read these ids to their end, and keep them if nothing has changed meanwhile."""
        if pagecache.version() == version:
            self._keep(asked, version, list(_read(database, asked)))

    def _keep(self, asked: Asked, version: int | None, read: list[Ids]) -> None:
        if version is not None and version == self.version:
            self.ids[asked] = np.concatenate(read) if read else np.empty(0, dtype=np.int64)

    def _read_in_background(self, database: str, asked: Asked, version: int | None) -> None:
        if version is None or (self.reading is not None and self.reading.is_alive()):
            return

        def read() -> None:
            try:
                self.read_whole(database, asked, version)
            except Exception:
                logger.exception("the ids of the stories that may be seen could not be read")
            finally:
                connections.close_all()

        self.reading = threading.Thread(target=read, name="meaning-allowed", daemon=True)
        self.reading.start()


def _read(database: str, asked: Asked) -> Iterator[Ids]:
    connection = connections[database]
    whole = connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")
    with connection.cursor() if whole else connection.chunked_cursor() as cursor:
        cursor.execute(*asked)
        while rows := cursor.fetchmany(PIECE):
            yield np.fromiter((pk for (pk,) in rows), dtype=np.int64, count=len(rows))


_allowed = Allowed()


def forget() -> None:
    """Read everything anew: the database is another one."""
    forget_matrices()
    _allowed.version, _allowed.ids = None, {}
