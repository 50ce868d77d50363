"""A facilitator works through the queue with single keys, and can switch them off."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from practice.models import StoryPage
from practice.models.workflow import review_in_progress
from tests.cast import Cast
from tests.practice.steps import send

State = StoryPage.State
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


ORDER = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]


def test_ten_stories_are_cleared_without_a_mouse(cast: Cast, open_page: Callable[..., Page]):
    waiting = [send(cast, f"The {name}") for name in ORDER]
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
    for number, name in enumerate(ORDER):
        expect(page.get_by_role("heading", level=1, name=f"The {name}")).to_be_visible()
        button = "Publish this version"
        if number % 3 == 0:
            page.keyboard.press("p")
        elif number % 3 == 1:
            button = "Ask for changes"
            page.keyboard.press("w")
            page.keyboard.type("jp? What did it cost")
            expect(page.locator("#id_note")).to_have_value("jp? What did it cost")
            page.keyboard.press("Escape")
            page.keyboard.press("a")
        else:
            button = "Decline"
            page.keyboard.press("b")
            page.keyboard.press("ArrowDown")
            expect(page.locator("#id_note")).to_have_value(re.compile("^Please say what it took"))
            page.keyboard.press("Escape")
            page.keyboard.press("d")
        expect(page.get_by_role("button", name=button)).to_be_focused()
        page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
    assert [StoryPage.objects.get(pk=story.pk).state for story in waiting] == [
        [State.LIVE, State.CHANGES_REQUESTED, State.DECLINED][number % 3] for number in range(10)
    ]
    page.keyboard.press("u")
    expect(page.get_by_role("button", name=re.compile("^Undo.*The tenth"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="The tenth")).to_be_visible()
    expect(page.get_by_role("button", name="Publish this version")).to_be_visible()


def test_words_that_are_selected_are_remarked_on(cast: Cast, open_page: Callable[..., Page]):
    story = send(cast)
    page = open_page(width=1280, person=cast.carol)
    page.goto(f"/moderate/{story.pk}/")
    page.get_by_role("article").get_by_text("We met at Harland House").dblclick(position={"x": 8, "y": 10})
    page.get_by_role("link", name="Remark on these words").click()
    expect(page.locator("mark")).to_have_text("We")
    page.get_by_label("What you have to say about it").fill("Who was that?")
    page.get_by_label("How you would put it").fill("Nine caretakers met at Harland House.")
    page.get_by_role("button", name="Put it beside the text").click()
    expect(page.get_by_role("heading", name="Remarks on passages 1")).to_be_visible()
    alice = open_page(width=360, person=cast.alice)
    alice.goto(f"/write/{story.pk}/")
    alice.locator("#id_summary").fill("Typed, and not saved yet.")
    alice.get_by_role("button", name="Take it").click()
    expect(alice.get_by_text("Taken: the passage stands in your text")).to_be_visible()
    expect(alice.locator(".ProseMirror").filter(has_text="Nine caretakers met")).to_be_visible()
    expect(alice.locator("#id_summary")).to_have_value("Typed, and not saved yet.")


def test_the_keys_are_listed_and_can_be_switched_off(cast: Cast, open_page: Callable[..., Page]):
    page = open_page(width=1280, person=cast.carol)
    page.goto(f"/moderate/{send(cast).pk}/")
    page.keyboard.press("?")
    page.get_by_label("Use them on this device").uncheck()
    page.reload()
    page.keyboard.press("w")
    expect(page.locator("#id_note")).not_to_be_focused()
