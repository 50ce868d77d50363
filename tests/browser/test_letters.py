"""Being told, in a real browser: the inbox, a letter in the mailbox of a demo, and stopping the letters."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from hub.letters import letter
from hub.mailbox.backend import KeepingBackend
from hub.notifications.mailing import stop_url
from hub.notifications.models import Notification
from hub.notifications.notify import notify
from tests.cast import make_story

pytestmark = pytest.mark.browser


def test_bob_opens_what_is_new_and_it_is_no_longer_new(cast, open_page):
    story = make_story(cast.waste, by=cast.alice, title="Caddies")
    notify([cast.bob], "story-approved", about=story, subject="Caddies is published", url=story.get_absolute_url())
    page = open_page(person=cast.bob, width=360)
    page.goto("/")
    page.get_by_role("link", name="Your inbox, Bob Okafor: 1 new").click()
    page.get_by_role("link", name="Caddies is published").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Caddies")
    page.goto("/inbox/")
    expect(page.get_by_role("heading", name="Read before")).to_be_visible()
    assert not Notification.objects.unread().exists()


def test_letters_are_stopped_with_one_press_and_the_keyboard_alone(cast, open_page, live_server):
    page = open_page(javascript=False)
    page.goto(stop_url(cast.bob).replace("http://testserver", live_server.url))
    button = page.get_by_role("button", name="Stop the letters")
    for _ in range(30):
        page.keyboard.press("Tab")
        if button.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("The letters are stopped")
    cast.bob.refresh_from_db()
    assert not cast.bob.mail_notices


@pytest.mark.urls("tests.hub.mailbox_urls")
def test_the_links_of_a_letter_lead_on_from_its_frame(cast, open_page, settings, tmp_path: Path):
    settings.EMAIL_FILE_PATH = tmp_path
    story = make_story(cast.waste, by=cast.alice, title="Caddies")
    values: dict[str, Any] = {
        "notice": {"words": "", "action": "Read the story"},
        "url": f"http://testserver{story.get_absolute_url()}",
        "inbox_url": "http://testserver/inbox/",
        "stop_url": "http://testserver/inbox/unsubscribe/x/",
    }
    KeepingBackend().send_messages([letter("notice", to="bob@bob.example", subject="It is out", context=values)])
    page = open_page()
    page.goto("/demo/mail/")
    page.get_by_role("link", name="It is out").click()
    page.frame_locator("iframe").get_by_role("link", name="Read the story").click()
    page.wait_for_url(f"**{story.get_absolute_url()}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Caddies")
