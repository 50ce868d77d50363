"""The queue of those who read stories, the page on which they decide, and what is done with a story once it is out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community import access
from community.models import Absence, Appeal, CommunityPage, Person
from community.views.doors import person_of
from hub.refusal import Refused
from practice import claiming, moderating
from practice import history as past
from practice.appealable import decision_to_appeal
from practice.forms.moderating import ASK, DECLINE, FILL, PUBLISH, DecisionForm, MoveForm, ReasonForm
from practice.models import StoryPage, StoryPlan
from practice.models.plan import moment
from practice.reviewing import Review
from practice.waiting import after, choices, narrowed, queue_of, usual_days

State = StoryPage.State
STATE_ICONS = {
    State.DRAFT: "todo",
    State.IN_REVIEW: "now",
    State.CHANGES_REQUESTED: "changed",
    State.DECLINED: "stopped",
    State.PLANNED: "planned",
    State.LIVE: "done",
    State.WITHDRAWN: "remove",
    State.HIDDEN: "remove",
}


@never_cache
@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for this person: stories to read, reports, and people who ask to join."""
    queue = queue_of(request.user)
    community, sort = request.GET.get("community", ""), request.GET.get("sort", "")
    context = {
        "all": queue,
        "waiting": narrowed(queue, community, sort),
        "choices": choices(queue, community, sort),
        "usual": usual_days(request.user),
        "facilitates": bool(access.facilitated_by(request.user)),
        "standing_in": Absence.objects.in_force().filter(deputy=request.user.pk).select_related("person", "community"),
    }
    return render(request, "practice/moderate.html", context)


@never_cache
@login_required
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """A story as it was sent, with what changed, and the decision about it."""
    story = _seen(request, pk)
    if not story.may_be_moderated_by(request.user):
        raise PermissionDenied
    reading = Review(story, against=request.GET.get("against", ""))
    lists: dict[str, Any] = {"checklist": reading.checklist, "ready": reading.sheet.ready()}
    form = DecisionForm(_given(request), **lists)
    status = 200
    if request.POST.get("do") == FILL:
        form = DecisionForm(initial=DecisionForm.filled(request.POST, lists["ready"]), **lists)
    elif request.method == "POST":
        status = 422
        if form.is_valid():
            sent_at = reading.review.started_at if reading.review else None
            try:
                words = _decide(story, person_of(request), **form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = 409
                reading = Review(get_object_or_404(StoryPage, pk=pk), against=request.GET.get("against", ""))
            else:
                messages.success(request, f"{words} Its authors have been told.")
                return redirect(after(queue_of(request.user), sent_at, f"story-{pk}"))
    context = {
        "story": story,
        "reading": reading,
        "form": form,
        "waiting": queue_of(request.user),
        "others": reading.others_of_its_authors(request.user),
        "own": moderating.is_own(story, request.user, reading.revision),
        "alone": moderating.decides_alone(request.user, story.community_id),
    }
    return render(request, "practice/review.html", context, status=status)


@login_required
@require_POST
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one is looking at a story, or leave it to others."""
    story = _seen(request, pk)
    try:
        if request.POST.get("do") == "let-go":
            claiming.let_go(story, by=person_of(request))
        else:
            claiming.claim(story, by=person_of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("review", pk=pk)


def _decide(story: StoryPage, by: Person, *, do: str, revision: int, note: str, **rest: Any) -> str:
    """Do what one of the buttons says. Returns what was done, in words."""
    title = story.draft_title
    if do == PUBLISH:
        moderating.approve(story, by=by, revision=revision, note=note)
        plan = StoryPlan.objects.set_aside().filter(story=story, revision=revision).first()
        if plan and plan.goes_out_at:
            return f"“{title}” is approved. It goes out on {moment(plan.goes_out_at)}."
        return f"“{story.title}” is published."
    if do == ASK:
        moderating.ask_for_changes(story, by=by, revision=revision, note=note)
        return f"“{title}” went back with your note."
    assert do == DECLINE
    moderating.decline(story, by=by, revision=revision, reason=note)
    return f"“{title}” was declined."


@never_cache
@login_required
@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Who did what with a story, for its authors and those who moderate it."""
    story = _seen(request, pk)
    if not (story.may_be_edited_by(request.user) or story.may_be_moderated_by(request.user)):
        raise PermissionDenied
    decision = decision_to_appeal(story, person_of(request))
    context = {
        "story": story,
        "events": past.events_of(story, request.user),
        "state_icon": STATE_ICONS[story.state],
        "decision": decision,
        "appealed": decision is not None and Appeal.objects.filter(decision=decision).exists(),
    }
    return render(request, "practice/moderate_history.html", context)


# --- Withdraw, restore, move, delete ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Act:
    """What a page asks to be confirmed."""

    title: str
    words: list[str]
    button: str
    done: str


@never_cache
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a published story away from its readers."""
    story = _seen(request, pk, to=moderating.may_withdraw)
    form = ReasonForm(_given(request), hint="Its authors read it, and it stays in the history of the story.")
    act = Act(
        "Withdraw this story",
        [
            "Nobody will be able to read it, find it or open it by its address, until it is published again.",
            "Nothing is lost: its text and its history stay with its authors and the facilitators.",
        ],
        "Withdraw it",
        f"“{story.title}” is withdrawn.",
    )
    return _confirmed(
        request,
        story,
        form,
        act,
        lambda given: moderating.withdraw(story, by=person_of(request), reason=given["reason"]),
    )


@never_cache
@login_required
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish again what was withdrawn."""
    story = _seen(request, pk, to=moderating.may_restore)
    act = Act(
        "Publish this story again",
        ["It comes back as it was, at its old address. What was written since then stays a draft."],
        "Publish it again",
        f"“{story.title}” is published again.",
    )
    return _confirmed(
        request, story, Form(_given(request)), act, lambda given: moderating.restore(story, by=person_of(request))
    )


@never_cache
@login_required
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a story to another community."""
    story = _seen(request, pk, to=moderating.may_move)
    form = MoveForm(_given(request), story=story, person=request.user)
    act = Act(
        "Move this story",
        ["It keeps its address. The facilitators of the other community look after it from then on."],
        "Move it",
        f"“{story.title}” is moved.",
    )
    return _confirmed(
        request,
        story,
        form,
        act,
        lambda given: moderating.move(
            story, by=person_of(request), to=given["to"], knowingly=given.get("knowingly", False)
        ),
    )


@never_cache
@login_required
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a story away for good."""
    story = _seen(request, pk, to=moderating.may_delete)
    form = ReasonForm(_given(request), hint="Its authors read it.")
    words = ["Its text, its files and every version of it go away for good."]
    if story.first_published_at:
        words.append("Links to it will lead nowhere. To take it away for a while, withdraw it instead.")
    act = Act("Delete this story", words, "Delete it for good", f"“{story.title}” is deleted.")
    return _confirmed(
        request, story, form, act, lambda given: moderating.delete(story, by=person_of(request), reason=given["reason"])
    )


def _confirmed(
    request: HttpRequest, story: StoryPage, form: Form, act: Act, do: Callable[[dict[str, Any]], None]
) -> HttpResponse:
    """Ask, then do it and say so. A refusal is shown above the form, and what was typed stays."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            moderates = story.may_be_moderated_by(request.user)
            community = story.community
            try:
                do(form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, act.done)
                return redirect(_where_to(story, community, moderates=moderates))
    back = story.get_absolute_url() if story.live else reverse("story-history", args=[story.pk])
    context = {"story": story, "form": form, "act": act, "back": back}
    return render(request, "practice/moderate_act.html", context, status=status)


def _where_to(story: StoryPage, community: CommunityPage | None, *, moderates: bool) -> str:
    if now := StoryPage.objects.filter(pk=story.pk).first():
        return now.get_absolute_url() if now.live else reverse("story-history", args=[now.pk])
    return community.get_absolute_url() if moderates and community else reverse("your-stories")


def _given(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _seen(request: HttpRequest, pk: int, *, to: Callable[[StoryPage, Any], bool] | None = None) -> StoryPage:
    """A story that this person may see in its present state, and may do this with. For anyone else it is not there."""
    story = get_object_or_404(StoryPage.objects.select_related("community__policy", "council"), pk=pk)
    if not story.may_be_seen_by(request.user):
        raise Http404
    if to is not None and not to(story, request.user):
        raise PermissionDenied
    return story
