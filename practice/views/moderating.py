"""Pages."""

from django.http import Http404, HttpRequest, HttpResponse


def queue(request: HttpRequest) -> HttpResponse:
    """Stub until the page lands."""
    raise Http404


def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Stub until the page lands."""
    raise Http404
