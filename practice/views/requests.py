"""Where somebody who asks to join a community is answered, one request after the other."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from community import access, joining
from community.models import Membership
from community.views.doors import person_of
from hub.refusal import Refused
from practice import claiming
from practice.forms.reporting import ACCEPT, RequestForm
from practice.waiting import after, queue_of


@never_cache
@login_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Who asks, what they say of themselves, and the answer."""
    membership = _asked(request, pk)
    form = RequestForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            since, words = membership.asked_at, form.cleaned_data["words"]
            try:
                if form.cleaned_data["do"] == ACCEPT:
                    joining.accept(membership, by=person_of(request))
                    done = f"{membership.person} is a member now."
                else:
                    joining.refuse(membership, by=person_of(request), reason=words)
                    done = f"{membership.person} has been told."
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = 409
                membership = _asked(request, pk)
            else:
                messages.success(request, done)
                return redirect(after(queue_of(request.user), since, f"request-{pk}"))
    context = {
        "community": membership.community,
        "membership": membership,
        "open": membership.state == Membership.State.ASKED,
        "form": form,
        "waiting": queue_of(request.user),
        "key": f"request-{membership.pk}",
    }
    return render(request, "practice/request.html", context, status=status)


@login_required
@require_POST
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one is looking at a request, or leave it to others."""
    membership = _asked(request, pk)
    try:
        verb = claiming.let_go if request.POST.get("do") == "let-go" else claiming.claim
        verb(membership, by=person_of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("join-request", pk=pk)


def _asked(request: HttpRequest, pk: int) -> Membership:
    """What somebody asked for, for those who answer. For anyone else it is not there."""
    rows = Membership.objects.select_related("community__policy", "person__council", "claimed_by")
    membership = get_object_or_404(rows, pk=pk)
    if not access.facilitates(request.user, membership.community_id):
        raise Http404
    return membership
