"""The inbox, and the page that stops the letters without signing in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.keyset import page_of
from hub.notifications.forms import LettersForm
from hub.notifications.mailing import choose_letters, person_of
from hub.notifications.models import Notification
from hub.notifications.reading import open_all, open_notice

NEW_AT_ONCE = 50


@require_safe
@never_cache
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """What is new, then what was read, page by page."""
    notices = Notification.objects.of(request.user).select_related("by")
    page = page_of(notices.read(), request.GET, by="created_at")
    new = [] if page.newer else list(notices.unread()[: NEW_AT_ONCE + 1])
    wanted = "each" if request.user.mail_notices else "never"  # type: ignore[union-attr]
    return render(
        request,
        "hub/inbox.html",
        {
            "new": new[:NEW_AT_ONCE],
            "more_new": len(new) > NEW_AT_ONCE,
            "read": page.rows,
            "form": LettersForm(initial={"letters": wanted}),
            **page.addresses(),
        },
    )


@require_safe
@never_cache
@login_required
def opened(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to what a notification is about, and remember that it was opened.

    A link, so that it opens in a new tab as links do. Asking twice changes nothing more, and a browser that only
    fetches ahead has opened nothing.
    """
    notice = get_object_or_404(Notification.objects.of(request.user), pk=pk)
    ahead = f"{request.headers.get('Sec-Purpose', '')} {request.headers.get('Purpose', '')}"
    if request.method == "GET" and "prefetch" not in ahead:
        open_notice(notice)
    return redirect(notice.url)


@require_POST
@login_required
def all_read(request: HttpRequest) -> HttpResponse:
    """Mark everything new as read."""
    open_all(request.user)
    return redirect("inbox")


@require_POST
@login_required
def letters(request: HttpRequest) -> HttpResponse:
    """Keep how the person wants to be written to."""
    form = LettersForm(request.POST)
    if form.is_valid():
        wanted = form.cleaned_data["letters"] == "each"
        choose_letters(request.user, wanted=wanted)
        messages.success(
            request,
            "We will write to you by e-mail, at once, for what needs you."
            if wanted
            else "We will not write to you by e-mail. What needs you waits here.",
        )
    else:
        messages.error(request, "Choose one of the two, and nothing was changed yet.")
    return redirect("inbox")


@csrf_exempt  # the signed token says who it is, and a mail program that unsubscribes for a person has no cookie
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the letters of the person whom the token names. Looking changes nothing; one press does."""
    person = person_of(token)
    if person is None:
        raise Http404
    if request.method == "POST":
        choose_letters(person, wanted="again" in request.POST)
        if "List-Unsubscribe" in request.POST:
            return HttpResponse("The letters are stopped.", content_type="text/plain; charset=utf-8")
        return redirect("unsubscribe", token=token)
    return render(request, "hub/unsubscribe.html", {"wanted": person.mail_notices})
