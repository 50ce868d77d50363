"""The checklist and the ready reasons of a community."""

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.test import Client

from hub.refusal import Refused
from practice import sheets, writing
from practice.models import ReviewState, StoryPage
from practice.models.sheet import CHECKLIST
from search import rebuilding
from tests.cast import Cast, make_community, make_story
from tests.practice.steps import save, send


def write(cast: Cast, **given: object) -> None:
    values = {"by": cast.carol, "checklist": "It is true\n\nIt is  kind", "reasons": "Cost\nWhat was it?", "edition": 0}
    sheets.write_sheet(cast.waste, **{**values, **given})  # type: ignore[arg-type]


class TestWriting:
    def test_a_community_begins_with_a_checklist_and_reasons(self, cast: Cast):
        sheet = sheets.sheet_of(cast.waste)
        assert sheet.lines() == CHECKLIST
        assert sheet.ready()[0].name == "What did it cost"
        assert sheet.ready()[0].words.startswith("Please say what it took")

    def test_what_its_facilitators_write_takes_their_place(self, cast: Cast):
        write(cast)
        sheet = sheets.sheet_of(cast.waste)
        assert sheet.lines() == ["It is true", "It is kind"]
        assert [(each.name, each.words) for each in sheet.ready()] == [("Cost", "What was it?")]
        write(cast, checklist="", reasons="", edition=1)
        assert sheets.sheet_of(cast.waste).lines() == []

    @pytest.mark.parametrize("name", ["alice", "eve"])
    def test_others_do_not_write_it(self, cast: Cast, name: str):
        with pytest.raises(PermissionDenied):
            write(cast, by=getattr(cast, name))

    def test_of_two_who_write_at_once_the_second_is_told(self, cast: Cast):
        write(cast)
        with pytest.raises(Refused, match="Somebody else"):
            write(cast, by=cast.dina)

    @pytest.mark.parametrize(
        "given",
        [
            {"checklist": "\n".join(map(str, range(13)))},
            {"checklist": "x" * 161},
            {"reasons": "\n\n".join(map(str, range(21)))},
            {"reasons": f"{'x' * 81}\nwords"},
            {"reasons": "x" * 2001},
        ],
    )
    def test_what_is_too_long_is_refused(self, cast: Cast, given: dict[str, str]):
        with pytest.raises(Refused):
            write(cast, **given)


@pytest.fixture
def carol(client: Client, cast: Cast) -> Client:
    client.force_login(cast.carol)
    return client


def page(client: Client, address: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(address).content, "html.parser")


class TestPages:
    def test_it_is_written_on_a_page_of_the_community_and_stands_beside_a_story(self, carol: Client, cast: Cast):
        address = f"/communities/{cast.waste.slug}/reviewing/"
        assert "Nothing sells a supplier" in page(carol, address).select_one("#id_checklist").get_text()
        carol.post(address, {"edition": 0, "checklist": "Is it true?", "reasons": "Cost\nWhat did it cost?"})
        shown = page(carol, f"/moderate/{send(cast).pk}/")
        assert [each.get_text(strip=True) for each in shown.select("fieldset .choice")] == ["Is it true?"]
        assert [each.get_text() for each in shown.select("#id_reason option")] == ["a ready reason", "Cost"]

    def test_what_somebody_else_wrote_meanwhile_is_shown_beside_ones_own(self, carol: Client, cast: Cast):
        write(cast, checklist="Theirs")
        answer = carol.post(
            f"/communities/{cast.waste.slug}/reviewing/", {"edition": 0, "checklist": "Mine", "reasons": ""}
        )
        shown = BeautifulSoup(answer.content, "html.parser")
        assert answer.status_code == 409
        assert "Theirs" in shown.select_one("section[aria-labelledby=theirs]").get_text()
        assert shown.select_one("#id_checklist").get_text().strip() == "Mine"
        assert shown.select_one("[name=edition]")["value"] == "1"

    def test_a_ready_reason_is_put_into_the_note_without_a_script(self, carol: Client, cast: Cast):
        story = send(cast)
        values = {
            "do": "fill",
            "reason": "0",
            "note": "Thank you.",
            "revision": story.latest_revision_id,
            "checked": "1",
        }
        shown = BeautifulSoup(carol.post(f"/moderate/{story.pk}/", values).content, "html.parser")
        assert shown.select_one("#id_note").get_text().startswith("Thank you.\n\nPlease say what it took")
        assert [box["value"] for box in shown.select("input[name=checked][checked]")] == ["1"]
        assert not shown.title.get_text().startswith("Error")
        assert ReviewState.objects.of_story(story).waiting().exists()

    def test_a_reason_that_was_chosen_is_sent_where_nothing_was_typed(self, carol: Client, cast: Cast):
        story = send(cast)
        values = {"do": "ask", "reason": "0", "note": " ", "revision": story.latest_revision_id}
        assert carol.post(f"/moderate/{story.pk}/", values).status_code == 302
        assert ReviewState.objects.of_story(story).get().comment.startswith("Please say what it took")

    @pytest.mark.parametrize("reason", ["99", "x", "-1"])
    def test_a_made_up_reason_puts_in_nothing(self, carol: Client, cast: Cast, reason: str):
        story = send(cast)
        answer = carol.post(f"/moderate/{story.pk}/", {"do": "fill", "reason": reason, "note": "Mine"})
        assert BeautifulSoup(answer.content, "html.parser").select_one("#id_note").get_text() == "Mine"


class TestBesideTheText:
    def test_like_stories_are_named_though_the_one_that_waits_is_in_no_index(self, carol: Client, cast: Cast):

        make_story(cast.waste, by=cast.bob, title="We asked the caretakers about caddies")
        rebuilding.rebuild()
        shown = page(carol, f"/moderate/{send(cast).pk}/")
        assert "about caddies" in shown.select_one("section[aria-labelledby=doubles-h]").get_text()

    def test_like_stories_of_a_closed_community_are_not(self, carol: Client, cast: Cast):

        closed = make_community("Closed", visibility="hidden")
        make_story(closed, by=cast.bob, title="We asked the caretakers about caddies")
        make_story(closed, by=cast.alice, title="Another of hers")
        rebuilding.rebuild()
        text = page(carol, f"/moderate/{send(cast).pk}/").get_text()
        assert "about caddies" not in text
        assert "Another of hers" not in text

    def test_what_its_author_told_before_is_named(self, carol: Client, cast: Cast):

        make_story(cast.waste, by=cast.alice, title="Keys by post")
        make_story(cast.waste, by=cast.alice, title="Not sent", live=False)
        shown = page(carol, f"/moderate/{send(cast).pk}/").select_one("section[aria-labelledby=others-h]").get_text()
        assert "Also told by Alice Marlow" in shown
        assert "Keys by post" in shown
        assert "Not sent" not in shown

    def test_what_looks_like_personal_data_is_pointed_out(self, carol: Client, cast: Cast):

        story = send(cast)
        assert not page(carol, f"/moderate/{story.pk}/").select("section[aria-labelledby=personal-h]")
        save(story, cast.alice, did="<p>Ring Ann on 01632 960 123.</p>")
        writing.submit(StoryPage.objects.get(pk=story.pk), by=cast.alice)
        shown = page(carol, f"/moderate/{story.pk}/").select_one("section[aria-labelledby=personal-h]")
        assert "Telephone number: 01632 960 123" in shown.get_text(" ", strip=True)
