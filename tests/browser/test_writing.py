"""Writing in a real browser, under the strict policy: nothing is lost or written over, and Word comes along."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, Route, expect

from practice import writing
from practice.models import StoryPage, Topic
from tests.cast import Cast

pytestmark = pytest.mark.browser

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'"
)
WORD = (
    '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0}</style></head><body>'
    '<!--StartFragment--><h1 style="mso-outline-level:1">Findings</h1>'
    '<p class=MsoNormal style="margin:0cm"><b style="mso-bidi-font-weight:normal"><span lang=EN-GB>Bold</span></b> and '
    '<span style="font-style:italic">slanted</span>\u00a0words<o:p></o:p></p>'
    '<p class=MsoListParagraphCxSpFirst style="text-indent:-18.0pt;mso-list:l0 level1 lfo1"><![if !supportLists]>'
    '<span style="font-family:Symbol"><span style="mso-list:Ignore">·<span>   </span></span></span><![endif]>First</p>'
    '<p class=MsoListParagraphCxSpMiddle style="mso-list:l0 level2 lfo1"><span style="mso-list:Ignore">o<span> </span>'
    "</span>Inner</p>"
    '<p class=MsoListParagraphCxSpLast style="mso-list:l0 level1 lfo1"><span style="mso-list:Ignore">·<span> </span>'
    "</span>Second</p>"
    '<table style="border:none"><tr><td style="width:10pt"><p>Ward</p></td><td><p>Bins</p></td></tr></table>'
    '<p class=MsoNormal><img src="file:///C:/x.png" style="width:10px"> '
    '<a href="https://a.example/" style="color:blue">a link</a> '
    '<a href="javascript:alert(1)">no link</a></p><!--EndFragment--></body></html>'
)
GOOGLE = (
    '<b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr" style="line-height:1.38"><span style="'
    'font-size:11pt;font-weight:700">Bold</span><span style="font-weight:400"> plain</span></p><ul><li dir="ltr" '
    'aria-level="1"><p role="presentation"><span style="font-weight:400">One</span></p></li><ul><li aria-level="2"><p>'
    "Two</p></li></ul></ul></b>"
)
WORD_ONLINE = (
    '<div class="ListContainerWrapper SCXW1"><ol class="NumberListStyle1" start="1"><li data-aria-level="1" '
    'data-leveltext="%1."><p class="Paragraph" style="margin:0"><span>Alpha</span></p></li></ol></div>'
    '<div class="ListContainerWrapper"><ol start="1"><li data-aria-level="2"><p><span>Beta</span></p></li></ol></div>'
    '<div class="ListContainerWrapper"><ol start="2"><li data-aria-level="1"><p><span>Gamma</span></p></li></ol></div>'
)


@pytest.fixture
def story(cast: Cast) -> StoryPage:
    waste = Topic.objects.create(title="Waste", slug="waste")
    Topic.objects.create(title="Food waste", slug="food-waste", parent=waste, other_words="slops")
    return writing.start(by=cast.alice, title="We asked the caretakers", community=cast.waste)


@pytest.fixture
def alices(open_page: Callable[..., Page], cast: Cast, client: Client, live_server: Any) -> Callable[..., Page]:
    """Opens pages for Alice, who is signed in already."""
    client.force_login(cast.alice)

    def make(**how: Any) -> Page:
        page = open_page(**how)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return page

    make.complaints = open_page.complaints  # type: ignore[attr-defined]
    return make


def newest(story: StoryPage) -> StoryPage:
    return writing.draft_of(StoryPage.objects.get(pk=story.pk))


def strictly(page: Page) -> Page:
    """Serve every page under the strict policy, whatever the site's own says."""

    def answer(route: Route) -> None:
        response = route.fetch(max_redirects=0)
        route.fulfill(response=response, headers={**response.headers, "content-security-policy": POLICY})

    page.route(lambda address: "/write/" in address and not address.endswith("/keep/"), answer)
    return page


def open_draft(page: Page, story: StoryPage) -> Any:
    page.goto(f"/write/{story.pk}/")
    page.wait_for_selector("form[data-mounted]")
    return page.locator("#id_did_ed")


def saved(page: Page) -> None:
    expect(page.locator("#standing[data-state=saved]")).to_be_visible()


def paste(page: Page, html: str, plain: str = "") -> None:
    page.evaluate(
        """([html, plain]) => {
            const data = new DataTransfer()
            data.setData("text/html", html)
            data.setData("text/plain", plain || "x")
            document.querySelector("#id_did_ed").dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }))
        }""",
        [html, plain],
    )


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


def test_what_is_typed_offline_survives_closing_the_tab(
    alices: Callable[..., Page], cast: Cast, story: StoryPage
) -> None:
    page = alices()
    open_draft(page, story).click()
    page.context.set_offline(True)
    page.keyboard.type("Typed on the train.")
    page.get_by_label("Food waste").check()
    expect(page.locator("#standing")).to_contain_text("Offline, kept on this device")
    page.keyboard.type("x")
    context = page.context
    page.close()
    context.set_offline(False)
    assert newest(story).did == ""
    again = context.new_page()
    editor = open_draft(again, story)
    expect(editor).to_have_text("")
    expect(again.locator("#kept")).to_contain_text("there is text of")
    again.get_by_role("button", name="Use that text").click()
    expect(editor).to_have_text("Typed on the train.")
    saved(again)
    assert newest(story).did == "<p>Typed on the train.</p>"
    assert [topic.title for topic in newest(story).topics.all()] == ["Food waste"]
    again.reload()
    expect(again.locator("#kept")).to_be_hidden()
    forget_offline(alices)


def test_a_copy_that_is_thrown_away_is_gone(alices: Callable[..., Page], cast: Cast, story: StoryPage) -> None:
    page = alices()
    open_draft(page, story).click()
    page.context.set_offline(True)
    page.keyboard.type("Typed on the train.")
    page.context.set_offline(False)
    page.route("**/keep/", lambda route: route.abort())
    page.reload()
    page.unroute("**/keep/")
    # Typing on before choosing keeps both.
    page.wait_for_selector("form[data-mounted]")
    page.get_by_label("Summary").fill("Something else.")
    saved(page)
    page.reload()
    page.get_by_role("button", name="Throw it away").click()
    page.reload()
    expect(page.locator("#kept")).to_be_hidden()
    assert newest(story).did == ""
    assert newest(story).summary == "Something else."
    forget_offline(alices)


def test_two_tabs_never_write_over_each_other(alices: Callable[..., Page], cast: Cast, story: StoryPage) -> None:
    first = strictly(alices())
    second = strictly(first.context.new_page())
    one, two = open_draft(first, story), open_draft(second, story)
    one.click()
    first.keyboard.type("The first text.")
    first.get_by_label("Money").fill("Nothing")
    saved(first)
    two.click()
    second.keyboard.type("The second text.")
    second.get_by_label("Time", exact=True).fill("A week")
    expect(second.locator("#standing")).to_contain_text("Someone else saved meanwhile")
    assert newest(story).did == "<p>The first text.</p>"
    second.get_by_role("button", name="See both texts").click()
    expect(second.get_by_role("heading", name="Two texts: which one stays?")).to_be_focused()
    expect(second.locator(".text mark")).to_have_text([re.compile("second"), re.compile("first")])
    second.get_by_label(re.compile("Keep both")).check()
    second.get_by_role("button", name="Save what I chose").click()
    second.wait_for_selector("form[data-mounted]")
    draft = newest(story)
    assert draft.did == "<p>The first text.</p><p>The second text.</p>"
    assert (draft.took_money, draft.took_time) == ("Nothing", "A week")
    expect(second.locator("#kept")).to_be_hidden()


def test_what_a_co_author_adds_elsewhere_comes_in_by_itself(
    alices: Callable[..., Page], cast: Cast, story: StoryPage
) -> None:
    page = strictly(alices())
    open_draft(page, story)
    story.refresh_from_db()
    writing.save_draft(
        story,
        by=cast.dina,
        base_revision=story.latest_revision_id,
        values={"problem": "<p>It <b>rained</b></p>", "topics": list(Topic.objects.all()), "council": cast.brockhaven},
    )
    page.get_by_label("Summary").fill("Mine.")
    saved(page)
    expect(page.locator("#id_problem_ed")).to_have_text("It rained")
    expect(page.get_by_label("Food waste")).to_be_checked()
    page.get_by_label("Summary").fill("Mine, again.")
    expect(page.locator("#standing")).to_have_attribute("data-state", "writing")
    saved(page)
    draft = newest(story)
    assert draft.summary == "Mine, again."
    assert draft.problem == "<p>It <b>rained</b></p>"
    assert draft.council == cast.brockhaven


@pytest.mark.parametrize(
    ("source", "stored"),
    [
        (
            WORD,
            "<h3>Findings</h3><p><b>Bold</b> and <i>slanted</i> words</p><ul><li>First<ul><li>Inner</li></ul></li>"
            '<li>Second</li></ul><p>Ward | Bins</p><p><a href="https://a.example/">a link</a> no link</p>',
        ),
        (GOOGLE, "<p><b>Bold</b> plain</p><ul><li>One<ul><li>Two</li></ul></li></ul>"),
        (WORD_ONLINE, "<ol><li>Alpha<ol><li>Beta</li></ol></li><li>Gamma</li></ol>"),
    ],
    ids=["word", "google", "word-online"],
)
def test_what_is_pasted_keeps_its_lists_bold_and_links(
    alices: Callable[..., Page], cast: Cast, story: StoryPage, source: str, stored: str
) -> None:
    page = strictly(alices())
    open_draft(page, story).click()
    paste(page, source)
    saved(page)
    assert newest(story).did == stored
    if source is WORD:
        expect(page.locator("#id_did_said")).to_contain_text("The pictures stay behind")
    # What comes back from the server is the same in the editor, and saving it again changes nothing.
    before = newest(story).latest_revision_id
    page.reload()
    page.wait_for_selector("form[data-mounted]")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. Only its authors see it.")).to_be_visible()
    assert newest(story).latest_revision_id == before


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


def forget_offline(alices: Callable[..., Page]) -> None:
    """The browser complains of a network that we cut."""
    complaints = alices.complaints  # type: ignore[attr-defined]
    complaints[:] = [
        words for words in complaints if "ERR_INTERNET_DISCONNECTED" not in words and "ERR_FAILED" not in words
    ]


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


OUTLOOK = (
    '<html><head><style>p.MsoNormal{margin:0}</style></head><body lang="EN-GB"><div class="WordSection1">'
    '<p class="MsoNormal"><b><span style="font-size:11pt">From:</span></b> Bob<o:p></o:p></p>'
    '<p class="MsoNormal"><o:p>&nbsp;</o:p></p><p class="MsoNormal">Dear all,<br>it worked.</p>'
    '<blockquote style="border-left:solid"><p class="MsoNormal">Did it?</p></blockquote></div></body></html>'
)
WEB = (
    '<meta charset="utf-8"><nav><ul><li><a href="/x">Home</a></li></ul></nav><article><h1 class="t">Bins</h1>'
    '<p onclick="x()">We <strong>met</strong> at <a href="https://a.example/p?q=1" target="_blank">ten</a>.</p>'
    "<script>alert(1)</script><button>Share</button><div><p>Nobody<br>came.</p></div></article>"
)


@pytest.mark.parametrize(
    ("html", "there", "gone"),
    [
        (
            OUTLOOK,
            ["<b>From:</b> Bob", "Dear all,<br/>it worked.", "<blockquote>Did it?</blockquote>"],
            ["Mso", "style", "o:p"],
        ),
        (
            WEB,
            ["<h3>Bins</h3>", "We <b>met</b> at", 'href="https://a.example/p?q=1"', "Nobody<br/>came."],
            ["onclick", "alert", "target"],
        ),
    ],
    ids=["outlook", "a web page"],
)
def test_mail_and_web_pages_come_along_without_their_junk(
    alices: Callable[..., Page], cast: Cast, story: StoryPage, html: str, there: list[str], gone: list[str]
) -> None:
    page = strictly(alices())
    editor = open_draft(page, story)
    editor.click()
    paste(page, html)
    expect(editor).to_contain_text("Dear all" if html is OUTLOOK else "Nobody")
    saved(page)
    text = newest(story).did
    assert [words for words in there if words not in text] == [], text
    assert [words for words in gone if words in text] == [], text
