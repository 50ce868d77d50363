"""Parts of other rooms' pages: stories like the one that is read, and those that tell already what is being written.

Each is fetched by a module when it is needed, so that no page waits for the engine; the first is a page as well, for
readers without scripts.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from community import access
from hub import fragments
from hub.freshness import checked_each_time
from hub.limits import client_address, network_of, spend
from hub.refusal import TooMany
from practice.models import StoryPage
from search.kept import NotKept, kept
from search.similar import stories_like, stories_that_tell

A_FEW, A_PAGE = 3, 12


@require_safe
def similar(request: HttpRequest, pk: int) -> HttpResponse:
    """Stories like a published one: a few of them as a part of its page (`?part=1`), or a page of them."""
    published = StoryPage.objects.seen_by(request.user).filter(live=True)
    story = get_object_or_404(published.select_related("community"), pk=pk)
    if "part" in request.GET:
        closed = access.audiences_of(request.user), tuple(access.closed_communities(request.user))
        html = kept(fragments.pieces, ("similar", pk, *closed), lambda: _part(story, request.user))
        response = HttpResponse(html)
    else:
        stories = stories_like(story, person=request.user, most=A_PAGE)
        response = render(request, "search/similar.html", {"story": story, "stories": stories})
    return checked_each_time(request, response, public=False)


def _part(story: StoryPage, person: Any) -> SafeString:
    stories = stories_like(story, person=person, most=A_FEW)
    html = render_to_string("search/similar_part.html", {"story": story, "stories": stories}).strip()
    if not stories:
        raise NotKept(html)  # or the engine was away
    return mark_safe(html)


@never_cache
@require_safe
def told_already(request: HttpRequest) -> HttpResponse:
    """What others wrote about what somebody begins to write, by the title so far. Nothing for who asks too often."""
    try:
        spend("told-already", network_of(client_address(request)), "300/m")
    except TooMany:
        return HttpResponse(status=429)
    stories = stories_that_tell(request.GET.get("title", "")[:200], person=request.user, most=A_FEW)
    own = {story.pk for story in stories if request.user.pk in {told.person_id for told in story.authorships.all()}}
    return render(request, "search/told_already.html", {"stories": stories, "own": own})
