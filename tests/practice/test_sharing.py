"""A draft shown by a link: to whoever has it, as long as it holds, and to nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from community.models import CommunityPolicy
from hub.pictures import keep_picture
from hub.refusal import Refused
from practice import asking, collecting, repeating, sharing, writing
from practice.models import PreviewLink, StoryAttachment, StoryPage
from practice.throwing_away import discard
from tests.cast import Cast, add_member, make_community, make_story
from tests.hub.test_uploads import picture
from tests.practice.steps import save


@pytest.fixture
def story(cast: Cast) -> StoryPage:
    story = writing.start(by=cast.alice, title="We asked the caretakers", community=cast.waste)
    save(story, cast.alice, summary="Food waste.", did="<p>We met at ten.</p>")
    return story


@pytest.fixture
def link(story: StoryPage, cast: Cast) -> PreviewLink:
    return sharing.share(story, by=cast.alice, days=7, whom="Tenants’ group")


class TestTheLink:
    def test_whoever_has_it_sees_the_newest_text(self, link: PreviewLink, story: StoryPage, cast: Cast) -> None:
        save(story, cast.alice, happened="<p>It worked.</p>")
        page = Client().get(link.get_absolute_url())
        assert page.status_code == 200
        assert "We met at ten." in page.text
        assert "It worked." in page.text
        assert "Alice Marlow shows you this text" in page.text
        assert "Tenants" not in page.text

    def test_nobody_keeps_it_lists_it_or_learns_it(self, link: PreviewLink) -> None:
        page = Client().get(link.get_absolute_url())
        assert "private, no-store" in page["Cache-Control"]
        assert "noindex" in page["X-Robots-Tag"]
        assert page["Referrer-Policy"] == "no-referrer"
        assert '<meta name="robots" content="noindex">' in page.text
        assert "csrf" not in page.text.lower()

    @pytest.mark.usefixtures("page_cache")
    def test_it_is_kept_in_no_cache_of_pages(self, link: PreviewLink, cast: Cast) -> None:
        client = Client()
        assert client.get(link.get_absolute_url()).status_code == 200
        sharing.end(link, by=cast.alice)
        assert client.get(link.get_absolute_url()).status_code == 404

    def test_a_made_up_one_leads_nowhere(self, link: PreviewLink) -> None:
        number, signature = link.token.split(":", 1)
        for token in ("1", "1:x", f"{number}:{signature[:-1]}", f"x{number}:{signature}", "é", "a" * 3000):
            assert Client().get(f"/preview/{token}/").status_code == 404

    def test_it_ends_on_its_day(self, link: PreviewLink) -> None:
        PreviewLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
        assert Client().get(link.get_absolute_url()).status_code == 404

    def test_it_ends_when_an_author_says_so(self, link: PreviewLink, story: StoryPage, cast: Cast) -> None:
        for other in (cast.bob, cast.carol, cast.eve):
            with pytest.raises(PermissionDenied):
                sharing.end(link, by=other)
        sharing.end(link, by=cast.alice)
        assert Client().get(link.get_absolute_url()).status_code == 404

    def test_it_ends_with_the_story_the_author_and_the_openness(
        self, link: PreviewLink, story: StoryPage, cast: Cast
    ) -> None:
        def leads() -> bool:
            return bool(Client().get(link.get_absolute_url()).status_code == 200)

        assert leads()
        CommunityPolicy.objects.filter(community=cast.waste).update(visibility="hidden")
        assert not leads()
        CommunityPolicy.objects.filter(community=cast.waste).update(visibility="members")
        assert leads()
        save(story, cast.alice, authors=[cast.bob])
        assert not leads()
        save(story, cast.bob, authors=[cast.alice])
        assert leads()
        discard(story, by=cast.alice)
        assert not leads()

    def test_it_opens_nothing_else(self, link: PreviewLink, story: StoryPage) -> None:
        client = Client()
        client.get(link.get_absolute_url())
        for address in (f"/write/{story.pk}/", f"/write/{story.pk}/preview/"):
            assert client.get(address).status_code == 302
        assert client.get(f"/stories/{story.pk}/").status_code == 404


class TestPictureAndFiles:
    def test_they_come_with_the_link_and_go_with_it(self, story: StoryPage, cast: Cast) -> None:
        file = StoryAttachment(title="Letter", name="letter.pdf", content_type="application/pdf", size=8)
        file.file.save("letter.pdf", SimpleUploadedFile("letter.pdf", b"%PDF-1.7"), save=False)
        kept = keep_picture(SimpleUploadedFile("a.png", picture()), title="A", by=cast.alice)
        save(story, cast.alice, picture=kept, picture_alt="Bins", attachments=[file])
        link = sharing.share(story, by=cast.alice, days=7)
        client = Client()
        page = client.get(link.get_absolute_url()).text
        drawing, letter = (
            f"{link.get_absolute_url()}picture/480/",
            f"{link.get_absolute_url()}files/{file.key}/letter.pdf",
        )
        assert drawing in page
        assert letter in page
        assert client.get(drawing).status_code == 200
        sent = client.get(letter)
        assert b"".join(sent.streaming_content) == b"%PDF-1.7"  # type: ignore[attr-defined]
        assert "private, no-store" in sent["Cache-Control"]
        assert client.get(f"{link.get_absolute_url()}picture/481/").status_code == 404
        assert client.get(f"{link.get_absolute_url()}files/other/letter.pdf").status_code == 404
        assert client.get(f"/stories/{story.pk}/picture/480/?v={kept.pk}").status_code == 404
        sharing.end(link, by=cast.alice)
        assert client.get(drawing).status_code == client.get(letter).status_code == 404


class TestSharing:
    def test_only_its_authors_share_it(self, story: StoryPage, cast: Cast) -> None:
        for other in (cast.bob, cast.carol, cast.eve):
            with pytest.raises(PermissionDenied):
                sharing.share(story, by=other, days=7)

    def test_nothing_of_a_hidden_community(self, story: StoryPage, cast: Cast) -> None:
        CommunityPolicy.objects.filter(community=cast.waste).update(visibility="hidden")
        with pytest.raises(Refused, match="hidden"):
            sharing.share(story, by=cast.alice, days=7)

    def test_a_month_at_most_and_ten_at_once(self, story: StoryPage, cast: Cast) -> None:
        for _ in range(10):
            made = sharing.share(story, by=cast.alice, days=900)
        assert made.expires_at < timezone.now() + timedelta(days=31)
        with pytest.raises(Refused, match="End one first"):
            sharing.share(story, by=cast.alice, days=1)

    def test_the_page(self, client: Client, story: StoryPage, cast: Cast) -> None:
        client.force_login(cast.alice)
        address = f"/write/{story.pk}/share/"
        assert client.post(address, {"whom": "", "days": "900"}).status_code == 422
        page: Any = client.post(address, {"whom": "Tenants", "days": "3"}, follow=True)
        made = PreviewLink.objects.get()
        assert f"http://testserver{made.get_absolute_url()}" in page.text or made.get_absolute_url() in page.text
        assert "leads nowhere" in client.post(address, {"end": made.pk}, follow=True).text
        assert client.post(address, {"end": "x"}).status_code == 404
        assert not PreviewLink.objects.open().exists()


def test_a_link_shows_nothing_that_others_said_or_gathered_in_a_closed_community(client: Client, cast: Cast):
    closed = make_community("Closed circle", facilitator=cast.carol, visibility="members")
    for person in (cast.alice, cast.bob):
        add_member(closed, person)
    story = make_story(closed, by=cast.alice)
    repeating.record(story, by=cast.bob, council=cast.brockhaven, outcome="well", advice="Ask the night porter.")
    asking.ask(story, by=cast.bob, words="Did the caretakers mind?")
    collecting.put(
        collecting.begin(by=cast.carol, community=closed, title="Our troubles", for_members=True), story, by=cast.carol
    )
    link = sharing.share(story, by=cast.alice, days=3)
    page = client.get(link.get_absolute_url()).content.decode()
    assert story.title in page
    assert "night porter" not in page
    assert "Did the caretakers mind?" not in page
    assert "Our troubles" not in page
