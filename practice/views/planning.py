"""The page on which it is chosen when a story goes out and when it is taken down."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hub.limits import limited
from hub.refusal import Refused
from practice import planning
from practice.forms.planning import PlanForm
from practice.models import StoryPage, StoryPlan


@login_required
@never_cache
@limited("plan", person="60/h")
@require_http_methods(["GET", "POST"])
def when(request: HttpRequest, pk: int) -> HttpResponse:
    """What is planned for a story, for its authors and those who moderate it; and changing it."""
    story = get_object_or_404(StoryPage.objects.select_related("community__policy"), pk=pk)
    if not story.may_be_seen_by(request.user):
        raise Http404
    if not (story.may_be_edited_by(request.user) or story.may_be_moderated_by(request.user)):
        raise PermissionDenied
    made = StoryPlan.objects.filter(story=story).first()
    known = {"goes_out_at": made and made.goes_out_at, "comes_down_at": made and made.comes_down_at}
    form = PlanForm(request.POST if request.POST.get("do") == "plan" else None, initial=known)
    status = 200
    if request.method == "POST":
        status = 422
        try:
            if form.is_valid() or not form.is_bound:
                messages.success(request, _do(story, request, form))
                return redirect("draft-when", pk)
        except Refused as refusal:
            form = form if form.is_bound else PlanForm({})
            form.is_valid()
            form.add_error(None, str(refusal))
            status = 409
    context = {
        "story": story,
        "plan": made,
        "form": form,
        "may_edit": story.may_be_edited_by(request.user),
        "reads_first": story.community is not None and story.community.policy.review_first,
        "sent": story.edit_state == StoryPage.State.IN_REVIEW,
    }
    return render(request, "practice/write_when.html", context, status=status)


def _do(story: StoryPage, request: HttpRequest, form: PlanForm) -> str:
    """Do what the button says. Returns what was done, in words."""
    person: Any = request.user
    if request.POST.get("do") == "now":
        planning.go_out_now(story, by=person)
        return "It is published."
    if request.POST.get("do") == "cancel":
        planning.plan(story, by=person)
        return "Nothing is planned any more."
    made = planning.plan(story, by=person, **form.cleaned_data if form.is_bound else {})
    return f"{made.words}." if made else "Nothing is planned."
