"""The page on which a story is merged into another one: first the other one is chosen, then it is asked."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from hub.numbers import number_in
from hub.refusal import Refused
from practice import merging_stories, parting
from practice.forms.merging_stories import MergeForm
from practice.models import StoryPage
from practice.reviewing import Review

MERGED = (
    "Merged. Its address leads here, and its authors are credited. You can undo it for ten minutes under “Moderate”."
)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a story give way to another one that tells the same."""
    story = get_object_or_404(StoryPage.objects.select_related("community__policy", "council"), pk=pk)
    if not story.may_be_seen_by(request.user):
        raise Http404
    if not merging_stories.may_merge(story, request.user):
        raise PermissionDenied
    person: Any = request.user
    into = _chosen(request, story)
    form, status = None, 200
    if into:
        form = MergeForm(request.POST if request.method == "POST" else None, story=story, into=into)
    if into and form and form.is_bound:
        status = 422
        if form.is_valid():
            try:
                merging_stories.merge(story, by=person, into=into, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, MERGED)
                return redirect(into)
    words = request.GET.get("q", "").replace("\0", "").strip()[:200]
    context = {
        "story": story,
        "version": Review(story).shown,
        "into": into,
        "form": form,
        "words": words,
        "found": merging_stories.found_to_take(story, person, words) if words and not into else [],
    }
    return render(request, "practice/merge.html", context, status=status)


@login_required
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back that a story was merged into another one."""
    story = get_object_or_404(StoryPage.objects.select_related("community__policy"), pk=pk)
    if not story.may_be_seen_by(request.user):
        raise Http404
    person: Any = request.user
    try:
        parting.undo(story, by=person)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Taken back. “{story.draft_title}” is a story of its own again.")
    return redirect("story-history", pk=pk)


def _chosen(request: HttpRequest, story: StoryPage) -> StoryPage | None:
    number = number_in(request.GET.get("into", ""))
    could = merging_stories.could_take(story, request.user).for_cards()
    chosen: StoryPage | None = could.filter(pk=number).first() if number else None
    return chosen
