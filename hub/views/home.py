"""The front page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.models import HomePage
from hub.pagecache import kept_while, whole_page
from hub.readers import for_readers


@whole_page()
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is new, communities, topics and a search box. Higher rooms show their part by template tags."""
    today = timezone.localdate()  # the pick of the week ends with its week
    response = render(request, HomePage.template, {"page": get_object_or_404(HomePage)})
    return for_readers(kept_while(response, timezone.localdate, today))
