"""A real Elasticsearch server for tests, and engines with indices of their own on it."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests import needs

if TYPE_CHECKING:
    from search.engines.elastic import ElasticEngine


@contextmanager
def elastic_engine(*, url: str = "", empty: bool = True, **place: Any) -> Iterator["ElasticEngine"]:
    """An engine with an empty index, or with none yet. What it makes goes away with it."""
    from search.engines.elastic import ElasticEngine
    from search.engines.elastic_client import Place
    from search.engines.elastic_index import definition

    prefix = f"test-{secrets.token_hex(4)}"
    urls = (url or needs.elasticsearch_url(),)
    engine = ElasticEngine(Place(**{"urls": urls, "prefix": prefix, **place}))
    with engine.server.working() as client:
        if empty:
            # As a rebuild would leave it, in one step instead of six.
            client.indices.create(index=engine.names.new(), aliases={engine.names.live: {}}, **definition())
    try:
        yield engine
    finally:
        with engine.server.working() as client:
            if indices := list(client.indices.get_alias(index=f"{prefix}-*")):
                client.indices.delete(index=indices, ignore_unavailable=True)
        engine.close()
