"""Where somebody asks the editors of the site to look again at what was decided about them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from community import appealing
from community.forms.sanctions import AppealForm
from community.models import Appeal, Person
from community.views.doors import sent
from hub.limits import limited
from hub.refusal import Refused


@never_cache
@login_required
@limited("appeal", person="10/h")
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """What was decided and why, and the appeal against it. For anyone else it is not there."""
    assert isinstance(request.user, Person)
    entry = appealing.decision_for(request.user, pk)
    if entry is None:
        raise Http404
    form = AppealForm(sent(request))
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            appealing.appeal(entry, by=request.user, words=form.cleaned_data["words"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, "Sent. The editors of the site look at it, and you are told what they decide.")
            return redirect("appeal", pk=pk)
    context = {
        "entry": entry,
        "told": appealing.told(entry),
        "overtaken": appealing.overtaken(entry),
        "made": Appeal.objects.filter(decision=entry).select_related("decided_by", "person").first(),
        "form": form,
    }
    return render(request, "community/appeal.html", context, status=status)
