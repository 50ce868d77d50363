"""A reader reports a story, and a facilitator hides it and answers, by keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from practice.models import Report
from tests.cast import Cast, make_story

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_a_report_is_made_on_a_phone_and_answered_by_keyboard(cast: Cast, open_page: Callable[..., Page]) -> None:
    story = make_story(cast.waste, by=cast.alice, title="The caretakers hold the keys")
    reader = open_page(width=360, person=cast.eve)
    reader.goto(story.get_absolute_url())
    reader.get_by_role("link", name="Report a problem").click()
    reader.get_by_label("It shows somebody’s personal data").check()
    reader.get_by_label("Say more").fill("It names a tenant.")
    reader.get_by_role("button", name="Send the report").click()
    expect(reader.get_by_text("Thank you. A facilitator reads it")).to_be_visible()

    page = open_page(width=1280, person=cast.carol)
    page.goto("/moderate/")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=story.title)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("It names a tenant.")).to_be_visible()
    page.keyboard.press("c")
    expect(page.get_by_text("You are looking at it")).to_be_visible()
    page.keyboard.press("w")
    page.keyboard.type("We look at the name.")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Hide at once")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Show it again")).to_be_visible()

    reader.goto(story.get_absolute_url())
    expect(reader.get_by_role("heading", level=1)).to_have_text(
        "This story is hidden while facilitators look at a report"
    )

    page.keyboard.press("w")
    page.keyboard.type("She agreed to be named.")
    page.get_by_role("button", name="Show it again").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
    reader.goto(f"/reports/{Report.objects.get().pk}/")
    expect(reader.get_by_text("She agreed to be named.")).to_be_visible()
