"""A new index beside the live one, on Elasticsearch.

While it is made, every change is written to both. When whoever makes it is interrupted, it stays where it is and
whoever makes one next goes on with it: its `_meta` says since when it is made, and what is in it is kept up to date
meanwhile.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from elasticsearch import Elasticsearch

from search.documents import Document
from search.engines.base import Change, Rebuild, Result
from search.engines.elastic_client import Server
from search.engines.elastic_index import FORMAT, Names, definition
from search.engines.elastic_write import MOST_AT_ONCE, Lease, versions, write

# An unfinished index older than this is not gone on with: it is made to get rid of what changed without a word.
OLDEST_SECONDS = 6 * 3600
# What brings an index into one piece, so that questions are fast, takes its time.
MERGE_SECONDS = 1800.0
LIVE = {"term": {"live": True}}


class ElasticRebuild(Rebuild):
    """An index under the alias for what is being made."""

    def __init__(self, server: Server, names: Names, *, since: int, go_on: bool) -> None:
        self.server, self.names = server, names
        with server.working() as client:
            self.lease = Lease(client, names)
            try:
                self.index, self.since = self._found(client, since, go_on=go_on) or self._made(client, since)
                _delete(client, self._left_over(client))
            except BaseException:
                self.lease.give_back()
                raise

    def add(self, changes: Iterable[Change]) -> list[Result]:
        """See the contract."""
        with self.server.working() as client:
            self.lease.renew()
            return write(client, [self.names.building], changes)

    def done(self, kind: str) -> set[int]:
        """See the contract."""
        with self.server.working() as client:
            client.indices.refresh(index=self.index)
            return {id for _, id, _ in versions(client, self.index, {"term": {"kind": kind}})}

    def finish(self, read: Callable[[str, Sequence[int]], Mapping[int, Document]], *, since: int) -> int:
        """See the contract."""
        with self.server.working() as client:
            client.indices.refresh(index=self.index)
            for kind, newer in self._newer(client, since).items():
                self.add(_read_again(kind, newer, read))
            self.lease.renew(seconds=MERGE_SECONDS)
            client.options(request_timeout=MERGE_SECONDS).indices.forcemerge(index=self.index, max_num_segments=1)
            client.indices.put_settings(index=self.index, settings={"refresh_interval": "1s"})
            client.indices.refresh(index=self.index)
            documents = client.count(index=self.index, query=LIVE)["count"]
            actions: list[dict[str, Any]] = [
                {"add": {"index": self.index, "alias": self.names.live}},
                {"remove": {"index": self.index, "alias": self.names.building}},
                *({"remove_index": {"index": old}} for old in _behind(client, self.names.live)),
            ]
            client.indices.update_aliases(actions=actions)
            self.lease.give_back()
        return documents

    def pause(self) -> None:
        """See the contract."""
        with self.server.working():
            self.lease.give_back()

    def abandon(self) -> None:
        """See the contract."""
        with self.server.working() as client:
            _delete(client, [self.index])
            self.lease.give_back()

    def _found(self, client: Elasticsearch, since: int, *, go_on: bool) -> tuple[str, int] | None:
        """The unfinished index of somebody who was interrupted, if it is worth going on with."""
        for index in _behind(client, self.names.building):
            meta = client.indices.get_mapping(index=index)[index]["mappings"]["_meta"]
            young = time.time() - meta["began"] < OLDEST_SECONDS
            if go_on and young and meta["format"] == FORMAT and 0 < meta["since"] < since:
                return index, meta["since"]
            _delete(client, [index])
        return None

    def _made(self, client: Elasticsearch, since: int) -> tuple[str, int]:
        new = definition()
        new["mappings"]["_meta"] |= {"since": since, "began": int(time.time())}
        index = self.names.new()
        client.indices.create(index=index, aliases={self.names.building: {}}, **new)
        return index, since

    def _left_over(self, client: Elasticsearch) -> list[str]:
        """Indices of this site that are of no use any more: of those who were killed, and of former formats.

        One of a former format stays until this format has an index that is whole, for the sake of a site that is being
        replaced machine by machine.
        """
        found = client.indices.get_alias(index=f"{self.names.prefix}-v*")
        whole = any(self.names.live in told["aliases"] for told in found.values())
        return [
            index
            for index, told in found.items()
            if index != self.index and (not told["aliases"] or (whole and self.names.is_former(index)))
        ]

    def _newer(self, client: Elasticsearch, since: int) -> dict[str, dict[int, int]]:
        """What the live index has in a newer version than this one, in spite of being written to both.

        One that has lost its data cannot be asked, and is replaced like any other.
        """
        newer: dict[str, dict[int, int]] = {}
        if _behind(client, self.names.live) and client.cluster.health(index=self.names.live)["status"] != "red":
            later = {"range": {"version": {"gt": since}}}
            held = {(kind, id): version for kind, id, version in versions(client, self.index, later)}
            client.indices.refresh(index=self.names.live)
            for kind, id, version in versions(client, self.names.live, later):
                if held.get((kind, id), 0) < version:
                    newer.setdefault(kind, {})[id] = version
        return newer


def aliases(client: Elasticsearch, names: Names) -> list[str]:
    """The aliases that a change is written to: the live index, and the one that is being made, as far as there are."""
    there = client.indices.get_alias(name=f"{names.live}*")
    found = {alias for told in there.values() for alias in told["aliases"]}
    return [alias for alias in (names.live, names.building) if alias in found]


def _behind(client: Elasticsearch, alias: str) -> list[str]:
    told = client.options(ignore_status=404).indices.get_alias(name=alias)
    return [] if told.meta.status == 404 else list(told)


def _delete(client: Elasticsearch, indices: Sequence[str]) -> None:
    for index in indices:
        client.indices.delete(index=index, ignore_unavailable=True)


def _read_again(
    kind: str, newer: Mapping[int, int], read: Callable[[str, Sequence[int]], Mapping[int, Document]]
) -> Iterator[Change]:
    ids = list(newer)
    for start in range(0, len(ids), MOST_AT_ONCE):
        found = read(kind, ids[start : start + MOST_AT_ONCE])
        yield from (Change(kind, id, newer[id], found.get(id)) for id in ids[start : start + MOST_AT_ONCE])
