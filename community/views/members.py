"""Who belongs to a community: coming in, going, and what facilitators decide about it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from community import access, arranging, inviting, joining, sanctioning
from community.forms.community import AskForm, InvitationForm, ReasonForm
from community.forms.sanctions import MuteForm, RemovalForm
from community.models import (
    CommunityPage,
    CommunityPolicy,
    HandOver,
    Invitation,
    Membership,
    Person,
    PersonToAsk,
    Sanction,
)
from community.views.doors import for_facilitators, for_members, for_people, person_of, sent
from hub.limits import limited
from hub.refusal import Refused

A_PAGE = 60
MOST_FOUND = 10


@for_members
@require_safe
def members(request: HttpRequest, community: CommunityPage) -> HttpResponse:
    """Who belongs to it; for facilitators also who waits."""
    rows = (
        community.memberships.present().with_people().order_by("role", "person__name", "person_id")
    )  # facilitators first
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    facilitates = access.facilitates(request.user, community)
    waiting = community.memberships.waiting().select_related("person__council") if facilitates else []
    if facilitates:
        _with_sanctions(community, list(page))
    volunteers = HandOver.objects.volunteered().filter(community=community).select_related("person__council")
    context = {
        "community": community,
        "page": page,
        "waiting": waiting,
        "volunteers": volunteers if facilitates else [],
        "facilitates": facilitates,
        "answers": access.answers_for(request.user, community),
        "absences": community.absences.not_over().select_related("person", "deputy"),
        "is_member": True,
    }
    return render(request, "community/members.html", context)


@for_people
@limited("join-community", person="30/h")
@require_POST
def join(request: HttpRequest, community: CommunityPage) -> HttpResponse:
    """Become a member, where anyone can."""
    return _do(
        request, community, lambda: joining.join(community, person=person_of(request)), "Welcome. You are a member."
    )


@for_people
@limited("ask-community", person="30/h")
def ask(request: HttpRequest, community: CommunityPage) -> HttpResponse:
    """Ask to become a member."""
    form = AskForm(sent(request))
    if request.method == "POST" and form.is_valid():
        return _do(
            request,
            community,
            lambda: joining.ask(community, person=person_of(request), message=form.cleaned_data["message"]),
            f"Sent. A facilitator answers within {community.policy.promise_days} working days.",
        )
    membership = community.membership_of(request.user)
    if membership and membership.state == Membership.State.ACTIVE:
        messages.info(request, "You are a member already.")
        return redirect(community)
    if community.policy.joining != CommunityPolicy.Joining.ASK and not (membership and membership.shut_out):
        messages.info(request, joining.how_to_come_in(community.policy))
        return redirect(community)
    context = {"community": community, "form": form, "membership": membership}
    return render(request, "community/ask.html", context, status=422 if form.errors else 200)


@for_people
def leave(request: HttpRequest, community: CommunityPage) -> HttpResponse:
    """Stop being a member, or take back a request. A page asks first."""
    if request.method != "POST":
        context = {"community": community, "membership": community.membership_of(request.user)}
        return render(request, "community/leave.html", context)
    try:
        joining.leave(community, person=person_of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(community)
    messages.success(request, f"Done. You have no part in {community.title} any more.")
    return redirect(community) if community.may_be_seen_by(request.user) else redirect("communities")


VERBS: dict[str, Callable[..., Any]] = {
    "accept": joining.accept,
    "refuse": joining.refuse,
    "promote": joining.promote,
    "demote": joining.demote,
    "remove": joining.remove,
    "warn": sanctioning.warn,
    "mute": sanctioning.mute,
    "unmute": sanctioning.unmute,
}
DONE = {
    "accept": "{} is a member now.",
    "refuse": "{} has been told.",
    "promote": "{} is a facilitator now.",
    "demote": "{} is a member again, and no facilitator.",
    "remove": "{} is no longer a member, and has been told why.",
    "warn": "{} has been warned.",
    "mute": "{} can read, but not write for now, and has been told why.",
    "unmute": "{} can write again, and has been told.",
}
FORMS: dict[str, type[ReasonForm]] = {
    "refuse": ReasonForm,
    "remove": RemovalForm,
    "warn": ReasonForm,
    "mute": MuteForm,
}


@for_facilitators
@limited("decide-member", person="240/h")
def decide(request: HttpRequest, community: CommunityPage, person: int, verb: str) -> HttpResponse:
    """Decide about one person (VERBS). A page asks first; a request is accepted at once."""
    if verb not in VERBS:
        raise Http404
    membership = get_object_or_404(community.memberships.select_related("person__council"), person=person)
    form = FORMS[verb](sent(request)) if verb in FORMS else None
    if request.method != "POST" or (form and not form.is_valid()):
        context = {"community": community, "membership": membership, "verb": verb, "form": form, "facilitates": True}
        return render(request, "community/decide.html", context, status=422 if form and form.errors else 200)
    try:
        VERBS[verb](membership, by=person_of(request), **(form.cleaned_data if form else {}))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, DONE[verb].format(membership.person))
    if not community.may_be_seen_by(request.user):
        return redirect("communities")
    return redirect("community-members" if access.is_member(request.user, community) else "community", community.slug)


@for_facilitators
@limited("invite", person="60/h")
def invitations(request: HttpRequest, community: CommunityPage) -> HttpResponse:
    """Whom it invites: by e-mail address, or by looking somebody up."""
    form = InvitationForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            invitation = inviting.invite(community, by=person_of(request), **form.cleaned_data)
        except Refused as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, f"Invited: {invitation.invitee}. It is good until {invitation.ends_at:%-d %B}.")
            return redirect("community-invitations", slug=community.slug)
    words = request.GET.get("who", "").replace("\0", "").strip()[:80]
    context = {
        "community": community,
        "form": form,
        "words": words,
        "people": _people_to_invite(request.user, community, words),
        "sent": community.invitations.select_related("person", "invited_by").order_by("-created_at", "-pk")[:200],
        "facilitates": True,
    }
    return render(request, "community/invitations.html", context, status=422 if form.errors else 200)


@for_facilitators
@limited("invite", person="60/h")
@require_POST
def invite_person(request: HttpRequest, community: CommunityPage, person: int) -> HttpResponse:
    """Invite somebody who has an account and was looked up."""
    invitee = get_object_or_404(Person.objects.visible_to(request.user), pk=person)
    return _do(
        request,
        community,
        lambda: inviting.invite(community, by=person_of(request), person=invitee),
        f"Invited: {invitee}.",
        to="community-invitations",
    )


@for_facilitators
@require_POST
def take_back(request: HttpRequest, community: CommunityPage, pk: int) -> HttpResponse:
    """Undo an invitation that waits."""
    invitation = get_object_or_404(community.invitations, pk=pk)
    return _do(
        request,
        community,
        lambda: inviting.take_back(invitation, by=person_of(request)),
        "Taken back.",
        to="community-invitations",
    )


@for_people
@require_POST
def ask_me_no_more(request: HttpRequest, community: CommunityPage, pk: int) -> HttpResponse:
    """Take one's own name off the people to ask."""
    mine = PersonToAsk.objects.of(community).filter(membership__person=person_of(request))
    to_ask = get_object_or_404(mine, pk=pk)
    arranging.ask_no_more(to_ask, by=person_of(request))
    messages.success(request, "Your name is taken away. You stay a member.")
    return redirect(community)


def yours(request: HttpRequest) -> HttpResponse:
    """The communities of whoever is signed in, what they asked, and where they are invited."""
    if not access.signed_in(request.user):
        return redirect_to_login(request.get_full_path())
    person = request.user
    own = CommunityPage.objects.visible_to(person)
    memberships = person.memberships.filter(community__in=own).select_related("community__policy")
    by_state: dict[str, list[Membership]] = {}
    for membership in memberships.order_by("community__title"):
        by_state.setdefault(membership.state, []).append(membership)
    context = {
        "memberships": by_state.get(Membership.State.ACTIVE, []),
        "asked": by_state.get(Membership.State.ASKED, []),
        "invitations": Invitation.objects.open().to(person).select_related("community", "invited_by"),
    }
    return render(request, "community/yours.html", context)


@require_POST
def answer_invitation(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Accept or decline an invitation that was sent to whoever is signed in; any other is not there."""
    invitation = Invitation.objects.to(request.user).select_related("community").filter(pk=pk).first()
    if invitation is None or verb not in {"accept", "decline"}:
        raise Http404
    community = invitation.community
    try:
        if verb == "accept":
            inviting.accept(invitation, person=person_of(request))
            messages.success(request, f"Welcome to {community.title}.")
            return redirect(community)
        inviting.decline(invitation, person=person_of(request))
        messages.success(request, "Declined. Nobody is told who did.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("your-communities")


def _do(
    request: HttpRequest, community: CommunityPage, deed: Callable[[], Any], done: str, to: str = "community"
) -> HttpResponse:
    """Do it, and go on to a page that says what came of it."""
    try:
        deed()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(to, slug=community.slug)


def _with_sanctions(community: CommunityPage, rows: list[Any]) -> None:
    """Give each membership the warnings of its person, and until when they are muted. For facilitators alone."""
    made = Sanction.objects.standing().filter(community=community, person__in=[row.person_id for row in rows])
    by_person: dict[int, list[Sanction]] = {}
    for each in made.order_by("at"):
        by_person.setdefault(each.person_id, []).append(each)
    now = timezone.now()
    for row in rows:
        own = by_person.get(row.person_id, [])
        row.warnings = [each for each in own if each.kind == Sanction.Kind.WARNING]
        row.muted = next((each for each in own if each.until and each.until > now), None)


def _people_to_invite(person: Any, community: CommunityPage, words: str) -> list[Person]:
    """People with this name who are no members and not invited by name."""
    if len(words) < 2:
        return []
    known = community.memberships.filter(state__in=[Membership.State.ACTIVE, Membership.State.ASKED]).values("person")
    invited = community.invitations.exclude(person=None).values("person")
    people = Person.objects.visible_to(person).filter(name__icontains=words)
    return list(people.exclude(pk__in=known).exclude(pk__in=invited).select_related("council")[:MOST_FOUND])
