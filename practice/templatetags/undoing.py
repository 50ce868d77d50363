"""What was decided a moment ago and may be taken back, as buttons."""

from typing import Any

from django import template

from practice.models import StoryPage
from practice.parting import merged_lately
from practice.undoing import decided_lately as reviews_decided_by

register = template.Library()


@register.inclusion_tag("practice/review_undo.html", takes_context=True)
def decided_lately(context: dict[str, Any], story: StoryPage | None = None) -> dict[str, Any]:
    """What this person decided in the last ten minutes: the latest, the others folded. Of `story`, that comes first.

    Beside the queue, where no story is named, also what they merged.
    """
    request = context["request"]
    decided = reviews_decided_by(request.user)
    if story is not None:
        decided.sort(key=lambda review: review.workflow_state.object_id != str(story.pk))
    merges = merged_lately(request.user) if story is None else []
    return {
        "merges": merges,
        "decided": decided,
        "latest": decided[:1],
        "others": decided[1:],
        "csrf_token": context.get("csrf_token"),
    }
