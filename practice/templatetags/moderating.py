"""What those who tell a story or look after it may do with it, as links."""

from typing import Any

from django import template
from django.urls import reverse

from community import access
from practice import merging_stories, moderating
from practice.models import StoryPage

register = template.Library()


@register.inclusion_tag("components/story_actions.html", takes_context=True)
def story_actions(context: dict[str, Any], story: StoryPage) -> dict[str, Any]:
    """Links to the pages on which this person manages the story. Nothing for anyone else, and for visitors."""
    request = context.get("request")
    here = getattr(request, "path", "")
    return {"actions": [each for each in actions_for(getattr(request, "user", None), story) if each[1] != here]}


def actions_for(person: Any, story: StoryPage) -> list[tuple[str, str]]:
    """What this person may do with a story that they may see, as words and addresses."""
    if not access.signed_in(person):
        return []
    moderates = story.may_be_moderated_by(person)
    if not moderates and not story.is_author(person):
        return []
    collects = story.live and bool(access.facilitated_by(person))
    state = story.state
    offered = [
        ("Read it and decide", "review", moderates and story.edit_state == StoryPage.State.IN_REVIEW),
        ("Withdraw it", "withdraw-story", state == StoryPage.State.LIVE or (story.hidden_at and moderates)),
        (
            "Publish it again",
            "restore-story",
            story.taken_away and moderating.may_restore(story, person),
        ),
        ("Move it to another community", "move-story", moderates and moderating.may_move(story, person)),
        ("Merge it into another story", "merge-story", moderates and merging_stories.may_merge(story, person)),
        ("Delete it", "delete-story", moderating.may_delete(story, person)),
        ("Put it into a collection", "collect-story", collects),
        ("Feature or pin it", "feature-story", moderates and story.live),
        ("Pick it for a week", "pick-story", access.is_editor(person) and story.live),
        ("Who repeated it", "story-repeats", moderates and story.repetitions.exists()),
        ("Its history", "story-history", True),
    ]
    return [(words, reverse(name, args=[story.pk])) for words, name, is_offered in offered if is_offered]
