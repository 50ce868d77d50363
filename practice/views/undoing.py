"""Taking a decision back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from hub.numbers import number_in
from hub.refusal import Refused
from practice import undoing
from practice.models import StoryPage


@login_required
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what one decided a moment ago."""
    story = get_object_or_404(StoryPage.objects.select_related("community__policy"), pk=pk)
    if not story.may_be_seen_by(request.user):
        raise Http404
    person: Any = request.user
    try:
        undoing.undo(story, by=person, review=number_in(request.POST.get("review", "")))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Taken back. “{story.draft_title}” waits to be read again, and nobody was told.")
    return redirect("review", pk=pk)
