"""Pages."""

from django.http import Http404, HttpRequest, HttpResponse


def people(request: HttpRequest) -> HttpResponse:
    """Stub until the page lands."""
    raise Http404


def person(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """Stub until the page lands."""
    raise Http404
