"""How the Elasticsearch engine speaks to its server: where it is, how long it waits, and when it stops asking."""

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from elasticsearch import (
    ApiError,
    Elasticsearch,
    SerializationError,
    TransportError,
    UnsupportedProductError,
)

from search.engines.base import EngineAway, IndexMissing

logger = logging.getLogger(__name__)

# A person waits no longer for one answer. The server gives up a little sooner, so that it does not work for nobody.
ANSWER_SECONDS = 1.5
SERVER_SECONDS = 1.2
# What is done in the background may take longer.
WRITE_SECONDS = 60.0
# After so many failures in a row nobody is made to wait: for a while the server is not asked, then one question tries.
FAILURES = 3
PAUSE_SECONDS = 5.0

AWAY = "The search engine does not answer."
TOO_MUCH = "This search asks for too much at once. Use fewer or more telling words."
BUSY_STATUS = {429, 502, 503, 504}


@dataclass(frozen=True)
class Place:
    """Where the server is, and who we are to it. The names of indices begin with `prefix`."""

    urls: tuple[str, ...]
    prefix: str = "worth-repeating"
    api_key: str = ""
    user: str = ""
    password: str = ""
    ca_file: str = ""


class Breaker:
    """Counts failures in a row, and lets nobody through for a while when there are too many."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._failures = 0
        self._again_at = 0.0

    def enter(self) -> None:
        """Raise `EngineAway` while the server is left alone. When that is over, one goes first and tries."""
        with self._turn:
            if self._failures < FAILURES:
                return
            now = time.monotonic()
            if now < self._again_at:
                raise EngineAway(AWAY)
            self._again_at = now + PAUSE_SECONDS

    def worked(self) -> None:
        """The server answered."""
        with self._turn:
            self._failures = 0

    def failed(self) -> None:
        """The server did not answer."""
        with self._turn:
            self._failures += 1
            self._again_at = time.monotonic() + PAUSE_SECONDS


class Server:
    """Calls to the server, each with its time and with what it says turned into what the contract says."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.breaker = Breaker()
        options: dict[str, Any] = {"ca_certs": place.ca_file} if place.ca_file else {}
        self._client = Elasticsearch(
            list(place.urls),
            api_key=place.api_key or None,
            basic_auth=(place.user, place.password) if place.user else None,
            # Another node is tried at once when one refuses; nothing that was slow is tried again.
            max_retries=len(place.urls) - 1,
            retry_on_timeout=False,
            retry_on_status=(),
            **options,
        )

    @contextmanager
    def asking(self, seconds: float = ANSWER_SECONDS) -> Iterator[Elasticsearch]:
        """The client, for what a person waits for."""
        self.breaker.enter()
        with self._plainly():
            yield self._client.options(request_timeout=seconds)

    @contextmanager
    def working(self) -> Iterator[Elasticsearch]:
        """The client, for what is done in the background."""
        with self._plainly():
            yield self._client.options(request_timeout=WRITE_SECONDS)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        try:
            yield
        except UnsupportedProductError as error:
            raise EngineAway("What answers at ELASTICSEARCH_URL is not Elasticsearch.") from error
        except ApiError as error:
            raise self.meant(error.meta.status, error.body) from error
        except SerializationError as error:
            raise EngineAway("The search engine answers something that cannot be read.") from error
        except TransportError as error:
            self.breaker.failed()
            raise EngineAway(AWAY) from error
        else:
            self.breaker.worked()

    def meant(self, status: int, body: Any) -> EngineAway:
        """What a refusal of the server means to whoever asked, in words that can be shown."""
        kind = reason(body)
        if status in BUSY_STATUS:
            self.breaker.failed()
            return EngineAway("The search engine is busy or starting.")
        self.breaker.worked()
        if status == HTTPStatus.NOT_FOUND and "index_not_found" in kind:
            return IndexMissing("There is no search index yet.")
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            return EngineAway("The search engine refuses the key or the name and password of the site.")
        logger.error("Elasticsearch refused a request: %s", kind)
        return EngineAway(
            TOO_MUCH if status == HTTPStatus.BAD_REQUEST else f"The search engine cannot answer ({status})."
        )


def reason(body: Any) -> str:
    """What the server says is wrong, in its own words: the kind of error and the reasons below it."""
    error = body.get("error", body) if isinstance(body, Mapping) else body
    if not isinstance(error, Mapping):
        return str(error)[:500]
    causes: Sequence[Any] = error.get("root_cause") or [error]
    told = [f"{cause.get('type', '')}: {cause.get('reason', '')}" for cause in causes if isinstance(cause, Mapping)]
    deeper = error.get("caused_by")
    return "; ".join(dict.fromkeys([*told, *([reason(deeper)] if deeper else [])]))[:1000]
