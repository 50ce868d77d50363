"""Pictures that people give: checked by their content, made upright and small, without where they were taken.

Nothing of the file that came is kept: it is decoded and drawn again, so no position, camera, hidden text or script
survives. SVG is a document and is refused.
"""

import struct
import zlib
from contextlib import suppress
from io import BytesIO
from typing import IO, Any

from django.core.files.base import ContentFile
from django.utils.crypto import get_random_string
from PIL import Image, ImageCms, ImageOps

from hub.models import Picture
from hub.refusal import Refused

ACCEPT = "image/jpeg,image/png,image/webp,image/gif"
MAX_BYTES = 15_000_000
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 2400
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
# What Pillow raises on files that are broken or made to hurt: not only OSError. A text bomb in a PNG is a ValueError.
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error, OverflowError, IndexError, TypeError)
_NOT_A_PICTURE = "That file is not a picture that we can read. Give a JPEG, PNG, WebP or GIF picture."


def clean_picture(file: IO[bytes]) -> ContentFile:
    """Draw a picture again: upright, sRGB, at most 2400 pixels a side, as JPEG, or as PNG where it was a drawing.

    `file` is any open file, such as an upload. Raises Refused with the sentence to show. The result has a new name that
    cannot be guessed, and can be given to a model as it is.
    """
    file.seek(0, 2)
    if file.tell() > MAX_BYTES:
        raise Refused(f"That picture is too large. Give one of at most {MAX_BYTES // 1_000_000} MB.")
    file.seek(0)
    try:
        with Image.open(file, formats=_FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise Refused("That picture has more than 40 million pixels. Make it smaller and try again.")
            return _draw_again(picture)
    except (*_BROKEN, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(_NOT_A_PICTURE) from error


def keep_picture(file: IO[bytes], *, title: str, by: Any) -> Picture:
    """Clean a picture and store it, as the property of `by`. Raises Refused with the sentence to show."""
    return Picture.objects.create(title=title[:255], file=clean_picture(file), uploaded_by_user=by)


def _draw_again(picture: Image.Image) -> ContentFile:
    drawing = picture.format in {"PNG", "GIF"}
    if not drawing:
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    picture.load()
    profile = picture.info.get("icc_profile")
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    drawn = _in_srgb(upright, profile)
    out = BytesIO()
    if drawing or drawn.mode == "RGBA":
        drawn.save(out, "PNG", optimize=True)
    else:
        drawn.save(out, "JPEG", quality=85, optimize=True, progressive=True)
    suffix = "png" if drawing or drawn.mode == "RGBA" else "jpg"
    return ContentFile(out.getvalue(), name=f"{get_random_string(24).lower()}.{suffix}")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in plain colours, without the profile and all other information that came with it."""
    see_through = picture.has_transparency_data
    if profile and not see_through and picture.mode in {"RGB", "CMYK", "L"}:
        with suppress(ImageCms.PyCMSError, *_BROKEN):
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            picture = converted or picture
    plain = picture.convert("RGBA" if see_through else "RGB")
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    return bare
