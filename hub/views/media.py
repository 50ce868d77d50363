"""Files as Wagtail's admin shows them. On the website, each kind of file has its own view with its own rule."""

import mimetypes

from django.core.exceptions import SuspiciousFileOperation
from django.db.models.fields.files import FieldFile, FileField
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from hub.private_files import send

SHOWN = {"image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"}


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file under MEDIA_ROOT, for the editors of the site. For everybody else it is not there."""
    if not (request.user.is_authenticated and request.user.is_active and request.user.is_staff):
        raise Http404
    file = FieldFile(None, FileField(), path)  # type: ignore[arg-type]  # a file without a row
    try:
        file.open("rb")
        etag = f"{file.size}-{file.storage.get_modified_time(path).timestamp()}"
    except (OSError, ValueError, SuspiciousFileOperation) as error:  # ValueError: NUL in the name
        raise Http404 from error
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    download = "" if kind in SHOWN else path.rsplit("/", 1)[-1]
    return send(request, file, content_type=kind, public=False, etag=etag, download=download)
