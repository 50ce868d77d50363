"""Sharing a draft by a link, and what the link shows."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from community import access
from hub.limits import limited
from hub.numbers import number_in
from hub.private_files import send
from hub.refusal import Refused
from practice import reading, sharing
from practice.forms.sharing import ShareForm
from practice.models import Collection, PreviewLink, Question, Repetition, StoryPage
from practice.views.media import format_for, rendition
from practice.views.stories import SeenBy
from practice.views.writing import story_to_write


@login_required
@never_cache
@limited("share-preview", person="60/d")
@require_http_methods(["GET", "POST"])
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """The links to a draft that hold, one more, and the end of each."""
    story = story_to_write(request, pk)
    person: Any = request.user
    form: forms.Form = ShareForm(request.POST if request.method == "POST" and "end" not in request.POST else None)
    status = 200
    if request.method == "POST" and "end" in request.POST:
        link = get_object_or_404(PreviewLink, story=story, pk=number_in(request.POST["end"]))
        sharing.end(link, by=person)
        messages.success(request, "That link leads nowhere any more.")
        return redirect("draft-share", pk)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                sharing.share(story, by=person, days=int(form.cleaned_data["days"]), whom=form.cleaned_data["whom"])
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "The link is below. Send it to whom you want to see it.")
                return redirect("draft-share", pk)
    links = PreviewLink.objects.open().filter(story=story).select_related("by").order_by("-created_at", "-pk")
    context = {"story": story, "form": form, "links": links, "hidden": sharing.is_hidden(story)}
    return render(request, "practice/write_share.html", context, status=status)


@never_cache
@limited("see-preview", address="600/h")
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """A draft, for whoever has the link."""
    link, version = _shown(token)
    pieces = reading.pieces_of(SharedReading(version, token))
    words = f"{link.by} shows you this text, which is not published. The link holds until {_day(link.expires_at)}."
    context = {"pieces": pieces, "seen_by": SeenBy("Preview", words)}
    return _quietly(render(request, "practice/story.html", context))


@never_cache
@require_safe
def shared_picture(request: HttpRequest, token: str, width: int) -> HttpResponseBase:
    """The lead picture of that draft or, with its number, another one."""
    version = _shown(token)[1]
    pictures = {str(row.picture_id): row.picture for row in version.gallery.all()}
    picture = pictures.get(request.GET["v"]) if "v" in request.GET else version.picture
    if picture is None or width not in reading.PICTURE_WIDTHS:
        raise Http404
    content_type, how = format_for(request)
    image = rendition(picture, f"width-{width}|{how}")
    etag = f"{picture.pk}-{width}-{content_type[6:]}"
    return _quietly(send(request, image.file, content_type=content_type, public=False, etag=etag))


@never_cache
@require_safe
def shared_attachment(request: HttpRequest, token: str, key: str, name: str) -> HttpResponseBase:
    """A file of that draft."""
    version = _shown(token)[1]
    file = next((file for file in version.attachments.all() if file.key == key), None)
    if file is None:
        raise Http404
    answer = send(request, file.file, content_type=file.content_type, public=False, etag=key, download=file.name)
    return _quietly(answer)


class SharedReading(reading.Reading):
    """A draft whose picture and files are served by the link that shows it."""

    def __init__(self, story: StoryPage, token: str) -> None:
        super().__init__(story, others=StoryPage.objects.visible_to(None))
        story.served_at = token
        for item in [*story.attachments.all(), *story.gallery.all()]:
            item.served_at = token

    @cached_property
    def repetitions(self) -> list[Repetition]:
        """What others said below the published story: whoever gave the link out shows their own text, not theirs."""
        return super().repetitions if self.story.audience == access.PUBLIC else []

    @cached_property
    def questions(self) -> list[Question]:
        """Nor what colleagues asked below it."""
        return super().questions if self.story.audience == access.PUBLIC else []

    @property
    def collections(self) -> list[Collection]:
        """As for any visitor: not the ones of a closed community."""
        public = Collection.objects.visible_to(None)
        return [each for each in super().collections if each in public]


def _shown(token: str) -> tuple[PreviewLink, StoryPage]:
    shown = sharing.shown_by(token)
    if shown is None:
        raise Http404
    return shown


def _quietly(answer: HttpResponseBase) -> Any:
    """Nobody keeps it, lists it, or learns the link from where its reader goes next."""
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _day(when: datetime) -> str:
    return date_format(timezone.localtime(when), "j F Y")
