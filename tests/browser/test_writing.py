"""Writing in a real browser, under the strict policy: by keyboard, without a script, with pictures and topics."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from practice import writing
from practice.models import StoryPage
from tests.browser.drafts import newest, open_draft, saved, strictly
from tests.cast import Cast

pytestmark = pytest.mark.browser


def test_what_is_typed_is_saved_without_a_button(alices: Callable[..., Page], cast: Cast, story: StoryPage) -> None:
    page = strictly(alices())
    editor = open_draft(page, story)
    editor.click()
    page.keyboard.type("We met at ten.")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+b")
    page.keyboard.type("Nobody came.")
    page.get_by_label("Summary").fill("A summary.")
    saved(page)
    assert newest(story).did == "<p>We met at ten.</p><p><b>Nobody came.</b></p>"
    assert newest(story).summary == "A summary."
    expect(page.locator("[data-outline] a[href='#head'][data-done]")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_everything_works_by_keyboard(alices: Callable[..., Page], cast: Cast, story: StoryPage) -> None:
    page = strictly(alices())
    open_draft(page, story)
    page.get_by_label("The part worth repeating").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_text("An example: What was wrong?")).to_be_focused()
    page.keyboard.press("Tab")
    bar = page.get_by_role("toolbar", name="Formatting: What was wrong?")
    expect(bar.get_by_role("button", name="Bold")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(bar.get_by_role("button", name="List", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    editor = page.get_by_role("textbox", name="What was wrong?")
    expect(editor).to_be_focused()
    page.keyboard.type("One")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+]")
    page.keyboard.type("Two words")
    expect(editor).to_contain_text("Two words")
    link = bar.get_by_role("button", name="Link", exact=True)
    for _ in range(5):  # on a busy machine the selection can come before the editor has taken the last letter in
        page.keyboard.press("End")
        page.keyboard.press("Shift+Control+ArrowLeft")
        page.wait_for_timeout(300)
        if link.get_attribute("aria-disabled") == "false":
            break
    expect(link).to_have_attribute("aria-disabled", "false")
    page.keyboard.press("Control+k")
    box = page.get_by_label("Address of the page")
    expect(box).to_be_focused()
    page.keyboard.type("a.example/x")
    page.keyboard.press("Enter")
    expect(editor).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(bar.get_by_role("button", name="List", exact=True)).to_be_focused()
    for _ in range(3):  # the text, the example of the next one, its tool bar
        page.keyboard.press("Tab")
    expect(page.get_by_role("toolbar", name="Formatting: What did you do?").get_by_role("button").first).to_be_focused()
    saved(page)
    assert newest(story).problem == '<ul><li>One<ul><li>Two <a href="https://a.example/x">words</a></li></ul></li></ul>'


def test_going_back_shows_what_was_written(alices: Callable[..., Page], cast: Cast, story: StoryPage) -> None:
    page = strictly(alices())
    editor = open_draft(page, story)
    editor.click()
    page.keyboard.type("Written before leaving.")
    page.get_by_role("link", name="Back to your stories").click()
    page.wait_for_url("**/write/yours/")
    page.go_back()
    page.wait_for_selector("form[data-mounted]")
    if page.locator("#kept").is_visible():
        page.get_by_role("button", name="Use that text").click()
    expect(editor).to_have_text("Written before leaving.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. Only its authors see it.")).to_be_visible()
    assert newest(story).did == "<p>Written before leaving.</p>"


def test_without_a_script_it_is_a_form(alices: Callable[..., Page], cast: Cast, story: StoryPage) -> None:
    page = strictly(alices(javascript=False))
    other = strictly(page.context.new_page())
    page.goto(f"/write/{story.pk}/")
    other.goto(f"/write/{story.pk}/")
    page.get_by_label("What did you do?").fill("First we asked.\n\nThen we did.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("What did you do?")).to_have_value("<p>First we asked.</p>\n<p>Then we did.</p>")
    other.get_by_label("What did you do?").fill("Something else.")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_role("heading", name="Two texts: which one stays?")).to_be_visible()
    other.get_by_role("button", name="Save what I chose").click()
    assert newest(story).did == "<p>Something else.</p>"
    other.get_by_label("Summary").fill("A summary.")
    other.get_by_role("button", name="Check it").click()
    other.get_by_role("button", name="Send it").click()
    expect(other.get_by_text("Being read")).to_be_visible()


def test_topics_are_found_by_the_words_that_people_use(
    alices: Callable[..., Page], cast: Cast, story: StoryPage
) -> None:
    page = strictly(alices())
    open_draft(page, story)
    page.get_by_label("Find a topic").fill("slops")
    expect(page.get_by_label("Food waste")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Waste", exact=True)).to_be_hidden()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_of_writing_are_accessible(
    alices: Callable[..., Page], cast: Cast, story: StoryPage, width: int, dark: bool
) -> None:
    page = alices(width=width, dark=dark)
    for address in ("/write/", f"/write/{story.pk}/", f"/write/{story.pk}/check/", "/write/yours/"):
        page.goto(address)
        if address == f"/write/{story.pk}/":
            page.wait_for_selector("form[data-mounted]")
        results = Axe().run(page)
        assert not results.response["violations"], results.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


DROP = """([kind, names]) => {
    const data = new DataTransfer()
    for (const [name, type] of names) data.items.add(new File(["x"], name, { type }))
    const target = document.querySelector("#id_did_ed")
    target.dispatchEvent(kind === "drop"
        ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
        : new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }))
}"""


def test_pictures_and_files_are_dropped_and_pasted(alices: Callable[..., Page], cast: Cast, story: StoryPage) -> None:
    page = strictly(alices())
    open_draft(page, story)
    page.evaluate(DROP, ["drop", [["bins.png", "image/png"], ["letter.pdf", "application/pdf"]]])
    names = "(control) => [...control.files].map((file) => file.name)"
    assert page.locator("#id_picture").evaluate(names) == ["bins.png"]
    assert page.locator("#id_file").evaluate(names) == ["letter.pdf"]
    expect(page.locator("#id_picture_alt")).to_be_focused()
    page.evaluate(DROP, ["paste", [["shot.png", "image/png"]]])
    assert page.locator("#id_file").evaluate(names) == ["letter.pdf"]
    assert page.locator("#id_more_pictures").evaluate(names) == ["shot.png"]
    expect(page.locator("#files").get_by_role("status").first).to_contain_text("shot.png")


def test_what_is_proposed_is_taken_with_one_click(alices: Callable[..., Page], cast: Cast, story: StoryPage) -> None:
    story.refresh_from_db()
    values: Any = {"did": "<p>We gave out slops caddies for food waste.</p>"}
    writing.save_draft(story, by=cast.alice, base_revision=story.latest_revision_id, values=values)
    page = strictly(alices(width=360))
    page.goto(f"/write/{story.pk}/question/how-it-is-found/")
    page.get_by_role("button", name="Take the topic Food waste").click()
    expect(page.get_by_role("checkbox", name="Food waste")).to_be_checked()
    saved(page)
    assert [topic.title for topic in newest(story).topics.all()] == ["Food waste"]
    # The Enter key goes on to what comes next, and takes nothing.
    page.get_by_label("Other words to find it by").press("Enter")
    page.wait_for_url("**/check/")
    assert [topic.title for topic in newest(story).topics.all()] == ["Food waste"]
