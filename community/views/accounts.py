"""Signing in and out, where it is not allauth's as it is: one door for the whole site, Wagtail's admin included."""

from typing import Any

from allauth.account import views as allauth
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from community import access


@never_cache
@require_http_methods(["GET", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out, and have the browser forget what it kept, such as drafts."""
    response: HttpResponse = allauth.logout(request)
    if request.method == "POST" and not request.user.is_authenticated:
        response["Clear-Site-Data"] = '"storage"'
    return response


@never_cache
@require_http_methods(["GET", "POST"])
def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead from Wagtail's own sign-in pages, which know no second step, to the one door."""
    wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if request.user.is_authenticated:
        if not access.is_editor(request.user):
            raise PermissionDenied("The admin is for the editors of the site.")
        return redirect(wanted if safe else "wagtailadmin_home")
    return redirect_to_login(wanted if safe else reverse("wagtailadmin_home"))


@require_GET
def to_new_password(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Lead from Wagtail's password pages to ours."""
    return redirect("account_reset_password")


def to_profile(request: HttpRequest) -> HttpResponse:
    """Lead from Wagtail's page of one's account to ours."""
    return redirect("profile")


def not_here(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Answer an address of a package that would go round one of our verbs."""
    raise Http404
