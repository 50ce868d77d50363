"""Small pages that tests of the page cache read: each counts how often it was made."""

from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import include, path
from django.views.decorators.cache import cache_control
from django.views.decorators.vary import vary_on_headers

from hub.pagecache import whole_page
from practice.models import StoryPage

made: list[str] = []


def said(request: HttpRequest, words: str = "") -> HttpResponse:
    made.append(request.get_full_path())
    return HttpResponse(
        f"<p>{words} {'-'.join(StoryPage.objects.visible_to(None).values_list('title', flat=True))}</p>"
    )


@whole_page()
def page(request: HttpRequest) -> HttpResponse:
    return said(request)


@whole_page("topic", "after")
def filtered(request: HttpRequest) -> HttpResponse:
    return said(request, request.GET.get("topic", ""))


@whole_page()
def long(request: HttpRequest) -> HttpResponse:
    return said(request, "long " * 400)


@whole_page()
def huge(request: HttpRequest) -> HttpResponse:
    return said(request, "long " * 200_000)


@whole_page()
def with_form(request: HttpRequest) -> HttpResponse:
    return said(request, get_token(request))


@whole_page()
def with_cookie(request: HttpRequest) -> HttpResponse:
    response = said(request)
    response.set_cookie("seen", "1")
    return response


@whole_page()
@cache_control(private=True)
def personal(request: HttpRequest) -> HttpResponse:
    return said(request)


@whole_page()
@vary_on_headers("Accept")
def negotiated(request: HttpRequest) -> HttpResponse:
    return said(request)


@whole_page()
def fragment(request: HttpRequest) -> HttpResponse:
    return said(request, "part" if request.headers.get("HX-Request") else "whole")


@whole_page()
def away(request: HttpRequest) -> HttpResponse:
    made.append(request.path)
    return redirect("/page/")


@whole_page()
def lost(request: HttpRequest) -> HttpResponse:
    made.append(request.path)
    raise Http404


urlpatterns = [
    path("page/", page),
    path("unmarked/", said),
    path("filtered/", filtered),
    path("long/", long),
    path("huge/", huge),
    path("with-form/", with_form),
    path("with-cookie/", with_cookie),
    path("personal/", personal),
    path("negotiated/", negotiated),
    path("fragment/", fragment),
    path("away/", away),
    path("lost/", lost),
    path("", include("hub.urls")),
]
