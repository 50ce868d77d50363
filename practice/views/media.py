"""The pictures and files of a story, for those who may read that story."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from PIL import features
from wagtail.images.models import SourceImageIOError

from community import access
from hub.models import Picture, PictureRendition
from hub.numbers import number_in
from hub.private_files import send
from practice import reading
from practice.models import StoryPage

# (what the browser is told, format of the rendition), the smallest first. JPEG is for those that take neither.
FORMATS = [
    *([("image/avif", "format-avif|avifquality-60")] if features.check("avif") else []),
    ("image/webp", "format-webp|webpquality-78"),
]
FOR_ANY = ("image/jpeg", "format-jpeg|jpegquality-80")


@require_safe
def picture(request: HttpRequest, pk: int, width: int) -> HttpResponseBase:
    """A picture of the story in one of the fixed widths. The file that was given is never served as it is.

    `?v=` names the picture: a published one for the readers, the one of a draft for those who may see the draft.
    """
    story, public = _story(request, pk)
    if width not in reading.PICTURE_WIDTHS:
        raise Http404
    number = number_in(request.GET.get("v", "")) or story.picture_id
    if number is None:
        raise Http404
    shown = number == story.picture_id or story.gallery.filter(picture=number).exists()
    if not (shown or reading.has_picture(request.user, story, number)):
        raise Http404
    image = get_object_or_404(Picture, pk=number)
    content_type, how = format_for(request)
    drawn = rendition(image, f"width-{width}|{how}")
    response = send(
        request,
        drawn.file,
        content_type=content_type,
        public=shown and public,
        etag=f"{number}-{width}-{content_type[6:]}",
    )
    response["Vary"] = "Cookie, Accept"
    return response


@require_safe
def attachment(request: HttpRequest, pk: int, key: str, name: str) -> HttpResponseBase:
    """A file of the story, to keep and not to open, under the name that it came with."""
    story, public = _story(request, pk)
    if not (key.isascii() and key.isalnum()):
        raise Http404
    kept = story.attachments.filter(file__startswith=f"attachments/{key}/").first()
    file = kept or reading.attachment_in_a_draft(request.user, story, key)
    if file is None:
        raise Http404
    return send(
        request,
        file.file,
        content_type=file.content_type,
        public=kept is not None and public,
        etag=key,
        download=file.name,
    )


def format_for(request: HttpRequest) -> tuple[str, str]:
    """The smallest format that the browser takes: what it is told, and how the rendition is made."""
    takes = request.headers.get("Accept", "")
    return next((each for each in FORMATS if each[0] in takes), FOR_ANY)


def rendition(image: Picture, how: str) -> PictureRendition:
    """The picture made smaller, made once; again where its file is gone, as after a backup that left them out."""
    try:
        rendition = image.get_rendition(how)
        if not rendition.file.storage.exists(rendition.file.name):
            rendition.delete()
            rendition = image.get_rendition(how)
    except (SourceImageIOError, FileNotFoundError) as error:
        raise Http404 from error
    return rendition


def _story(request: HttpRequest, pk: int) -> tuple[StoryPage, bool]:
    """The story, and whether everybody may read it. 404 for those who may see neither it nor a draft of it."""
    story = get_object_or_404(StoryPage.objects.select_related("community__policy"), pk=pk)
    published = story.live and access.may_see(request.user, story.audience)
    if not published and not story.may_be_seen_by(request.user):
        raise Http404
    return story, published and story.audience == access.PUBLIC
