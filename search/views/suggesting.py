"""What is suggested while somebody types into a box of the site."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hub.limits import client_address, network_of, spend
from hub.refusal import TooMany
from search.documents import KIND_WORDS
from search.query import Query
from search.suggesting import suggestions

MOST_OFTEN = "1200/m"  # from one address: a whole council may sit behind it


@never_cache
@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """The options of a list under the box, by kind. Empty when nothing begins so, or the engine does not answer."""
    try:
        spend("suggest", network_of(client_address(request)), MOST_OFTEN)
    except TooMany:
        return HttpResponse(status=429)
    query = Query.of_visitor(request.GET.get("q", "")[:200]).asked_by(request.user)
    found = suggestions(query, request.user)
    kinds = list(dict.fromkeys(each.kind for each in found))
    in_groups = sorted(found, key=lambda each: kinds.index(each.kind))
    groups = [(KIND_WORDS[kind], list(each)) for kind, each in groupby(in_groups, key=lambda each: each.kind)]
    return render(request, "search/suggestions.html", {"groups": groups})
