"""Pages for what went wrong, in the look of the site. What the database may be the cause of is made without it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from hub.refusal import Refused, TooMany

MAINTENANCE_SECONDS = 600
DEADLOCK = "40P01"  # as PostgreSQL calls it


def plain(template: str, status: int, **context: Any) -> HttpResponse:
    """A page without a request: no person, no query, the same for everybody."""
    response = HttpResponse(render_to_string(template, context), status=status)
    response["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None, status: int = 400) -> HttpResponse:
    """400: what came was not a request that this site could read."""
    return plain("400.html", status)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: somebody knows that the thing exists and may not do this."""
    return render(request, "403.html", status=403)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form without a valid token, most often one that stood open for a long time."""
    return plain("403_csrf.html", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the same page for all that is not there and all that is not for whoever asks. It says nothing back."""
    return render(request, "404.html", status=404)


class OwnPagesMiddleware:
    """Where DEBUG is set, as in the demo, Django lists every address of the site for one that is not there. Our page
    stands there instead. A page of a view that says what is not there (`own_page`) stays."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at what came out."""
        response = self.get_response(request)
        technical = response.status_code == 404 and response.get("Content-Type", "").startswith("text/html")
        return not_found(request) if technical and not hasattr(response, "own_page") else response


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: too often in a short time."""
    error = exception if isinstance(exception, TooMany) else TooMany(60)
    response: HttpResponse
    if "application/json" in request.headers.get("Accept", ""):
        response = JsonResponse({"error": str(error), "seconds": error.seconds}, status=429)
    else:
        response = plain("429.html", 429, sentence=str(error))
    response["Retry-After"] = str(error.seconds)
    response["Cache-Control"] = "no-store"
    return response


class RefusedMiddleware:
    """A verb's polite no that a view did not expect, as when somebody was faster, is told as it is. It is no 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let every request through."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """409, with the verb's own sentence. Of two who wait for each other one is stopped, and may try again."""
        if isinstance(exception, TooMany):
            return too_many(request, exception)
        if isinstance(exception, Refused):
            return plain("409.html", 409, sentence=str(exception))
        if getattr(exception.__cause__, "sqlstate", "") == DEADLOCK:
            sentence = "Somebody else changed the same thing at the same moment. Try it again."
            return plain("409.html", 409, sentence=sentence)
        return None


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault. The number helps whoever looks for the cause."""
    return plain("500.html", 500, request_id=getattr(request, "request_id", ""))


def maintenance() -> HttpResponse:
    """503: the site is being looked after."""
    response = plain("503.html", 503)
    response["Retry-After"] = str(MAINTENANCE_SECONDS)
    return response
