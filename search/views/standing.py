"""The searches that a person keeps: the list, each of them, and what can be done with it."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.limits import limited
from hub.refusal import Refused
from search import finds, standing
from search.finding import find
from search.forms import StandingSearchForm
from search.models import StandingSearch
from search.query import Query

# What may be done with a search by one press, and what is said afterwards.
DONE = {
    "pause": (standing.pause, "“{name}” rests. Nothing that comes meanwhile is told later."),
    "go-on": (standing.go_on, "We keep looking for “{name}”."),
    "delete": (standing.delete, "“{name}” is deleted. You can put it back below."),
    "put-back": (standing.put_back, "“{name}” is back. We keep looking."),
}


@require_safe
@never_cache
@login_required
def searches(request: HttpRequest) -> HttpResponse:
    """Every search that a person keeps, and those that they deleted lately."""
    context = {
        "searches": finds.kept_by(request.user),
        "deleted": finds.deleted_by(request.user),
        "most": standing.MOST_SEARCHES,
    }
    return render(request, "search/searches.html", context)


@login_required
@limited("keep-search", person="60/h")
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the search that was sent, as it stands in an address, and go to its page."""
    query = Query.of_address(QueryDict(request.POST.get("asked", "")[:8000])).asked_by(request.user)
    before = StandingSearch.objects.of(request.user).count()
    try:
        search = standing.keep(query, by=request.user, name=_name_of(query))  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("searches")
    if StandingSearch.objects.of(request.user).count() > before:
        messages.success(request, "We keep looking. Say below how you want to hear of it.")
    else:
        messages.info(request, "You keep this search already.")
    return redirect(search)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest, pk: int) -> HttpResponse:
    """One search: what it found lately, and how its owner hears of it."""
    kept = _own(request, pk)
    form = StandingSearchForm(
        request.POST if request.method == "POST" else None, initial={"name": kept.name, "how": kept.how}
    )
    if request.method == "POST" and form.is_valid():
        try:
            standing.choose(kept, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, "Saved.")
            return redirect(kept)
    context = {"kept": kept, "form": form, "stories": finds.lately(kept, request.user), "days": finds.LATELY.days}
    return render(request, "search/kept_search.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def change(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Pause a search, let it go on, delete it, or put it back."""
    if verb not in DONE:
        raise Http404
    deleted = verb == "put-back"
    kept = get_object_or_404(StandingSearch, pk=pk, person=request.user, deleted_at__isnull=not deleted)
    do, said = DONE[verb]
    try:
        do(kept, by=request.user)  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said.format(name=kept.name))
    back = request.POST.get("back") == "page" and not kept.deleted_at
    return redirect(kept) if back else redirect("searches")


@csrf_exempt  # the signed token says whose it is, and a mail program that unsubscribes for a person has no cookie
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the searches that a letter names. Looking changes nothing; one press does."""
    named = standing.searches_of(token)
    if not named:
        raise Http404
    if request.method == "POST":
        standing.stop(named, again="again" in request.POST)
        if "List-Unsubscribe" in request.POST:
            return HttpResponse("These letters are stopped.", content_type="text/plain; charset=utf-8")
        return redirect("stop-search", token=token)
    looking = any(not search.is_paused for search in named)
    return render(request, "search/stop.html", {"named": named, "looking": looking})


def _own(request: HttpRequest, pk: int) -> StandingSearch:
    return get_object_or_404(StandingSearch.objects.of(request.user), pk=pk)


def _name_of(query: Query) -> str:
    """What a search is called at first: its words, and its filters as this person reads them."""
    words = [query.words.typed] if query.words.typed else []
    facets: Any = find(replace(query, size=1)).answer.facets if query.filters else {}
    for facet, value in query.chosen:
        labels = (each.words for each in facets.get(facet, ()) if each.value == value)
        words.append(next(labels, value))
    return ", ".join(words)[: standing.LONGEST_NAME]
