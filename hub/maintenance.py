"""The closed door: with MAINTENANCE=1 the site answers 503 to all but health checks and static files."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from hub import errors
from hub.policy import CSP, SITE_POLICY


class MaintenanceMiddleware:
    """Stands before everything else, and asks the database nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let health checks and static files pass."""
        if request.path == "/healthz" or request.path.startswith(settings.STATIC_URL):
            return self.get_response(request)
        response = errors.maintenance()
        response[CSP] = SITE_POLICY
        response["X-Content-Type-Options"] = "nosniff"
        return response
