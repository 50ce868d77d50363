"""How often one person, one address or one mailbox may do a thing, and how much may come in one request.

A whole council often sits behind one address, so limits for an address are loose, and those for a person or for the
mail address that would get a letter are tight. Sign-in and sign-up have allauth's own limits (ACCOUNT_RATE_LIMITS).
Counts live in the cache: with several processes that share none (CACHE_URL), each counts for itself.
"""

import ipaddress
import re
import time
from collections.abc import Callable
from functools import wraps
from hashlib import blake2b
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase

from hub.errors import bad_request, too_many
from hub.refusal import TooMany

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
RATE = re.compile(r"(\d+)/(\d*)([smhd])")


def limited(what: str, *, person: str = "", address: str = "") -> Callable[[View], View]:
    """Let a view be sent to only so often: `@limited("write-story", person="60/h", address="600/h")`.

    Counts what changes something (POST), not what reads. Whoever is over gets the 429 page, or JSON if they ask for it.
    Stands below `@login_required`, so that a person is known.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in {"GET", "HEAD", "OPTIONS"}:
                try:
                    if person and request.user.is_authenticated:
                        spend(what, f"person {request.user.pk}", person)
                    if address:
                        spend(what, f"address {network_of(client_address(request))}", address)
                except TooMany as error:
                    return too_many(request, error)
            return view(request, *args, **kwargs)

        return cast(View, wrapped)

    return decorate


def spend(what: str, who: str, rate: str) -> None:
    """Count one more `what` by `who`, as in `spend("invite", email, "3/d")`. Raises TooMany when that is too often."""
    match = RATE.fullmatch(rate)
    if match is None:
        raise ValueError(f"{rate!r} is no rate. Write it as 5/m, 60/h or 3/10m.")
    most, length = int(match[1]), int(match[2] or 1) * UNITS[match[3]]
    now = time.time()
    window = int(now // length)
    # The key holds no address and no mailbox as it is: whoever reads the cache learns nobody's.
    secret = blake2b(f"{what} {who.casefold()}".encode(), digest_size=12, key=settings.SECRET_KEY.encode()[:64])
    key = f"limit:{secret.hexdigest()}:{window}"
    cache.add(key, 0, timeout=length + 60)
    try:
        count = cache.incr(key)
    except ValueError:  # thrown out of a full cache just now
        cache.set(key, 1, timeout=length + 60)
        count = 1
    if count > most:
        raise TooMany(max(1, round((window + 1) * length - now)))


def client_address(request: HttpRequest) -> str:
    """The address that the request came from. X-Forwarded-For counts only as far as our own proxies wrote it."""
    remote: str = request.META.get("REMOTE_ADDR", "")
    if not settings.PROXY_COUNT:
        return remote
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return forwarded[-settings.PROXY_COUNT] if len(forwarded) >= settings.PROXY_COUNT else remote


def network_of(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 that an IPv6 address belongs to."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6:
        return str(ipaddress.ip_network(f"{parsed}/64", strict=False))
    return str(parsed)


class BodyLimitMiddleware:
    """Refuses a request that says it is larger than any form of the site, before a byte of it is read.

    Each view that takes a file has its own, smaller limit, and looks at what the file is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Look at the length only."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or len(length) > 18 or int(length) > settings.LARGEST_REQUEST:
            return bad_request(request, status=413)
        return self.get_response(request)
