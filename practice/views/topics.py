"""Pages."""

from django.http import Http404, HttpRequest, HttpResponse


def topics(request: HttpRequest) -> HttpResponse:
    """Stub until the page lands."""
    raise Http404


def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Stub until the page lands."""
    raise Http404


def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """Stub until the page lands."""
    raise Http404
