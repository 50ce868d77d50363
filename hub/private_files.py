"""Files that people gave, served by a view that has asked who may see them. The web server never does that itself.

With X_ACCEL_PREFIX set, Django answers with the name of the file alone and the web server in front (nginx, `internal`)
sends the bytes.
"""

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

from hub.freshness import checked_each_time

# Whatever a file holds, a browser that opens it runs nothing, loads nothing and keeps its type.
SAFE = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}


def send(
    request: HttpRequest, file: Any, *, content_type: str, public: bool, etag: str, download: str = ""
) -> HttpResponseBase:
    """Send a stored file (a FieldFile). With `download`, under that name and as something to keep, not to open.

    The caller has asked whether this person may see it. 404 when the file is gone.
    """
    head = checked_each_time(request, HttpResponse(), public=public, etag=etag)
    response: HttpResponseBase = head
    if head.status_code == 200:
        if settings.X_ACCEL_PREFIX:
            head["X-Accel-Redirect"] = f"{settings.X_ACCEL_PREFIX}{quote(file.name)}"
        else:
            try:
                response = FileResponse(file.open("rb"))
            except FileNotFoundError as error:
                raise Http404 from error
            for name in ("Cache-Control", "Vary", "ETag"):
                response[name] = head[name]
        response["Content-Type"] = content_type
        if download:
            response["Content-Disposition"] = content_disposition_header(True, download) or "attachment"
        else:
            response["Content-Disposition"] = "inline"
    for name, value in SAFE.items():
        response[name] = value
    return response
