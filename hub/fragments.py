"""Parts of pages that many people see alike, and numbers that are asked for on every page: kept in memory, never stale.

What is kept carries the number that the site's version row had before it was made (hub.pagecache), like a whole page.
Whoever asks puts into the key all that the part depends on besides the database, first of all who may see what.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from django.conf import settings
from django.utils.autoreload import file_changed

from hub import pagecache


class Shelf:
    """What was made by key, the least used thrown out when there is too much."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.parts: OrderedDict[Hashable, tuple[int, Any]] = OrderedDict()
        self.lock = threading.Lock()

    def kept(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` gave for this key, made again if anything changed since."""
        number = pagecache.version() if settings.PAGE_CACHE_MB else None
        if number is None:
            return make()
        with self.lock:
            found = self.parts.get(key)
            if found is not None and found[0] == number:
                self.parts.move_to_end(key)
                return found[1]
        part = make()
        with self.lock:
            self.parts[key] = (number, part)
            self.parts.move_to_end(key)
            while len(self.parts) > self.most:
                self.parts.popitem(last=False)
        return part

    def clear(self) -> None:
        """Forget everything."""
        with self.lock:
            self.parts.clear()


pieces = Shelf(1000)  # of pages: tens of kilobytes each
numbers = Shelf(10_000)
asked = Shelf(200)  # what somebody made up an address for: it cannot push out what everybody reads


def reset(**kwargs: Any) -> None:
    """Forget everything: for tests, and when a template is edited while the server runs."""
    pieces.clear()
    numbers.clear()
    asked.clear()


file_changed.connect(reset, dispatch_uid="hub.fragments")
