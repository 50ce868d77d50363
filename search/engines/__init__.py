"""The engines. `engine()` is the one that this site uses."""

from functools import cache

from django.conf import settings

from search.engines.base import Engine


@cache
def engine() -> Engine:
    """The engine of this site: the embedded one."""
    from search.engines.sqlite import SqliteEngine

    return SqliteEngine(settings.VAR_DIR / "search.sqlite3")
