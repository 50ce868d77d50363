"""A facilitator works through the queue with single keys, and can switch them off."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from practice.models import StoryPage
from practice.models.workflow import review_in_progress
from tests.cast import Cast
from tests.practice.steps import send

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def waiting(cast: Cast) -> list[StoryPage]:
    return [send(cast, title) for title in ("The first", "The second", "The third")]


def test_three_stories_are_decided_without_a_mouse(cast: Cast, waiting, open_page: Callable[..., Page]):
    page = open_page(width=1280, person=cast.carol)
    page.goto("/moderate/")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="The first")).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="The second")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="The first")).to_be_visible()
    page.keyboard.press("c")
    expect(page.get_by_text("You are looking at it")).to_be_visible()
    review = review_in_progress(waiting[0])
    assert review is not None
    assert review.claimant == cast.carol
    page.keyboard.press("p")
    expect(page.get_by_role("button", name="Publish this version")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="The second")).to_be_visible()
    page.keyboard.press("w")
    page.keyboard.type("jp? What did it cost")
    expect(page.locator("#id_note")).to_have_value("jp? What did it cost")
    page.get_by_role("button", name="Ask for changes").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="The third")).to_be_visible()


def test_the_keys_are_listed_and_can_be_switched_off(cast: Cast, waiting, open_page: Callable[..., Page]):
    page = open_page(width=1280, person=cast.carol)
    page.goto(f"/moderate/{waiting[0].pk}/")
    page.keyboard.press("?")
    page.get_by_label("Use them on this device").uncheck()
    page.reload()
    page.keyboard.press("w")
    expect(page.locator("#id_note")).not_to_be_focused()
