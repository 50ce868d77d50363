"""Both engines, empty and ready, for the benches. A server is started for the time of the run unless one is there."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.elasticsearch import elastic_engine, server

if TYPE_CHECKING:
    from search.engines.base import Engine


@contextmanager
def embedded(place: Path) -> Iterator["Engine"]:
    """The embedded engine, with its file in a folder."""
    from search.engines.sqlite import SqliteEngine

    engine = SqliteEngine(place / "search.sqlite3")
    yield engine
    engine.file.close()


@contextmanager
def elastic(url: str) -> Iterator["Engine"]:
    """Elasticsearch, with indices that go away."""
    with elastic_engine(url=url, empty=False) as engine:
        yield engine


@contextmanager
def elasticsearch_url() -> Iterator[str]:
    """Where a server answers, or nothing, with the reason told."""
    usual = os.environ.get("TEST_ELASTICSEARCH_URL", f"http://127.0.0.1:{server.PORT}")
    if server.answers(usual):
        yield usual
        return
    try:
        server.start()
    except server.NoServer as reason:
        print(f"elasticsearch is left out: {reason}", file=sys.stderr)
        yield ""
        return
    try:
        yield usual
    finally:
        server.stop()
