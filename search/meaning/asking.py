"""Questions as vectors, in time: nobody waits for a model that is slow, broken or not loaded yet."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass

from search.meaning import vectors
from search.meaning.encoding import Encoder, Vector
from search.meaning.folder import Unusable, read

logger = logging.getLogger(__name__)

# A search never waits longer for what it means.
WAIT_SECONDS = 0.05
# While so many questions are being embedded, a further one is answered by words alone.
MOST_AT_ONCE = 4
MOST_KEPT = 2000
# A folder that could not be used is looked at again after this.
AGAIN_SECONDS = 60.0

ReadVectors = Callable[[Sequence[int]], Mapping[int, bytes]]


@dataclass(slots=True)
class Counts:
    """What this process did since it began."""

    asked: int = 0
    too_slow: int = 0  # the vector of a question was not there in time
    unread: int = 0  # the vectors of the stories were still being read
    cut_short: int = 0  # only the newest stories could be compared in time
    failed: int = 0


class Meaning:
    """One model, loaded when it is first asked, and the vectors of what was asked lately."""

    def __init__(
        self,
        place: str,
        *,
        read_vectors: ReadVectors | None = None,
        wait: float = WAIT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`read_vectors` answers the vectors of stories; without it, the database does."""
        self.place, self.wait, self.clock = place, wait, clock
        self.read_vectors: ReadVectors = read_vectors or self._from_database
        self.trouble = ""
        self.counts = Counts()
        self._encoder: Encoder | None = None
        self._failed_at = 0.0
        self._loading = threading.Lock()
        self._turn = threading.Lock()
        self._kept: OrderedDict[str, Vector] = OrderedDict()
        self._under_way: dict[str, Future[Vector]] = {}
        self._until: dict[str, float] = {}  # who asks again for a text, on one page, does not wait again
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="meaning")

    @property
    def encoder(self) -> Encoder | None:
        """The model, if it is loaded."""
        return self._encoder

    def load(self) -> Encoder:
        """The model, loaded if need be. Raises `Unusable`."""
        with self._loading:
            if self._encoder is None:
                if self.trouble and self.clock() - self._failed_at < AGAIN_SECONDS:
                    raise Unusable(self.trouble)
                try:
                    self._encoder = Encoder(read(self.place))
                except Unusable as error:
                    self.trouble, self._failed_at = str(error), self.clock()
                    logger.warning("search by meaning rests: %s", error)
                    raise
                self.trouble = ""
            return self._encoder

    def begin(self, text: str) -> None:
        """Have the vector of a text made while something else is done."""
        with self._turn:
            if text in self._kept or text in self._under_way or len(self._under_way) >= MOST_AT_ONCE:
                return
            future = self._under_way[text] = self._pool.submit(self._encode, text)
        future.add_done_callback(lambda done: self._keep(text, done))

    def vector(self, text: str) -> Vector | None:
        """The vector of a text, or nothing when it is not there in time."""
        self.begin(text)
        with self._turn:
            self.counts.asked += 1
            if (kept := self._kept.get(text)) is not None:
                self._kept.move_to_end(text)
                return kept
            future = self._under_way.get(text)
            left = self._until.setdefault(text, self.clock() + self.wait) - self.clock() if future else 0.0
        try:
            if future is not None:
                return future.result(max(left, 0.0))
        except TooLate:
            pass
        except Unusable:
            return None
        except Exception:
            # Whatever it was, `_keep` has logged and counted it: words alone answer.
            return None
        self.count("too_slow")
        return None

    def count(self, what: str) -> None:
        """Note that something happened for which there is a count."""
        with self._turn:
            setattr(self.counts, what, getattr(self.counts, what) + 1)

    def failed(self, what: str) -> None:
        """Log and count the exception that is being handled. Words alone answer."""
        logger.exception("search by meaning failed: %s", what)
        self.count("failed")

    def _encode(self, text: str) -> Vector:
        return self.load().encode(text)

    def _keep(self, text: str, done: "Future[Vector]") -> None:
        with self._turn:
            self._under_way.pop(text, None)
            self._until.pop(text, None)
            error = done.exception()
            if error is None:
                self._kept[text] = done.result()
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
            else:
                self.counts.failed += 1
        if error is not None and not isinstance(error, Unusable):
            logger.error("a question could not be embedded", exc_info=error)

    def _from_database(self, ids: Sequence[int]) -> dict[int, bytes]:
        encoder = self._encoder
        return vectors.read(ids, encoder.folder.recipe) if encoder else {}
