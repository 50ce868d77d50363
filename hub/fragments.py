"""Parts of pages that many people see alike, kept in memory and never stale.

A part is kept with the number that the site's version row had before it was made (hub.pagecache), like a whole page.
Whoever asks puts into the key all that the part depends on besides the database, first of all who may see what.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from django.conf import settings
from django.utils.autoreload import file_changed

from hub import pagecache

MOST = 256

_kept: OrderedDict[Hashable, tuple[int, Any]] = OrderedDict()
_lock = threading.Lock()


def kept(key: Hashable, make: Callable[[], Any]) -> Any:
    """What `make` gave for this key, made again if anything changed since."""
    number = pagecache.version() if settings.PAGE_CACHE_MB else None
    if number is None:
        return make()
    with _lock:
        found = _kept.get(key)
        if found is not None and found[0] == number:
            _kept.move_to_end(key)
            return found[1]
    part = make()
    with _lock:
        _kept[key] = (number, part)
        _kept.move_to_end(key)
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return part


def reset(**kwargs: Any) -> None:
    """Forget everything: for tests, and when a template is edited while the server runs."""
    with _lock:
        _kept.clear()


file_changed.connect(reset, dispatch_uid="hub.fragments")
