"""The engines. `engine()` is the one that this site uses."""

from functools import cache

from django.conf import settings

from search.engines.base import Engine


@cache
def engine() -> Engine:
    """The engine of this site: Elasticsearch where the settings name a server, else the embedded one."""
    if settings.ELASTICSEARCH:
        from search.engines.elastic import ElasticEngine
        from search.engines.elastic_client import Place

        return ElasticEngine(Place(**settings.ELASTICSEARCH))
    from search.engines.sqlite import SqliteEngine

    return SqliteEngine(settings.VAR_DIR / "search.sqlite3")
