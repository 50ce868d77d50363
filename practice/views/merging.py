"""The page on which one community is made part of another: it says what will happen in figures, and asks."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from community.models import CommunityPage
from community.views.doors import for_those_who_answer
from hub.refusal import Refused
from practice.forms.merging_communities import IntoForm, SureForm
from practice.merging import Merging, Shows, may_be_merged_by, merge_communities


@for_those_who_answer
def merge(request: HttpRequest, community: CommunityPage) -> HttpResponse:
    """Choose the community that stays, read what will happen, and do it."""
    places = may_be_merged_by(request.user, community)
    form = IntoForm(request.GET if request.GET.get("into") else None, places=places)
    if request.method == "POST":
        form = SureForm(request.POST, places=places, community=community)
    sure = form.is_bound and form.is_valid()
    into = form.cleaned_data.get("into") if form.is_bound else None
    refused, status = "", 422 if form.errors else 200
    if request.method == "POST" and sure and into:
        known = request.POST.get("known", "") if request.POST.get("knowingly") else ""
        try:
            merge_communities(community, into=into, by=request.user, known=known)  # type: ignore[arg-type]
        except Shows:
            refused = "Say below that it is meant: other people will see what they cannot see now."
            status = 422
        except Refused as refusal:
            refused, status = str(refusal), 409
        else:
            messages.success(request, f"{community.title} is part of {into.title} now. Its members have been told.")
            return redirect(into)
    context = {
        "community": community,
        "facilitates": True,
        "is_member": True,
        "form": form,
        "sure": form if isinstance(form, SureForm) else SureForm(places=places, community=community),
        "into": into,
        "merging": Merging.of(community, into) if into else None,
        "refused": refused,
    }
    return render(request, "practice/merge_communities.html", context, status=status)
