"""The pictures of a story: what is said of each, and who gets them."""

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import features

from hub.models import Picture
from practice import moderating, reading, sharing, undoing, versions, writing
from practice.models import ReviewState, StoryPage
from practice.throwing_away import delete_for_good
from tests.cast import Cast
from tests.hub.test_uploads import picture
from tests.practice.steps import newest, page_of, save


def give(client: Client, story: StoryPage, number: int = 2, **more: Any) -> list[int]:
    """Put so many pictures into the gallery."""
    files = [SimpleUploadedFile(f"{each}.png", picture()) for each in range(number)]
    answer = client.post(f"/write/{story.pk}/", {**page_of(client, story), "more_pictures": files, **more})
    assert answer.status_code in {303, 422}
    return [row.picture_id for row in newest(story).gallery.all()]


def described(numbers: list[int]) -> dict[str, str]:
    words = {"alt": "A green bin", "caption": "Harland House", "credit": "Bob Okafor"}
    return {f"gallery-{number}-{name}": value for number in numbers for name, value in words.items()}


def published(client: Client, cast: Cast, story: StoryPage) -> list[int]:
    numbers = give(client, story)
    client.post(f"/write/{story.pk}/", {**page_of(client, story), **described(numbers), "summary": "S", "did": "D"})
    story.refresh_from_db()
    writing.submit(story, by=cast.alice)
    moderating.approve(story, by=cast.carol, revision=StoryPage.objects.get(pk=story.pk).latest_revision_id or 0)
    return numbers


class TestTheGallery:
    def test_each_picture_asks_what_it_shows(self, alice: Client, story: StoryPage) -> None:
        numbers = give(alice, story)
        assert len(numbers) == 2
        assert "gallery" in newest(story).missing()
        page = alice.get(f"/write/{story.pk}/").text
        assert "Say of each what it shows" in page
        assert "What picture <span data-place>2</span> shows" in page
        alice.post(f"/write/{story.pk}/", {**page_of(alice, story), **described(numbers)})
        row = newest(story).gallery.all()[1]
        assert (row.alt, row.caption, row.credit) == ("A green bin", "Harland House", "Bob Okafor")
        assert "gallery" not in newest(story).missing()

    def test_its_words_are_saved_as_one_types(self, alice: Client, story: StoryPage) -> None:
        numbers = give(alice, story)
        data = {**page_of(alice, story), f"gallery-{numbers[0]}-alt": "A bin"}
        answer = alice.post(f"/write/{story.pk}/keep/", data)
        assert answer.json()["errors"] == {}
        assert [row.alt for row in newest(story).gallery.all()] == ["A bin", ""]
        data = {**page_of(alice, story), f"gallery-{numbers[0]}-alt": "x" * 251}
        assert "Shorten" in alice.post(f"/write/{story.pk}/keep/", data).json()["errors"]["gallery"]

    def test_words_of_two_people_come_together(self, alice: Client, cast: Cast, story: StoryPage) -> None:
        numbers = give(alice, story, 1)
        before = {**page_of(alice, story), **dict.fromkeys(described(numbers), "")}
        rows = list(newest(story).gallery.all())
        rows[0].alt = "From Dina"
        save(story, cast.dina, gallery=rows)
        answer = alice.post(f"/write/{story.pk}/keep/", {**before, "took_time": "A day"})
        words = {"alt": "From Dina", "caption": "", "credit": ""}
        assert answer.json()["merged"]["gallery"] == {
            **{f"gallery-{numbers[0]}-{name}": [value] for name, value in words.items()},
            "gallery_order": [str(numbers[0])],
        }
        answer = alice.post(f"/write/{story.pk}/keep/", {**before, **described(numbers)})
        assert answer.json() == {"clashes": ["More pictures"]}
        assert "From Dina" in alice.post(f"/write/{story.pk}/", {**before, **described(numbers)}).text

    def test_a_picture_is_taken_out(self, alice: Client, story: StoryPage) -> None:
        numbers = give(alice, story)
        alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "gallery_out": numbers[0]})
        assert [row.picture_id for row in newest(story).gallery.all()] == numbers[1:]
        assert Picture.objects.filter(pk=numbers[0]).exists()  # an older version shows it

    def test_what_is_no_picture_is_refused_by_name_and_the_rest_is_kept(self, alice: Client, story: StoryPage) -> None:
        files = [SimpleUploadedFile("a.png", picture()), SimpleUploadedFile("map.svg", b"<svg/>")]
        data = {**page_of(alice, story), "more_pictures": files, "took_time": "A day"}
        answer = alice.post(f"/write/{story.pk}/", data)
        assert "“map.svg”: That file is not a picture" in answer.text
        assert newest(story).took_time == "A day"
        kept = newest(story).gallery.get()
        assert f'name="gallery-{kept.picture_id}-alt"' in answer.text

    def test_there_is_an_end_to_it(self, alice: Client, story: StoryPage) -> None:
        assert len(give(alice, story, 8)) == 8
        files = [SimpleUploadedFile("a.png", picture()) for _ in range(5)]
        answer = alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "more_pictures": files})
        assert "A story can have 12 pictures" in answer.text
        assert len(give(alice, story, 4)) == writing.MOST_PICTURES

    def test_readers_see_them_with_their_words(
        self, alice: Client, client: Client, cast: Cast, story: StoryPage
    ) -> None:
        numbers = published(alice, cast, story)
        client.logout()
        page = client.get(StoryPage.objects.get(pk=story.pk).get_absolute_url()).text
        assert page.count('alt="A green bin"') == 2
        assert "Harland House" in page
        assert "Picture: Bob Okafor" in page
        assert '<a href="#pictures">Pictures</a>' in page
        address = f"/stories/{story.pk}/picture/1280/?v={numbers[0]}"
        assert client.get(address)["Cache-Control"].startswith("public")

    def test_a_draft_shows_them_to_its_authors_alone(
        self, alice: Client, client: Client, cast: Cast, story: StoryPage
    ) -> None:
        address = f"/stories/{story.pk}/picture/480/?v={give(alice, story)[0]}"
        assert alice.get(address)["Cache-Control"].startswith("private")
        for person in (cast.bob, cast.carol):
            client.force_login(person)
            assert client.get(address).status_code == 404

    def test_a_picture_that_was_taken_out_is_no_longer_for_readers(
        self, alice: Client, client: Client, cast: Cast, story: StoryPage
    ) -> None:
        numbers = published(alice, cast, story)
        alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "gallery_out": numbers[0]})
        latest = StoryPage.objects.get(pk=story.pk)
        writing.publish(latest, revision=latest.latest_revision, by=cast.carol)
        client.logout()
        assert client.get(f"/stories/{story.pk}/picture/480/?v={numbers[0]}").status_code == 404
        assert client.get(f"/stories/{story.pk}/picture/480/?v={numbers[1]}").status_code == 200

    def test_a_link_to_the_draft_shows_them(self, alice: Client, client: Client, cast: Cast, story: StoryPage) -> None:
        numbers = give(alice, story)
        link = sharing.share(story, by=cast.alice, days=3)
        client.logout()
        address = f"{link.get_absolute_url()}picture/480/?v="
        assert f"{address}{numbers[1]}".replace("480", "768") in client.get(link.get_absolute_url()).text
        assert client.get(f"{address}{numbers[1]}").status_code == 200
        for number in ("0", "x", str(numbers[1] + 1)):
            assert client.get(f"{address}{number}").status_code == 404

    def test_an_older_version_gives_them_back(self, alice: Client, cast: Cast, story: StoryPage) -> None:
        numbers = give(alice, story)
        older = StoryPage.objects.get(pk=story.pk).latest_revision
        alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "gallery_out": numbers})
        assert not newest(story).gallery.all()
        assert older
        versions.restore(story, by=cast.alice, revision=older)
        assert [row.picture_id for row in newest(story).gallery.all()] == numbers

    def test_they_go_with_a_story_that_goes_for_good(
        self, alice: Client, cast: Cast, story: StoryPage, django_capture_on_commit_callbacks: Any
    ) -> None:
        give(alice, story)
        with django_capture_on_commit_callbacks(execute=True):
            delete_for_good(story, by=cast.alice)
        assert not Picture.objects.exists()

    def test_publishing_twice_keeps_the_rows(self, alice: Client, cast: Cast, story: StoryPage) -> None:
        published(alice, cast, story)
        rows = list(StoryPage.objects.get(pk=story.pk).gallery.values_list("pk", "picture"))
        save(story, cast.alice, title="Another title")
        latest = StoryPage.objects.get(pk=story.pk)
        writing.publish(latest, revision=latest.latest_revision, by=cast.carol)
        assert list(latest.gallery.values_list("pk", "picture")) == rows


class TestTheLeadPicture:
    def test_it_has_words_under_it_and_says_who_made_it(self, alice: Client, story: StoryPage) -> None:
        data = {**page_of(alice, story), "picture": SimpleUploadedFile("a.png", picture()), "picture_alt": "A box"}
        alice.post(f"/write/{story.pk}/", {**data, "picture_caption": "By the door", "picture_credit": "Bob Okafor"})
        page = alice.get(f"/write/{story.pk}/preview/").text
        alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "did": "D"})
        page = alice.get(f"/write/{story.pk}/preview/").text
        assert "<figcaption>By the door <small>Picture: Bob Okafor</small></figcaption>" in page


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("image/avif,image/webp,*/*", "image/avif" if features.check("avif") else "image/webp"),
        ("image/webp,*/*", "image/webp"),
        ("*/*", "image/jpeg"),
        ("", "image/jpeg"),
    ],
)
def test_each_browser_gets_the_smallest_format_that_it_takes(
    alice: Client, story: StoryPage, accept: str, kind: str
) -> None:
    number = give(alice, story, 1)[0]
    for width in reading.PICTURE_WIDTHS:
        address = f"/stories/{story.pk}/picture/{width}/?v={number}"
        answer = alice.get(address, headers={"accept": accept})
        assert (answer.status_code, answer["Content-Type"]) == (200, kind)
        assert "Accept" in answer["Vary"]


class TestFiles:
    def test_what_a_file_is_can_be_said_later(self, alice: Client, story: StoryPage) -> None:
        files = [SimpleUploadedFile(f"{name}.pdf", b"%PDF-1.7") for name in ("plan", "bill")]
        alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "file": files})
        plan, bill = newest(story).attachments.all()
        data = {**page_of(alice, story), f"title-{plan.key}": "  Our  plan ", f"title-{bill.key}": ""}
        answer = alice.post(f"/write/{story.pk}/keep/", data)
        assert answer.json()["errors"] == {}
        assert [each.title for each in newest(story).attachments.all()] == ["Our plan", "bill"]
        data = {**page_of(alice, story), f"title-{plan.key}": "The plan", "take_out": bill.key}
        alice.post(f"/write/{story.pk}/", data)
        assert [(each.title, each.key) for each in newest(story).attachments.all()] == [("The plan", plan.key)]
        long = {**page_of(alice, story), f"title-{plan.key}": "x" * 161}
        assert "Shorten" in alice.post(f"/write/{story.pk}/", long).text


class TestTheOrder:
    def move(self, client: Client, story: StoryPage, move: str, **more: Any) -> Any:
        return client.post(f"/write/{story.pk}/", {**sent(client, story), "move": move, **more})

    def test_a_button_moves_a_picture_and_keeps_what_was_typed(self, alice: Client, story: StoryPage) -> None:
        one, two, three = give(alice, story, 3)
        answer = self.move(alice, story, f"{three}:up", **{f"gallery-{three}-alt": "A bin"}, took_time="A day")
        assert answer.headers["Location"] == f"/write/{story.pk}/#g-{three}-up"
        assert order(story) == [one, three, two]
        assert (newest(story).gallery.all()[1].alt, newest(story).took_time) == ("A bin", "A day")
        page = alice.get(f"/write/{story.pk}/").text
        assert f'id="g-{one}-up" type="submit" name="move" value="{one}:up" hidden' in page
        assert self.move(alice, story, f"{three}:up").headers["Location"].endswith(f"#g-{three}-down")
        assert order(story) == [three, one, two]

    @pytest.mark.parametrize("move", ["", "x", "0:up", "{one}:", "{one}:sideways", "{one}:up"])
    def test_what_is_no_move_changes_nothing(self, alice: Client, story: StoryPage, move: str) -> None:
        one, two = give(alice, story)
        assert self.move(alice, story, move.format(one=one)).status_code == 303
        assert order(story) == [one, two]

    @pytest.mark.parametrize("came", ["", "{two}", "{two},{two},9,x", "{two},{one}"])
    def test_an_order_is_kept_as_one_types_and_no_picture_is_lost(
        self, alice: Client, story: StoryPage, came: str
    ) -> None:
        one, two = give(alice, story)
        data = {**sent(alice, story), "gallery_order": came.format(one=one, two=two)}
        assert alice.post(f"/write/{story.pk}/keep/", data).json()["errors"] == {}
        assert order(story) == ([two, one] if came else [one, two])

    def test_readers_see_it_once_it_is_published_and_undone_it_is_as_before(
        self, alice: Client, client: Client, cast: Cast, story: StoryPage
    ) -> None:
        one, two = published(alice, cast, story)
        self.move(alice, story, f"{two}:up")
        assert in_the_page(client, story) == [one, two]
        writing.submit(StoryPage.objects.get(pk=story.pk), by=cast.alice)
        moderating.approve(story, by=cast.carol, revision=StoryPage.objects.get(pk=story.pk).latest_revision_id or 0)
        assert in_the_page(client, story) == [two, one]
        assert [row.picture_id for row in StoryPage.objects.get(pk=story.pk).gallery.all()] == [two, one]
        undoing.undo(story, by=cast.carol, review=ReviewState.objects.of_story(story).last().pk)  # type: ignore[union-attr]
        assert in_the_page(client, story) == [one, two]
        assert order(story) == [two, one]

    @pytest.mark.parametrize("choice", ["mine", "theirs"])
    def test_two_orders_are_shown_side_by_side_and_one_is_chosen(
        self, alice: Client, cast: Cast, story: StoryPage, choice: str
    ) -> None:
        one, two, three = give(alice, story, 3)
        alice.post(
            f"/write/{story.pk}/",
            {**sent(alice, story), **{f"gallery-{number}-alt": str(number) for number in (one, two, three)}},
        )
        before = sent(alice, story)
        rows = {row.picture_id: row for row in newest(story).gallery.all()}
        save(story, cast.dina, gallery=[rows[two], rows[one], rows[three]])
        answer = alice.post(f"/write/{story.pk}/", {**before, "move": f"{three}:up"})
        page = BeautifulSoup(answer.content, "html.parser")
        assert answer.status_code == 409
        assert [len(side.select("mark")) for side in page.select(".both .text")] == [3, 3]
        assert f"2. {three}" in page.select_one(".both .text").get_text()
        chosen = {each["name"]: each.get_text().lstrip("\n") for each in page.select("textarea[hidden]")}
        chosen |= {each["name"]: each["value"] for each in page.select("main form[data-chosen] input[type=hidden]")}
        alice.post(f"/write/{story.pk}/", {**chosen, "choose-gallery": choice})
        assert order(story) == ([one, three, two] if choice == "mine" else [two, one, three])


def order(story: StoryPage) -> list[int]:
    return [row.picture_id for row in newest(story).gallery.all()]


def sent(client: Client, story: StoryPage) -> dict[str, Any]:
    """What the page sends, with the order of the pictures."""
    return {**page_of(client, story), "gallery_order": ",".join(map(str, order(story)))}


def in_the_page(client: Client, story: StoryPage) -> list[int]:
    html = client.get(StoryPage.objects.get(pk=story.pk).get_absolute_url()).text
    return list(dict.fromkeys(int(each) for each in re.findall(r"picture/480/\?v=(\d+)", html)))
