"""Where people say that they repeated a practice, and where facilitators look after what was said."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.views.doors import person_of
from hub.limits import limited
from hub.refusal import Refused
from practice import repeating
from practice.forms.moderating import ReasonForm
from practice.forms.repeating import RepetitionForm
from practice.models import Repetition, StoryPage
from practice.views.doors import published


@never_cache
@login_required
@limited("repeat", person="60/h")
def repeat(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one repeated a story, or change what one said."""
    story, person = published(request, pk), person_of(request)
    said = Repetition.objects.filter(story=story, person=person).select_related("council").first()
    form = RepetitionForm(request.POST if request.method == "POST" else None, person=person, said=said)
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            kept = repeating.record(story, by=person, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            thanks = "Thank you. It stands on the story from now on."
            hidden = "Saved. It stays hidden until a facilitator shows it again."
            messages.success(request, hidden if kept.hidden_at else "Saved." if said else thanks)
            return redirect(f"{story.get_absolute_url()}#repeats")
    context = {"story": story, "form": form, "said": said, "reason": repeating.why_not(story, person)}
    return render(request, "practice/repeat.html", context, status=status)


@never_cache
@login_required
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what one said of a story."""
    story, person = published(request, pk), person_of(request)
    said = Repetition.objects.filter(story=story, person=person).first()
    if said:
        repeating.take_back(said, by=person)
        messages.success(request, "Taken back. It no longer stands on the story.")
    return redirect(story)


@never_cache
@login_required
@require_safe
def repeats(request: HttpRequest, pk: int) -> HttpResponse:
    """All that was said of repeating a story, also what is hidden, for those who moderate it."""
    story = _moderated(request, pk)
    said = Repetition.objects.filter(story=story).for_lists().latest_first()
    return render(request, "practice/repeats.html", {"story": story, "repetitions": said})


@never_cache
@login_required
def hide(request: HttpRequest, pk: int, repetition: int) -> HttpResponse:
    """Hide what somebody said, with a reason, or show it again."""
    story, me = _moderated(request, pk), person_of(request)
    said = get_object_or_404(Repetition.objects.for_lists(), pk=repetition, story=story)
    form = ReasonForm(request.POST if request.method == "POST" else None, hint=f"{said.person} reads it.")
    if request.method == "POST" and (said.hidden_at or form.is_valid()):
        try:
            if said.hidden_at:
                repeating.show_again(said, by=me)
            else:
                repeating.hide(said, by=me, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error("reason", str(refusal))
        else:
            messages.success(request, "Saved.")
            return redirect("story-repeats", pk=story.pk)
    context = {"story": story, "said": said, "form": form}
    return render(request, "practice/repeat_hide.html", context, status=422 if form.errors else 200)


def _moderated(request: HttpRequest, pk: int) -> StoryPage:
    """A story that this person moderates. Who may only read it is refused; for anyone else it is not there."""
    story = get_object_or_404(StoryPage.objects.select_related("community__policy", "council"), pk=pk)
    if not story.may_be_seen_by(request.user):
        raise Http404
    if not story.may_be_moderated_by(request.user):
        raise PermissionDenied
    return story
