"""Where colleagues ask about a story, and its authors answer."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from community.views.doors import person_of
from hub.limits import limited
from hub.refusal import Refused
from practice import asking
from practice.forms.asking import AnswerForm, QuestionForm
from practice.models import Question
from practice.views.doors import published


@never_cache
@login_required
@limited("ask-question", person="20/h")
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the authors of a story."""
    story, me = published(request, pk), person_of(request)
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            question = asking.ask(story, by=me, words=form.cleaned_data["words"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Sent. You are told as soon as it is answered.")
            return redirect(question)
    told = asking.who_answers(story)  # who writes on a newer version is no reader's business until it is published
    context = {
        "story": story,
        "form": form,
        "reason": asking.why_not(story, me),
        "answering": [author for author in (each.person for each in story.authorships.all()) if author in told],
    }
    return render(request, "practice/ask.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@limited("answer-question", person="60/h")
def question(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    """One question: its authors answer it; whoever asked it, and facilitators, may take it away."""
    story, me = published(request, pk), person_of(request)
    asked = get_object_or_404(Question.objects.for_lists(), pk=question, story=story)
    asked.story = story
    answers, taking = story.is_author(me), "take_away" in request.POST
    sent = request.POST if request.method == "POST" and not taking else None
    form = AnswerForm(sent, initial={"words": asked.answer})
    refused = ""
    try:
        if taking:
            asking.take_away(asked, by=me, reason=request.POST.get("reason", "")[:600])
            messages.success(request, "Taken away.")
            return redirect(story)
        if form.is_valid():
            asking.answer(asked, by=me, words=form.cleaned_data["words"])
            messages.success(request, "Your answer stands below the story, and whoever asked is told.")
            return redirect(f"{story.get_absolute_url()}#questions")
    except Refused as refusal:
        refused = str(refusal)
    context = {
        "story": story,
        "asked": asked,
        "form": form if answers else None,
        "is_mine": asked.person_id == me.pk,
        "moderates": story.may_be_moderated_by(me),
        "refused": refused,
    }
    return render(request, "practice/question.html", context, status=422 if form.errors or refused else 200)
