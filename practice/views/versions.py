"""The versions of a story: which there are, what changed since one of them, and having it back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from hub.limits import limited
from hub.refusal import Refused
from practice.comparing import compare
from practice.versions import restore, versions_of
from practice.views.writing import story_to_write
from practice.writing import draft_of


@login_required
@never_cache
@require_GET
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version that is kept."""
    story = story_to_write(request, pk)
    return render(request, "practice/write_versions.html", {"story": story, "versions": versions_of(story)})


@login_required
@never_cache
@limited("restore-version", person="60/h")
@require_http_methods(["GET", "POST"])
def version(request: HttpRequest, pk: int, revision: int) -> HttpResponse:
    """What changed since one version, and the button that makes it the newest again."""
    story = story_to_write(request, pk)
    chosen = get_object_or_404(story.revisions.select_related("user"), pk=revision)
    if request.method == "POST":
        person: Any = request.user
        try:
            restore(story, by=person, revision=chosen)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, "The older version is the newest again. The one before is kept among the versions."
            )
        return redirect("draft-versions", story.pk)
    fields = compare(chosen.as_object(), draft_of(story))
    context = {
        "story": story,
        "version": chosen,
        "changed": [field for field in fields if field.changed],
        "is_newest": chosen.pk == story.latest_revision_id,
    }
    return render(request, "practice/write_version.html", context)
