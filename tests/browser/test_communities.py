"""Communities in a real browser: coming in, deciding, setting up; without JavaScript and by keyboard too."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect

from community import inviting, joining
from community.models import CommunityPage, Person
from practice.models import Topic
from tests.cast import Cast, make_community, make_story

pytestmark = pytest.mark.browser


@pytest.fixture
def care(cast: Cast) -> CommunityPage:
    """A members-only community where people ask."""
    community = make_community("Adult care", facilitator=cast.carol, visibility="members", joining="ask")
    CommunityPage.objects.filter(pk=community.pk).update(
        introduction="<p>Come in.</p>", ground_rules="Name nobody.\nSay what it cost."
    )
    make_story(community, by=cast.carol)
    topic = Topic.objects.create(title="Care", slug="care")
    Topic.objects.create(title="Reablement", slug="reablement", parent=topic).communities.add(community)
    return community


@pytest.fixture
def page_of(open_page: Callable[..., Page], live_server: Any) -> Callable[..., Page]:
    """Opens pages for somebody who is signed in already."""

    def make(person: Person | None, **how: Any) -> Page:
        page = open_page(**how)
        if person:
            client = Client()
            client.force_login(person)
            session = client.cookies["sessionid"].value
            page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return page

    return make


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1280, True)])
def test_every_page_can_be_used_by_everybody(
    cast: Cast, care: CommunityPage, page_of: Callable[..., Page], width: int, dark: bool
) -> None:
    joining.ask(care, person=cast.eve, message="I commission home care.")
    inviting.invite(care, by=cast.carol, email="gina@gloaming.example")
    inviting.invite(cast.waste, by=cast.carol, person=cast.eve)
    base = care.get_absolute_url()
    walks: list[tuple[Person | None, list[str]]] = [
        (None, ["/communities/", base, cast.waste.get_absolute_url()]),
        (cast.eve, [base, "/communities/yours/", cast.waste.get_absolute_url()]),
        (cast.dina, ["/communities/new/"]),
        (cast.bob, [f"{base}ask/"]),
        (
            cast.carol,
            [
                base,
                f"{base}leave/",
                f"{base}members/",
                f"{base}members/{cast.eve.pk}/refuse/",
                f"{base}invitations/?who=bob",
                f"{base}settings/",
                f"{base}settings/policy/",
                f"{base}topics/",
                f"{base}decisions/",
            ],
        ),
    ]
    for person, addresses in walks:
        page = page_of(person, width=width, dark=dark)
        for address in addresses:
            page.goto(address)
            if address.endswith("settings/"):
                expect(page.locator(".ProseMirror")).to_be_visible()
            results = Axe().run(page)
            assert results.violations_count == 0, (address, results.generate_report())
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_asking_and_accepting_need_no_script(cast: Cast, care: CommunityPage, page_of: Callable[..., Page]) -> None:
    page = page_of(cast.eve, javascript=False)
    page.goto(care.get_absolute_url())
    page.get_by_role("link", name="Ask to join").click()
    page.get_by_label("A word to the facilitators").fill("I commission home care.")
    page.get_by_role("button", name="Ask to join").click()
    expect(page.get_by_text("You asked to join on")).to_be_visible()

    carols = page_of(cast.carol, javascript=False)
    carols.goto(care.get_absolute_url())
    carols.get_by_role("link", name="Read what they write").click()
    expect(carols.get_by_text("I commission home care.")).to_be_visible()
    carols.get_by_role("button", name="Accept Eve Lindqvist").click()
    expect(carols.get_by_text("Eve Lindqvist is a member now.")).to_be_visible()

    page.goto(care.get_absolute_url())
    expect(page.get_by_role("link", name="We asked the caretakers")).to_be_visible()


def test_a_community_is_joined_and_left_by_keyboard(cast: Cast, page_of: Callable[..., Page]) -> None:
    page = page_of(cast.eve)
    page.goto(cast.waste.get_absolute_url())
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "Join this community":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("Welcome. You are a member.")).to_be_visible()
    page.get_by_role("link", name="Leave").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Leave Waste and recycling").press("Enter")
    expect(page.get_by_text("You have no part in Waste and recycling")).to_be_visible()


def test_the_introduction_is_written_in_the_editor(
    cast: Cast, care: CommunityPage, page_of: Callable[..., Page]
) -> None:
    page = page_of(cast.carol)
    page.goto(f"{care.get_absolute_url()}settings/")
    editor = page.locator(".ProseMirror")
    expect(editor).to_have_text("Come in.")
    expect(page.locator("textarea[name=introduction]")).to_be_hidden()
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Bring a number.")
    page.get_by_label("Lagoon").check()
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_text("Come in. Bring a number.")).to_be_visible()
    assert CommunityPage.objects.get(pk=care.pk).hue == 195


def test_opening_is_asked_about_before_it_is_done(
    cast: Cast, care: CommunityPage, page_of: Callable[..., Page]
) -> None:
    page = page_of(cast.carol, javascript=False)
    page.goto(f"{care.get_absolute_url()}settings/policy/")
    page.get_by_label("Anyone can read its stories").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Its one story would be published.")).to_be_visible()
    page.get_by_role("button", name="Yes, open it").click()
    expect(page.get_by_text("It holds from now on.")).to_be_visible()
    visitor = page_of(None)
    visitor.goto(care.get_absolute_url())
    expect(visitor.get_by_role("link", name="We asked the caretakers")).to_be_visible()
