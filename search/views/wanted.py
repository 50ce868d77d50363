"""The board of what people looked for and nobody has told yet."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.limits import limited
from hub.refusal import Refused
from practice.models import Topic
from search import demand, upkeep, wishing
from search.forms import WishForm
from search.models import Wish
from search.query import Query
from search.words import LONGEST_TEXT


@require_safe
def wanted(request: HttpRequest) -> HttpResponse:
    """What at least three people looked for in a month and did not find."""
    order = request.GET.get("sort", "") if request.GET.get("sort", "") in wishing.ORDERS else "most"
    topic = Topic.objects.filter(slug=request.GET.get("topic", "").replace("\0", "")[:80]).first()
    page = wishing.board(
        request.user, order=order, topic=topic.slug if topic else "", page=request.GET.get("page", "1")
    )
    may_care = upkeep.may_care(request.user)
    context = {
        "page": page,
        "wishes": page.object_list,
        "order": order,
        "orders": wishing.ORDERS,
        "topic": topic,
        "topics": wishing.topics(),
        "met": wishing.met_lately(request.user),
        "fewest": demand.FEWEST_PEOPLE,
        "may_care": may_care,
        "gone": wishing.taken_away() if may_care else [],
    }
    return render(request, "search/wanted.html", context)


@login_required
@limited("want", person="120/h")
@require_POST
def want(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one wants it too, or no more."""
    wish = get_object_or_404(Wish.objects.known_to(request.user), pk=pk)
    person: Any = request.user
    try:
        if "no-more" in request.POST:
            demand.want_no_more(wish, by=person)
            messages.success(request, f"You are not told about “{wish}” any more.")
        else:
            demand.want(wish, by=person)
            messages.success(request, f"We tell you when somebody writes about “{wish}”.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(wish if wish.is_public else search_for(wish.words))


@login_required
@limited("want", person="120/h")
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Say what one looked for and did not find, in one click from the search that found nothing."""
    person: Any = request.user
    typed = request.POST.get("q", "")[:LONGEST_TEXT]
    try:
        demand.ask_for(Query.ask(typed, person=person).words, by=person)
        messages.success(request, "Noted. We tell you when somebody writes about it.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(search_for(typed))


def search_for(words: str) -> str:
    """The address of a search."""
    return f"{reverse('search')}?{urlencode({'q': words})}"


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def care(request: HttpRequest, pk: int) -> HttpResponse:
    """Hide a wish, join it to another, or show it again: for those who look after search."""
    if not upkeep.may_care(request.user):
        raise PermissionDenied
    wish = get_object_or_404(Wish, pk=pk, people__gte=demand.FEWEST_PEOPLE, withheld=False)
    if wish.state == Wish.State.MET or not wishing.without_closed_names([wish]):
        raise Http404
    person: Any = request.user
    form = WishForm(request.POST if request.method == "POST" else None, wish=wish)
    if request.method == "POST":
        try:
            if "show" in request.POST:
                upkeep.show_again(wish, by=person)
                messages.success(request, "It is on the board again.")
                return redirect(wish)
            if form.is_valid():
                _decide(wish, form, person)
                messages.success(request, f"Done. “{wish}” is not on the board any more.")
                return redirect("care-wish", wish.pk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    bad = request.method == "POST"
    return render(request, "search/wish_care.html", {"wish": wish, "form": form}, status=422 if bad else 200)


def _decide(wish: Wish, form: WishForm, person: Any) -> None:
    into, reason = form.cleaned_data["into"], form.cleaned_data["reason"]
    if into is not None:
        upkeep.join(wish, by=person, into=into, reason=reason)
    else:
        upkeep.hide(wish, by=person, reason=reason)
