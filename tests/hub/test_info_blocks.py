"""What a page about the site can be made of, how it is shown, and that what was written before is carried over."""

import importlib
import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from wagtail.rich_text import RichText
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from hub.info_blocks import LinkBlock
from hub.models import HomePage, InfoPage, Picture
from tests.access.world import picture as make_picture
from tests.cast import Cast

earlier = importlib.import_module("hub.migrations.0004_text_of_information_pages")


@pytest.fixture
def picture(db: None) -> Picture:
    return make_picture()


@pytest.fixture
def page(picture: Picture) -> InfoPage:
    """A page with one block of each kind."""
    about = InfoPage.objects.get(slug="about")
    made = InfoPage(
        title="Help",
        slug="help",
        body=[
            ("heading", "How to ask"),
            ("text", RichText("<p>Ask <b>anybody</b>.</p>")),
            ("questions", [{"question": "Who reads it?", "answer": RichText("<p>A colleague.</p>")}]),
            ("picture", {"picture": picture, "words": "A bin", "caption": "Ours"}),
            ("notice", {"heading": "Mind", "text": RichText("<p>No names.</p>")}),
            (
                "links",
                [
                    {"title": "About", "words": "Who we are", "page": about, "address": ""},
                    {"title": "Elsewhere", "words": "", "page": None, "address": "https://example.org/"},
                ],
            ),
        ],
    )
    HomePage.objects.get().add_child(instance=made)
    return InfoPage.objects.get(pk=made.pk)


def shown(client: Client, page: InfoPage) -> BeautifulSoup:
    response = client.get(f"/{page.slug}/")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_each_kind_of_block_is_shown_in_the_look_of_the_site(client: Client, page: InfoPage) -> None:
    seen = shown(client, page)
    heading = seen.select_one("article h2")
    assert heading
    assert (heading.get_text(), heading["id"]) == ("How to ask", "how-to-ask")
    assert seen.select_one("details > summary").get_text() == "Who reads it?"  # type: ignore[union-attr]
    assert "A colleague." in seen.select_one("details").get_text()  # type: ignore[union-attr]
    assert "Mind" in seen.select_one(".notice").get_text()  # type: ignore[union-attr]
    assert [link["href"] for link in seen.select("li.panel a")] == ["/about/", "https://example.org/"]
    image = seen.select_one("figure img")
    assert image
    assert image["alt"] == "A bin"
    assert "Ours" in seen.select_one("figcaption").get_text()  # type: ignore[union-attr]
    assert client.get(str(image["src"]))["Content-Type"] == "image/webp"


def test_a_card_for_a_page_that_is_not_published_any_more_is_left_out(client: Client, page: InfoPage) -> None:
    InfoPage.objects.get(slug="about").unpublish()
    assert [link.get_text() for link in shown(client, page).select("li.panel a")] == ["Elsewhere"]


def test_only_a_picture_of_the_page_is_served_and_only_while_that_is_published(
    client: Client, page: InfoPage, cast: Cast, picture: Picture
) -> None:
    other = make_picture()

    def status(number: int, width: int = 480) -> int:
        return client.get(reverse("info-picture", args=[page.pk, number, width])).status_code

    assert (status(picture.pk), status(picture.pk, 481), status(other.pk)) == (200, 404, 404)
    page.unpublish()
    assert status(picture.pk) == 404
    client.force_login(cast.alice)
    assert status(picture.pk) == 404
    client.force_login(cast.dina)
    assert status(picture.pk) == 200
    picture.file.storage.delete(picture.file.name)
    picture.renditions.all().delete()
    assert status(picture.pk) == 404


@pytest.mark.parametrize(
    ("address", "is_right"),
    [
        ("https://example.org/a", True),
        ("/communities/", True),
        ("mailto:hub@example.org", True),
        ("", False),
        ("javascript:alert(1)", False),
        ("//evil.example/", False),
        ("/\\evil.example", False),
        ("example.org", False),
    ],
)
def test_a_card_leads_to_one_safe_place(address: str, is_right: bool) -> None:
    block = LinkBlock()
    value = block.to_python({"title": "A", "words": "", "page": None, "address": address})
    if is_right:
        assert block.clean(value)["address"] == address
    else:
        with pytest.raises(ValidationError):
            block.clean(value)


def test_an_editor_writes_such_a_page_in_the_admin(client: Client, cast: Cast, page: InfoPage) -> None:
    client.force_login(cast.dina)
    assert client.get(f"/admin/pages/{page.pk}/edit/").status_code == 200
    asked: list[tuple[str, Any]] = [("question", "Is it free?"), ("answer", rich_text("<p>Yes.</p>"))]
    values = nested_form_data(
        {
            "title": "Help",
            "slug": "help",
            "body": streamfield(
                [
                    ("heading", "Money"),
                    ("questions", inline_formset_of(dict(asked))),
                ]
            ),
            "comments": inline_formset([]),
        }
    )
    response = client.post(f"/admin/pages/{page.pk}/edit/", {**values, "action-publish": "1"})
    assert response.status_code == 302
    seen = shown(client, page)
    assert seen.select_one("article h2").get_text() == "Money"  # type: ignore[union-attr]
    assert "Yes." in seen.select_one("details").get_text()  # type: ignore[union-attr]


def inline_formset_of(value: dict[str, Any]) -> dict[str, Any]:
    """What the admin sends of a list with one value."""
    return {"count": "1", "0": {"deleted": "", "order": "0", "id": "", "type": "item", "value": value}}


class TestWhatWasWrittenBefore:
    def test_headings_and_the_text_between_them_become_blocks(self):
        body = (
            "<p>First.</p><h2>Why &amp; <b>how</b></h2><p>Second.</p>\n<h3>Small</h3><p>Third.</p><h2></h2><p>Last.</p>"
        )
        blocks = json.loads(earlier.in_blocks(body))
        assert [(each["type"], each["value"]) for each in blocks] == [
            ("text", "<p>First.</p>"),
            ("heading", "Why & how"),
            ("text", "<p>Second.</p>\n<h3>Small</h3><p>Third.</p><p>Last.</p>"),
        ]
        assert len({each["id"] for each in blocks}) == 3

    def test_a_heading_that_is_too_long_stays_in_the_text(self):
        (block,) = json.loads(earlier.in_blocks(f"<h2>{'long ' * 40}</h2><p>Text.</p>"))
        assert block["value"].startswith("<h3>long")

    def test_there_and_back_it_says_the_same(self):
        body = "<p>First.</p><h2>Why</h2><p>Second.</p>"
        assert earlier.in_text(earlier.in_blocks(body)).replace("\n", "") == body
        assert json.loads(earlier.in_blocks("")) == []
