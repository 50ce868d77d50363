"""Stories that may tell already what somebody is to decide about."""

from typing import Any

from django import template

from community import access
from practice.models import StoryPage
from search.similar import stories_like, stories_that_tell

register = template.Library()
MOST = 4


@register.inclusion_tag("practice/review_doubles.html", takes_context=True)
def doubles(context: dict[str, Any], story: StoryPage, version: StoryPage) -> dict[str, Any]:
    """What this person may read and is like it. What is not published is in no index: it is looked for by its text."""
    person = context["request"].user
    found = stories_like(story, person=person, most=MOST) if story.live else []
    if len(found) < MOST:
        told = stories_that_tell(f"{version.title} {version.summary}", person=person, most=MOST + 1)
        found = list({each.pk: each for each in [*found, *told] if each.pk != story.pk}.values())
    return {"doubles": found[:MOST], "story": story, "moderated": access.facilitated_by(person)}
