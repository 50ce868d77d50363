"""Answers that a browser may keep only while they are true, and to itself where they are not for everybody."""

from datetime import datetime
from hashlib import blake2b

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date


def checked_each_time(
    request: HttpRequest, response: HttpResponse, *, public: bool, etag: str = "", changed: datetime | None = None
) -> HttpResponse:
    """The answer with an ETag and the rule to ask again each time; 304 where the reader has it already.

    `public` says that everybody would get these bytes. The tag is `etag`, else a digest of the content. `changed` is
    told as Last-Modified, but no 304 is answered by it: a page changes with rows that have no date as well, such as the
    names of its authors.
    """
    if changed is not None:
        response["Last-Modified"] = http_date(changed.timestamp())
    response["Cache-Control"] = "public, no-cache" if public else "private, no-cache"
    patch_vary_headers(response, ["Cookie"])
    response["ETag"] = f'"{etag or blake2b(response.content, digest_size=12).hexdigest()}"'
    if response.status_code == 200:
        answer = get_conditional_response(request, etag=response["ETag"], response=response)
        return answer or response
    return response
