"""Pages."""

from django.http import Http404, HttpRequest, HttpResponse


def queue(request: HttpRequest) -> HttpResponse:
    """Stub until the page lands."""
    raise Http404


def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Stub until the page lands."""
    raise Http404


def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Stub until the page lands."""
    raise Http404


def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Stub until the page lands."""
    raise Http404


def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Stub until the page lands."""
    raise Http404


def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Stub until the page lands."""
    raise Http404


def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Stub until the page lands."""
    raise Http404
