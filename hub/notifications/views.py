"""Pages."""

from django.http import Http404, HttpRequest, HttpResponse


def inbox(request: HttpRequest) -> HttpResponse:
    """Stub until the page lands."""
    raise Http404
