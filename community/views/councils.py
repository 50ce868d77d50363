"""Pages."""

from django.http import Http404, HttpRequest, HttpResponse


def councils(request: HttpRequest) -> HttpResponse:
    """Stub until the page lands."""
    raise Http404


def council(request: HttpRequest, code: str, slug: str = "") -> HttpResponse:
    """Stub until the page lands."""
    raise Http404
