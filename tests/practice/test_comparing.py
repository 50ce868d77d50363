import time

from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from practice.blocks import blocks_of, words_of
from practice.comparing import FIELDS, compare, compare_html, compare_lists, compare_texts, compare_values
from practice.models import StoryPage, Topic
from tests.cast import Cast, make_story

SOME = st.sampled_from(
    ["bins", "flats", "the", "a", "caretaker", "£1,150", "<script>", "&amp;", "don't", "“so”", ".", "ü"]
)
PHRASE = st.lists(SOME, min_size=1, max_size=12).map(" ".join)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@st.composite
def inline(draw) -> str:
    written = ["{}", "<b>{}</b>", "<i>{}</i>", '<a href="https://ambleford.example/">{}</a>', "{}<br/>"]
    return " ".join(
        draw(st.sampled_from(written)).format(escaped(draw(PHRASE))) for _ in range(draw(st.integers(1, 4)))
    )


@st.composite
def stored(draw) -> str:
    blocks = []
    for kind in draw(st.lists(st.sampled_from(["p", "h3", "blockquote", "ul", "ol", "nested"]), max_size=6)):
        words = draw(inline())
        if kind in ("ul", "ol"):
            blocks.append(f"<{kind}><li>{words}</li><li>{draw(inline())}</li></{kind}>")
        elif kind == "nested":
            blocks.append(f"<ul><li>{words}<ul><li>{draw(inline())}</li></ul></li></ul>")
        else:
            blocks.append(f"<{kind}>{words}</{kind}>")
    return "".join(blocks)


def without(tag: str, marked: str) -> BeautifulSoup:
    """The marked text after one kind of change, and the words that are no part of it, were taken away."""
    soup = BeautifulSoup(marked, "html.parser")
    for extra in [*soup.select(".hidden"), *soup.select(".remark"), *soup.select(tag)]:
        extra.decompose()
    return soup


def texts(soup: BeautifulSoup) -> list[str]:
    return [text for block in blocks_of(str(soup)) if (text := " ".join(block.text.split()))]


def plain(html: str) -> list[str]:
    return [" ".join(block.text.split()) for block in blocks_of(html)]


@given(stored(), stored())
def test_what_was_added_and_what_stayed_is_the_new_text_and_what_was_taken_out_and_stayed_the_old(old, new):
    marked = compare_html(old, new)
    assert texts(without("del", marked)) == plain(new)
    assert texts(without("ins", marked)) == plain(old)


@given(st.text(), st.text())
def test_any_two_texts_are_compared_and_escaped(old, new):
    marked = compare_texts(old, new)
    assert texts(without("del", marked)) == [
        text for text in ["".join(w.space + w.text for w in words_of(new))] if text
    ]
    assert texts(without("ins", marked)) == [
        text for text in ["".join(w.space + w.text for w in words_of(old))] if text
    ]
    assert {tag.name for tag in BeautifulSoup(marked, "html.parser").find_all()} <= {"ins", "del", "span"}


@given(st.text(), st.text())
def test_no_markup_of_the_author_comes_through(old, new):
    hostile = f'<p onclick="x">{old}<img src=x onerror=alert(1)><a href="javascript:alert(1)">{new}</a></p>'
    allowed = {"p", "h3", "h4", "blockquote", "ul", "ol", "li", "ins", "del", "span", "small", "b", "i", "a", "br"}
    for tag in BeautifulSoup(compare_html(old, hostile), "html.parser").find_all():
        assert tag.name in allowed
        assert tag.name != "a"
        assert set(tag.attrs) <= {"class"}


@given(stored())
def test_the_same_text_has_no_marks(html):
    assert not BeautifulSoup(compare_html(html, html), "html.parser").select("ins, del, .remark")


def test_a_word_that_changed_is_marked_alone() -> None:
    marked = compare_html("<p>We let the winner view.</p>", "<p>We let the tenant view.</p>")
    soup = BeautifulSoup(marked, "html.parser")
    assert soup.find("del").get_text() == " [taken out: winner] "
    assert soup.find("ins").get_text() == " [added: tenant] "
    assert soup.p.get_text().startswith("We let the")


def test_a_screen_reader_hears_what_was_added_and_taken_out() -> None:
    soup = BeautifulSoup(compare_texts("34 days", "19 days"), "html.parser")
    assert [hidden.get_text(strip=True) for hidden in soup.select("del .hidden")] == ["[taken out:", "]"]
    assert [hidden.get_text(strip=True) for hidden in soup.select("ins .hidden")] == ["[added:", "]"]


def test_formatting_that_changed_is_told_in_words() -> None:
    marked = compare_html("<p>Ask the caretakers</p>", "<p>Ask <b>the caretakers</b></p>")
    assert "[now bold]" in marked
    assert "<ins>" not in marked
    assert "[no longer bold]" in compare_html("<p><b>Ask</b></p>", "<p>Ask</p>")
    assert "[now a heading, was a paragraph]" in compare_html("<p>Ask</p>", "<h3>Ask</h3>")
    assert "[now a numbered list, was a list]" in compare_html("<ul><li>Ask</li></ul>", "<ol><li>Ask</li></ol>")


def test_a_link_that_leads_elsewhere_is_seen() -> None:
    old, new = (f'<p><a href="https://{name}.example/">the form</a></p>' for name in ("council", "elsewhere"))
    assert "[now a link to https://elsewhere.example/]" in compare_html(old, new)


def test_a_paragraph_that_moved_away_does_not_drag_its_neighbours() -> None:
    old = "<p>One is about bins.</p><p>Two is about flats.</p><p>Three is about people.</p>"
    soup = BeautifulSoup(compare_html(old, old.replace("<p>Two is about flats.</p>", "")), "html.parser")
    assert [each.get_text() for each in soup.find_all("del")] == [" [taken out: Two is about flats.] "]


def test_a_changed_paragraph_stands_in_one_paragraph() -> None:
    old = "<p>A line of its own.</p><p>The time between keys fell from 34 days to 19.</p>"
    new = "<p>The time between keys fell from 34 days to 12.</p><p>Another thing at the end of it all.</p>"
    paragraphs = BeautifulSoup(compare_html(old, new), "html.parser").find_all("p")
    assert len(paragraphs) == 3
    assert "The time between keys fell" in paragraphs[1].get_text()


def test_lists_and_values_are_compared_whole() -> None:
    assert "<ins>" in compare_lists(["bins"], ["bins", "flats"])
    assert compare_lists(["bins"], ["bins"]) == "bins"
    marked = compare_values("Still running", "Stopped")
    assert texts(without("del", marked)) == ["Stopped"]
    assert texts(without("ins", marked)) == ["Still running"]


def test_hostile_lengths_take_bounded_time() -> None:
    pairs = [
        ("a " * 30_000, "a b " * 15_000),
        ("".join(f"<p>{n}</p>" for n in range(8_000)), "".join(f"<p>{n * 2 + 1}</p>" for n in range(8_000))),
        ("<ul><li>" * 5_000 + "deep", "x"),
    ]
    for old, new in pairs:
        began = time.process_time()
        compare_html(old[:60_000], new[:60_000])
        assert time.process_time() - began < 5


def test_every_field_of_a_story_that_people_fill_in_is_compared(cast: Cast) -> None:
    kept = {"id", "path", "slug", "owner", "locked", "locale", "community", "shown", "published_at", "source"}
    kept |= {"title_key", "topic_order", "thrown_away_at", "thrown_away_by", "hidden_at", "corrected_on"}
    ours = {field.name for field in StoryPage._meta.local_fields + StoryPage._meta.local_many_to_many} - kept
    seen = {name for name, *_ in FIELDS}
    assert ours - {"page_ptr", "began_on", "ended_on"} <= seen


def test_two_revisions_of_a_story_are_compared_field_by_field(cast: Cast) -> None:
    story = make_story(cast.waste, by=cast.alice)
    story.topics.set([Topic.objects.create(title="Food waste", slug="food-waste")])
    story.tags.add("caddies")
    story.title = "We asked the residents"
    story.did = "<p>We met at Harland House on a Wednesday at ten.</p>"
    story.council = cast.brockhaven
    changed = {field.name for field in compare(StoryPage.objects.get(pk=story.pk), story) if field.changed}
    assert changed == {"title", "did", "council", "topics", "tags"}
    assert not any(field.changed for field in compare(None, story))
