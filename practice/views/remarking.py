"""The pages on which a passage of a story is remarked on, and a remark is answered, settled or taken."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hub.limits import limited
from hub.numbers import number_in
from hub.refusal import Refused
from practice import remarking, writing
from practice.comparing import compare_texts
from practice.forms.remarking import AnswerForm, RemarkForm
from practice.models import Remark, StoryPage
from practice.passages import PASSAGES, Paragraph, find, nearest, paragraphs_of, squeezed
from practice.reviewing import Review


@login_required
@never_cache
@limited("remark", person="120/h")
@require_http_methods(["GET", "HEAD", "POST"])
def remark(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a paragraph of a story as it was sent, and say something of it or suggest other words."""
    story = _seen(request, pk)
    if not story.may_be_moderated_by(request.user):
        raise PermissionDenied
    paragraphs = paragraphs_of(Review(story).shown)
    on, passage = _asked(request, paragraphs)
    person: Any = request.user
    form, status = None, 200
    if on:
        form = RemarkForm(request.POST if request.method == "POST" else None, on=on, passage=passage)
    if form and form.is_bound:
        status = 422
        if form.is_valid():
            try:
                remarking.remark(story, by=person, on=on, **form.cleaned_data)  # type: ignore[arg-type]
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "It stands beside the text. Its authors hear of it when you decide.")
                return HttpResponse(status=303, headers={"Location": f"{reverse('review', args=[pk])}#remarks-h"})
    context = {"story": story, "paragraphs": paragraphs, "on": on, "passage": passage, "form": form}
    return render(request, "practice/remark_new.html", context, status=status)


@login_required
@never_cache
@limited("remark", person="120/h")
@require_http_methods(["GET", "HEAD", "POST"])
def shown_remark(request: HttpRequest, pk: int, remark: int) -> HttpResponse:
    """One remark with its answers: for those who write the story and those who decide about it."""
    story = _seen(request, pk)
    if not remarking.may_see_remarks(story, request.user):
        raise PermissionDenied
    said = get_object_or_404(story.remarks.with_answers(), pk=remark)
    do = request.POST.get("do", "")
    form, status = AnswerForm(request.POST if do == "answer" else None), 200
    if request.method == "POST":
        if do != "answer":
            act(request, said, do)
            return redirect("draft-remarks", pk) if request.POST.get("back") == "text" else redirect(said)
        status = 422
        if form.is_valid():
            try:
                remarking.answer(said, by=request.user, words=form.cleaned_data["words"])  # type: ignore[arg-type]
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, "Your answer stands under it.")
                return redirect(said)
    paragraphs = paragraphs_of(writing.draft_of(story))
    now = find(paragraphs, said.field, said.paragraph, said.passage)
    context = {
        "story": story,
        "said": said,
        "form": form,
        "may_edit": story.may_be_edited_by(request.user),
        "is_there": now is not None,
        "now": None if now else nearest(paragraphs, said.field, said.paragraph),
        "marked": compare_texts(said.paragraph, said.suggested) if said.suggested else "",
    }
    return render(request, "practice/remark.html", context, status=status)


def act(request: HttpRequest, said: Remark, do: str) -> bool:
    """Take or settle a remark, and say what became of it. Says whether it is done."""
    person: Any = request.user
    try:
        if do == "take":
            remarking.take(said, by=person)
            messages.success(request, "Taken: the passage stands in your text as it was suggested.")
        elif do == "settle":
            remarking.settle(said, by=person)
            messages.success(request, "Settled. It is folded away.")
        else:
            return False
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    return True


def act_from_draft(request: HttpRequest, story: StoryPage, then: str) -> HttpResponse:
    """What a button beside the text of a draft says, once what was typed is saved: `take-7`, `settle-7`."""
    do, _, number = then.partition("-")
    said = story.remarks.filter(pk=number_in(number)).first()
    if said is None:
        raise Http404
    if act(request, said, do):
        return HttpResponse(status=303, headers={"Location": f"{request.path}#id_{said.field}_label"})
    return redirect(said)


def _asked(request: HttpRequest, paragraphs: list[Paragraph]) -> tuple[Paragraph | None, str]:
    """The paragraph that an address names, by its key or by words that stand in it, and those words."""
    key, part = request.GET.get("at", ""), request.GET.get("in", "")
    words = squeezed(request.GET.get("words", ""))[:2000]
    if words and part in PASSAGES:
        return next((each for each in paragraphs if each.field == part and words in each.text), None), words
    return next((each for each in paragraphs if each.key == key), None), ""


def _seen(request: HttpRequest, pk: int) -> StoryPage:
    story = get_object_or_404(StoryPage.objects.select_related("community__policy", "latest_revision"), pk=pk)
    if not story.may_be_seen_by(request.user):
        raise Http404
    return story
