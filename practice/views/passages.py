"""Where the authors of a story read it with the remarks on its passages, each marked where it stands."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from practice import writing
from practice.comparing import compare
from practice.models.completeness import PARTS
from practice.views.writing import story_to_write


@login_required
@never_cache
@require_safe
def remarked(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest text of a story, with the passages marked that were remarked on, and the remarks beside it."""
    story = story_to_write(request, pk)
    draft = writing.draft_of(story)
    fields = {field.name: field for field in compare(None, draft)}
    context = {
        "story": story,
        "draft": draft,
        "fields": fields,
        "parts": [fields[part] for part in PARTS if part in fields],
    }
    return render(request, "practice/write_remarked.html", context)
