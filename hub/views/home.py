"""The front page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from hub.models import HomePage
from hub.pagecache import whole_page
from hub.readers import for_readers


@whole_page()
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is new, communities, topics and a search box. Higher rooms show their part by template tags."""
    return for_readers(render(request, HomePage.template, {"page": get_object_or_404(HomePage)}))
