"""The page on which facilitators say what they look at before a story goes out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from community.models import CommunityPage
from community.views.doors import for_facilitators, sent
from hub.refusal import Refused
from practice import sheets
from practice.forms.sheets import SheetForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_facilitators
def community_reviewing(request: HttpRequest, community: CommunityPage) -> HttpResponse:
    """The checklist and the ready reasons of a community."""
    form = SheetForm(sent(request), sheet=sheets.sheet_of(community))
    theirs, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                sheets.write_sheet(community, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
            except Refused as refusal:
                form.add_error(None, str(refusal))
                now = sheets.sheet_of(community)
                if now.edition != form.cleaned_data["edition"]:
                    theirs, status = now, 409
                    form.data = {**request.POST.dict(), "edition": now.edition}  # type: ignore[assignment]
            else:
                messages.success(request, "Saved. It stands beside every story that is read from now on.")
                return redirect("community-reviewing", slug=community.slug)
    context = {"community": community, "form": form, "facilitates": True, "theirs": theirs}
    return render(request, "practice/community_reviewing.html", context, status=status)
