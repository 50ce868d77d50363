"""What is pasted from Word, Google Docs, Outlook and web pages, in a real browser under the strict policy."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from practice.models import StoryPage
from tests.browser.drafts import newest, open_draft, paste, saved, strictly
from tests.cast import Cast

pytestmark = pytest.mark.browser

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
