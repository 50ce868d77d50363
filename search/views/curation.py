"""What facilitators give to search: other words, chosen answers; and the report that shows what is missing."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.refusal import Refused
from search import curated, curation, report, upkeep
from search.forms import AnswerForm, OtherWordForm, PeriodForm
from search.models import ChosenAnswer, OtherWord

ROWS: dict[str, Any] = {"word": OtherWord, "answer": ChosenAnswer}
LISTS = {"word": "other-words", "answer": "chosen-answers"}


def for_those_who_care(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For facilitators of any community, and editors."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not upkeep.may_care(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return never_cache(login_required(door))


@for_those_who_care
@require_safe
def search_report(request: HttpRequest) -> HttpResponse:
    """What was asked in a time, and did not help."""
    form, rows = _report(request, report.MOST_ROWS)
    context = {"form": form, "rows": rows, "fewest": report.FEWEST_TIMES, "most": report.MOST_ROWS}
    return render(request, "search/report.html", context, status=422 if form.errors else 200)


@for_those_who_care
@require_safe
def search_report_file(request: HttpRequest) -> HttpResponse:
    """The same as a table for a spreadsheet."""
    form, rows = _report(request, report.MOST_IN_FILE)
    if form.errors:
        raise Http404
    response = HttpResponse(report.as_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="searches.csv"'
    return response


@for_those_who_care
@require_http_methods(["GET", "HEAD", "POST"])
def other_words(request: HttpRequest) -> HttpResponse:
    """The other words for topics, and a form for one more."""
    form = OtherWordForm(request.POST if request.method == "POST" else None, initial=_initial(request, "words"))
    if request.method == "POST" and form.is_valid():
        try:
            row = curation.add_other_words(by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except Refused as refusal:
            form.add_error("words", str(refusal))
        else:
            messages.success(request, f"Added. Who searches for “{row.words}” finds {row.topic} from now on.")
            return redirect("other-words")
    context = {"form": form, "groups": curated.words_by_topic(), "gone": curated.words_taken_away()}
    return render(request, "search/other_words.html", context, status=422 if form.errors else 200)


@for_those_who_care
@require_http_methods(["GET", "HEAD", "POST"])
def chosen_answers(request: HttpRequest) -> HttpResponse:
    """The answers that facilitators chose, and a form for one more."""
    form = AnswerForm(
        request.POST if request.method == "POST" else None, person=request.user, initial=_initial(request, "words")
    )
    if request.method == "POST" and form.is_valid():
        try:
            words, story = form.cleaned_data["words"], form.cleaned_data["story"]
            curation.choose_answer(words, by=request.user, story=story)  # type: ignore[arg-type]
        except Refused as refusal:
            form.add_error("words", str(refusal))
        else:
            messages.success(request, f"“{story}” stands on top for “{words}” now, for all who may read it.")
            return redirect("chosen-answers")
    context = {
        "form": form,
        "answers": curated.answers(request.user),
        "gone": curated.answers_taken_away(request.user),
    }
    return render(request, "search/chosen_answers.html", context, status=422 if form.errors else 200)


@for_those_who_care
@require_POST
def change(request: HttpRequest, kind: str, pk: int, verb: str) -> HttpResponse:
    """Take away a word or an answer, or put it back."""
    if kind not in ROWS or verb not in {"take-away", "put-back"}:
        raise Http404
    rows: Any = ROWS[kind].objects.all()
    row = get_object_or_404(rows.visible_to(request.user) if kind == "answer" else rows, pk=pk)
    try:
        (curation.take_away if verb == "take-away" else curation.put_back)(row, by=request.user)  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        done = "is taken away. You can put it back below." if verb == "take-away" else "is back."
        messages.success(request, f"“{row.words}” {done}")
    return redirect(LISTS[kind])


def _report(request: HttpRequest, most: int) -> tuple[PeriodForm, list[report.Row]]:
    today = timezone.localdate()
    given = {"first": today - timedelta(days=30), "last": today, "show": "nothing"}
    given |= {name: request.GET[name] for name in given if request.GET.get(name)}
    form = PeriodForm(given)
    if not form.is_valid():
        return form, []
    asked = form.cleaned_data
    return form, report.asked_between(asked["first"], asked["last"], show=asked["show"], person=request.user, most=most)


def _initial(request: HttpRequest, *names: str) -> dict[str, str]:
    return {name: request.GET.get(name, "")[:80] for name in names}
