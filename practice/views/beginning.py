"""Beginning a story: with a sentence, from a document, or from what somebody else did."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from community import joining
from community.models import CommunityPage
from hub.limits import limited
from hub.numbers import number_in
from hub.refusal import Refused
from practice import beginning, writing
from practice.forms.writing import DocumentForm, StartForm
from practice.models import StoryPage


@login_required
@limited("begin-story", person="60/d")
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """Begin a story with one field. A community that anyone can join is joined on the way."""
    assert request.user.is_authenticated
    if request.method == "POST" and "join" in request.POST:
        return _join(request)
    mine = CommunityPage.objects.joined_by(request.user).visible_to(request.user).unarchived().order_by("title")
    chosen = mine.filter(slug=request.GET.get("community", "").replace("\0", "")).first()
    if chosen is None and len(mine) == 1:
        chosen = mine[0]
    source, answers = _source(request), _answers(request)
    if chosen is None and source is not None:
        chosen = mine.filter(pk=source.community_id).first()
    initial = {"community": chosen, "title": request.GET.get("title", "")[:200]}
    form = StartForm(request.POST if request.method == "POST" else None, communities=mine, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            story = writing.start(by=request.user, based_on=source, answers=answers, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("title", str(refusal))
        else:
            return redirect("draft-go-on", story.pk)
    context = {"form": form, "mine": mine, "to_join": _to_join(request, mine), "source": source, "answers": answers}
    return render(request, "practice/write_start.html", context, status=422 if form.errors else 200)


def _answers(request: HttpRequest) -> str:
    """What the story will answer, in the word of whoever led here."""
    return (request.POST.get("answers", "") or request.GET.get("answers", ""))[:60]


def _source(request: HttpRequest) -> StoryPage | None:
    """The story of others that this one is made of, if this person may read it."""
    number = number_in(request.POST.get("from", "") or request.GET.get("from", ""))
    return StoryPage.objects.visible_to(request.user).filter(pk=number).first() if number else None


@login_required
@never_cache
@limited("begin-from-document", person="30/d")
@require_http_methods(["GET", "POST"])
def from_document(request: HttpRequest) -> HttpResponse:
    """Begin a story from a document that was written already."""
    assert request.user.is_authenticated
    mine = CommunityPage.objects.joined_by(request.user).visible_to(request.user).unarchived().order_by("title")
    initial = {"community": mine[0] if len(mine) == 1 else None}
    sent = request.method == "POST"
    form = DocumentForm(request.POST if sent else None, request.FILES or None, communities=mine, initial=initial)
    if sent and form.is_valid():
        given = form.cleaned_data
        try:
            story = beginning.start_from(
                given["document"], by=request.user, community=given["community"], title=given["title"]
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Your text is here, under the questions that it answers. Look it through.")
            return redirect("draft", story.pk)
    context = {"form": form, "mine": mine}
    return render(request, "practice/write_document.html", context, status=422 if form.errors else 200)


def _join(request: HttpRequest) -> HttpResponse:
    """Join, and come back to the page with what was typed."""
    slug = request.POST["join"].replace("\0", "")
    community = get_object_or_404(CommunityPage.objects.visible_to(request.user), slug=slug)
    try:
        joining.join(community, person=request.user)  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Welcome to {community}. You are a member.")
    back = {"community": slug, "title": request.POST.get("title", "")[:200]}
    if source := _source(request):
        back["from"] = str(source.pk)
    if answers := _answers(request):
        back["answers"] = answers
    return redirect(f"{request.path}?{urlencode(back)}")


def _to_join(request: HttpRequest, mine: Iterable[CommunityPage]) -> Iterable[CommunityPage]:
    """Communities that the person can join on the spot."""
    others = (
        CommunityPage.objects.visible_to(request.user).unarchived().exclude(pk__in=[community.pk for community in mine])
    )
    return others.filter(policy__joining="anyone").order_by("title")[:12]
