"""What tests of writing do in the browser: open a draft under the strict policy, paste into it, wait for its saving."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route, expect

from practice import writing
from practice.models import StoryPage

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'"
)


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


def forget_offline(alices: Callable[..., Page]) -> None:
    """The browser complains of a network that we cut."""
    complaints = alices.complaints  # type: ignore[attr-defined]
    complaints[:] = [
        words for words in complaints if "ERR_INTERNET_DISCONNECTED" not in words and "ERR_FAILED" not in words
    ]
