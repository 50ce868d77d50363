"""Where editors of the site answer those who appeal against a decision."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from community import access, appealing
from community.models import Appeal
from community.views.doors import person_of
from hub.refusal import Refused
from practice import claiming
from practice.forms.reporting import GRANT, AppealAnswerForm
from practice.models import StoryPage
from practice.waiting import after, queue_of


@never_cache
@login_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """What was decided and why, what the other side says, and the answer."""
    made = _appeal(request, pk)
    form = AppealAnswerForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            since, granted = made.made_at, form.cleaned_data["do"] == GRANT
            try:
                appealing.decide(made, by=person_of(request), granted=granted, words=form.cleaned_data["words"])
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = 409
                made = _appeal(request, pk)
            else:
                messages.success(request, "Both sides have been told.")
                return redirect(after(queue_of(request.user), since, f"appeal-{pk}"))
    context = {
        "appeal": made,
        "community": made.community,
        "told": appealing.told(made.decision),
        "overtaken": appealing.overtaken(made.decision) if made.is_open else "",
        "story": StoryPage.objects.filter(pk=made.decision.page_id).first(),
        "form": form,
        "waiting": queue_of(request.user),
        "key": f"appeal-{made.pk}",
    }
    return render(request, "practice/appeal.html", context, status=status)


@login_required
@require_POST
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one is looking at an appeal, or leave it to others."""
    made = _appeal(request, pk)
    try:
        verb = claiming.let_go if request.POST.get("do") == "let-go" else claiming.claim
        verb(made, by=person_of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("decide-appeal", pk=pk)


def _appeal(request: HttpRequest, pk: int) -> Appeal:
    """An appeal, for the editors who decide it. For anyone else it is not there."""
    if not access.is_editor(request.user):
        raise Http404
    rows = Appeal.objects.decided_by(request.user)
    return get_object_or_404(
        rows.select_related("decision__user", "person__council", "community__policy", "claimed_by", "decided_by"), pk=pk
    )
