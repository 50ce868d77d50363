"""Stories that begin from something: Word, Markdown, plain text, somebody else's story."""

import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from community import sanctioning
from community.models import Membership
from hub.refusal import Refused
from practice import beginning, writing
from practice.beginning import Beginning, sorted_by_question
from practice.models import StoryPage
from tests.cast import Cast, make_community, make_story
from tests.word import W, docx, link, p, table

REPORT = docx(
    p("Caretakers before caddies", "Title"),
    p("Food waste in eleven blocks of flats."),
    p("Background", "Heading1"),
    p("Five of six bins were abandoned."),
    p("What we did", "Heading1"),
    p("We went to the tea break.", bold=True),
    p("Floor plans", number=1),
    p("Stickers", number=1),
    p("Training", "Heading2"),
    p("Half an hour each."),
    link("The whole report"),
    link("A trap", "l2"),
    p("Findings", "Heading1"),
    table(("Block", "kg"), ("Harland", "0.9")),
    p("Lessons", "Heading1"),
    p("Get the yes in writing."),
)


def given(content: bytes, name: str = "report.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def read(content: bytes, name: str = "report.docx") -> Beginning:
    return beginning.read(given(content, name))


class TestWord:
    def test_its_passages_stand_under_our_questions(self) -> None:
        begun = read(REPORT)
        assert begun.title == "Caretakers before caddies"
        assert begun.values == {
            "problem": "<p>Food waste in eleven blocks of flats.</p><h3>Background</h3>"
            "<p>Five of six bins were abandoned.</p>",
            "did": "<p><b>We went to the tea break.</b></p><ul><li>Floor plans</li><li>Stickers</li></ul>"
            '<h3>Training</h3><p>Half an hour each.</p><p><a href="https://a.example/report">The whole report</a></p>'
            "<p>A trap</p>",
            "happened": "<p>Block | kg</p><p>Harland | 0.9</p>",
            "learned": "<p>Get the yes in writing.</p>",
        }

    def test_without_headings_all_of_it_is_what_was_done(self) -> None:
        begun = read(docx(p("We met at ten."), p("Nobody came.")))
        assert (begun.title, begun.values) == ("", {"did": "<p>We met at ten.</p><p>Nobody came.</p>"})

    def test_numbered_lists_stay_numbered(self) -> None:
        assert read(docx(p("One", number=2), p("Two", number=2))).values["did"] == "<ol><li>One</li><li>Two</li></ol>"

    def test_letters_of_any_script_come_along(self) -> None:
        assert "Llanfair, Łódź & 東京 – “ok”" in read(docx(p("Llanfair, Łódź &amp; 東京 – “ok”"))).values[
            "did"
        ].replace("&amp;", "&")

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            pytest.param(b"", "empty", id="nothing"),
            pytest.param(docx(), "no text", id="no text"),
            pytest.param(REPORT[:900], "damaged", id="cut off"),
            pytest.param(b"PK\x03\x04" + b"\0" * 400, "damaged", id="only looks like one"),
            pytest.param(docx(document="<w:document"), "cannot read", id="broken inside"),
            pytest.param(docx(p("x"), word__vbaProject_bin=b"x"), "macros", id="macros"),
            pytest.param(
                docx(document=f"<w:document {W}>" + " " * 30_000_000 + "</w:document>"), "too long", id="bomb"
            ),
            pytest.param(docx(p("x"), word__media__a_png=b"\0" * 90_000_000), "too long", id="bomb beside the text"),
            pytest.param(docx(*[p("A long line of words. " * 20)] * 700), "100,000", id="very long"),
            pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "older", id="doc"),
            pytest.param(b"%PDF-1.7 x", "attached later", id="pdf"),
            pytest.param(b"x" * 21_000_000, "too large", id="21 MB"),
        ],
    )
    def test_what_cannot_be_taken_is_said(self, content: bytes, words: str) -> None:
        with pytest.raises(Refused, match=words):
            read(content)

    def test_entities_do_not_grow_and_lead_nowhere(self, tmp_path: Any) -> None:
        secret = tmp_path / "secret.txt"
        secret.write_text("the secret")
        outside = f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{secret}">]>'
        laughs = (
            '<!DOCTYPE d [<!ENTITY a "ha">'
            + "".join(f'<!ENTITY {b} "{f"&{a};" * 20}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
            + "]>"
        )
        for start, name in ((outside, "x"), (laughs, "j")):
            body = f"<w:body><w:p><w:r><w:t>&{name};</w:t></w:r></w:p></w:body>"
            try:
                begun = read(docx(document=f'<?xml version="1.0"?>{start}<w:document {W}>{body}</w:document>'))
            except Refused:
                continue
            assert "secret" not in str(begun)

    def test_deep_nesting_ends(self) -> None:
        deep = "<w:tbl><w:tr><w:tc>" * 4000 + p("deep") + "</w:tc></w:tr></w:tbl>" * 4000
        with pytest.raises(Refused):
            read(docx(deep))

    def test_a_zip_of_another_kind_is_none(self) -> None:
        out = BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("a.html", "<script>")
        with pytest.raises(Refused, match="cannot take"):
            read(out.getvalue())


class TestMarkdown:
    def test_it_is_read_as_word_is(self) -> None:
        begun = read(b"# Bins\n\n## Why\n\nFull *bins*.\n\n## Results\n\n- Empty\n\n<b onclick=x>Dry</b>", "report.md")
        assert begun.title == "Bins"
        assert begun.values == {
            "problem": "<p>Full <i>bins</i>.</p>",
            "happened": "<ul><li>Empty</li></ul><p><b>Dry</b></p>",
        }

    def test_plain_text_and_old_letters(self) -> None:
        assert read("Caf\xe9 at ten.".encode("cp1252"), "note.txt").values == {"did": "<p>Café at ten.</p>"}

    def test_a_short_summary_becomes_the_summary(self) -> None:
        begun = sorted_by_question("<h3>Summary</h3><p>Short.</p><h3>Summary of costs</h3><p>More.</p>")
        assert begun.values["summary"] == "Short."
        assert "More." in begun.values["problem"]


class TestPage:
    @pytest.fixture
    def alice(self, client: Client, cast: Cast) -> Client:
        client.force_login(cast.alice)
        return client

    def test_a_document_becomes_a_draft(self, alice: Client, cast: Cast) -> None:
        assert alice.get("/write/from-a-document/").status_code == 200
        data = {"document": given(REPORT), "title": "", "community": cast.waste.pk}
        response = alice.post("/write/from-a-document/", data)
        story = StoryPage.objects.get()
        assert response["Location"] == f"/write/{story.pk}/"
        draft = writing.draft_of(story)
        assert draft.title == "Caretakers before caddies"
        assert draft.learned == "<p>Get the yes in writing.</p>"

    def test_a_title_is_asked_for_where_there_is_none(self, alice: Client, cast: Cast) -> None:
        data = {"document": given(docx(p("We met."))), "title": "", "community": cast.waste.pk}
        response = alice.post("/write/from-a-document/", data)
        assert response.status_code == 422
        assert "no title of its own" in response.text

    def test_what_is_wrong_with_it_is_said(self, alice: Client, cast: Cast) -> None:
        data = {"document": given(b"PK\x03\x04no"), "title": "X", "community": cast.waste.pk}
        response = alice.post("/write/from-a-document/", data)
        assert response.status_code == 422
        assert "damaged" in response.text
        assert not StoryPage.objects.exists()

    def test_a_community_of_others_cannot_be_chosen(self, alice: Client, cast: Cast) -> None:
        other = make_community("Other", facilitator=cast.carol)
        data = {"document": given(REPORT), "title": "X", "community": other.pk}
        assert alice.post("/write/from-a-document/", data).status_code == 422

    def test_those_who_belong_nowhere_are_told(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.eve)
        assert "Join one first" in client.get("/write/from-a-document/").text


class TestSomebodyElsesStory:
    def test_we_did_this_too_records_where_it_grew_from(self, client: Client, cast: Cast) -> None:
        source = make_story(cast.waste, by=cast.alice)
        client.force_login(cast.bob)
        assert f"/write/?from={source.pk}" in client.get(source.get_absolute_url()).text
        page = client.get(f"/write/?from={source.pk}")
        assert source.title in page.text
        assert page.context["form"].initial["community"] == cast.waste
        client.post("/write/", {"title": "We too", "community": cast.waste.pk, "from": source.pk})
        story = StoryPage.objects.get(draft_title="We too")
        assert writing.draft_of(story).based_on == source

    def test_not_of_a_story_that_one_may_not_read(self, client: Client, cast: Cast) -> None:
        hidden = make_community("Secret", facilitator=cast.carol, visibility="hidden")
        source = make_story(hidden, by=cast.carol, title="A secret title")
        client.force_login(cast.bob)
        assert "A secret title" not in client.get(f"/write/?from={source.pk}").text
        client.post("/write/", {"title": "We too", "community": cast.waste.pk, "from": source.pk})
        assert StoryPage.objects.get(draft_title="We too").based_on is None
        assert client.get("/write/?from=nonsense").status_code == 200


def test_who_may_not_write_there_at_present_is_told_so(client: Client, cast: Cast) -> None:
    sanctioning.mute(Membership.objects.get(person=cast.alice), by=cast.carol, reason="Be kind.", days=3)
    client.force_login(cast.alice)
    answer = client.post("/write/from-a-document/", {"community": cast.waste.pk, "document": given(REPORT)})
    assert answer.status_code == 422
    assert "but not write in it until" in answer.text
