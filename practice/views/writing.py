"""Pages."""

from django.http import Http404, HttpRequest, HttpResponse


def write(request: HttpRequest) -> HttpResponse:
    """Stub until the page lands."""
    raise Http404


def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Stub until the page lands."""
    raise Http404


def yours(request: HttpRequest) -> HttpResponse:
    """Stub until the page lands."""
    raise Http404
