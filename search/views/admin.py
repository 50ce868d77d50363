"""What the Wagtail admin shows of search: how engine and meaning stand, and what was refused."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from community import access
from hub.numbers import number_in
from search import meaning, outbox
from search.engines import engine
from search.models import Outbox

MOST_SHOWN = 200


@require_http_methods(["GET", "POST"])
def refused(request: HttpRequest) -> HttpResponse:
    """The documents that the engine refused, each with its reason, to be tried again once that is mended."""
    if not access.is_editor(request.user):
        raise PermissionDenied
    if request.method == "POST":
        only = number_in(request.POST.get("letter", ""))
        tried = outbox.try_again([only] if only else None)
        messages.success(request, f"{tried} to be tried again. What is refused again comes back here.")
        return redirect("search-refused")
    context = {
        "status": engine().status(),
        "depth": outbox.depth(),
        "meaning": meaning.standing(),
        "letters": Outbox.objects.dead().order_by("-pk")[:MOST_SHOWN],
    }
    return render(request, "search/admin_refused.html", context)
