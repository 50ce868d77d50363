"""Editors and administrators need a second step at sign-in: until they have one, every page leads to setting it up."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from community import access

OPEN_TO_THEM = ("/account/", settings.STATIC_URL, settings.MEDIA_URL)


def lacks_second_step(person: Any) -> bool:
    """Whether this is an editor or administrator with neither an authenticator app nor a key."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return access.is_editor(person) and not Authenticator.objects.filter(user=person, type__in=kinds).exists()


class SecondStepMiddleware:
    """Lead those who lack a second step to the page where they set one up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let everybody else through, without a query."""
        if (
            settings.REQUIRE_MFA_FOR_EDITORS
            and not request.path.startswith(OPEN_TO_THEM)
            and lacks_second_step(request.user)
        ):
            messages.warning(request, "Editors and administrators need a second step at sign-in. Set it up here first.")
            return redirect("mfa_index")
        return self.get_response(request)
