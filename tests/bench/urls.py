"""The site, and the bare view that its pages are measured against."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

BODY = b"<!doctype html><p>" + b"x" * 10_000


def bare(request: HttpRequest) -> HttpResponse:
    """10 KB from memory."""
    return HttpResponse(BODY)


urlpatterns = [path("bare/", bare), path("", include("hub.urls"))]
