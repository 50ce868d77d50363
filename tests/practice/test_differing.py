"""Two texts side by side, with the words marked that only one of them has."""

import re

from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.richtext import clean_html
from practice.differing import html_side_by_side, lists_side_by_side, texts_side_by_side


def marks(html: str) -> list[str]:
    soup = BeautifulSoup(html, "html.parser")
    for spoken in soup.select(".hidden"):
        spoken.decompose()
    return [mark.get_text() for mark in soup.select("mark")]


def test_words_that_only_one_text_has_are_marked_in_it() -> None:
    one, other = html_side_by_side(
        "<p>We met <b>on Tuesday</b> at ten.</p><p>Nobody came.</p>",
        "<p>We met <b>on Monday</b> at ten.</p><ul><li>Two came.</li></ul>",
    )
    assert (marks(one), marks(other)) == (["Tuesday", "Nobody"], ["Monday", "Two"])
    assert "<b>on </b>" not in one
    assert "<ul><li>" in other


def test_the_same_text_has_no_marks_and_a_word_in_another_look_has() -> None:
    assert html_side_by_side("<p>a b</p>", "<p>a b</p>") == ("<p>a b</p>", "<p>a b</p>")
    one, other = html_side_by_side("<p>a b</p>", "<p>a <i>b</i></p>")
    assert (marks(one), marks(other)) == (["b"], ["b"])


def test_short_texts_and_lists_are_marked_too_and_nothing_typed_is_markup() -> None:
    one, other = texts_side_by_side("Four <b> weeks", "Five <b> weeks")
    assert (marks(one), marks(other)) == (["Four"], ["Five"])
    assert "<b>" not in one
    one, other = lists_side_by_side(["flats", "<i>"], ["flats"])
    assert marks(one) == ["<i>"]
    assert other == "flats"


words = st.text(st.sampled_from("ab <>/pbi&\n.l"), max_size=40)


@settings(max_examples=100, deadline=None)
@given(words, words)
def test_no_word_is_lost_on_either_side(one: str, other: str) -> None:
    one, other = clean_html(one), clean_html(other)
    for text, shown in zip((one, other), html_side_by_side(one, other), strict=True):
        soup = BeautifulSoup(shown, "html.parser")
        for spoken in soup.select(".hidden"):
            spoken.decompose()
        plain = re.sub(r"\s", "", BeautifulSoup(text, "html.parser").get_text())
        assert re.sub(r"\s", "", soup.get_text()) == plain
