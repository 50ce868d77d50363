"""Passages marked where they stand: through markup and marked changes, once for each place, and never guessed."""

import re

from bs4 import BeautifulSoup
from django.utils.safestring import mark_safe
from hypothesis import given, settings
from hypothesis import strategies as st

from practice.comparing import compare_html, compare_texts
from practice.marking import Passage, mark_passages
from practice.passages import squeezed

TEXT = mark_safe(
    '<p>We met at <b>Harland House</b>, on <a href="https://a.example/">a Tuesday &amp; a Friday</a>.</p>'
    "<ul><li>First a walk</li><li>Then a plan</li></ul><p>It held.</p>"
)
NESTED = mark_safe("<p>A plan</p><ul><li>Now<ul><li>A plan</li></ul></li><li>Not a plan</li></ul>")
MET = "We met at Harland House, on a Tuesday & a Friday."


def marked(html: str, words: str, paragraph: str = MET) -> BeautifulSoup:
    return BeautifulSoup(mark_passages(html, [Passage(7, 1, paragraph, words)]), "html.parser")


def words_of(page: BeautifulSoup) -> list[str]:
    return [each.get_text() for each in page.select("mark")]


def bare(html: str) -> str:
    """The markup again without what was put into it."""
    html = re.sub(r'<sup class="remark">.*?</sup>', "", html)
    return re.sub(r'</?mark>|<span class="hidden">.*?</span>', "", html)


def test_the_number_behind_a_passage_leads_to_its_remark_and_can_be_led_back_to():
    page = marked(TEXT, "We met")
    link = page.select_one("sup a")
    assert words_of(page) == ["We met"]
    assert (link["id"], link["href"]) == ("passage-7", "#remark-7")
    assert page.p.get_text() == " [remark 1 on: We met] Remark 1 at Harland House, on a Tuesday & a Friday."


def test_markup_inside_the_passage_stays_as_it_is():
    html = mark_passages(TEXT, [Passage(7, 1, MET, "at Harland House, on a Tuesday")])
    assert words_of(BeautifulSoup(html, "html.parser")) == ["at ", "Harland House", ", on ", "a Tuesday"]
    assert bare(html) == TEXT


def test_no_link_stands_inside_another():
    page = marked(TEXT, "a Tuesday & a")
    assert not page.select("a a")
    assert page.select_one("a[href^='https']").next_sibling.get_text() == "] "


def test_a_passage_is_marked_in_its_paragraph_alone():
    page = marked(NESTED, "plan", "Not a plan")
    assert [each.parent.get_text() for each in page.select("mark")] == ["Not a  [remark 1 on: plan] Remark 1"]


def test_words_that_stand_twice_are_marked_twice_and_one_link_is_led_back_to():
    page = marked(mark_safe("<p>a day and a day, not today</p>"), "day", "a day and a day, not today")
    assert words_of(page) == ["day", "day"]
    assert len(page.select("#passage-7")) == 1
    assert len(page.select("sup a")) == 2


def test_what_changed_around_and_inside_a_passage_stays_marked():
    old = "<p>We met at Harland House on a Monday in May, all of us together.</p>"
    new = "<p>We met at <b>Harland House</b>, on a Tuesday in May, all of us together.</p>"
    html = compare_html(old, new)
    page = marked(
        html, "House, on a Tuesday in May", "We met at Harland House, on a Tuesday in May, all of us together."
    )
    assert squeezed("".join(words_of(page))) == "House, on a Tuesday in May"
    assert page.select("ins mark")
    assert not page.select("del mark, .remark mark")


def test_a_passage_that_was_changed_is_not_marked():
    for words, paragraph in (("on a Friday", MET), ("We met", "We met somewhere else."), ("", MET)):
        assert mark_passages(TEXT, [Passage(7, 1, paragraph, words)]) == TEXT


def test_passages_that_overlap_are_both_marked():
    said = [Passage(7, 1, MET, "We met at Harland"), Passage(8, 2, MET, "Harland House"), Passage(9, 3, MET, MET)]
    html = mark_passages(TEXT, said)
    page = BeautifulSoup(html, "html.parser")
    assert {each["id"] for each in page.select("sup a")} == {"passage-7", "passage-8", "passage-9"}
    assert not page.select("mark mark")
    assert bare(html) == TEXT


def test_a_text_without_markup_is_escaped():
    assert str(mark_passages("<b> & co", [])) == "&lt;b&gt; &amp; co"
    page = marked("<b> & co", "& co", "<b> & co")
    assert words_of(page) == ["& co"]
    assert not page.select("b")


LETTERS = st.text("ab &<>'\"é\n", min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(LETTERS, LETTERS, st.integers(0, 40), st.integers(0, 40))
def test_whatever_is_marked_the_text_stays_as_it_was(old: str, new: str, one: int, other: int):
    first, last = sorted((one, other))
    html = compare_texts(old, new)
    paragraph = squeezed(new)
    words = squeezed(paragraph[first:last])
    again = mark_passages(html, [Passage(7, 1, paragraph, words)])
    assert bare(again) == bare(html)
    assert again.count("<mark>") == again.count("</mark>")
