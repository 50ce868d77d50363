"""Searching as a person does it: suggestions by keyboard, facets in a drawer, and all of it without scripts."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from practice.models import StoryPage
from search import demand, rebuilding
from search.query import Query
from tests.cast import Cast, make_story

pytestmark = pytest.mark.browser


@pytest.fixture
def stories(cast: Cast) -> Cast:
    """Stories enough that there is something to narrow down."""
    make_story(cast.waste, by=cast.alice, title="Caddies for flats", summary="Kitchen caddies.")
    make_story(cast.waste, by=cast.alice, title="Caddies in houses", summary="Kitchen caddies.")
    make_story(cast.waste, by=cast.bob, title="Caddies were stopped", practice_status="stopped")
    rebuilding.rebuild()
    return cast


def complaints(page: Page) -> list[str]:
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in Axe().run(page).response["violations"]]


def test_suggestions_are_walked_through_and_opened_by_keyboard(stories: Cast, open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/search/")
    box = page.get_by_role("combobox", name="Search for")
    options = page.get_by_role("option")
    box.press_sequentially("caddies")
    expect(options).to_have_count(3)
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status").filter(has_text="3 suggestions")).to_be_attached()
    assert not box.get_attribute("aria-activedescendant")
    box.press("ArrowDown")
    first = options.nth(0)
    expect(first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == first.get_attribute("id")
    box.press("ArrowUp")
    assert not box.get_attribute("aria-activedescendant")
    box.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_value("caddies")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_be_focused()
    box.press("ArrowDown")
    expect(options).to_have_count(3)
    box.press("ArrowUp")
    title = options.nth(2).inner_text()
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_enter_searches_when_nothing_is_marked_and_the_list_goes_with_the_focus(
    stories: Cast, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    page.goto("/topics/")
    box = page.get_by_role("combobox", name="Search the whole site")
    box.press_sequentially("caddies st")
    expect(page.get_by_role("option")).to_have_count(1)
    box.press("Tab")
    expect(page.get_by_role("option")).to_have_count(0)
    box.focus()
    box.press_sequentially("o")
    expect(page.get_by_role("option")).to_have_count(1)
    box.press("Enter")
    page.wait_for_url("**/search/?q=caddies+sto")


def test_what_is_ticked_is_shown_at_once_and_the_focus_stays(stories: Cast, open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/search/?q=caddies")
    expect(page.get_by_role("heading", name="3 stories")).to_be_visible()
    page.get_by_role("checkbox", name=re.compile("Stopped")).focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", name="1 story")).to_be_visible()
    page.wait_for_url("**/search/?q=caddies&status=stopped")
    expect(page.get_by_role("checkbox", name=re.compile("Stopped"))).to_be_focused()
    expect(page.get_by_role("checkbox", name=re.compile("Still running 2"))).to_be_visible()
    page.get_by_role("link", name="Remove the filter How it stands: Stopped").click()
    expect(page.get_by_role("heading", name="3 stories")).to_be_visible()


def test_facets_stand_in_a_drawer_on_a_phone(stories: Cast, open_page: Callable[..., Page]) -> None:
    page = open_page(width=360)
    page.goto("/search/?q=caddies")
    summary = page.locator("summary#narrow")
    summary.focus()
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog", name="Narrow it down")
    expect(drawer).to_be_visible()
    expect(drawer.get_by_role("heading", name="Narrow it down")).to_be_focused()
    drawer.get_by_role("checkbox", name=re.compile("Stopped")).check()
    expect(drawer.get_by_role("button", name="Show 1 story")).to_be_visible()
    expect(drawer.get_by_role("checkbox", name=re.compile("Stopped"))).to_be_focused()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("1 in use")
    page.keyboard.press("Enter")
    # Closed and opened within one frame: the browser tells of the closing when the drawer is open again.
    page.evaluate("(document.querySelector('dialog.drawer').close(), document.getElementById('narrow').click())")
    drawer.get_by_role("button", name="Show 1 story").click()
    expect(page.get_by_role("heading", name="1 story")).to_be_focused()


def test_searching_works_without_scripts(stories: Cast, open_page: Callable[..., Page]) -> None:
    page = open_page(width=360, javascript=False)
    page.goto("/")
    page.get_by_role("main").get_by_label("What are you trying to sort out?").fill("caddies")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="3 stories")).to_be_visible()
    page.locator("summary#narrow").click()
    page.get_by_label("Stopped").check()
    page.get_by_role("button", name="Show these").click()
    expect(page.get_by_role("heading", name="1 story")).to_be_visible()
    page.get_by_role("link", name="Caddies were stopped").first.click()
    page.get_by_role("link", name="See what else is told about the same").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Stories like")


def test_what_nobody_has_told_is_asked_for_by_keyboard_until_it_is_wanted(
    stories: Cast, open_page: Callable[..., Page]
) -> None:
    page = open_page(person=stories.eve)
    page.goto("/search/")
    page.get_by_label("Search for", exact=True).fill("heat pumps")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    page.get_by_role("button", name="Ask for this story").press("Enter")
    expect(page.get_by_text("Noted. We tell you when somebody writes about it.")).to_be_visible()
    expect(page.get_by_text("You asked for this.")).to_be_visible()
    for person in (stories.bob, stories.carol):
        demand.ask_for(Query.of_site("heat pumps").words, by=person)
    page.get_by_role("combobox", name="Search for", exact=True).press("Enter")
    page.get_by_role("link", name="All that is wanted").press("Enter")
    expect(page.get_by_role("heading", name="Heat pumps")).to_be_visible()
    expect(page.get_by_text("3 people asked in one month")).to_be_visible()
    expect(page.get_by_role("button", name="You want this too. Take it back")).to_be_visible()


def test_a_story_shows_its_neighbours_and_a_title_what_others_wrote(
    stories: Cast, open_page: Callable[..., Page]
) -> None:
    page = open_page(person=stories.bob)
    page.goto(StoryPage.objects.get(title="Caddies for flats").get_absolute_url())
    page.mouse.wheel(0, 5000)
    expect(page.get_by_role("link", name="Caddies in houses")).to_be_visible()
    page.goto("/write/")
    page.get_by_label("What changed?", exact=False).press_sequentially("Kitchen caddies in flats")
    expect(page.get_by_role("status").get_by_text("Others wrote about this.")).to_be_visible()
    page.get_by_role("status").get_by_role("link", name="Caddies for flats", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Caddies for flats")


@pytest.mark.parametrize(("width", "dark"), [(360, False), (360, True), (1280, False), (1280, True)])
def test_every_state_of_search_can_be_used_by_everybody(
    stories: Cast, open_page: Callable[..., Page], width: int, dark: bool
) -> None:
    page = open_page(width=width, dark=dark)
    found = []
    for address in (
        "/search/?q=caddies&status=stopped",
        "/search/?q=caddies+-flats+-houses+-stopped",
        "/search/?q=alice&kind=person",
        "/search/?q=waste&kind=community",
        "/search/?q=ambleford&kind=council",
        "/search/?kind=topic",
        "/search/?q=caddies&sort=like-mine",
        f"/stories/{StoryPage.objects.get(title='Caddies for flats').pk}/similar/",
    ):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        found += [f"{address}: {words}" for words in complaints(page)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{address}: runs over the edge")
    page.goto("/search/?q=caddies")
    if width == 360:
        page.locator("summary#narrow").click()
        found += [f"drawer: {words}" for words in complaints(page)]
        page.keyboard.press("Escape")
    box = page.get_by_label("Search for")
    box.fill("")
    box.press_sequentially("cadd")
    expect(page.get_by_role("option")).to_have_count(3)
    box.press("ArrowDown")
    found += [f"suggestions: {words}" for words in complaints(page)]
    assert found == [], "\n".join(found)
