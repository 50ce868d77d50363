"""That a result of a search was opened, known from the page that led to it. Nothing is kept of who, or which result.

Browsers name the page that a link was on (the site's policy lets them do so within the site alone). So results have the
plain addresses that everything has, and it works without a script. Stands before the page cache, which answers most
readers; only words that were asked today are counted, so a made-up page adds nothing.
"""

import logging
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property

from search import demand

logger = logging.getLogger(__name__)

# What a search leads to.
RESULTS = ("/stories/", "/people/", "/communities/", "/topics/", "/councils/")


class OpenedMiddleware:
    """Counts after the page was made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    @cached_property
    def search(self) -> str:
        """How the address of each search begins."""
        return f"{settings.SITE_URL}{reverse('search')}?"

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Look at one header; hardly any request has it."""
        response = self.get_response(request)
        came_from = request.META.get("HTTP_REFERER", "")
        if (
            came_from
            and request.method == "GET"
            and response.status_code in {200, 304}
            and request.path.startswith(RESULTS)
            and came_from.startswith(self.search)
        ):
            self._count(came_from)
        return response

    def _count(self, came_from: str) -> None:
        words = parse_qs(urlsplit(came_from).query[:8000]).get("q", [""])[0]
        try:
            if words:
                demand.opened(words)
        except DatabaseError as error:
            logger.warning("an opened result was not counted: %s", type(error).__name__)
