"""Reading and deciding in a real browser: by keyboard alone, without JavaScript, and for every eye and ear."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect

from community.models import Membership, Person
from practice import moderating, writing
from practice.models import StoryPage
from tests.cast import Cast, make_community, make_story
from tests.practice.steps import save, send

pytestmark = pytest.mark.browser


@pytest.fixture
def page_of(open_page: Callable[..., Page], live_server: Any) -> Callable[..., Page]:
    """Opens pages for somebody who is signed in already."""

    def make(person: Person, **how: Any) -> Page:
        page = open_page(**how)
        client = Client()
        client.force_login(person)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return page

    return make


@pytest.fixture
def queue(cast: Cast) -> list[StoryPage]:
    """One that is new, one that was changed and sent again, and a change of a published one."""
    new = send(cast, "Keys by post")
    again = send(cast, "Lettings days in the library", by=cast.bob)
    moderating.ask_for_changes(again, by=cast.carol, revision=again.latest_revision, note="What did it cost?")
    save(again, cast.bob, took_money="£1,150 a year", did="<p>We met at Harland House on a <b>Friday</b> at ten.</p>")
    writing.submit(again, by=cast.bob, note="The cost is in.")
    live = make_story(cast.waste, by=cast.alice, title="The survey round")
    save(live, cast.alice, title="The survey rounds", summary="Food waste in twelve blocks of flats.")
    writing.submit(live, by=cast.alice)
    return [new, again, live]


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the thing with these words, or this name, has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate("[document.activeElement.innerText?.trim(), document.activeElement.name]")
        if words in focused:
            return
    raise AssertionError(f"{words} cannot be reached by keyboard")


def test_carol_clears_her_queue_by_keyboard_alone(
    cast: Cast, queue: list[StoryPage], page_of: Callable[..., Page]
) -> None:
    new, again, live = queue
    page = page_of(cast.carol)
    page.goto("/moderate/")
    tab_to(page, "Begin with the one that waits longest")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Keys by post")

    tab_to(page, "Ask for changes")
    page.keyboard.press("Enter")
    expect(page).to_have_title("Error: Review: Keys by post – Worth Repeating")
    expect(page.locator("[data-focus]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#id_note")).to_be_focused()
    page.keyboard.type("What did it cost?")
    tab_to(page, "Ask for changes")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Lettings days in the library")
    expect(page.get_by_text("went back with your note. Its authors have been told.")).to_be_visible()
    expect(page.locator(".prose ins").first).to_contain_text("Friday")
    tab_to(page, "checked")
    page.keyboard.press("Space")
    tab_to(page, "Publish this version")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("The survey rounds")
    tab_to(page, "note")
    page.keyboard.type("It is twelve in the report, and eleven in the text.")
    tab_to(page, "Decline")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()

    states = {story.pk: StoryPage.objects.get(pk=story.pk) for story in queue}
    assert states[new.pk].state == StoryPage.State.CHANGES_REQUESTED
    assert states[again.pk].live
    assert states[live.pk].live
    assert states[live.pk].edit_state == StoryPage.State.DECLINED


def test_deciding_needs_no_script(cast: Cast, queue: list[StoryPage], page_of: Callable[..., Page]) -> None:
    page = page_of(cast.carol, javascript=False, width=360)
    page.goto("/moderate/")
    page.get_by_role("link", name="Lettings days in the library").click()
    page.get_by_role("link", name="Clean text").click()
    assert page.locator(".prose ins").count() == 0
    page.get_by_label("It says what it cost").check()
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_text("Give a reason, so that the author knows why.").first).to_be_visible()
    expect(page.get_by_label("It says what it cost")).to_be_checked()
    page.get_by_label("A word to Bob").fill("It names a family.")
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The survey rounds")
    assert StoryPage.objects.get(pk=queue[1].pk).state == StoryPage.State.DECLINED


def test_a_word_is_not_lost_when_somebody_else_was_first(
    cast: Cast, queue: list[StoryPage], page_of: Callable[..., Page]
) -> None:
    page = page_of(cast.carol)
    page.goto(f"/moderate/{queue[0].pk}/")
    moderating.approve(queue[0], by=cast.dina, revision=queue[0].latest_revision)
    page.get_by_label("A word to Alice").fill("A long and careful word.")
    page.get_by_role("button", name="Ask for changes").click()
    expect(page.locator("[data-focus]")).to_contain_text("Dina Editor has published it already")
    expect(page.get_by_text("A long and careful word.")).to_be_visible()


def test_an_author_withdraws_and_brings_back(cast: Cast, page_of: Callable[..., Page]) -> None:
    story = make_story(cast.waste, by=cast.alice)
    page = page_of(cast.alice)
    page.goto(story.get_absolute_url())
    page.get_by_role("link", name="Withdraw it").click()
    page.get_by_label("Why").fill("A figure is wrong.")
    page.get_by_role("button", name="Withdraw it").click()
    expect(page.get_by_text("“A figure is wrong.”")).to_be_visible()
    page.get_by_role("link", name="Publish it again").click()
    page.get_by_role("button", name="Publish it again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We asked the caretakers")
    assert StoryPage.objects.get(pk=story.pk).live


@pytest.mark.parametrize(("width", "dark"), [(360, False), (360, True), (1280, False), (1280, True)])
def test_every_page_can_be_used_by_everybody(
    cast: Cast, queue: list[StoryPage], page_of: Callable[..., Page], width: int, dark: bool
) -> None:
    Membership.objects.create(community=cast.waste, person=cast.eve, state=Membership.State.ASKED)
    closed = make_community("Closed", facilitator=cast.carol, visibility="members")
    story, inside = make_story(cast.waste, by=cast.alice), make_story(closed, by=cast.carol)
    gone = make_story(cast.waste, by=cast.carol, title="Gone")
    moderating.withdraw(gone, by=cast.carol, reason="A figure is wrong.")
    page = page_of(cast.carol, width=width, dark=dark)
    for address in (
        "/moderate/",
        *(f"/moderate/{each.pk}/" for each in queue),
        f"/moderate/{queue[1].pk}/?against=nothing",
        f"/moderate/{queue[1].pk}/history/",
        f"/moderate/{story.pk}/",
        f"/moderate/{story.pk}/withdraw/",
        f"/moderate/{inside.pk}/move/",
        f"/moderate/{story.pk}/delete/",
        f"/moderate/{gone.pk}/restore/",
        f"/moderate/{gone.pk}/history/",
    ):
        page.goto(address)
        results = Axe().run(page)
        assert results.violations_count == 0, (address, results.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_the_bar_on_which_one_decides_hides_nothing_that_has_the_focus(
    cast: Cast, queue: list[StoryPage], page_of: Callable[..., Page]
) -> None:
    save(queue[0], cast.alice, did="".join(f"<p>Paragraph {number} of a long story.</p>" for number in range(60)))
    writing.submit(queue[0], by=cast.alice)
    page = page_of(cast.carol)
    page.emulate_media(reduced_motion="reduce")  # what is scrolled to is there at once
    page.goto(f"/moderate/{queue[0].pk}/")
    bar = page.locator("#decision")
    for _ in range(40):
        page.keyboard.press("Tab")
        inside = page.evaluate("!!document.activeElement.closest('#decision')")
        below = page.evaluate(
            "document.activeElement.getBoundingClientRect().bottom > "
            "document.querySelector('#decision').getBoundingClientRect().top + 1"
        )
        place = page.evaluate("document.activeElement.closest('footer') ? 'footer' : document.activeElement.tagName")
        assert inside or not below or place in ("footer", "BODY"), place
    expect(bar).to_be_visible()
