"""Where people report what is wrong, see what came of it, and where those who look after a community answer."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community import access
from community.models import Person
from hub.limits import limited
from hub.refusal import Refused
from practice import claiming, reporting
from practice.forms.reporting import ASK, HIDE, LEAVE, WITHDRAW, AnswerForm, ReportForm
from practice.models import Repetition, Report, StoryPage
from practice.models.completeness import PARTS
from practice.waiting import after, queue_of

DO: dict[str, tuple[Callable[..., None], str]] = {
    LEAVE: (reporting.leave, "It stays as it is. Whoever reported it has been told."),
    ASK: (reporting.ask_the_author, "Its authors have been asked, and whoever reported it has been told."),
    WITHDRAW: (reporting.withdraw, "It is taken away. Those who told it and those who reported it have been told."),
}


@never_cache
@login_required
@limited("report", person="10/h")
def make(request: HttpRequest, pk: int, repetition: int = 0) -> HttpResponse:
    """Say that something is wrong with a story, or with what somebody said of repeating it."""
    stories = StoryPage.objects.for_cards().select_related("community__policy", "council")
    story, person = get_object_or_404(stories, pk=pk, live=True), _me(request)
    if not access.may_see(person, story.audience):
        raise Http404
    shown = Repetition.objects.shown().for_lists()
    said = get_object_or_404(shown, pk=repetition, story=story) if repetition else None
    form = ReportForm(request.POST if request.method == "POST" else None)
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            made = reporting.report(story, by=person, repetition=said, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            days = made.story.community.policy.promise_days  # type: ignore[union-attr]
            promised = f"{days} working day{'s' if days != 1 else ''}"
            messages.success(request, f"Thank you. A facilitator reads it, and answers within {promised}.")
            return redirect("your-report", pk=made.pk)
    already = reporting.open_report(story, person, said)
    context = {"story": story, "said": said, "form": form, "already": already}
    return render(request, "practice/report_make.html", context, status=status)


@never_cache
@login_required
@require_safe
def yours(request: HttpRequest, pk: int) -> HttpResponse:
    """What somebody reported, and what came of it. For anyone else it is not there."""
    report = get_object_or_404(
        Report.objects.select_related("story__community__policy", "repetition__person"),
        pk=pk,
        person=_me(request),
    )
    reads = report.story.may_be_seen_by(request.user)
    context = {"report": report, "reads": reads, "knows": reads or access.may_see(request.user, report.story.audience)}
    return render(request, "practice/report_yours.html", context)


@never_cache
@login_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """What was reported of a thing, the thing itself, and the answer."""
    report = _decided(request, pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _answer(request, report, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = 409
                report = _decided(request, pk)
    same = Report.objects.about_the_same(report).select_related("person__council", "answered_by").order_by("created_at")
    story = report.story
    context = {
        "story": story,
        "report": report,
        "reports": [each for each in same if each.is_open] if report.is_open else [report],
        "earlier": [each for each in same if not each.is_open and each.pk != report.pk],
        "parts": [(story._meta.get_field(part).verbose_name, getattr(story, part)) for part in PARTS],
        "form": form,
        "waiting": queue_of(request.user),
        "key": f"report-{report.pk}",
    }
    return render(request, "practice/report.html", context, status=status)


def _answer(request: HttpRequest, report: Report, *, do: str, words: str) -> HttpResponse:
    since, key = report.created_at, f"report-{report.pk}"
    if do == HIDE:
        reporting.hide_meanwhile(report, by=_me(request), reason=words)
        messages.success(request, "It is hidden. Its authors have been told why. The report still waits for an answer.")
        return redirect("report", pk=report.pk)
    verb, done = DO[do]
    verb(report, by=_me(request), words=words)
    messages.success(request, done)
    return redirect(after(queue_of(request.user), since, key))


@login_required
@require_POST
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one is looking at a report, or leave it to others."""
    report = _decided(request, pk)
    try:
        verb = claiming.let_go if request.POST.get("do") == "let-go" else claiming.claim
        verb(report, by=_me(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("report", pk=pk)


def _decided(request: HttpRequest, pk: int) -> Report:
    """A report that this person answers. Where it is about their own they are refused; for others it is not there."""
    rows = Report.objects.select_related(
        "story__community__policy", "story__council", "repetition__person", "repetition__council", "claimed_by"
    )
    report = get_object_or_404(rows, pk=pk)
    if not report.may_be_decided_by(request.user):
        raise Http404
    return report


def _me(request: HttpRequest) -> Person:
    if not access.signed_in(request.user):
        raise PermissionDenied
    return request.user
