"""One's own profile, a copy of what we keep, and closing the account."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from community.forms.person import CloseAccountForm, ProfileForm
from community.leaving import close_account
from community.models import Person
from community.profiles import change_profile, data_of
from hub.limits import limited
from hub.refusal import Refused


@never_cache
@login_required
@limited("change-profile", person="60/h")
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Change what others see of me."""
    me = _me(request)
    form = ProfileForm(request.POST or None, request.FILES or None, instance=me)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        change_profile(
            Person.objects.get(pk=me.pk),
            by=me,
            values=values,
            portrait=values.get("portrait"),
            remove_portrait=values.get("remove_portrait", False),
        )
        messages.success(request, "Your profile is saved.")
        return redirect(Person.objects.get(pk=me.pk))
    return render(request, "account/profile.html", {"form": form, "me": me}, status=422 if form.errors else 200)


@never_cache
@login_required
@require_safe
def your_data(request: HttpRequest) -> HttpResponse:
    """Say what we keep, and how to take it away."""
    return render(request, "account/your_data.html")


@never_cache
@login_required
@reauthentication_required
@require_safe
def your_data_file(request: HttpRequest) -> HttpResponse:
    """A copy of what we keep of me."""
    response = JsonResponse(data_of(_me(request)), json_dumps_params={"indent": 1, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="worth-repeating.json"'
    return response


@never_cache
@login_required
@reauthentication_required
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest) -> HttpResponse:
    """Close my account for good."""
    form = CloseAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        me = _me(request)
        try:
            close_account(me, by=me, keep_name=form.cleaned_data["credit"] == "name")
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            logout(request)
            messages.success(request, "Your account is closed. Thank you for what you told.")
            response = redirect("/")
            response["Clear-Site-Data"] = '"storage"'
            return response
    return render(request, "account/close.html", {"form": form}, status=422 if form.errors else 200)


def _me(request: HttpRequest) -> Person:
    return Person.objects.get(pk=request.user.pk)
