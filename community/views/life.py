"""What happens to a community in time: handing it over, archiving it and opening it again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from community import access, archiving, handing_over
from community.forms.life import ArchiveForm, HandOverForm, VolunteerForm
from community.models import CommunityPage, HandOver, Membership, Person
from community.views.doors import for_members, for_those_who_answer, person_of, sent
from hub.limits import limited
from hub.refusal import Refused


@for_those_who_answer
@require_safe
def future(request: HttpRequest, community: CommunityPage) -> HttpResponse:
    """What may become of a community: each way with what follows from it."""
    return render(request, "community/future.html", _context(community))


@for_those_who_answer
def archive(request: HttpRequest, community: CommunityPage) -> HttpResponse:
    """Archive a community, or open it again. The page says what follows, and asks."""
    form = ArchiveForm(sent(request), community=community, person=request.user)
    status = 200
    if request.method == "POST":
        status = 422
        try:
            if community.policy.archived_at and request.POST.get("do") == "reopen":
                archiving.reopen(community, by=person_of(request))
                messages.success(request, f"{community.title} is open again. Its members have been told.")
                return redirect(community)
            if form.is_valid():
                archiving.archive(community, by=person_of(request), **form.cleaned_data)
                messages.success(request, f"{community.title} is archived. Its members have been told.")
                return redirect(community)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
    context = {
        **_context(community),
        "form": form,
        "members": community.memberships.present().count(),
        "asking": community.memberships.waiting().count(),
        "invited": community.invitations.open().count(),
    }
    return render(request, "community/archive.html", context, status=status)


@for_those_who_answer
@limited("hand-over", person="20/d")
def hand_over(request: HttpRequest, community: CommunityPage) -> HttpResponse:
    """Ask a member to facilitate."""
    form = HandOverForm(sent(request), community=community, person=request.user)
    if request.method == "POST" and form.is_valid():
        row: Membership = form.cleaned_data.pop("to")
        try:
            handing_over.offer(community, by=person_of(request), to=row.person, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("to", str(refusal))
        else:
            messages.success(request, f"{row.person} has been asked. You hear from us when they have answered.")
            return redirect("hand-over-community", slug=community.slug)
    offers = (
        HandOver.objects.offered().filter(community=community).select_related("person", "by").order_by("created_at")
    )
    context = {**_context(community), "form": form, "offers": offers}
    return render(request, "community/hand_over.html", context, status=422 if form.errors else 200)


@for_those_who_answer
@require_POST
def take_back(request: HttpRequest, community: CommunityPage, pk: int) -> HttpResponse:
    """Undo an offer that waits."""
    offered = get_object_or_404(HandOver.objects.offered().filter(community=community), pk=pk)
    try:
        handing_over.take_back(offered, by=person_of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Taken back.")
    return redirect("hand-over-community", slug=community.slug)


@for_members
@limited("facilitate", person="20/d")
def facilitate(request: HttpRequest, community: CommunityPage) -> HttpResponse:
    """What facilitating takes; answer somebody who asks one to, or offer oneself."""
    me = person_of(request)
    offered = (
        HandOver.objects.offered().select_related("by", "community").filter(community=community, person=me).first()
    )
    form = VolunteerForm(sent(request) if "answer" not in request.POST else None)
    status = 200
    if request.method == "POST":
        try:
            if offered and (answer := request.POST.get("answer")):
                return _answered(request, offered, me, answer)
            if form.is_valid():
                handing_over.volunteer(community, person=me, **form.cleaned_data)
                messages.success(request, "Thank you. Those who decide have been told.")
                return redirect(community)
            status = 422
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("facilitate-community", slug=community.slug)
    context = {
        "community": community,
        "facilitates": access.facilitates(me, community),
        "is_member": access.is_member(me, community),
        "offered": offered,
        "said": HandOver.objects.volunteered().filter(community=community, person=me).first(),
        "own": community.membership_of(me),
        "form": form,
    }
    return render(request, "community/facilitate.html", context, status=status)


def _answered(request: HttpRequest, offered: HandOver, me: Person, answer: str) -> HttpResponse:
    """Yes or no to an offer."""
    community = offered.community
    if answer == "yes":
        handing_over.accept(offered, person=me)
        messages.success(request, f"Thank you. You facilitate {community.title} from now on.")
    else:
        handing_over.decline(offered, person=me)
        messages.success(request, f"Done. {offered.by} has been told.")
    return redirect(community)


def _context(community: CommunityPage) -> dict[str, object]:
    return {"community": community, "facilitates": True, "is_member": True}
