"""The pages on which facilitators arrange the front page of their community, each part changed in its place."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community import arranging, hosting
from community.models import Arrangement, CommunityPage, PersonToAsk
from community.models.front import WORDS
from community.views.communities import front_page
from community.views.doors import for_facilitators, sent
from hub.refusal import Refused
from practice.forms.arranging import IntroductionForm, PersonForm, RulesForm, StartForm
from practice.models import Collection

# Parts that have a page of their own on which they are changed.
ELSEWHERE = {"featured": "community-featured", "topics": "community-topics"}
# What a part shows that follows from the rest of the site.
BY_ITSELF = {
    "newest": "The four latest, after what you pinned.",
    "collections": "Every collection of the community.",
    "councils": "Those that its members work for.",
}


@dataclass(frozen=True)
class Part:
    """One part of the front page, as it is arranged."""

    name: str
    words: str
    hidden: bool
    first: bool
    last: bool
    here: bool
    elsewhere: str
    by_itself: str


@never_cache
@for_facilitators
def arrange(request: HttpRequest, community: CommunityPage) -> HttpResponse:
    """The parts in their order; one of them may be open to be changed."""
    front = arranging.front_of(community)
    change = request.GET.get("change", "")
    form = _form(request, community, front.arranged, change)
    status, theirs = 200, None
    if form is not None and request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                words = SAVE[change](community, request.user, form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = 409
                if "base_revision" in form.fields:  # from now on they have seen what somebody else wrote
                    theirs = CommunityPage.objects.get(pk=community.pk)
                    form.data = {**request.POST.dict(), "base_revision": theirs.latest_revision_id}
            else:
                messages.success(request, words)
                return _back(community, change)
    arranged = front.arranged
    start = arranged.start
    context = {
        "community": community,
        "facilitates": True,
        "front": front,
        "columns": [
            ("In the middle", _parts(community, arranged, arranged.middle, change)),
            ("Beside it", _parts(community, arranged, arranged.beside, change)),
        ],
        "change": change,
        "form": form,
        "theirs": theirs,
        "people": PersonToAsk.objects.of(community),
        "start": Collection.objects.visible_to(request.user).filter(pk=start).first() if start else None,
        "earlier": arranging.earlier(community),
    }
    return render(request, "practice/arrange.html", context, status=status)


@never_cache
@for_facilitators
@require_safe
def preview(request: HttpRequest, community: CommunityPage) -> HttpResponse:
    """The front page as it would look."""
    return front_page(request, community, arranging.front_of(community).arranged, preview=True)


@for_facilitators
@require_POST
def verb(request: HttpRequest, community: CommunityPage, verb: str) -> HttpResponse:
    """Publish what was arranged, or forget it."""
    verbs: dict[str, tuple[Callable[..., None], str]] = {
        "publish": (arranging.publish, "Published. Everybody sees it so now."),
        "start-over": (arranging.start_over, "It is as everybody sees it."),
    }
    if verb not in verbs:
        raise Http404
    act, words = verbs[verb]
    try:
        act(community, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _back(community)
    messages.success(request, words)
    return redirect(community) if verb == "publish" else _back(community)


@for_facilitators
@require_POST
def take_up(request: HttpRequest, community: CommunityPage, entry: int) -> HttpResponse:
    """Take an earlier arrangement up again."""
    try:
        arranging.take_up(community, entry, by=request.user)  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It is arranged as it was then. Look at it, and publish it if it is right.")
    return _back(community)


@for_facilitators
@require_POST
def part(request: HttpRequest, community: CommunityPage, part: str, verb: str) -> HttpResponse:
    """Move a part up or down, show or hide it."""
    person: Any = request.user
    if part not in WORDS or verb not in {"up", "down", "show", "hide"}:
        raise Http404
    if verb in {"up", "down"}:
        arranging.move(community, part, by=person, steps=-1 if verb == "up" else 1)
    else:
        arranging.show(community, part, by=person, shown=verb == "show")
    return _back(community, part)


@for_facilitators
@require_POST
def person(request: HttpRequest, community: CommunityPage, pk: int, verb: str) -> HttpResponse:
    """Move somebody up or down among the people to ask, or take them away."""
    to_ask = get_object_or_404(PersonToAsk.objects.of(community), pk=pk)
    by: Any = request.user
    try:
        if verb in {"up", "down"}:
            arranging.shift(to_ask, by=by, steps=-1 if verb == "up" else 1)
        elif verb == "take-away":
            arranging.ask_no_more(to_ask, by=by)
        else:
            raise Http404
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('arrange-community', args=[community.slug])}?change=people#people")


def _parts(community: CommunityPage, arranged: Arrangement, names: tuple[str, ...], change: str) -> list[Part]:
    return [
        Part(
            name=name,
            words=WORDS[name],
            hidden=name in arranged.hidden,
            first=name == names[0],
            last=name == names[-1],
            here=name == change and name in SAVE,
            elsewhere=reverse(ELSEWHERE[name], args=[community.slug]) if name in ELSEWHERE else "",
            by_itself=BY_ITSELF.get(name, ""),
        )
        for name in names
    ]


def _form(request: HttpRequest, community: CommunityPage, arranged: Arrangement, change: str) -> Any:
    """The form of the part that is open, if one is."""
    data = sent(request)
    if change == "introduction":
        return IntroductionForm(data, community=community)
    if change == "rules":
        return RulesForm(data, community=community)
    if change == "start":
        return StartForm(data, community=community, person=request.user, start=arranged.start)
    if change == "people":
        return PersonForm(data, community=community)
    return None


def _describe(community: CommunityPage, by: Any, values: dict[str, Any]) -> str:
    kept = {name: getattr(community, name) for name in ("purpose", "introduction", "ground_rules", "hue")}
    hosting.describe(community, by=by, **{**kept, **values})
    return "Saved. Everybody reads it now."


def _start(community: CommunityPage, by: Any, values: dict[str, Any]) -> str:
    chosen = values["collection"]
    arranging.start_with(community, by=by, collection=chosen.pk if chosen else None)
    return "Noted. Everybody sees it once you publish the page."


def _person(community: CommunityPage, by: Any, values: dict[str, Any]) -> str:
    arranging.name_to_ask(community, by=by, membership=values["member"], words=values["words"])
    return f"{values['member'].person} stands there now, and is told."


SAVE: dict[str, Callable[[CommunityPage, Any, dict[str, Any]], str]] = {
    "introduction": _describe,
    "rules": _describe,
    "start": _start,
    "people": _person,
}


def _back(community: CommunityPage, part: str = "") -> HttpResponse:
    return redirect(f"{reverse('arrange-community', args=[community.slug])}{f'#{part}' if part else ''}")
