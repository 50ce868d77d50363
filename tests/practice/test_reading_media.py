"""Pictures and files of a story: who gets them, and what a browser is told about them."""

from io import BytesIO
from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from hub.models import Picture, PictureRendition
from hub.pictures import keep_picture
from practice.models import StoryAttachment, StoryPage
from practice.writing import save_draft, submit
from tests.cast import Cast, make_community, make_story

ROLES = ("nobody", "alice", "bob", "carol", "dina", "eve", "frank")
NAME = "Plan d’étage “B” 50%.pdf"


def a_picture(cast: Cast, colour: str = "red") -> Picture:
    out = BytesIO()
    Image.new("RGB", (1600, 900), colour).save(out, "JPEG")
    return keep_picture(out, title="Bins", by=cast.alice)


def a_file(name: str = NAME) -> StoryAttachment:
    attachment = StoryAttachment(title="Floor plan", name=name, content_type="application/pdf", size=8)
    attachment.file.save("plan.pdf", ContentFile(b"%PDF-1.7"), save=False)
    return attachment


def make_story_with_files(community, *, by, live: bool = True, cast: Cast) -> StoryPage:
    story = make_story(community, by=by, live=False)
    save_draft(
        story,
        by=by,
        base_revision=story.latest_revision_id,
        values={"picture": a_picture(cast), "picture_alt": "Four bins", "attachments": [a_file()]},
    )
    story.refresh_from_db()
    if live:
        story.latest_revision.publish()
        story.refresh_from_db()
    return story


def addresses(story: StoryPage) -> tuple[str, str]:
    newest = story.get_latest_revision_as_object()
    attachment = newest.attachments.first()
    return newest.picture_address(480), f"/stories/{story.pk}/attachments/{attachment.key}/{quote(attachment.name)}"


def getters(cast: Cast, address: str) -> set[str]:
    found = set()
    for role in ROLES:
        client = Client()
        if role != "nobody":
            client.force_login(getattr(cast, role))
        status = client.get(address).status_code
        assert status in {200, 404}
        if status == 200:
            found.add(role)
    return found


class TestWhoGetsThem:
    def test_those_of_a_public_story_everybody(self, cast: Cast) -> None:
        for address in addresses(make_story_with_files(cast.waste, by=cast.alice, cast=cast)):
            assert getters(cast, address) == set(ROLES)

    @pytest.mark.parametrize("visibility", ["members", "hidden"])
    def test_those_of_a_closed_community_its_members_and_editors(self, cast: Cast, visibility: str) -> None:
        closed = make_community("Care", facilitator=cast.carol, visibility=visibility)
        for address in addresses(make_story_with_files(closed, by=cast.carol, cast=cast)):
            assert getters(cast, address) == {"carol", "dina", "frank"}

    def test_those_of_a_draft_its_authors_and_editors(self, cast: Cast) -> None:
        for address in addresses(make_story_with_files(cast.waste, by=cast.alice, live=False, cast=cast)):
            assert getters(cast, address) == {"alice", "dina", "frank"}

    def test_those_of_a_draft_that_was_sent_the_facilitators_too(self, cast: Cast) -> None:
        story = make_story_with_files(cast.waste, by=cast.alice, live=False, cast=cast)
        submit(story, by=cast.alice)
        story.refresh_from_db()
        for address in addresses(story):
            assert getters(cast, address) == {"alice", "carol", "dina", "frank"}

    def test_those_of_a_withdrawn_story_authors_and_moderators(self, cast: Cast) -> None:
        story = make_story_with_files(cast.waste, by=cast.alice, cast=cast)
        found = addresses(story)
        story.unpublish()
        for address in found:
            assert getters(cast, address) == {"alice", "carol", "dina", "frank"}

    def test_a_new_picture_and_file_of_a_live_story_only_who_may_read_the_draft(self, cast: Cast) -> None:
        story = make_story_with_files(cast.waste, by=cast.alice, cast=cast)
        old = addresses(story)
        save_draft(
            story,
            by=cast.alice,
            base_revision=story.latest_revision_id,
            values={"picture": a_picture(cast, "blue"), "attachments": [a_file("new.pdf")]},
        )
        story.refresh_from_db()
        for new, before in zip(addresses(story), old, strict=True):
            assert new != before
            assert getters(cast, new) == {"alice", "dina", "frank"}
            assert getters(cast, before) == set(ROLES)
        submit(story, by=cast.alice)
        for new in addresses(story):
            assert getters(cast, new) == {"alice", "carol", "dina", "frank"}

    def test_another_storys_picture_or_file_is_not_got_through_this_one(self, cast: Cast) -> None:
        hidden = make_community("Care", facilitator=cast.carol, visibility="hidden")
        secret = make_story_with_files(hidden, by=cast.carol, cast=cast)
        mine = make_story_with_files(cast.waste, by=cast.alice, cast=cast)
        for address in addresses(secret):
            assert getters(cast, address.replace(f"/stories/{secret.pk}/", f"/stories/{mine.pk}/")) == set()


class TestPicture:
    def test_it_is_made_in_the_format_that_the_browser_takes(self, cast: Cast) -> None:
        picture, _ = addresses(make_story_with_files(cast.waste, by=cast.alice, cast=cast))
        for accept, kind, content_type in (
            ("image/avif,image/webp,*/*", "AVIF", "image/avif"),
            ("image/webp,*/*", "WEBP", "image/webp"),
            ("*/*", "JPEG", "image/jpeg"),
        ):
            answer = Client().get(picture, headers={"Accept": accept})
            image = Image.open(BytesIO(b"".join(answer.streaming_content)))
            assert (image.format, image.width) == (kind, 480)
            assert answer["Content-Type"] == content_type
            assert "Accept" in answer["Vary"]

    @pytest.mark.parametrize("width", [1, 479, 5000, 99999999])
    def test_only_the_fixed_widths_are_made(self, cast: Cast, width: int) -> None:
        story = make_story_with_files(cast.waste, by=cast.alice, cast=cast)
        assert Client().get(f"/stories/{story.pk}/picture/{width}/").status_code == 404
        assert not PictureRendition.objects.exists()

    @pytest.mark.parametrize("number", ["0", "-1", "x", "٣", "9" * 30, "1 OR 1=1"])
    def test_a_made_up_number_gets_the_published_picture_or_nothing(self, cast: Cast, number: str) -> None:
        story = make_story_with_files(cast.waste, by=cast.alice, cast=cast)
        assert Client().get(f"/stories/{story.pk}/picture/480/?v={quote(number)}").status_code in {200, 404}

    def test_a_story_without_a_picture_has_none(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        assert Client().get(f"/stories/{story.pk}/picture/480/").status_code == 404

    def test_it_is_on_the_page_with_what_it_shows(self, cast: Cast) -> None:
        story = make_story_with_files(cast.waste, by=cast.alice, cast=cast)
        html = Client().get(story.get_absolute_url()).content.decode()
        assert 'alt="Four bins"' in html
        assert f"/stories/{story.pk}/picture/768/?v={story.picture_id}" in html
        assert 'width="1600" height="900"' in html

    def test_a_file_that_is_gone_is_not_found(self, cast: Cast) -> None:
        story = make_story_with_files(cast.waste, by=cast.alice, cast=cast)
        picture, attachment = addresses(story)
        story.picture.file.storage.delete(story.picture.file.name)
        story.attachments.first().file.delete(save=False)
        assert Client().get(picture).status_code == 404
        assert Client().get(attachment).status_code == 404

    def test_a_smaller_one_that_is_gone_is_made_again(self, cast: Cast) -> None:
        story = make_story_with_files(cast.waste, by=cast.alice, cast=cast)
        picture, _ = addresses(story)
        assert Client().get(picture).status_code == 200
        rendition = PictureRendition.objects.get()
        rendition.file.storage.delete(rendition.file.name)
        assert Client().get(picture).status_code == 200
        assert PictureRendition.objects.count() == 1


class TestFile:
    def test_it_is_kept_under_the_name_that_it_came_with_and_never_opened(self, cast: Cast) -> None:
        _, address = addresses(make_story_with_files(cast.waste, by=cast.alice, cast=cast))
        answer = Client().get(address)
        assert b"".join(answer.streaming_content) == b"%PDF-1.7"
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''{quote(NAME, safe='')}"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Content-Length"] == "8"

    def test_it_is_on_the_page_with_its_kind_and_size(self, cast: Cast) -> None:
        story = make_story_with_files(cast.waste, by=cast.alice, cast=cast)
        html = Client().get(story.get_absolute_url()).content.decode()
        assert "Floor plan</a>" in html
        assert "PDF, 8\xa0bytes" in html
        assert '<a href="#files">Files</a>' in html

    @pytest.mark.parametrize("key", ["x", "../../secret", "%25", "a_b", "A" * 24])
    def test_a_made_up_key_finds_nothing(self, cast: Cast, key: str) -> None:
        story = make_story_with_files(cast.waste, by=cast.alice, cast=cast)
        assert Client().get(f"/stories/{story.pk}/attachments/{key}/plan.pdf").status_code == 404


class TestHeaders:
    def test_public_files_may_be_kept_and_are_asked_again(self, cast: Cast) -> None:
        for address in addresses(make_story_with_files(cast.waste, by=cast.alice, cast=cast)):
            first = Client().get(address)
            assert first["Cache-Control"] == "public, no-cache"
            assert Client().get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304

    def test_private_files_stay_with_the_reader_and_a_known_tag_opens_nothing(self, cast: Cast) -> None:
        hidden = make_community("Care", facilitator=cast.carol, visibility="hidden")
        carol = Client()
        carol.force_login(cast.carol)
        for address in addresses(make_story_with_files(hidden, by=cast.carol, cast=cast)):
            first = carol.get(address)
            assert first["Cache-Control"] == "private, no-cache"
            assert carol.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
            assert Client().get(address, headers={"If-None-Match": first["ETag"]}).status_code == 404

    def test_a_web_server_in_front_may_send_the_bytes(self, cast: Cast, settings) -> None:
        settings.X_ACCEL_PREFIX = "/files/"
        _, address = addresses(make_story_with_files(cast.waste, by=cast.alice, cast=cast))
        answer = Client().get(address)
        assert answer["X-Accel-Redirect"].startswith("/files/attachments/")
        assert answer.content == b""
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"

    def test_the_stored_file_itself_has_no_address(self, cast: Cast) -> None:
        story = make_story_with_files(cast.waste, by=cast.alice, cast=cast)
        for name in (story.picture.file.name, story.attachments.first().file.name):
            assert Client().get(f"/media/{name}").status_code == 404
