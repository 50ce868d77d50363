"""What belongs to the pages about the site besides their text."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from wagtail.images.models import SourceImageIOError

from hub.models import InfoPage, Picture
from hub.private_files import send

WIDTHS = (480, 960)


@require_safe
def picture(request: HttpRequest, page: int, picture: int, width: int) -> HttpResponseBase:
    """A picture on a published page about the site. Those of a draft are for the editors, who preview it."""
    if width not in WIDTHS:
        raise Http404
    info = get_object_or_404(InfoPage, pk=page)
    public = info.live and not info.get_view_restrictions().exists() and info.shows(picture)
    person = request.user
    if not public and not (person.is_authenticated and person.is_active and person.is_staff):
        raise Http404
    image = get_object_or_404(Picture, pk=picture)
    try:
        drawn = image.get_rendition(f"width-{width}|format-webp|webpquality-78")
    except SourceImageIOError as error:
        raise Http404("The file of the picture is gone.") from error
    return send(request, drawn.file, content_type="image/webp", public=public, etag=f"{picture}-{width}")
