"""What happens to a story once it is written: a look at it, sending it, taking it back, throwing it away."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hub.refusal import Refused
from practice import questions, reading, throwing_away, writing
from practice.forms.writing import CheckForm
from practice.models import StoryPage, StoryPlan, WriterInvitation
from practice.models.workflow import review_in_progress
from practice.second_look import look_again
from practice.views.stories import SeenBy
from practice.views.writing import story_to_write
from practice.yours import notes_on, readers_of, shelves_of

# Where on the write page each field stands that can be missing.
ANCHORS = {
    "title": "head",
    "summary": "head",
    "council": "where",
    "ended_on": "where",
    "picture_alt": "files",
    "gallery": "files",
}


@login_required
@never_cache
@require_GET
def yours(request: HttpRequest) -> HttpResponse:
    """The stories of the person who is signed in, in whatever state."""
    person: Any = request.user
    asked = WriterInvitation.objects.seen_by(person).select_related("story__community", "invited_by").order_by("-pk")
    return render(request, "practice/yours.html", {"shelves": shelves_of(person), "asked": asked})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """A last look: what is missing, what to mind, and the button that sends it."""
    story = story_to_write(request, pk)
    draft = writing.draft_of(story)
    seen = look_again(draft)
    form = CheckForm(request.POST if request.method == "POST" else None, asks=bool(seen.personal))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            outcome = writing.submit(story, by=request.user, note=form.cleaned_data["note"])  # type: ignore[arg-type]
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            if outcome == "published":
                messages.success(request, "Published. Thank you: others can find it now.")
                return redirect(story.get_absolute_url())
            if outcome == "planned":
                messages.success(request, f"{StoryPlan.objects.get(story=story).words}. Until then only you see it.")
                return redirect("your-stories")
            messages.success(request, f"Sent. {_who_reads(story)} You can go on writing, or take it back, at any time.")
            return redirect("your-stories")
    if form.errors and status == 200:
        status = 422
    reading_now = review_in_progress(story)
    context = {
        "story": story,
        "draft": draft,
        "form": form,
        "seen": seen,
        "missing": [(_where_to_write(story, request, name), words) for name, words in draft.missing().items()],
        "reads_first": story.community.policy.review_first or story.taken_away,  # type: ignore[union-attr]
        "readers": [reader for reader in readers_of(story) if reader != request.user],
        "note": notes_on([story]).get(story.pk),
        "plan": StoryPlan.objects.filter(story=story).first(),
        "is_sent": reading_now is not None and reading_now.revision_id == story.latest_revision_id,
    }
    return render(request, "practice/write_check.html", context, status=status)


def _where_to_write(story: StoryPage, request: HttpRequest, name: str) -> str:
    """Where somebody writes what is missing, in the way in which they like to write."""
    person: Any = request.user
    one = questions.writes_one_at_a_time(person)
    return questions.address_of(story, ANCHORS.get(name, name), one_at_a_time=one)


def _who_reads(story: StoryPage) -> str:
    days = story.community.policy.promise_days  # type: ignore[union-attr]
    return f"A facilitator of {story.community} reads it within {days} working day{'s' if days != 1 else ''}."


@login_required
@never_cache
@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest text as readers would see it: for its authors and, once it was sent, for those who moderate it."""
    story = get_object_or_404(StoryPage.objects.select_related("community__policy"), pk=pk)
    if not story.revisions_seen_by(request.user).exists():
        raise Http404
    version = reading.version_for(request.user, story)
    pieces = reading.pieces_of(reading.Reading(version, others=StoryPage.objects.visible_to(request.user)))
    may_edit = story.may_be_edited_by(request.user)
    words = "This is how readers will see it." if may_edit else "This is the text as it was sent."
    context = {
        "story": None if may_edit else version,  # readers see none of what its authors may do with it
        "pieces": pieces,
        "seen_by": SeenBy("Preview", words),
        "may_edit": may_edit,
        "missing": pieces.missing if may_edit else [],
    }
    return render(request, "practice/story.html", context)


@login_required
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the review."""
    story = story_to_write(request, pk)
    try:
        writing.take_back(story, by=request.user)  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"“{story.draft_title}” is with you again.")
    return redirect("your-stories")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw away what is not published, after a question."""
    story = story_to_write(request, pk)
    if request.method == "POST":
        title = story.draft_title
        try:
            left = throwing_away.discard(story, by=request.user)  # type: ignore[arg-type]
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            words = (
                "The changes are thrown away; the published version stays."
                if left == "changes"
                else "Thrown away. You can bring it back for 30 days, below."
            )
            messages.success(request, f"“{title}”: {words}")
        return redirect(reverse("your-stories"))
    return render(request, "practice/write_discard.html", {"story": story, "draft": writing.draft_of(story)})


@login_required
@require_POST
def bring_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a story back that was thrown away."""
    story = get_object_or_404(StoryPage, pk=pk)
    if not story.may_be_brought_back_by(request.user):
        if story.may_be_seen_by(request.user):
            raise PermissionDenied
        raise Http404
    try:
        throwing_away.bring_back(story, by=request.user)  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"“{story.draft_title}” is with you again.")
    return redirect("your-stories")
