"""Nothing under MEDIA_ROOT is public: only the admin's own pages show files by their name."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    for name in ("images/face.jpg", "attachments/notes.html", "images/drawing.svg"):
        default_storage.save(name, ContentFile(b"what somebody gave"))
    (tmp_path / "secret.txt").write_text("secret")


def test_a_visitor_finds_nothing(client):
    assert client.get("/media/images/face.jpg").status_code == 404


def test_neither_does_a_member(client, cast: Cast):
    client.force_login(cast.carol)
    assert client.get("/media/images/face.jpg").status_code == 404


def test_an_editor_sees_a_picture_in_the_admin(client, cast: Cast):
    client.force_login(cast.dina)
    answer = client.get("/media/images/face.jpg")
    assert b"".join(answer) == b"what somebody gave"
    assert answer["Content-Type"] == "image/jpeg"
    assert "private" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == "inline"


@pytest.mark.parametrize("path", ["attachments/notes.html", "images/drawing.svg"])
def test_what_is_no_picture_is_saved_and_not_opened(client, cast: Cast, path):
    client.force_login(cast.dina)
    answer = client.get(f"/media/{path}")
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["", "images", "images/", "nothing.jpg", "../secret.txt", "images/../../secret.txt"])
def test_nothing_else_is_read(client, cast: Cast, path):
    client.force_login(cast.dina)
    assert client.get(f"/media/{path}").status_code == 404
