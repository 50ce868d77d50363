import contextlib
import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from hub.refusal import Refused
from hub.uploads import MAX_BYTES, clean_name, clean_upload

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100


def zipped(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, words in files.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), words)
    return out.getvalue()


def word(**more: str) -> bytes:
    return zipped(**{"[Content_Types].xml": "<Types/>", "word__document_xml": "<w/>", **more})


def picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(out, kind)
    return out.getvalue()


def upload(name: str, content: bytes) -> Any:
    return clean_upload(SimpleUploadedFile(name, content, content_type="application/octet-stream"))


@pytest.mark.parametrize(
    ("name", "content", "kept_as", "content_type"),
    [
        ("a.pdf", b"%PDF-1.7\n...", "a.pdf", "application/pdf"),
        ("a.txt", b"%PDF-1.7\n...", "a.pdf", "application/pdf"),
        ("plan.docx", word(), "plan.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (
            "sheet.xlsx",
            zipped(**{"[Content_Types].xml": "", "xl__workbook_xml": ""}),
            "sheet.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (
            "a.odt",
            zipped(mimetype="application/vnd.oasis.opendocument.text", content_xml=""),
            "a.odt",
            "application/vnd.oasis.opendocument.text",
        ),
        ("old.doc", OLE + "WordDocument".encode("utf-16-le"), "old.doc", "application/msword"),
        ("rows.csv", b"a,b\n1,2\n", "rows.csv", "text/csv"),
        ("notes.txt", "Caf\u00e9 at ten".encode("cp1252"), "notes.txt", "text/plain"),
        ("photo.jpg", picture("JPEG"), "photo.jpg", "image/jpeg"),
        ("photo.exe", picture(), "photo.png", "image/png"),
    ],
)
def test_what_is_taken_and_what_it_is_called(name: str, content: bytes, kept_as: str, content_type: str) -> None:
    kept = upload(name, content)
    assert (kept.name, kept.content_type) == (kept_as, content_type)
    assert kept.size == kept.file.size > 0


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.pdf", b"", "empty"),
        ("big.txt", b"a" * (MAX_BYTES + 1), "too large"),
        ("page.html", b"<!doctype html><p>hello", "cannot take"),
        ("page.txt", b"hello <script>alert(1)</script>", "cannot take"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "cannot take"),
        ("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "cannot take"),
        ("program.pdf", b"MZ\x90\0\x03\0", "cannot take"),
        ("script.sh", b"#!/bin/sh\nrm -rf /", "cannot take"),
        ("archive.zip", zipped(a="b"), "cannot take"),
        ("archive.docx", zipped(a="b"), "cannot take"),
        ("macros.docx", word(word__vbaProject_bin="x"), "macros"),
        ("macros.doc", OLE + "WordDocument".encode("utf-16-le") + "_VBA_PROJECT".encode("utf-16-le"), "macros"),
        ("installer.doc", OLE, "cannot take"),
        ("locked.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "asks for a password"),
        ("movie.mp4", b"\0\0\0\x18ftypmp42" + b"\0" * 50_000_000, "too large"),
        ("compressed.svgz", b"\x1f\x8b\x08\0" + b"\0" * 40, "cannot take"),
        ("page.xhtml", b"<?xml version='1.0'?><html/>", "cannot take"),
        ("page.pdf", b"<html><body onload=alert(1)>", "cannot take"),
        ("book.docm", word(word__vbaData_xml="x", word__vbaProject_bin="x"), "macros"),
        ("text-of-bytes.txt", b"\0\1\2", "cannot take"),
        ("broken.docx", word()[:60], "damaged"),
        ("broken.png", b"\x89PNG\r\n\x1a\nnothing", "not a picture"),
    ],
)
def test_what_is_refused_and_why(name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        upload(name, content)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\a\\Plan 2024.pdf", "Plan 2024.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie- x.pdf"),
        ('a"b;c.pdf', "a-b-c.pdf"),
        ("Über uns – ‘neu’.pdf", "Über uns – -neu’.pdf"),
        ("x" * 300 + ".pdf", "x" * 100 + ".pdf"),
    ],
)
def test_names_are_cleaned(given_name: str, kept: str) -> None:
    assert clean_name(given_name, "pdf") == kept


@settings(max_examples=300)
@given(st.text(max_size=80))
def test_any_name_becomes_a_safe_one(name: str) -> None:
    kept = clean_name(name, "pdf")
    assert kept.endswith(".pdf")
    assert len(kept) <= 104
    assert not set(kept) & set('/\\"<>:;\r\n\0%#?*|')


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04", OLE, b"\x89PNG\r\n\x1a\n", b"RIFF", b"\xff\xd8\xff"])
)
def test_any_bytes_are_kept_or_refused(content: bytes, magic: bytes) -> None:
    with contextlib.suppress(Refused):
        assert upload("a.txt", magic + content).size
