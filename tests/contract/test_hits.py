"""What is told of a hit, in which order, and page by page."""

from dataclasses import replace
from datetime import UTC, datetime

from search.engines.base import CANDIDATES
from search.query import Sort
from tests.contract.conftest import about, ids, story


def test_a_hit_carries_what_a_list_shows(write, ask) -> None:
    write(story(7, "Bins & boxes", source="bins-and-boxes"))
    (hit,) = ask("bins").hits
    assert (hit.kind, hit.id, hit.title, hit.url, hit.source) == ("story", 7, "Bins & boxes", "/7/", "bins-and-boxes")


def test_what_matched_is_marked_and_everything_is_escaped(write, ask) -> None:
    write(story(1, "<b>Bins</b> & boxes", summary="<script>bins</script>"))
    (hit,) = ask("bins").hits
    assert hit.marked_title == "&lt;b&gt;<mark>Bins</mark>&lt;/b&gt; &amp; boxes"
    assert hit.snippet == "&lt;script&gt;<mark>bins</mark>&lt;/script&gt;"


def test_signs_for_marks_in_a_text_do_no_harm(write, ask) -> None:
    write(story(1, "Bins \ue000and\ue001 boxes"))
    assert ask("bins").hits[0].marked_title == "<mark>Bins</mark> and boxes"


def test_the_snippet_comes_from_the_part_that_matches(write, ask) -> None:
    text = "Nothing to see. " * 200 + "At last the caretaker unlocked the store. " + "Nothing to see. " * 200
    write(story(1, "A story", summary="A summary", text=text))
    snippet = ask("caretaker").hits[0].snippet
    assert "<mark>caretaker</mark> unlocked the store" in snippet
    assert len(snippet) < 400


def test_the_summary_is_shown_when_nothing_of_the_text_matches(write, ask) -> None:
    write(story(1, "Bins", summary="A summary & more", text="A text"))
    assert ask("bins").hits[0].snippet == "A summary &amp; more"
    assert ask().hits[0].snippet == "A summary &amp; more"


def test_a_hit_says_which_topic_matched_by_another_word(write, ask) -> None:
    write(story(1, "A story", topics=(about("Damp and mould", "wet wall", "black edge"), about("Housing"))))
    assert ask('"wet wall"').hits[0].matched == ("Damp and mould",)


def test_the_newest_comes_first_without_words_and_when_asked(write, ask) -> None:
    write(
        story(1, "Bins bins bins", published=datetime(2024, 1, 1, tzinfo=UTC)),
        story(2, "Boxes and bins", published=datetime(2026, 1, 1, tzinfo=UTC)),
        story(3, "Nothing", published=datetime(2025, 1, 1, tzinfo=UTC)),
    )
    assert ids(ask()) == [2, 3, 1]
    assert ids(ask("bins", sort=Sort.NEWEST)) == [2, 1]
    assert ids(ask("bins")) == [1, 2]


def test_pages_follow_each_other_without_gap_or_repeat(write, ask) -> None:
    write(*(story(number, "Bins") for number in range(1, 26)))
    pages = [ids(ask("bins", page=page, size=10)) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [10, 10, 5, 0]
    assert len({id for page in pages for id in page}) == 25
    assert ask("bins", page=4, size=10).total == 25


def test_a_second_score_reorders_the_first_hundred(write, ask) -> None:
    write(*(story(number, "Bins " * (1 + number % 7)) for number in range(1, 131)))
    asked = []

    def upside_down(candidates):
        asked.append(len(candidates))
        return [replace(each, score=float(number)) for number, each in enumerate(reversed(candidates))][::1]

    plain = [id for page in range(1, 8) for id in ids(ask("bins", page=page))]
    turned = [id for page in range(1, 8) for id in ids(ask("bins", page=page, second=upside_down))]
    assert turned[:CANDIDATES] == plain[:CANDIDATES][::-1]
    assert turned[CANDIDATES:] == plain[CANDIDATES:]
    assert set(asked) == {CANDIDATES}
    assert ask("bins", second=upside_down).total == 130


def test_a_second_score_has_no_say_in_the_order_of_time(write, ask) -> None:
    write(*(story(number, "Bins") for number in range(1, 5)))
    assert ids(ask("bins", sort=Sort.NEWEST, second=lambda candidates: candidates[::-1])) == [4, 3, 2, 1]
