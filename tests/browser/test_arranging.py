"""A facilitator arranges the front page of a community by keyboard on a phone, and a visitor reads it so."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from community.models import CommunityPage
from tests.cast import Cast, make_story

pytestmark = pytest.mark.browser


def press(page: Page, name: str) -> None:
    """Press a button or a link as somebody without a mouse does."""
    words = re.compile(rf"^{name}$")
    target = page.get_by_role("button", name=words).or_(page.get_by_role("link", name=words))
    target.focus()
    page.keyboard.press("Enter")


def test_the_front_page_is_arranged_and_published(cast: Cast, open_page: Callable[..., Page]) -> None:
    CommunityPage.objects.filter(pk=cast.waste.pk).update(introduction="<p>Come in.</p>", ground_rules="Name nobody.")
    make_story(cast.waste, by=cast.alice)
    carol = open_page(width=360, person=cast.carol)
    carol.goto("/communities/waste-and-recycling/")
    carol.get_by_text("Look after it").click()
    press(carol, "Arrange")
    press(carol, "Hide ?: Ground rules")
    expect(carol.get_by_text("Arranged, and not yet published.")).to_be_visible()
    press(carol, "Change ?: Introduction")
    editor = carol.locator("[contenteditable=true]")
    expect(editor).to_contain_text("Come in.")
    editor.fill("Everybody is welcome.")
    press(carol, "Save and publish")
    expect(carol.get_by_text("Saved. Everybody reads it now.")).to_be_visible()
    press(carol, "Look at it")
    expect(carol.get_by_text("This is how it would look.")).to_be_visible()
    expect(carol.get_by_text("Name nobody.")).to_have_count(0)
    visitor = open_page()
    visitor.goto("/communities/waste-and-recycling/")
    expect(visitor.get_by_text("Name nobody.")).to_be_visible()
    press(carol, "Publish it")
    expect(carol.get_by_text("Published. Everybody sees it so now.")).to_be_visible()
    visitor.reload()
    expect(visitor.get_by_text("Everybody is welcome.")).to_be_visible()
    expect(visitor.get_by_text("Name nobody.")).to_have_count(0)
