"""Feeds of stories, for readers and other sites."""

from django.http import Http404, HttpRequest, HttpResponse


def stories(request: HttpRequest) -> HttpResponse:
    """Stub until the feed lands."""
    raise Http404
