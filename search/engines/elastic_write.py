"""How the Elasticsearch engine takes changes, and who may make a new index."""

import os
import socket
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from elasticsearch import BadRequestError, ConflictError, Elasticsearch, NotFoundError

from search.engines.base import Change, EngineAway, Held, Outcome, Result
from search.engines.elastic_client import BUSY_STATUS, reason
from search.engines.elastic_index import Names, kept, key

# So much goes to the server at once, in documents and in bytes.
MOST_AT_ONCE, MOST_BYTES = 500, 5_000_000
# Whoever makes an index says so this often; after so long without a word somebody else may go on.
LEASE_SECONDS, RENEW_SECONDS = 90.0, 15.0
ROWS = 5_000


def write(
    client: Elasticsearch, aliases: Sequence[str], changes: Iterable[Change], *, refresh: bool = False
) -> list[Result]:
    """Write changes to every one of these indices, and answer for each what became of it in all of them.

    Raises `EngineAway` when the server could not take one of them now: what it took meanwhile does no harm.
    """
    results: list[Result] = []
    for batch in _batches(changes):
        lines: list[Any] = []
        for change, line in batch:
            if isinstance(line, bytes):
                name = {"_id": key(change.kind, change.id), "version": change.version, "version_type": "external"}
                for alias in aliases:
                    lines += [{"index": {"_index": alias, "require_alias": True, **name}}, line]
        answers = iter(client.bulk(operations=lines, refresh=refresh)["items"] if lines else ())
        for change, line in batch:
            if isinstance(line, bytes):
                results.append(_result(change, [next(answers)["index"] for _ in aliases]))
            else:
                results.append(Result(change, Outcome.REFUSED, line))
    return results


def versions(client: Elasticsearch, index: str, query: Mapping[str, Any]) -> Iterator[tuple[str, int, int]]:
    """Kind, id and version of everything that matches, in no order, as the index stands now."""
    pit = client.open_point_in_time(index=index, keep_alive="2m")["id"]
    after = None
    try:
        while True:
            body: dict[str, Any] = {
                "query": query,
                "size": ROWS,
                "_source": False,
                "docvalue_fields": ["kind", "object", "version"],
                "pit": {"id": pit, "keep_alive": "2m"},
                "sort": ["_shard_doc"],
                "track_total_hits": False,
            }
            rows = client.search(body=body | ({"search_after": after} if after else {}))["hits"]["hits"]
            for row in rows:
                yield row["fields"]["kind"][0], row["fields"]["object"][0], row["fields"]["version"][0]
            if len(rows) < ROWS:
                return
            after = rows[-1]["sort"]
    finally:
        client.close_point_in_time(id=pit)


def held(client: Elasticsearch, index: str, kind: str, *, after: int, size: int) -> list[Held]:
    """What can be found of a kind, in the order of ids, as the index stands now."""
    of_kind = [{"term": {"live": True}}, {"term": {"kind": kind}}, {"range": {"object": {"gt": after}}}]
    said = client.search(
        index=index,
        query={"bool": {"filter": of_kind}},
        size=size,
        source=False,
        docvalue_fields=[{"field": field} for field in ("object", "version", "digest")],
        sort=["object"],
        track_total_hits=False,
    )
    rows = (row["fields"] for row in said["hits"]["hits"])
    return [Held(row["object"][0], row["version"][0], row["digest"][0]) for row in rows]


class Lease:
    """Says who makes a new index. It ends when it is given back, and when its holder is gone."""

    def __init__(self, client: Elasticsearch, names: Names) -> None:
        self.client, self.index = client, names.lease
        self.owner = f"{socket.gethostname()}:{os.getpid()}"
        self._held: Mapping[str, Any] = {}
        self._renewed_at = 0.0
        if not client.indices.exists(index=self.index):
            mapping = {"dynamic": "strict", "properties": {"owner": {"type": "keyword"}, "until": {"type": "double"}}}
            settings = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
            try:
                client.indices.create(index=self.index, mappings=mapping, settings=settings)
            except BadRequestError as error:
                if error.error != "resource_already_exists_exception":
                    raise
        try:
            told = client.get(index=self.index, id="rebuild")
        except NotFoundError:
            self._take(op_type="create")
            return
        if told["_source"]["until"] > time.time() and _is_there(told["_source"]["owner"]):
            raise EngineAway("The search index is being made anew by somebody else already.")
        self._take(if_seq_no=told["_seq_no"], if_primary_term=told["_primary_term"])

    def renew(self, *, seconds: float = LEASE_SECONDS) -> None:
        """Say that the work goes on. Raises `EngineAway` when somebody else took it over."""
        if seconds != LEASE_SECONDS or time.monotonic() - self._renewed_at > RENEW_SECONDS:
            self._take(if_seq_no=self._held["_seq_no"], if_primary_term=self._held["_primary_term"], seconds=seconds)

    def give_back(self) -> None:
        """Let others make one."""
        self.client.options(ignore_status=[404, 409]).delete(
            index=self.index,
            id="rebuild",
            if_seq_no=self._held["_seq_no"],
            if_primary_term=self._held["_primary_term"],
        )

    def _take(self, *, seconds: float = LEASE_SECONDS, **condition: Any) -> None:
        document = {"owner": self.owner, "until": time.time() + seconds}
        try:
            self._held = self.client.index(index=self.index, id="rebuild", document=document, **condition).body
        except ConflictError as error:
            raise EngineAway("The search index is being made anew by somebody else already.") from error
        self._renewed_at = time.monotonic()


def _is_there(owner: str) -> bool:
    """Whether the process may still be at work. Of one on another machine only its silence tells."""
    host, _, pid = owner.rpartition(":")
    return host != socket.gethostname() or Path(f"/proc/{pid}").exists()


def _result(change: Change, answers: Sequence[Mapping[str, Any]]) -> Result:
    outcome = Outcome.WRITTEN
    for answer in answers:
        status = answer["status"]
        if status in BUSY_STATUS or status == 404:
            raise EngineAway("The search engine could not take a change now.")
        if status == 409:
            outcome = Outcome.PASSED
        elif status >= 400:
            return Result(change, Outcome.REFUSED, reason(answer))
    return Result(change, outcome)


def _batches(changes: Iterable[Change]) -> Iterator[list[tuple[Change, bytes | str]]]:
    """Changes with their lines, or with what is wrong with them."""
    batch: list[tuple[Change, bytes | str]] = []
    size = 0
    for change in changes:
        line = _line(change)
        if batch and (len(batch) == MOST_AT_ONCE or size + len(line) > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append((change, line))
        size += len(line)
    if batch:
        yield batch


def _line(change: Change) -> bytes | str:
    try:
        return kept(change.kind, change.id, change.version, change.document)
    except (UnicodeError, ValueError, TypeError) as error:
        return f"{type(error).__name__}: {error}"
