"""The doors of a community's pages: each gives its view the community, or says why not.

To whom a community is hidden, every address of it answers 404, whatever the method: as if it were not there.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect, QueryDict
from django.shortcuts import get_object_or_404

from community import access
from community.models import CommunityPage, Merger, Person

View = Callable[..., HttpResponseBase]


def found(request: HttpRequest, slug: str) -> CommunityPage:
    """The community at this address, if it is there for whoever asks."""
    communities = CommunityPage.objects.visible_to(request.user).select_related("policy")
    return get_object_or_404(communities, slug=slug)


def moved(request: HttpRequest, slug: str) -> HttpResponse | None:
    """The way on from the address of a community that became part of another, for those who may know of both."""
    if request.method not in {"GET", "HEAD"}:
        return None
    into = Merger.objects.leading_from([slug], request.user).get(slug)
    if into is None:
        return None
    response = HttpResponsePermanentRedirect(into.get_absolute_url())
    response["Cache-Control"] = "private, no-cache"
    return response


def person_of(request: HttpRequest) -> Person:
    """Who is signed in, for a view that lets nobody else in."""
    assert access.signed_in(request.user)
    return request.user


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: what was sent, even if it was nothing."""
    return request.POST if request.method == "POST" else None


def for_people(view: View) -> View:
    """For anybody who is signed in."""
    return _door(view, lambda person, community: True)


def for_members(view: View) -> View:
    """For its members, and the editors of the site."""
    return _door(view, lambda person, community: access.is_member(person, community) or access.is_editor(person))


def for_facilitators(view: View) -> View:
    """For those who answer for it."""
    return _door(view, access.facilitates)


def for_those_who_answer(view: View) -> View:
    """For those who also say who facilitates it and what becomes of it: not for those who only stand in."""
    return _door(view, access.answers_for)


def _door(view: View, opens: Callable[[Any, CommunityPage], bool]) -> View:
    @wraps(view)
    def door(request: HttpRequest, slug: str, **rest: Any) -> HttpResponseBase:
        try:
            community = found(request, slug)
        except Http404:
            if on := moved(request, slug):
                return on
            raise
        if not access.signed_in(request.user):
            return redirect_to_login(request.get_full_path())
        if not opens(request.user, community):
            raise PermissionDenied
        return view(request, community, **rest)

    return door
