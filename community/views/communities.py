"""Pages."""

from django.http import Http404, HttpRequest, HttpResponse


def communities(request: HttpRequest) -> HttpResponse:
    """Stub until the page lands."""
    raise Http404


def community(request: HttpRequest, slug: str) -> HttpResponse:
    """Stub until the page lands."""
    raise Http404
