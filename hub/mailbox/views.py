"""Pages of the mailbox of a demo: everybody who can reach the demo can read every letter."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hub.later import later
from hub.mailbox.kept import KeptLetter, find, letters
from hub.notifications.mailing import mail_notice, waiting_since_held
from hub.policy import allowing

# A letter is somebody else's page: no scripts, nothing fetched, an origin of its own; its links lead the whole window.
FRAME = (
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; "
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
)


@require_safe
@never_cache
def mailbox(request: HttpRequest) -> HttpResponse:
    """Every letter that this demo would have sent."""
    for pk in waiting_since_held().values_list("pk", flat=True):
        later(mail_notice, pk)
    return render(request, "hub/mailbox.html", {"letters": letters()})


@require_safe
@never_cache
@allowing(frame_src="'self'")
def kept_letter(request: HttpRequest, name: str) -> HttpResponse:
    """One letter, as text and as it looks."""
    return render(request, "hub/mailbox_letter.html", {"letter": _letter(name)})


@require_safe
@never_cache
def kept_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML of a letter alone, for the frame."""
    return HttpResponse(_letter(name).framed_html, headers={"Content-Security-Policy": FRAME})


def _letter(name: str) -> KeptLetter:
    letter = find(name)
    if letter is None:
        raise Http404
    return letter
