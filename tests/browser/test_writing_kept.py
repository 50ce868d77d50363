"""Nothing that is typed is lost or written over: without a network, in two windows, and by two people."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from practice import writing
from practice.models import StoryPage, Topic
from tests.browser.drafts import forget_offline, newest, open_draft, saved, strictly
from tests.cast import Cast

pytestmark = pytest.mark.browser


def test_what_is_typed_offline_survives_closing_the_tab(
    alices: Callable[..., Page], cast: Cast, story: StoryPage
) -> None:
    page = alices()
    open_draft(page, story).click()
    page.context.set_offline(True)
    page.keyboard.type("Typed on the train.")
    page.get_by_label("Food waste").check()
    expect(page.locator("#standing")).to_contain_text("Offline, kept on this device")
    page.keyboard.type("x")
    context = page.context
    page.close()
    context.set_offline(False)
    assert newest(story).did == ""
    again = context.new_page()
    editor = open_draft(again, story)
    expect(editor).to_have_text("")
    expect(again.locator("#kept")).to_contain_text("there is text of")
    again.get_by_role("button", name="Use that text").click()
    expect(editor).to_have_text("Typed on the train.")
    saved(again)
    assert newest(story).did == "<p>Typed on the train.</p>"
    assert [topic.title for topic in newest(story).topics.all()] == ["Food waste"]
    again.reload()
    expect(again.locator("#kept")).to_be_hidden()
    forget_offline(alices)


def test_a_copy_that_is_thrown_away_is_gone(alices: Callable[..., Page], cast: Cast, story: StoryPage) -> None:
    page = alices()
    open_draft(page, story).click()
    page.context.set_offline(True)
    page.keyboard.type("Typed on the train.")
    page.context.set_offline(False)
    page.route("**/keep/", lambda route: route.abort())
    page.reload()
    page.unroute("**/keep/")
    # Typing on before choosing keeps both.
    page.wait_for_selector("form[data-mounted]")
    page.get_by_label("Summary").fill("Something else.")
    saved(page)
    page.reload()
    page.get_by_role("button", name="Throw it away").click()
    page.reload()
    expect(page.locator("#kept")).to_be_hidden()
    assert newest(story).did == ""
    assert newest(story).summary == "Something else."
    forget_offline(alices)


def test_two_tabs_never_write_over_each_other(alices: Callable[..., Page], cast: Cast, story: StoryPage) -> None:
    first = strictly(alices())
    second = strictly(first.context.new_page())
    one, two = open_draft(first, story), open_draft(second, story)
    one.click()
    first.keyboard.type("The first text.")
    first.get_by_label("Money").fill("Nothing")
    saved(first)
    two.click()
    second.keyboard.type("The second text.")
    second.get_by_label("Time", exact=True).fill("A week")
    expect(second.locator("#standing")).to_contain_text("Someone else saved meanwhile")
    assert newest(story).did == "<p>The first text.</p>"
    second.get_by_role("button", name="See both texts").click()
    expect(second.get_by_role("heading", name="Two texts: which one stays?")).to_be_focused()
    expect(second.locator(".text mark")).to_have_text([re.compile("second"), re.compile("first")])
    second.get_by_label(re.compile("Keep both")).check()
    second.get_by_role("button", name="Save what I chose").click()
    second.wait_for_selector("form[data-mounted]")
    draft = newest(story)
    assert draft.did == "<p>The first text.</p><p>The second text.</p>"
    assert (draft.took_money, draft.took_time) == ("Nothing", "A week")
    expect(second.locator("#kept")).to_be_hidden()


def test_what_a_co_author_adds_elsewhere_comes_in_by_itself(
    alices: Callable[..., Page], cast: Cast, story: StoryPage
) -> None:
    page = strictly(alices())
    open_draft(page, story)
    story.refresh_from_db()
    writing.save_draft(
        story,
        by=cast.dina,
        base_revision=story.latest_revision_id,
        values={"problem": "<p>It <b>rained</b></p>", "topics": list(Topic.objects.all()), "council": cast.brockhaven},
    )
    page.get_by_label("Summary").fill("Mine.")
    saved(page)
    expect(page.locator("#id_problem_ed")).to_have_text("It rained")
    expect(page.get_by_label("Food waste")).to_be_checked()
    page.get_by_label("Summary").fill("Mine, again.")
    expect(page.locator("#standing")).to_have_attribute("data-state", "writing")
    saved(page)
    draft = newest(story)
    assert draft.summary == "Mine, again."
    assert draft.problem == "<p>It <b>rained</b></p>"
    assert draft.council == cast.brockhaven
