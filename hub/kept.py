"""Pieces of pages that are shown to many signed-in readers: made once, kept until something on the site changes.

What is kept must be the same for everybody whom its key admits. The key names all that it depends on besides the
database: the page, what was asked, and whose eyes (such as the communities that are closed to the reader).
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import TypeVar

from django.core.cache import cache
from django.db import connection

from hub import pagecache

Piece = TypeVar("Piece")
KEPT_FOR = 24 * 3600


def kept(make: Callable[[], Piece], *key: object) -> Piece:
    """What `make` makes, from memory where nothing has changed since.

    The version is read first: what is made of newer rows is then never taken for what belongs to an older version.
    Inside a transaction nothing is kept, since it may see rows that are never committed.
    """
    version = None if connection.in_atomic_block else pagecache.version()
    if version is None:
        return make()
    name = f"kept:{blake2b(repr((version, key)).encode(), digest_size=16).hexdigest()}"
    piece = cache.get(name)
    if piece is None:
        piece = make()
        cache.set(name, piece, KEPT_FOR)
    return piece
