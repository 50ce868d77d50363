"""Whole pages for people who are signed in, kept like those of visitors and never stale (hub.pagecache).

A view says of its answer who else would get it: `for_readers(response)` everybody who may read the same, but for the
corner of the page with the name and the number of news, which is put in anew; `for_one(response)` this person in this
browser alone, which is the rule for a page with a form. One raw read a request, of the version row and of all that
decides who asks (session, password, news, second steps), says whether what is kept is still true for them.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from typing import Any, NamedTuple, TypeVar

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils import timezone
from django.utils.autoreload import file_changed
from django.utils.http import parse_etags
from django.utils.module_loading import import_string

from hub import pagecache

AGAIN_AFTER = 60  # seconds: not every change of what a person may see raises the version (a draft that is taken back)
MOST_READERS = 5000
PAGES = pagecache.Shelf(0)

Response = TypeVar("Response", bound=HttpResponseBase)


class Kept(NamedTuple):
    """Who would get the same answer: all who may read the same but for some, or this person in this browser."""

    shared: bool
    but: frozenset[int] = frozenset()


def for_readers(response: Response, *, but: Collection[int] = ()) -> Response:
    """Say that all who may read the same get this page. `but` are the ids of people who do not, such as its authors.

    The page must follow from what they may read, the address and the rows that raise the version. It holds no form.
    """
    response.kept_for = Kept(True, frozenset(but))  # type: ignore[attr-defined]
    return response


def for_one(response: Response) -> Response:
    """Say that this person gets this page again, until something on the site or of their session changes."""
    response.kept_for = Kept(False)  # type: ignore[attr-defined]
    return response


@cache
def _reads_as() -> Callable[[Any], Hashable]:
    """The function that says by what two people may read the same. The room that knows access owns it."""
    return import_string(settings.READS_AS)  # type: ignore[no-any-return]


class Standing(NamedTuple):
    """What the database says now of a session and of whoever it belongs to."""

    version: int
    session: str
    password: str
    active: bool
    unread: int
    newest: int
    second_steps: int


@dataclass(slots=True)
class Reader:
    """What is known of a session: whose it is, and how the corner of their pages looks while `standing` is true."""

    person: int
    standing: Standing | None = None
    until: float = 0.0
    reads_as: Hashable = None
    corner: bytes = b""


@dataclass(frozen=True, slots=True)
class Page:
    """A page in two halves, with the place for the corner between them."""

    version: int
    until: float
    headers: dict[str, str]
    head: bytes
    tail: bytes
    but: frozenset[int]
    while_true: pagecache.Condition | None
    etag: str = field(init=False)

    def __post_init__(self) -> None:
        digest = blake2b(self.head, digest_size=12)
        digest.update(self.tail)
        object.__setattr__(self, "etag", digest.hexdigest())

    @property
    def size(self) -> int:
        """How much memory it takes, about."""
        return len(self.head) + len(self.tail) + 2000


class Readers:
    """Sessions that were seen lately."""

    def __init__(self) -> None:
        self.known: OrderedDict[str, Reader] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, session: str) -> Reader | None:
        """What is known of a session."""
        with self.lock:
            return self.known.get(session)

    def put(self, session: str, reader: Reader) -> None:
        """Remember it, and forget the one that was remembered longest ago when there are too many."""
        with self.lock:
            self.known[session] = reader
            self.known.move_to_end(session)
            while len(self.known) > MOST_READERS:
                self.known.popitem(last=False)

    def clear(self) -> None:
        """Forget all."""
        with self.lock:
            self.known.clear()


readers = Readers()


def reset(**kwargs: Any) -> None:
    """Forget everything: for tests, and when a template is edited while the server runs."""
    readers.clear()
    PAGES.clear()


file_changed.connect(reset, dispatch_uid="hub.readers")


def serve(request: HttpRequest, session: str, get_response: "pagecache.GetResponse") -> HttpResponseBase:
    """Answer somebody who is signed in: from memory while it is true, else by the view."""
    reader = readers.get(session)
    standing = _standing(session, reader.person) if reader else None
    base = pagecache.key_of(request)
    if reader and standing and reader.standing == standing and reader.until > time.monotonic():
        for who in (reader.reads_as, _browser(request, session)):
            page = PAGES.get((base, who))
            if page is not None and reader.person not in page.but and pagecache.is_true(page, standing.version):
                return _answer(request, page, reader.corner)
    response = get_response(request)
    kept: Kept | None = getattr(response, "kept_for", None)
    if kept is None or request.method != "GET" or not request.user.is_authenticated:
        return response
    assert isinstance(response, HttpResponse)
    if reader is None or reader.person != request.user.pk:
        # From now on it is known whose standing must be read before a page is made.
        readers.put(session, Reader(request.user.pk))
        return response
    corner: bytes = getattr(request, "corner", "").encode()
    if standing is None or not corner or not _may_be_kept(request, response, kept, corner):
        return response
    head, _, tail = response.content.partition(corner)
    until = time.monotonic() + pagecache.LIFETIME
    headers = pagecache.headers_of(response) | {"Cache-Control": "private, no-cache", "Vary": "Cookie, HX-Request"}
    page = Page(standing.version, until, headers, head, tail, kept.but, getattr(response, "kept_while", None))
    reads_as = _reads_as()(request.user)
    PAGES.put((base, reads_as if kept.shared else _browser(request, session)), page)
    readers.put(session, Reader(reader.person, standing, time.monotonic() + AGAIN_AFTER, reads_as, corner))
    return response


def _browser(request: HttpRequest, session: str) -> Hashable:
    """This session in this browser: a token in a form is good for the secret in its cookie."""
    return session, request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")


def _may_be_kept(request: HttpRequest, response: HttpResponse, kept: Kept, corner: bytes) -> bool:
    """Whether this answer may be given again."""
    if not pagecache.is_whole_page(request, response) or response.content.count(corner) != 1:
        return False
    if len(get_messages(request)) or request.session.modified:
        return False
    control = response.get("Cache-Control", "")
    if "no-store" in control or response.has_header("Content-Encoding"):
        return False
    if "CSRF_COOKIE_NEEDS_UPDATE" not in request.META:
        return not response.cookies
    # A token is in the page. The cookie that goes with it is there already, and only its time would be renewed.
    name = settings.CSRF_COOKIE_NAME
    same = name in request.COOKIES and set(response.cookies) <= {name}
    return not kept.shared and same and all(each.value == request.COOKIES[name] for each in response.cookies.values())


def _answer(request: HttpRequest, page: Page, corner: bytes) -> HttpResponse:
    etag = f'W/"{page.etag}{blake2b(corner, digest_size=6).hexdigest()}"'
    asked = request.META.get("HTTP_IF_NONE_MATCH")
    if asked is not None and (asked == etag or etag in {f"W/{each.removeprefix('W/')}" for each in parse_etags(asked)}):
        response: HttpResponse = HttpResponseNotModified()
        for name in ("Cache-Control", "Vary"):
            response[name] = page.headers[name]
    else:
        body = b"".join((page.head, corner, page.tail))
        response = HttpResponse(b"" if request.method == "HEAD" else body, headers=page.headers)
        response["Content-Length"] = str(len(body))
    response["ETag"] = etag
    return response


# --- What one read says ----------------------------------------------------------------------------------------------


def _standing(session: str, person: int) -> Standing | None:
    """How things stand for a session of a person; nothing when it has ended or the database does not say."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    row = pagecache.read(_question(), [person, person, person, person, session, now])
    return Standing(row[0] or 0, *row[1:]) if row else None


@cache
def _question() -> str:
    people, sessions = get_user_model()._meta, Session._meta.db_table
    news = apps.get_model("notifications", "Notification")._meta.db_table
    steps = apps.get_model("mfa", "Authenticator")._meta.db_table
    return f"""
        SELECT ({pagecache.VERSION}), s.session_data, p.password, p.is_active,
            (SELECT COUNT(*) FROM {news} WHERE person_id = %s AND read_at IS NULL),
            (SELECT MAX(id) FROM {news} WHERE person_id = %s AND read_at IS NULL),
            (SELECT COUNT(*) FROM {steps} WHERE user_id = %s)
        FROM {sessions} s JOIN {people.db_table} p ON p.id = %s
        WHERE s.session_key = %s AND s.expire_date > %s
    """
