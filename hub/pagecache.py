"""Whole pages for visitors who are not signed in, kept in memory and never stale.

The middleware stands first. A page that its view marks with `@whole_page` is kept with the number that the site's
version row had before the page was made. Each request reads that number again (one raw read, microseconds) and gets
the kept page only if nothing has changed since. `bump()` raises the number inside the transaction of a change:
`hub.changes` calls it for every ordinary save and delete, verbs that write in bulk call it themselves.
"""

import gzip
import logging
import re
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from secrets import token_hex
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError, connection, connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.autoreload import file_changed
from django.utils.http import parse_etags

log = logging.getLogger(__name__)

LIFETIME = 300  # seconds, since some words on a page follow the clock: today, next week
LARGEST_PAGE = 512 * 1024
SMALLEST_TO_PACK = 600
# A request with one of these goes to the view: it asks for something that the key does not hold.
OTHERWISE = ("HTTP_AUTHORIZATION", "HTTP_RANGE", "HTTP_HX_BOOSTED", "HTTP_HX_HISTORY_RESTORE_REQUEST")
VARIES = {"cookie", "accept-encoding", "hx-request"}
TAKES_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))", re.IGNORECASE)

GetResponse = Callable[[HttpRequest], HttpResponseBase]
View = TypeVar("View", bound=Callable[..., HttpResponseBase])
Response = TypeVar("Response", bound=HttpResponseBase)


def whole_page(*names: str) -> Callable[[View], View]:
    """Mark a view whose pages may be kept whole. `names` are the query names that it reads: any other is not kept.

    Such a page shows every visitor the same: no form token, no nonce, nothing personal, and nothing that is not in the
    database (what an engine or a file says can change without the version row).
    """

    def mark(view: View) -> View:
        view.whole_page_names = frozenset(names)  # type: ignore[attr-defined]
        return view

    return mark


# --- The version row -------------------------------------------------------------------------------------------------


def bump(using: str = "default") -> None:
    """Make every kept page untrue when the current transaction is committed.

    On PostgreSQL a second writer takes another row of the table instead of waiting for the first one, so that no two
    changes can wait for each other here. The version is the sum of the rows: each commit makes it larger. Rows begin
    and stay above the clock, so that a restored backup never counts through numbers that were used before.
    """
    now = time.time_ns() // 1000
    with connections[using].cursor() as cursor:
        if connections[using].vendor == "sqlite":  # one writer at a time
            cursor.execute(
                "INSERT INTO hub_cacheversion (key, number) VALUES ('site', %s) "
                "ON CONFLICT (key) DO UPDATE SET number = MAX(number + 1, excluded.number)",
                [now],
            )
            return
        cursor.execute(
            "UPDATE hub_cacheversion SET number = GREATEST(number + 1, %s) WHERE key = "
            "(SELECT key FROM hub_cacheversion ORDER BY key LIMIT 1 FOR UPDATE SKIP LOCKED)",
            [now],
        )
        if cursor.rowcount == 0:
            cursor.execute("INSERT INTO hub_cacheversion (key, number) VALUES (%s, %s)", [f"site-{token_hex(8)}", now])


VERSION = "SELECT SUM(number) FROM hub_cacheversion"
REOPEN_AFTER = 60  # seconds: a database file that was put in place of another is noticed


class _Reader(threading.local):
    """This thread's own connection to the SQLite file. Django's may stand in a transaction and see the past."""

    connection: sqlite3.Connection | None = None
    path = ""
    opened = 0.0

    def read(self, path: str, sql: str, values: Sequence[Any]) -> Any:
        now = time.monotonic()
        if self.connection is None or self.path != path or now - self.opened > REOPEN_AFTER:
            self.close()
            self.connection = sqlite3.connect(path, isolation_level=None, timeout=5)
            self.connection.execute("PRAGMA query_only = 1")
            self.path, self.opened = path, now
        return self.connection.execute(sql, values).fetchone()

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


_reader = _Reader()


def version() -> int | None:
    """The number that pages made now belong to, or nothing when the database does not say."""
    row = read(VERSION)
    return None if row is None else int(row[0] or 0)


def read(sql: str, values: Sequence[Any] = ()) -> Any:
    """One row of the committed database by one raw read, or nothing when there is none or the database does not say."""
    try:
        if connection.vendor == "sqlite" and not connection.in_atomic_block:  # as a test is
            return _reader.read(str(connection.settings_dict["NAME"]), sql.replace("%s", "?"), values)
        with connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchone()
    except (DatabaseError, sqlite3.Error) as error:
        # The page itself will say what is wrong with the database. Without an answer nothing is kept or shown again.
        log.warning("page cache without an answer: %s", type(error).__name__)
        _reader.close()
        return None


# --- What is kept ----------------------------------------------------------------------------------------------------


class Condition(NamedTuple):
    """What a page depends on besides the database, and what that said before the page was made."""

    state: Callable[[], Hashable]
    was: Hashable


def kept_while(response: Response, state: Callable[[], Hashable], was: Hashable) -> Response:
    """Say that a page is true only while `state()` is what it `was`, as read before the page was made.

    For what an engine or a file says. `state` takes microseconds and never raises; None stands for "not known".
    """
    response.kept_while = Condition(state, was)  # type: ignore[attr-defined]
    return response


@dataclass(slots=True)
class Page:
    """One page as it was made: its words, its headers, and when it stops being true."""

    version: int
    until: float
    etag: str
    headers: dict[str, str]
    body: bytes
    while_true: Condition | None = None
    packed: bytes = b""
    size: int = field(init=False)

    def __post_init__(self) -> None:
        if len(self.body) >= SMALLEST_TO_PACK:
            self.packed = gzip.compress(self.body, 6, mtime=0)
        self.size = len(self.body) + len(self.packed) + sum(len(k) + len(v) for k, v in self.headers.items()) + 1000


class Shelf:
    """Things with a size by key, the least used thrown out when the whole is too large."""

    def __init__(self, limit: int) -> None:
        self.limit, self.size = limit, 0
        self.pages: OrderedDict[Hashable, Any] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        """The page, which becomes the most used."""
        with self.lock:
            page = self.pages.get(key)
            if page is not None:
                self.pages.move_to_end(key)
            return page

    def put(self, key: Hashable, page: Any) -> None:
        """Keep a page, in place of an older one with this key."""
        with self.lock:
            old = self.pages.pop(key, None)
            self.size -= old.size if old else 0
            self.pages[key] = page
            self.size += page.size
            while self.size > self.limit:
                _, least = self.pages.popitem(last=False)
                self.size -= least.size

    def clear(self) -> None:
        """Throw out everything."""
        with self.lock:
            self.pages.clear()
            self.size = 0


# Pages with a query have a shelf of their own: made-up filters cannot push out the pages that everybody reads.
_plain, _asked = Shelf(0), Shelf(0)


def reset() -> None:
    """Forget every page of this process. For tests, and when a template is edited while the server runs."""
    _plain.clear()
    _asked.clear()
    _reader.close()


def _template_edited(**kwargs: Any) -> None:
    reset()


file_changed.connect(_template_edited, dispatch_uid="hub.pagecache")


# --- The middleware --------------------------------------------------------------------------------------------------


class PageCacheMiddleware:
    """Answers visitors from memory while nothing has changed. First in MIDDLEWARE; PAGE_CACHE_MB=0 leaves it out."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        megabytes: int = settings.PAGE_CACHE_MB
        if not megabytes:
            raise MiddlewareNotUsed
        from hub import readers  # it needs the models

        self.readers = readers
        for shelf, share in ((_plain, 0.5), (_asked, 0.2), (readers.PAGES, 0.3)):
            shelf.limit = int(megabytes * share * 1024 * 1024)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer from memory, or let the view answer and keep what it said."""
        if request.method not in {"GET", "HEAD"} or any(name in request.META for name in OTHERWISE):
            return self.get_response(request)
        if "HTTP_COOKIE" in request.META:
            if "messages" in request.COOKIES:
                return self.get_response(request)
            if session := request.COOKIES.get(settings.SESSION_COOKIE_NAME):
                return self.readers.serve(request, session, self.get_response)
        key, shelf = key_of(request), _asked if request.META.get("QUERY_STRING") else _plain
        number = version()
        page = shelf.get(key)
        if page is not None and number is not None and is_true(page, number):
            return answer(request, page)
        response = self.get_response(request)
        if number is None or request.method != "GET" or not may_be_kept(request, response):
            return response
        page = make_page(response, number)
        shelf.put(key, page)
        return answer(request, page)


def key_of(request: HttpRequest) -> Hashable:
    """What was asked for. The host is checked (and a wrong one refused) before it becomes part of a key."""
    return request.scheme, request.get_host(), request.get_full_path(), "HTTP_HX_REQUEST" in request.META


def is_true(page: Any, number: int) -> bool:
    """Whether a kept page is as it would be made now."""
    if page.version != number or page.until <= time.monotonic():
        return False
    condition = page.while_true
    return condition is None or (condition.was is not None and condition.state() == condition.was)


def is_whole_page(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether this is the whole answer of a view that is marked, to no other names than it reads."""
    match = request.resolver_match
    names = getattr(match.func, "whole_page_names", None) if match else None
    if names is None or response.status_code != 200 or response.streaming or not names.issuperset(request.GET):
        return False
    return len(response.content) <= LARGEST_PAGE  # type: ignore[attr-defined]


def may_be_kept(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether this answer is a whole page that any visitor may get."""
    if not is_whole_page(request, response) or response.cookies or request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
        return False
    control = response.get("Cache-Control", "")
    if "private" in control or "no-store" in control or response.has_header("Content-Encoding"):
        return False
    varies = {name.strip().lower() for name in response.get("Vary", "").split(",") if name.strip()}
    return varies <= VARIES


def make_page(response: HttpResponseBase, number: int) -> Page:
    """What is kept of an answer."""
    body: bytes = response.content  # type: ignore[attr-defined]
    headers = headers_of(response)
    headers |= {"Cache-Control": "public, no-cache", "Vary": "Cookie, Accept-Encoding, HX-Request"}
    etag = f'W/"{blake2b(body, digest_size=12).hexdigest()}"'
    condition = getattr(response, "kept_while", None)
    return Page(number, time.monotonic() + LIFETIME, etag, headers, body, condition)


def headers_of(response: HttpResponseBase) -> dict[str, str]:
    """The headers of an answer that do not belong to one request."""
    headers = dict(response.items())
    for name in ("Content-Length", "ETag", "X-Request-ID"):
        headers.pop(name, None)
    return headers


def answer(request: HttpRequest, page: Page) -> HttpResponse:
    """The page for this request: whole, packed, only its headers, or the news that nothing has changed."""
    asked = request.META.get("HTTP_IF_NONE_MATCH")
    if asked is not None and (asked == page.etag or asked == "*" or page.etag in _weak(asked)):
        response: HttpResponse = HttpResponseNotModified()
        response["Cache-Control"], response["Vary"] = page.headers["Cache-Control"], page.headers["Vary"]
        response["ETag"] = page.etag
        return response
    body = page.body
    packed = bool(page.packed) and TAKES_GZIP.search(request.META.get("HTTP_ACCEPT_ENCODING", "")) is not None
    if packed:
        body = page.packed
    response = HttpResponse(b"" if request.method == "HEAD" else body, headers=page.headers)
    if packed:
        response["Content-Encoding"] = "gzip"
    response["ETag"] = page.etag
    response["Content-Length"] = str(len(body))
    return response


def _weak(asked: str) -> set[str]:
    return {f"W/{etag.removeprefix('W/')}" for etag in parse_etags(asked)}
