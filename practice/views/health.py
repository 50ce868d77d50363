"""How a community is doing, for those who facilitate it; and the author's answer to whether a story is still so."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.models import CommunityPage
from community.views.doors import for_facilitators
from hub.limits import limited
from hub.refusal import Refused
from practice import confirming
from practice.health import Health
from practice.models import StillSo, StoryPage


@never_cache
@for_facilitators
@require_safe
def health(request: HttpRequest, community: CommunityPage) -> HttpResponse:
    """New stories, answers, members and repeats of twelve months; what goes stale; what is looked for in vain."""
    context = {"community": community, "facilitates": True, "health": Health(community)}
    return render(request, "practice/health.html", context)


@for_facilitators
@require_POST
def ask(request: HttpRequest, community: CommunityPage, pk: int) -> HttpResponse:
    """Ask the authors of a story whether it is still so."""
    story = get_object_or_404(StoryPage.objects.visible_to(request.user).filter(community=community), pk=pk)
    try:
        confirming.ask(story, by=request.user)  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Asked. They answer with one click, and you are told.")
    return redirect(f"{reverse('community-health', args=[community.slug])}#stale")


@never_cache
@login_required
@limited("still-so", person="60/h")
def still_so(request: HttpRequest, pk: int) -> HttpResponse:
    """Its author says how it stands, with one click."""
    story = get_object_or_404(StoryPage.objects.visible_to(request.user).for_cards(), pk=pk)
    if not story.may_be_edited_by(request.user):
        raise PermissionDenied
    status = 200
    if request.method == "POST":
        answer = request.POST.get("answer", "")
        if answer not in StillSo.Answer.values:
            raise Http404
        person: Any = request.user
        try:
            confirming.say(story, by=person, answer=answer)
        except Refused as refusal:
            messages.error(request, str(refusal))
            status = 409
        else:
            messages.success(request, _THANKS[answer])
            return redirect(story)
    row = StillSo.objects.filter(story=story).select_related("asked_by").first()
    return render(request, "practice/still_so.html", {"story": story, "row": row}, status=status)


_THANKS = {
    "so": "Thank you. The page says that it is still so.",
    "changed": "Thank you. The page says that it was changed. When you have ten minutes, write what changed.",
    "stopped": "Thank you. The page says that it was stopped. When you have ten minutes, write why: it spares others.",
}
