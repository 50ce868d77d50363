"""The picture and the files of a story, given on the write page."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from hub.models import Picture
from practice import writing
from practice.models import StoryPage
from practice.throwing_away import empty_bin
from tests.cast import Cast
from tests.hub.test_uploads import picture
from tests.practice.steps import newest, page_of


class TestFiles:
    def test_a_picture_needs_words(self, alice: Client, story: StoryPage) -> None:
        data = {**page_of(alice, story), "picture": SimpleUploadedFile("a.png", picture())}
        response = alice.post(f"/write/{story.pk}/", data)
        assert response.status_code == 422
        assert "The picture is saved. Say what it shows" in response.text
        assert newest(story).picture is not None
        assert "picture_alt" in newest(story).missing()
        data = {**page_of(alice, story), "picture_alt": "A red box"}
        assert alice.post(f"/write/{story.pk}/", data).status_code == 303
        page = alice.get(f"/write/{story.pk}/")
        assert "A red box" in page.text
        assert alice.get(page.context["picture_url"]).status_code == 200

    def test_a_picture_can_be_taken_out(self, alice: Client, story: StoryPage) -> None:
        data = {**page_of(alice, story), "picture": SimpleUploadedFile("a.png", picture()), "picture_alt": "A"}
        alice.post(f"/write/{story.pk}/", data)
        assert newest(story).picture
        alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "without_picture": "on"})
        assert newest(story).picture is None
        assert newest(story).picture_alt == ""

    def test_a_file_is_kept_and_can_be_taken_out(
        self, alice: Client, client: Client, cast: Cast, story: StoryPage
    ) -> None:
        upload = SimpleUploadedFile("../plan.pdf", b"%PDF-1.7 hello")
        data = {**page_of(alice, story), "file": upload, "file_title": "Our plan", "then": "files"}
        response = alice.post(f"/write/{story.pk}/", data)
        assert response["Location"] == f"/write/{story.pk}/#files"
        attachment = newest(story).attachments.get()
        assert (attachment.title, attachment.name, attachment.content_type) == (
            "Our plan",
            "plan.pdf",
            "application/pdf",
        )
        address = attachment.get_absolute_url()
        assert b"".join(alice.get(address)) == b"%PDF-1.7 hello"  # type: ignore[arg-type]
        for stranger in (cast.bob, cast.carol):
            client.force_login(stranger)
            assert client.get(address).status_code == 404
        client.force_login(cast.alice)
        alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "take_out": attachment.key})
        assert not newest(story).attachments.all()

    def test_several_files_come_in_one_save(self, alice: Client, story: StoryPage) -> None:
        files = [SimpleUploadedFile(f"{name}.pdf", b"%PDF-1.7") for name in ("plan", "bill", "map")]
        alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "file": files, "file_title": "Our plan"})
        assert [each.title for each in newest(story).attachments.all()] == ["plan", "bill", "map"]
        many = [SimpleUploadedFile(f"{number}.pdf", b"%PDF-1.7") for number in range(8)]
        answer = alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "file": many})
        assert answer.status_code == 422
        assert "A story can have 10 files" in answer.text
        assert len(newest(story).attachments.all()) == 3

    def test_of_several_files_the_bad_one_is_named_and_others_are_kept(self, alice: Client, story: StoryPage) -> None:
        files = [SimpleUploadedFile("plan.pdf", b"%PDF-1.7"), SimpleUploadedFile("run.exe", b"MZ")]
        answer = alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "file": files})
        assert answer.status_code == 422
        assert "“run.exe”: We cannot take this kind of file" in answer.context["form"].errors["file"][0]
        assert "Saved all the same: “plan.pdf”." in answer.text
        assert newest(story).attachments.get().get_absolute_url() in answer.text

    def test_what_was_given_goes_with_a_story_that_is_thrown_away(
        self, alice: Client, story: StoryPage, django_capture_on_commit_callbacks: Any
    ) -> None:
        files = {"picture": SimpleUploadedFile("a.png", picture()), "file": SimpleUploadedFile("a.pdf", b"%PDF-1.7")}
        alice.post(f"/write/{story.pk}/", {**page_of(alice, story), **files, "picture_alt": "A"})
        given = newest(story)
        name, key = given.attachments.get().file.name, given.attachments.get().key
        drawing = given.picture.file.name
        # Taken out of the newest version, they are still in the one before.
        alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "take_out": key, "without_picture": "on"})
        assert default_storage.exists(name)
        with django_capture_on_commit_callbacks(execute=True):
            alice.post(f"/write/{story.pk}/discard/")
            empty_bin(timezone.now() + timedelta(days=31))
        assert not Picture.objects.filter(pk=given.picture_id).exists()
        assert not default_storage.exists(name)
        assert not default_storage.exists(drawing)

    @pytest.mark.parametrize(("name", "content"), [("a.pdf", b""), ("a.pdf", b"<svg/>"), ("a.exe", b"MZ")])
    def test_a_bad_file_is_refused_and_the_text_is_kept(
        self, alice: Client, story: StoryPage, name: str, content: bytes
    ) -> None:
        data = {**page_of(alice, story), "file": SimpleUploadedFile(name, content), "took_time": "A day"}
        response = alice.post(f"/write/{story.pk}/", data)
        assert response.status_code == 422
        assert not newest(story).attachments.all()
        assert newest(story).took_time == "A day"

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("empty.pdf", b"", "That file is empty"),
            ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "cannot take this kind"),
            ("page.html", b"<!doctype html><script>alert(1)</script>", "cannot take this kind"),
            ("plan.pdf", b"MZ\x90\0 a program", "cannot take this kind"),
            ("large.pdf", b"%PDF-1.7" + b"\0" * 30_000_000, "at most 20 MB"),
        ],
        ids=["empty", "svg", "html", "disguised", "30 MB"],
    )
    def test_each_refusal_has_a_word_and_nothing_is_kept(
        self, alice: Client, story: StoryPage, name: str, content: bytes, words: str
    ) -> None:
        data = {**page_of(alice, story), "file": SimpleUploadedFile(name, content), "took_time": "A day"}
        answer = alice.post(f"/write/{story.pk}/", data)
        assert answer.status_code == 422
        assert words in answer.text
        assert newest(story).took_time == "A day"
        assert not newest(story).attachments.all()

    def test_fifty_megabytes_are_refused_before_they_are_read(self, alice: Client, story: StoryPage) -> None:
        film = SimpleUploadedFile("film.pdf", b"%PDF-1.7" + b"\0" * 50_000_000)
        answer = alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "file": film})
        assert answer.status_code == 413
        assert "too large" in answer.text
        assert not newest(story).attachments.all()

    def test_an_odd_name_does_no_harm(self, alice: Client, story: StoryPage) -> None:
        odd = SimpleUploadedFile("x\u202efdp.exe", b"%PDF-1.7")
        alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "file": odd})
        attachment = newest(story).attachments.get()
        answer = alice.get(attachment.get_absolute_url())
        assert answer["Content-Disposition"] == 'attachment; filename="xfdp.pdf"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]

    def test_publishing_twice_keeps_the_address_of_a_file(self, alice: Client, cast: Cast, story: StoryPage) -> None:
        data = {**page_of(alice, story), "file": SimpleUploadedFile("a.pdf", b"%PDF-1.7"), "summary": "S", "did": "D"}
        alice.post(f"/write/{story.pk}/", data)
        story.refresh_from_db()
        writing.publish(story, revision=story.latest_revision, by=cast.carol)
        first = story.attachments.get()
        alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "summary": "S2"})
        story.refresh_from_db()
        writing.publish(story, revision=story.latest_revision, by=cast.carol)
        assert story.attachments.get() == first
