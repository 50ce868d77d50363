"""Forms of allauth that were sent with a slip are answered with 422, as all other forms of the site are."""

from collections.abc import Callable

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse

ITS_PAGES = "/account/"


class SlipsMiddleware:
    """Looks at what the page is about to show. Pages that are made without a form pass untouched."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let every request through."""
        return self.get_response(request)

    def process_template_response(
        self, request: HttpRequest, response: SimpleTemplateResponse
    ) -> SimpleTemplateResponse:
        """Say that nothing was done where a form that was sent has errors."""
        if request.method == "POST" and response.status_code == 200 and request.path.startswith(ITS_PAGES):
            shown = (response.context_data or {}).values()
            if any(isinstance(form, BaseForm) and form.is_bound and form.errors for form in shown):
                response.status_code = 422
        return response
