"""What was decided: in one community, for those who answer for it, and everywhere, for the editors of the site."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from community.models import CommunityPage
from community.views.doors import for_facilitators
from hub.keyset import page_of
from hub.spreadsheet import sheet
from practice import decisions
from practice.decisions import KINDS, Asked


@for_facilitators
@never_cache
@require_safe
def of_community(request: HttpRequest, community: CommunityPage) -> HttpResponse:
    """What was decided in one community, by whom and why."""
    file = reverse("community-decisions-file", args=[community.slug])
    return _page(request, decisions.entries_of(community), file, community=community)


@for_facilitators
@never_cache
@require_safe
def community_file(request: HttpRequest, community: CommunityPage) -> HttpResponseBase:
    """The same as a table."""
    entries = Asked.of(request.GET).narrow(decisions.entries_of(community))
    return sheet(f"decisions-{community.slug}", decisions.rows_of(entries, request.user))


def _for_editors(view: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    @never_cache
    @login_required
    @require_safe
    def door(request: HttpRequest) -> HttpResponseBase:
        if not decisions.may_read_all(request.user):
            raise PermissionDenied
        return view(request)

    return door


@_for_editors
def everywhere(request: HttpRequest) -> HttpResponseBase:
    """What was decided in all communities."""
    return _page(request, decisions.all_entries(), reverse("decisions-file"))


@_for_editors
def everywhere_file(request: HttpRequest) -> HttpResponseBase:
    """The same as a table."""
    entries = Asked.of(request.GET).narrow(decisions.all_entries())
    return sheet("decisions", decisions.rows_of(entries, request.user))


def _page(request: HttpRequest, entries: Any, file: str, community: CommunityPage | None = None) -> HttpResponse:
    asked = Asked.of(request.GET)
    page = page_of(asked.narrow(entries), request.GET, by="timestamp", size=50)
    context = {
        "community": community,
        "lines": decisions.lines_of(page.rows, request.user),
        "asked": asked,
        "kinds": [(name, words) for name, (words, _) in KINDS.items()],
        "people": decisions.deciders(entries),
        "file": f"{file}{asked.address}",
        "pages": page.addresses(asked.parameters()),
        "facilitates": True,
    }
    return render(request, "practice/decisions.html", context)
