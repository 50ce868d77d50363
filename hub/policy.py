"""What a browser may do with a page: the content-security-policy and its neighbours.

The site's own policy is one fixed text without a nonce, so that kept pages can carry it. A view that needs more says
so with `@allowing(...)`. Wagtail's admin is written for inline scripts: it has a looser policy, under its prefix only.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

CSP = "Content-Security-Policy"
ADMIN = "/admin/"

SITE = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": " ".join(["'self'", *settings.SIGN_IN_ORIGINS]),
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
FOR_ADMIN = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "object-src": "'none'",
    "form-action": "'self'",
    "frame-src": "'self'",
    "frame-ancestors": "'self'",
    "base-uri": "'none'",
}
# Nothing here needs any of these. What is not named keeps the browser's own default: this site alone.
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope"),
        *("magnetometer", "microphone", "midi", "payment", "usb", "xr-spatial-tracking"),
    )
)

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def written(policy: dict[str, str]) -> str:
    """A policy as the header says it."""
    return "; ".join(f"{name} {sources}" for name, sources in policy.items())


SITE_POLICY, ADMIN_POLICY = written(SITE), written(FOR_ADMIN)


def allowing(**sources: str) -> Callable[[View], View]:
    """Let the pages of a view do more than others: `@allowing(frame_src="'self'")`."""
    policy = dict(SITE)
    for name, source in ((name.replace("_", "-"), source) for name, source in sources.items()):
        before = policy.get(name, "'none'")
        policy[name] = source if before == "'none'" else f"{before} {source}"
    header = written(policy)

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response = view(request, *args, **kwargs)
            response.headers.setdefault(CSP, header)
            return response

        return cast(View, wrapped)

    return decorate


class PolicyMiddleware:
    """Gives each answer its policy. Last in MIDDLEWARE: what is outside finds the headers already set."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add the headers."""
        response = self.get_response(request)
        headers = response.headers
        if request.path.startswith(ADMIN):
            # A preview in the admin is a page of the site that went through all this before: the admin's rules win.
            if "sandbox" not in headers.get(CSP, ""):
                headers[CSP] = ADMIN_POLICY
            headers["X-Frame-Options"] = "SAMEORIGIN"
        else:
            headers.setdefault(CSP, SITE_POLICY)
            if "frame-ancestors 'self'" in headers[CSP]:
                headers["X-Frame-Options"] = "SAMEORIGIN"
        headers["Permissions-Policy"] = PERMISSIONS
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            headers.setdefault("Cache-Control", "private, no-cache")
        return response
