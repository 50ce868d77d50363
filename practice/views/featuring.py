"""Stories that are put forward: what stands out in a community, and the editors' pick of each week."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community import access
from community.models import CommunityPage
from community.views.doors import for_facilitators, sent
from hub.pagecache import kept_while, whole_page
from hub.readers import for_readers
from hub.refusal import Refused
from practice import featuring
from practice.forms.collecting import stories_for
from practice.forms.featuring import FeatureForm, PickForm, week_in_words
from practice.models import Feature, Pick, StoryPage

Kind = Feature.Kind
MOST_OVER = 10
PICKS_A_PAGE = 20


@never_cache
@for_facilitators
def featured(request: HttpRequest, community: CommunityPage) -> HttpResponse:
    """What stands out in a community, in its order, and what stood there lately."""
    rows = community.features.select_related("by")
    standing, over = with_stories(rows.standing(), request.user), with_stories(rows.over()[:MOST_OVER], request.user)
    words = request.GET.get("q", "").replace("\0", "")[:200]
    offered = [story for story in stories_for(words, request.user) if story.community_id == community.pk]
    context = {
        "community": community,
        "facilitates": True,
        "featured": [each for each in standing if each.kind == Kind.FEATURED],
        "pinned": [each for each in standing if each.kind == Kind.PINNED],
        "over": over,
        "today": timezone.localdate(),
        "words": words,
        "offered": offered,
    }
    return render(request, "practice/featured.html", context)


@for_facilitators
@require_POST
def arrange(request: HttpRequest, community: CommunityPage, pk: int, verb: str) -> HttpResponse:
    """Move it up or down by one, take it down, or put it back."""
    meant = get_object_or_404(community.features.select_related("community"), pk=pk)
    person: Any = request.user
    try:
        if verb in {"up", "down"}:
            featuring.shift(meant, by=person, steps=-1 if verb == "up" else 1)
        elif verb == "take-down":
            featuring.take_down(meant, by=person)
            messages.success(request, "It is taken down. You can put it back below.")
        elif verb == "put-back":
            featuring.put_back(meant, by=person)
            messages.success(request, "It stands there again.")
        else:
            raise Http404
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("community-featured", slug=community.slug)


@never_cache
@login_required
def feature(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a story forward in its community."""
    story = get_object_or_404(StoryPage.objects.visible_to(request.user).for_cards(), pk=pk)
    if not story.may_be_moderated_by(request.user):
        raise PermissionDenied
    kind = request.GET.get("kind", "")
    now = Feature.objects.standing().filter(story=story, community=story.community)
    shown = now.filter(kind=kind).first() if kind in Kind.values else now.first()
    form = FeatureForm(sent(request), kind=kind if kind in Kind.values else "", now=shown)
    if request.method == "POST" and form.is_valid():
        try:
            featuring.feature(story, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "It stands out in the community now.")
            return redirect("community-featured", slug=story.community.slug)  # type: ignore[union-attr]
    context = {"story": story, "form": form}
    return render(request, "practice/feature.html", context, status=422 if form.errors else 200)


# --- The pick of the week --------------------------------------------------------------------------------------------


@whole_page("page")
@require_safe
def picks(request: HttpRequest) -> HttpResponse:
    """What was picked, week by week, as far as whoever asks may read it."""
    today = timezone.localdate()
    rows = Pick.objects.visible_to(request.user).select_related("by")
    page = Paginator(rows, PICKS_A_PAGE).get_page(request.GET.get("page"))
    shown = with_stories(page.object_list, request.user)
    context = {"picks": shown, "page": page, "today": today, "may_pick": access.is_editor(request.user)}
    return for_readers(kept_while(render(request, "practice/picks.html", context), timezone.localdate, today))


@never_cache
@login_required
def weeks(request: HttpRequest) -> HttpResponse:
    """For editors: the weeks for which a story can be picked, and what is picked already."""
    if not access.is_editor(request.user):
        raise PermissionDenied
    chosen = {pick.week: pick for pick in with_stories(Pick.objects.coming().select_related("by"), request.user)}
    words = request.GET.get("q", "").replace("\0", "")[:200]
    context = {
        "weeks": [(week_in_words(week), chosen.get(week)) for week in featuring.weeks_to_choose()],
        "words": words,
        "offered": stories_for(words, request.user),
    }
    return render(request, "practice/pick_weeks.html", context)


@never_cache
@login_required
def pick(request: HttpRequest, pk: int) -> HttpResponse:
    """For editors: pick a story for a week."""
    story = get_object_or_404(StoryPage.objects.visible_to(request.user).for_cards(), pk=pk)
    if not access.is_editor(request.user):
        raise PermissionDenied
    form = PickForm(sent(request), story=story)
    if request.method == "POST" and form.is_valid():
        try:
            featuring.pick(story, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "It is picked.")
            return redirect("pick-weeks")
    context = {"story": story, "form": form}
    return render(request, "practice/pick.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def unpick(request: HttpRequest, pk: int) -> HttpResponse:
    """For editors: leave a week without a pick again."""
    if not access.is_editor(request.user):
        raise PermissionDenied
    try:
        featuring.unpick(get_object_or_404(Pick, pk=pk), by=request.user)  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "That week has no pick now.")
    return redirect("pick-weeks")


def with_stories(rows: Any, person: Any) -> list[Any]:
    """These rows with their stories as cards where this person may read them (`story_shown`), and a `title` for each.

    Of a story that went to another community, a facilitator of this one is told nothing that is new since.
    """
    rows = list(rows)
    readable = StoryPage.objects.visible_to(person).for_cards().in_bulk([row.story_id for row in rows])
    rest = {row.story_id for row in rows} - set(readable)
    others = StoryPage.objects.seen_by(person).only("title").in_bulk(list(rest)) if rest else {}
    for row in rows:
        row.story_shown = row.story_id in readable
        if row.story_shown:
            row.story = readable[row.story_id]
        known = readable.get(row.story_id) or others.get(row.story_id)
        row.title = known.title if known else "A story that is not here any more"
    return rows
