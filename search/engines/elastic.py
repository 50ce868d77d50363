"""The engine for hubs that outgrow one machine: Elasticsearch."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32

from elasticsearch import Elasticsearch

from search.engines import elastic_words
from search.engines.base import (
    Answer,
    Candidate,
    Change,
    Engine,
    EngineAway,
    Held,
    IndexMissing,
    Rebuild,
    Result,
    Second,
    Status,
    Suggestion,
    remaining,
)
from search.engines.elastic_client import ANSWER_SECONDS, SERVER_SECONDS, TOO_MUCH, Place, Server
from search.engines.elastic_index import Names
from search.engines.elastic_rebuild import LIVE, ElasticRebuild, aliases
from search.engines.elastic_search import Search
from search.engines.elastic_write import held, write
from search.query import Query


class ElasticEngine(Engine):
    """Documents in an index of a server, behind an alias."""

    name = "elasticsearch"
    local = False

    def __init__(self, place: Place) -> None:
        self.place = place
        self.server = Server(place)
        self.names = Names(place.prefix)

    def search(self, query: Query, *, second: Second | None = None) -> Answer:
        """See the contract."""
        return Search(query).answer(lambda body: self._ask(body, query), second)

    def write(self, changes: Sequence[Change]) -> list[Result]:
        """See the contract."""
        if not changes:
            return []
        with self.server.working() as client:
            there = aliases(client, self.names)
            if self.names.live not in there:
                raise IndexMissing("There is no search index yet.")
            return write(client, there, changes, refresh=True)

    def correct(self, query: Query) -> str | None:
        """See the contract."""
        return elastic_words.corrected(query, lambda body: self._ask(body, query), self._ask_all)

    def suggest(self, query: Query, *, size: int = 8) -> list[Suggestion]:
        """See the contract."""
        return elastic_words.suggested(query, size, self._ask_all)

    def similar(self, kind: str, id: int, query: Query) -> list[Candidate]:
        """See the contract."""
        return elastic_words.similar(kind, id, query, lambda body: self._ask(body, query))

    def held(self, kind: str, *, after: int = 0, size: int = 500) -> list[Held]:
        """See the contract."""
        with self.server.working() as client:
            return held(client, self.names.live, kind, after=after, size=size)

    def rebuild(self, *, since: int = 0, afresh: bool = False, go_on: bool = True) -> Rebuild:
        """See the contract."""
        return ElasticRebuild(self.server, self.names, since=since, go_on=go_on)

    def status(self) -> Status:
        """See the contract."""
        place = ", ".join(f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in self.place.urls)
        try:
            with self.server.asking() as client:
                documents = client.count(index=self.names.live, query=LIVE)["count"]
                stats = client.indices.stats(index=self.names.live, metric="store")
                bytes = stats["_all"]["primaries"]["store"]["size_in_bytes"]
                return Status(self.name, place, True, documents, bytes, "ready")
        except EngineAway as error:
            return Status(self.name, place, False, words=str(error))

    def close(self) -> None:
        """Let go of the connections."""
        self.server.close()

    def _ask(self, body: Mapping[str, Any], query: Query) -> Mapping[str, Any]:
        with self._asking() as (client, limits):
            # Pages of one question are answered by one copy of the index, which counts alike.
            preference = f"q{crc32(query.words.typed.encode())}"
            said = client.search(index=self.names.live, body={**body, **limits}, preference=preference).body
        return _whole(said)

    def _ask_all(self, bodies: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        with self._asking() as (client, limits):
            lines = [line for body in bodies for line in ({}, {**body, **limits})]
            said = client.msearch(index=self.names.live, searches=lines).body["responses"]
        for each in said:
            if "error" in each:
                raise self.server.meant(each["status"], each)
        return [_whole(each) for each in said]

    @contextmanager
    def _asking(self) -> Iterator[tuple[Elasticsearch, dict[str, str]]]:
        seconds = remaining(ANSWER_SECONDS)
        with self.server.asking(seconds) as client:
            yield client, {"timeout": f"{int(min(seconds, SERVER_SECONDS) * 1000)}ms"}


def _whole(said: Any) -> Mapping[str, Any]:
    if not isinstance(said, Mapping):
        raise EngineAway("The search engine answers something that cannot be read.")
    if said["timed_out"]:
        raise EngineAway(TOO_MUCH)
    return said
