"""Communities: the list of them, the front page of each, and how facilitators and editors set them up."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from community import access, arranging, hosting
from community.forms.community import AboutForm, FoundingForm, PolicyForm
from community.models import Arrangement, CommunityPage, Council, HandOver, Invitation, Membership, PersonToAsk
from community.views.doors import for_facilitators, found, moved, sent
from hub.pagecache import kept_while, whole_page
from hub.readers import for_one, for_readers
from hub.refusal import Refused

COUNCILS_NAMED = 12


@whole_page()
@require_safe
def communities(request: HttpRequest) -> HttpResponse:
    """Every community that whoever asks may find."""
    rows = CommunityPage.objects.visible_to(request.user).select_related("policy").with_member_count().order_by("title")
    return for_readers(
        render(
            request,
            "community/communities.html",
            {
                "communities": list(rows.unarchived()),
                "archived": list(rows.exclude(policy__archived_at=None)),
                "may_found": access.is_editor(request.user),
            },
        )
    )


@whole_page()
@require_safe
def community(request: HttpRequest, slug: str) -> HttpResponse:
    """The front page of one community."""
    today = timezone.localdate()  # what is featured ends with its day
    try:
        community = found(request, slug)
    except Http404:
        if on := moved(request, slug):
            return on
        raise
    response = front_page(request, community, arranging.front_of(community).arrangement)
    return for_one(kept_while(response, timezone.localdate, today))


def front_page(
    request: HttpRequest, community: CommunityPage, front: Arrangement, *, preview: bool = False
) -> HttpResponse:
    """The front page in an arrangement, which everybody sees or which is only tried out."""
    person = request.user
    reads = community.may_be_read_by(person)
    facilitates = access.facilitates(person, community)
    councils = list(_councils_of(community)) if reads else []
    return render(
        request,
        "community/community.html",
        {
            "community": community,
            "front": front,
            "preview": preview,
            "crumbs": [("Communities", "/communities/")],
            "reads": reads,
            "members": community.memberships.present().count(),
            "facilitators": community.memberships.facilitators().with_people(),
            "people": PersonToAsk.objects.of(community) if reads else [],
            "councils": councils[:COUNCILS_NAMED],
            "council_count": len(councils),
            "membership": community.membership_of(person),
            "invitation": Invitation.objects.open().to(person).filter(community=community).first(),
            "is_member": access.is_member(person, community),
            "facilitates": facilitates,
            "waiting": community.memberships.waiting().count() if facilitates else 0,
            "write_in": write_in_of(community, person),
            "offered": HandOver.objects.offered().filter(community=community, person=person).first()
            if access.signed_in(person)
            else None,
        },
    )


@for_facilitators
def settings(request: HttpRequest, community: CommunityPage) -> HttpResponse:
    """What a community says of itself."""
    form = AboutForm(sent(request), community=community)
    if request.method == "POST" and form.is_valid():
        try:
            hosting.describe(community, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except Refused as refusal:
            theirs = CommunityPage.objects.get(pk=community.pk)
            form.add_error(None, str(refusal))
            form.data = {**request.POST.dict(), "base_revision": theirs.latest_revision_id}  # type: ignore[assignment]
            return _page(request, "community/settings.html", community, form, status=409, theirs=theirs)
        messages.success(request, "Saved. Everybody sees it now.")
        return redirect(community)
    return _page(request, "community/settings.html", community, form)


@for_facilitators
def policy(request: HttpRequest, community: CommunityPage) -> HttpResponse:
    """Who may see a community, join it and publish in it. Opening it is asked about first."""
    form = PolicyForm(sent(request), instance=community.policy)
    if request.method != "POST" or not form.is_valid():
        return _page(request, "community/policy.html", community, form)
    wanted = {name: form.cleaned_data[name] for name in hosting.POLICY}
    known = form.cleaned_data["known"] == wanted["visibility"]
    if hosting.opens(community.policy.visibility, wanted["visibility"]) and not known:
        opening = hosting.what_opens(community, wanted["visibility"])
        return _page(request, "community/policy_opens.html", community, form, opening=opening, wanted=wanted)
    try:
        hosting.set_policy(community, by=request.user, published_too=known, **wanted)  # type: ignore[arg-type]
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, "community/policy.html", community, form)
    messages.success(request, "Saved. It holds from now on.")
    return redirect("community-policy", slug=community.slug)


def new(request: HttpRequest) -> HttpResponse:
    """Make a community: for editors of the site."""
    if not access.signed_in(request.user):
        return redirect_to_login(request.get_full_path())
    if not access.is_editor(request.user):
        raise PermissionDenied
    form = FoundingForm(sent(request), initial={"visibility": "open", "joining": "anyone", "hue": 310})
    if request.method == "POST" and form.is_valid():
        try:
            community = hosting.found(by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except Refused as refusal:
            form.add_error("slug", str(refusal))
        else:
            messages.success(request, f"{community.title} is made. Say now what it is for.")
            return redirect("community-settings", slug=community.slug)
    return render(request, "community/new.html", {"form": form}, status=422 if form.errors else 200)


def write_in_of(community: CommunityPage, person: Any) -> CommunityPage | None:
    """Where people write instead of in an archived community, if this person may find it."""
    other = community.policy.write_in_id
    return CommunityPage.objects.visible_to(person).unarchived().filter(pk=other).first() if other else None


def _page(
    request: HttpRequest, template: str, community: CommunityPage, form: Any, status: int = 0, **context: Any
) -> HttpResponse:
    context = {"community": community, "form": form, "facilitates": True, "is_member": True, **context}
    return render(request, template, context, status=status or (422 if form.errors else 200))


def _councils_of(community: CommunityPage) -> "QuerySet[Council]":
    """The councils that its members work for."""
    people = Membership.objects.present().filter(community=community).values("person")
    return Council.objects.filter(people__in=people).distinct().order_by("short_name", "name")
