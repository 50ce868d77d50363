import struct
import zlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import ValidationError
from PIL import Image, PngImagePlugin

from hub.forms import PictureField
from hub.pictures import clean_picture, keep_picture
from hub.refusal import Refused
from tests.cast import Cast


def a_picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **save) -> BytesIO:
    out = BytesIO()
    Image.new(mode, size, "red").save(out, kind, **save)
    out.seek(0)
    return out


def seen(content) -> Image.Image:
    return Image.open(BytesIO(content.read()))


def test_position_camera_and_profile_are_gone() -> None:
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825)[1] = "N"
    clean = seen(clean_picture(a_picture(exif=exif, comment=b"hidden words")))
    assert not clean.getexif()
    assert set(clean.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}


def test_a_picture_taken_sideways_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert seen(clean_picture(a_picture(exif=exif))).size == (40, 60)


def test_a_drawing_stays_lossless_and_keeps_its_see_through_parts() -> None:
    clean = seen(clean_picture(a_picture("PNG", mode="RGBA")))
    assert (clean.format, clean.mode) == ("PNG", "RGBA")


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "CMYK"), ("JPEG", "L"), ("WEBP", "RGB"), ("GIF", "P"), ("PNG", "1")]
)
def test_every_kind_of_colour_comes_out_plain(kind: str, mode: str) -> None:
    out = BytesIO()
    Image.new(mode, (30, 30)).save(out, kind)
    assert seen(clean_picture(out)).mode in {"RGB", "RGBA"}


def test_a_large_picture_is_made_smaller() -> None:
    assert max(seen(clean_picture(a_picture(size=(5000, 200)))).size) == 2400


def test_more_than_forty_million_pixels_are_refused_before_they_are_read() -> None:
    header = struct.pack(">IIBBBBB", 8000, 8000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    with pytest.raises(Refused, match="40 million"):
        clean_picture(BytesIO(bomb + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))))


def test_a_text_bomb_is_refused() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("x", "a" * 5_000_000, zip=True)
    with pytest.raises(Refused):
        clean_picture(a_picture("PNG", pnginfo=info))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"\xff\xd8\xff\xe0broken",
        b"GIF89a" + b"\x00" * 20,
        b"%PDF-1.7",
    ],
)
def test_what_is_no_picture_is_refused_whatever_its_name(content: bytes) -> None:
    with pytest.raises(Refused, match="not a picture"):
        clean_picture(SimpleUploadedFile("portrait.jpg", content, content_type="image/jpeg"))


def test_a_cut_picture_is_refused() -> None:
    with pytest.raises(Refused):
        clean_picture(BytesIO(a_picture(size=(400, 400)).getvalue()[:400]))


def test_a_script_behind_a_picture_does_not_survive() -> None:
    picture = SimpleUploadedFile("a.gif", a_picture("GIF").getvalue() + b"<script>alert(1)</script>")
    assert b"script" not in clean_picture(picture).read()


def test_a_form_field_says_why_it_was_refused() -> None:
    with pytest.raises(ValidationError, match="not a picture"):
        PictureField().clean(SimpleUploadedFile("a.svg", b"<svg/>"))
    assert PictureField(required=False).clean(None) is None


def test_a_kept_picture_belongs_to_who_gave_it(cast: Cast) -> None:
    picture = keep_picture(a_picture(), title="Bins", by=cast.alice)
    assert (picture.uploaded_by_user, picture.width, picture.height) == (cast.alice, 60, 40)
