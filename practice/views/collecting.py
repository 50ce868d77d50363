"""Collections: the list of them, the page of each, and the pages on which facilitators tend them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community import access
from community.views.doors import found, sent
from hub.pagecache import whole_page
from hub.readers import for_one
from hub.refusal import Refused
from practice import collecting, paths
from practice.forms.collecting import CollectionForm, PutForm, stories_for
from practice.models import Collection, CollectionItem, StoryPage


@whole_page()
@require_safe
def collections(request: HttpRequest) -> HttpResponse:
    """Every collection that holds something for whoever asks."""
    person = request.user
    shown = Collection.objects.visible_to(person).with_something_for(person).select_related("community")
    response = render(
        request,
        "practice/collections.html",
        {
            "collections": shown.with_numbers(person),
            "may_begin": access.is_editor(person),
            "taken_away": Collection.objects.taken_away().tended_by(person) if access.facilitated_by(person) else [],
        },
    )
    return for_one(response)


@whole_page()
@require_safe
def collection(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """A collection: its introduction, and those of its stories that whoever asks may read, in their order."""
    shown = _found(request, pk)
    if slug != shown.readable_slug:
        return HttpResponsePermanentRedirect(shown.get_absolute_url())
    response = render(
        request,
        "practice/collection.html",
        {
            "collection": shown,
            "items": _items(shown, request.user),
            "along": paths.along(shown),
            "tends": shown.may_be_tended_by(request.user),
            "public": shown in Collection.objects.visible_to(None),
        },
    )
    return for_one(response)


@never_cache
def begin(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Begin a collection of a community, or of the whole site."""
    community = found(request, slug) if slug else None
    if not access.signed_in(request.user):
        return redirect_to_login(request.get_full_path())
    if not (access.facilitates(request.user, community) if community else access.is_editor(request.user)):
        raise PermissionDenied
    form = CollectionForm(sent(request), community=community)
    if request.method == "POST" and form.is_valid():
        try:
            made = collecting.begin(by=request.user, community=community, **form.told())  # type: ignore[arg-type]
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "It is there. Put stories into it now.")
            return redirect("tend-collection", pk=made.pk)
    context = {"community": community, "form": form}
    return render(request, "practice/collection_begin.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
def tend(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a collection: its words, and which stories stand in it in which order."""
    shown = _tended(request, pk)
    form = CollectionForm(sent(request), community=shown.community, collection=shown)
    if request.method == "POST" and form.is_valid():
        try:
            collecting.describe(shown, by=request.user, **form.told())  # type: ignore[arg-type]
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved.")
            return redirect("tend-collection", pk=pk)
    words = request.GET.get("q", "").replace("\0", "")[:200]
    items = _items(shown, request.user)
    there = {item.story_id for item in items}
    context = {
        "collection": shown,
        "community": shown.community,
        "form": form,
        "items": items,
        "words": words,
        "offered": [story for story in stories_for(words, request.user) if story.pk not in there],
    }
    return render(request, "practice/collection_tend.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def arrange(request: HttpRequest, pk: int, story: int, verb: str) -> HttpResponse:
    """Put a story in, take it out, or move it up or down by one."""
    shown = _tended(request, pk)
    meant = get_object_or_404(StoryPage.objects.visible_to(request.user), pk=story)
    person: Any = request.user
    try:
        if verb == "put":
            collecting.put(shown, meant, by=person)
        elif verb == "take-out":
            collecting.take_out(shown, meant, by=person)
        elif verb in {"up", "down"}:
            collecting.shift(shown, meant, by=person, steps=-1 if verb == "up" else 1)
        else:
            raise Http404
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("tend-collection", pk=pk)


@never_cache
@login_required
def put(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a story into a collection, with a word on why."""
    story = get_object_or_404(StoryPage.objects.visible_to(request.user).for_cards(), pk=pk)
    if not access.facilitated_by(request.user):
        raise PermissionDenied
    form = PutForm(sent(request), person=request.user)
    if request.method == "POST" and form.is_valid():
        into, note = form.cleaned_data["collection"], form.cleaned_data["note"]
        try:
            collecting.put(into, story, by=request.user, note=note)  # type: ignore[arg-type]
        except Refused as refusal:
            form.add_error("collection", str(refusal))
        else:
            messages.success(request, f"It stands in “{into}” now.")
            return redirect(into)
    context = {"story": story, "form": form}
    return render(request, "practice/collection_put.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
def take_away(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a collection away, after asking; for a month this page offers to bring it back."""
    shown = _tended(request, pk, also_taken_away=True)
    if request.method == "POST":
        try:
            collecting.take_away(shown, by=request.user)  # type: ignore[arg-type]
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"“{shown}” is taken away. Its stories stay where they were told.")
        return redirect("delete-collection", pk=pk)
    return render(request, "practice/collection_delete.html", {"collection": shown})


@login_required
@require_POST
def bring_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it stand again as it stood."""
    shown = _tended(request, pk, also_taken_away=True)
    try:
        collecting.bring_back(shown, by=request.user)  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It is back, as it was.")
    return redirect(shown)


def _found(request: HttpRequest, pk: int, *, also_taken_away: bool = False) -> Collection:
    shown = Collection.objects.all() if also_taken_away else Collection.objects.standing()
    return get_object_or_404(shown.readable_by(request.user).select_related("community__policy"), pk=pk)


def _tended(request: HttpRequest, pk: int, *, also_taken_away: bool = False) -> Collection:
    shown = _found(request, pk, also_taken_away=also_taken_away)
    if not shown.may_be_tended_by(request.user) or (shown.taken_away_at and not shown.may_be_brought_back):
        raise PermissionDenied
    return shown


def _items(shown: Collection, person: Any) -> list[CollectionItem]:
    """The items whose stories this person may read, with the stories, in two steps whatever their number."""
    items = list(shown.items.all())
    readable = StoryPage.objects.visible_to(person).for_cards().in_bulk([item.story_id for item in items])
    for item in items:
        if item.story_id in readable:
            item.story = readable[item.story_id]
    return [item for item in items if item.story_id in readable]
