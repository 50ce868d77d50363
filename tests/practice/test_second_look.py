import time

import pytest
from django.test import Client

from practice import writing
from practice.models import StoryPage
from practice.personal import personal_data_in
from practice.plainness import look_at, reading_age, sentences_of, unexplained
from tests.cast import Cast


def kinds(text: str) -> list[str]:
    return [find.kind for find in personal_data_in(text)]


class TestPersonalData:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("Write to ann.o'neil@ambleford.gov.example.", "e-mail address"),
            ("Write to ann+bins@ambleford.example", "e-mail address"),
            ("Ring 01632 960123", "telephone number"),
            ("Ring (020) 7946 0123.", "telephone number"),
            ("Ring 07700 900 123", "telephone number"),
            ("Ring +44 7700 900123 or come", "telephone number"),
            ("Ring +44 (0)20 7946 0123", "telephone number"),
            ("her number 943 476 5919 is", "NHS number"),
            ("her number 9434765919.", "NHS number"),
            ("NI AB 12 34 56 C", "National Insurance number"),
            ("NI ab123456c", "National Insurance number"),
            ("Mrs Smith, born 3 May 1941, lives", "date of birth"),
            ("DOB: 03/05/1941", "date of birth"),
            ("date of birth was 03-05-41", "date of birth"),
        ],
    )
    def test_is_found(self, text: str, kind: str) -> None:
        assert kinds(text) == [kind]

    @pytest.mark.parametrize(
        "text",
        [
            "In 2021/22 we spent £11,400 and £1,234,567,890.",
            "From 12 May 2021 to 03/04/2022 we met 1,200 times.",
            "The report 943 476 5918 has a wrong check digit.",
            "Contract 0000000000",
            "Call 999, 111 or 101.",
            "Case GB123456A, and QQ123456C, are examples.",
            "Two babies were born in the week of the snow.",
            "EN 12 34 56 is a standard",
            "@council on the net",
        ],
    )
    def test_what_is_none_is_left_in_peace(self, text: str) -> None:
        assert kinds(text) == []

    def test_each_is_named_once_in_its_order(self) -> None:
        text = "01632 960123, a@b.example, 01632 960123"
        assert kinds(text) == ["telephone number", "e-mail address"]

    def test_it_takes_bounded_time(self) -> None:
        begun = time.monotonic()
        for text in (
            "0 " * 50_000,
            "a@" * 50_000,
            "a." * 50_000 + "@",
            "born " * 20_000,
            "AB 12 " * 20_000,
            "1-" * 50_000,
        ):
            personal_data_in(text)
            look_at(text)
        look_at("A" * 100_000)
        look_at("word " * 20_000)
        assert time.monotonic() - begun < 5


class TestPlainness:
    def test_long_sentences_are_named_longest_first(self) -> None:
        text = " ".join(["word"] * 31) + ". Other " + " ".join(["other"] * 40) + ". Short."
        assert [sentence.split()[0] for sentence in look_at(text).long_sentences] == ["Other", "word"]

    def test_a_line_ends_a_sentence(self) -> None:
        assert sentences_of("One\nTwo. Three! “Four?” Five e.g. Six") == [
            "One",
            "Two.",
            "Three!",
            "“Four?",
            "Five e.g. Six",
        ]

    def test_the_reading_age_rises_with_the_words(self) -> None:
        easy = sentences_of("We went to the bins. We saw what was in them. " * 12)
        hard = sentences_of(
            "Interdepartmental implementation considerations necessitated organisational realignment. " * 20
        )
        assert reading_age(easy) < 9 < 18 < reading_age(hard)
        assert reading_age(["Too short to say."]) is None

    def test_letters_without_their_words_are_named(self) -> None:
        text = (
            "The MRF (materials recovery facility), the waste transfer station (WTS), the NHS, RCVs and the D&A board."
        )
        assert unexplained(text) == ["RCV", "D&A"]

    def test_a_plain_text_has_nothing(self) -> None:
        assert not look_at("We met at ten. Nobody came.")


class TestBeforeSending:
    @pytest.fixture
    def draft(self, cast: Cast, client: Client) -> StoryPage:
        client.force_login(cast.alice)
        story = writing.start(by=cast.alice, title="We asked", community=cast.waste)
        story.refresh_from_db()
        writing.save_draft(
            story,
            by=cast.alice,
            base_revision=story.latest_revision_id,
            values={"summary": "We asked the RCV crews.", "did": "<p>Ring Ann on <b>07700</b> 900123.</p>"},
        )
        return story

    def test_its_author_is_asked_once(self, client: Client, draft: StoryPage) -> None:
        page = client.get(f"/write/{draft.pk}/check/")
        assert "07700 900123" in page.text
        assert "<b>RCV</b>" in page.text
        refused = client.post(f"/write/{draft.pk}/check/", {"note": "Please look"})
        assert refused.status_code == 422
        assert "Please look" in refused.text
        assert "<title>Error: " in refused.text
        draft.refresh_from_db()
        assert draft.state == StoryPage.State.DRAFT
        assert client.post(f"/write/{draft.pk}/check/", {"may_stay": "on"}).status_code == 302
        draft.refresh_from_db()
        assert draft.state == StoryPage.State.IN_REVIEW

    def test_without_any_nothing_is_asked(self, client: Client, cast: Cast, draft: StoryPage) -> None:
        draft.refresh_from_db()
        writing.save_draft(
            draft, by=cast.alice, base_revision=draft.latest_revision_id, values={"did": "<p>We did.</p>"}
        )
        assert "may_stay" not in client.get(f"/write/{draft.pk}/check/").text
        assert client.post(f"/write/{draft.pk}/check/", {}).status_code == 302
