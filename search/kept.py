"""What was made of an engine's answer, kept while it is true.

The database and the engine are both asked for their number before anything is read. A change raises that of the
database when it is made, and that of the engine when it arrives there: what was made before is not shown again.
"""

from collections.abc import Callable, Hashable
from typing import Any

from hub.fragments import Shelf
from search import meaning
from search.engines import engine


class NotKept(Exception):
    """Raised by what makes something that is good for this once, such as the word that the engine is away."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


def kept(shelf: Shelf, key: tuple[Hashable, ...], make: Callable[[], Any]) -> Any:
    """What `make` gave for this key, made again if anything changed since. The key says who may see what is in it."""
    # What things mean is learnt behind the scenes, without a change of either number.
    state = None if meaning.is_on() else engine().state()
    try:
        return make() if state is None else shelf.kept((state, *key), make)
    except NotKept as once:
        return once.value
