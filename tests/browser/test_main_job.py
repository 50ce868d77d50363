"""The main job from end to end: Alice tells a story, Carol reads it, Bob finds it. Every step as a person takes it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from hub.notifications.models import Notification
from practice.models import StoryPage, Topic
from tests.browser.conftest import sign_in
from tests.cast import Cast

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _topics(cast: Cast) -> None:
    waste = Topic.objects.create(title="Waste", slug="waste")
    Topic.objects.create(title="Food waste", slug="food-waste", parent=waste, other_words="slops")


@pytest.mark.parametrize(("width", "javascript"), [(360, True), (1280, True), (360, False)])
def test_a_story_is_told_read_published_and_found(
    cast: Cast, open_page: Callable[..., Page], width: int, javascript: bool
) -> None:
    how: dict[str, Any] = {"width": width, "javascript": javascript}
    alice = open_page(**how)
    sign_in(alice, cast.alice)
    alice.goto("/")
    alice.get_by_role("link", name=re.compile("^Write")).first.click()
    tell(alice, javascript)
    story = StoryPage.objects.get()
    assert not story.live

    carol = open_page(**how)
    sign_in(carol, cast.carol)
    carol.goto("/inbox/")
    carol.get_by_role("link", name=re.compile("waits for you to read it")).first.click()
    expect(carol.get_by_role("heading", level=1)).to_contain_text("We asked the caretakers")
    expect(carol.get_by_role("article").get_by_text("Nine caretakers chose the place")).to_be_visible()
    carol.get_by_role("button", name=re.compile("^Publish")).click()
    expect(carol.get_by_role("status").filter(has_text=re.compile("publish", re.IGNORECASE))).to_be_visible()

    Notification.objects.update(held_until=timezone.now())  # ten minutes later
    call_command("send_waiting_mail")
    told = [letter for letter in mail.outbox if letter.to == [cast.alice.email] and "caretakers" in letter.subject]
    assert told, [letter.subject for letter in mail.outbox]
    alice.goto("/inbox/")
    expect(alice.get_by_role("link", name=re.compile("is published")).first).to_be_visible()

    bob = open_page(**how)
    bob.goto("/search/")
    bob.get_by_label("Search for").fill("caretaker caddies")
    bob.get_by_role("main").get_by_role("button", name="Search").click()
    bob.get_by_role("link", name="We asked the caretakers").first.click()
    expect(bob.get_by_role("heading", name="The part worth repeating")).to_be_visible()
    expect(bob.get_by_text("Ask who holds the key")).to_be_visible()
    assert re.search(r"/stories/\d+/we-asked-the-caretakers/$", bob.url)
    bob.get_by_role("main").get_by_role("link", name="Alice Marlow").first.click()
    expect(bob.get_by_role("heading", level=1)).to_have_text("Alice Marlow")


def tell(page: Page, javascript: bool) -> None:
    """Write a story, from one field to sending it."""
    page.get_by_label("What changed?", exact=False).fill("We asked the caretakers")
    community = page.get_by_role("radio", name=re.compile("Waste and recycling"))
    if community.count():
        community.first.check()
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/write/\d+/question/"))
    page.get_by_label("Summary", exact=False).first.fill("Food waste in eleven blocks of flats.")
    page.get_by_role("button", name="Next question").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What did you do?")
    if javascript:
        editor = page.locator(".ProseMirror")
        expect(editor).to_be_visible()
        editor.click()
        page.keyboard.type("Nine caretakers chose the place of each bin and the caddies.")
        expect(page.get_by_role("status").filter(has_text=re.compile("Saved"))).to_be_visible(timeout=15_000)
    else:
        page.locator("textarea[name=did]").fill("Nine caretakers chose the place of each bin and the caddies.")
    page.get_by_role("button", name="Next question").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("how do you know")
    page.get_by_role("button", name="Next question").click()
    page.get_by_label("The part worth repeating", exact=False).first.fill("Ask who holds the key.")
    page.get_by_role("button", name="That is enough: check it").click()
    page.wait_for_url(re.compile("/check/"))
    page.get_by_role("button", name="Send it").click()
    page.wait_for_url(re.compile("/write/yours/|/stories/"))
