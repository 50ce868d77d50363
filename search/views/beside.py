"""Parts of other rooms' pages: stories like the one that is read, and those that tell already what is being written.

Each is fetched by a module when it is needed, so that no page waits for the engine; the first is a page as well, for
readers without scripts.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hub.freshness import checked_each_time
from hub.limits import client_address, network_of, spend
from hub.refusal import TooMany
from practice.models import StoryPage
from search.similar import stories_like, stories_that_tell

A_FEW, A_PAGE = 3, 12


@require_safe
def similar(request: HttpRequest, pk: int) -> HttpResponse:
    """Stories like a published one: a few of them as a part of its page (`?part=1`), or a page of them."""
    published = StoryPage.objects.seen_by(request.user).filter(live=True)
    story = get_object_or_404(published.select_related("community"), pk=pk)
    part = "part" in request.GET
    context = {"story": story, "stories": stories_like(story, person=request.user, most=A_FEW if part else A_PAGE)}
    response = render(request, f"search/similar{'_part' if part else ''}.html", context)
    return checked_each_time(request, response, public=False)


@never_cache
@require_safe
def told_already(request: HttpRequest) -> HttpResponse:
    """What others wrote about what somebody begins to write, by the title so far. Nothing for who asks too often."""
    try:
        spend("told-already", network_of(client_address(request)), "300/m")
    except TooMany:
        return HttpResponse(status=429)
    title = request.GET.get("title", "")[:200]
    return render(
        request, "search/told_already.html", {"stories": stories_that_tell(title, person=request.user, most=A_FEW)}
    )
