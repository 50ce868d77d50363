"""Pages whose middle is the same for all who may read the same communities."""

from collections.abc import Callable, Hashable
from typing import TypeVar

from django.http import HttpRequest

from community import access
from community.sight import closed_to
from hub import fragments

Piece = TypeVar("Piece")


def for_all_who_read_the_same(request: HttpRequest, make: Callable[[], Piece], *key: Hashable) -> Piece:
    """A piece of a page that depends only on the key and on which communities are closed to the reader.

    Kept for those who are signed in. Visitors have whole pages kept for them, and what they make up in an address must
    not push out what others read.
    """
    if not access.signed_in(request.user):
        return make()
    piece: Piece = fragments.pieces.kept((*key, closed_to(request.user)), make)
    return piece
