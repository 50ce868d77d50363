"""Topics and tags for a draft, from what it says and from the stories that are found to be like it."""

from typing import Any

from django import template
from django.db.models import prefetch_related_objects

from practice.models import StoryPage
from practice.suggesting import suggest
from search.similar import stories_that_tell

register = template.Library()
MOST_LIKE = 8


@register.inclusion_tag("practice/write_suggested.html")
def suggested_words(draft: StoryPage, person: Any) -> dict[str, Any]:
    """Buttons that take them. In the form that saves the draft."""
    like = [
        story
        for story in stories_that_tell(f"{draft.title} {draft.summary}", person=person, most=MOST_LIKE)
        if story.pk != draft.pk
    ]
    prefetch_related_objects(like, "tags")
    return {"suggested": suggest(draft, like=like)}
