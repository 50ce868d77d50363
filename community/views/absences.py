"""Where facilitators say that they are away and who stands in."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from community import access, standing_in
from community.forms.absence import AbsenceForm
from community.models import CommunityPage, Person
from community.views.doors import for_facilitators, sent
from hub.limits import limited
from hub.refusal import Refused


@for_facilitators
@never_cache
@limited("away", person="30/d")
def away(request: HttpRequest, community: CommunityPage) -> HttpResponse:
    """Say that somebody is away, and who stands in."""
    assert isinstance(request.user, Person)
    if not access.answers_for(request.user, community):
        raise PermissionDenied
    form = AbsenceForm(sent(request), community=community, by=request.user)
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            made = standing_in.go_away(community, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, f"Saved. {made.in_words}.")
            return redirect("community-members", slug=community.slug)
    context = {"community": community, "form": form, "facilitates": True}
    return render(request, "community/away.html", context, status=status)


@for_facilitators
@require_POST
def here_again(request: HttpRequest, community: CommunityPage, pk: int) -> HttpResponse:
    """End an absence."""
    assert isinstance(request.user, Person)
    absence = get_object_or_404(community.absences.select_related("person", "deputy"), pk=pk)
    absence.community = community
    try:
        standing_in.come_back(absence, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{absence.person} is here again. {absence.deputy} has been told.")
    return redirect("community-members", slug=community.slug)
