"""The door of the pages below a published story, each about what others do with it."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from community import access
from practice.models import StoryPage


def published(request: HttpRequest, pk: int) -> StoryPage:
    """A published story that this person may read. For anyone else it is not there."""
    stories = StoryPage.objects.for_cards().select_related("community__policy", "council")
    story = get_object_or_404(stories, pk=pk, live=True)
    if not access.may_see(request.user, story.audience):
        raise Http404
    return story
