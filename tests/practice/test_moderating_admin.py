"""Stories in the Wagtail admin: the same states, and no way round the verbs of the website."""

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageLogEntry

from practice import moderating, writing
from practice.models import StoryPage
from tests.cast import Cast, make_community, make_story
from tests.practice.steps import save, send


@pytest.fixture
def dina(client: Client, cast: Cast) -> Client:
    client.force_login(cast.dina)
    return client


@pytest.fixture
def frank(client: Client, cast: Cast) -> Client:
    client.force_login(cast.frank)
    return client


def form_of(client: Client, story: StoryPage) -> dict[str, str]:
    """What the admin's own form would send."""
    response = client.get(f"/admin/pages/{story.pk}/edit/")
    assert response.status_code == 200
    form = BeautifulSoup(response.content, "html.parser").select_one("#page-edit-form")
    values = {}
    for control in form.select("input[name], textarea[name], select[name]"):
        if control.get("type") in ("checkbox", "radio", "submit") and not control.has_attr("checked"):
            continue
        if control.name == "select":
            chosen = control.select_one("option[selected]")
            values[control["name"]] = chosen["value"] if chosen else ""
        else:
            values[control["name"]] = control.get("value") or control.get_text().strip() or ""
    return values


def rich(text: str) -> str:
    """What Draftail sends for one paragraph."""
    block = {"text": text, "type": "unstyled", "key": "a", "depth": 0, "inlineStyleRanges": [], "entityRanges": []}
    return json.dumps({"blocks": [block], "entityMap": {}})


@pytest.mark.parametrize("name", ["alice", "carol", "eve"])
def test_practitioners_and_facilitators_have_no_admin(client: Client, cast: Cast, name: str) -> None:
    story = make_story(cast.waste, by=cast.alice)
    client.force_login(getattr(cast, name))
    for address in ("/admin/", f"/admin/pages/{story.pk}/edit/", "/admin/stories/"):
        response = client.get(address)
        assert response.status_code in (302, 403, 404)
        assert response.headers.get("Location", "/admin/login/").startswith(("/admin/login/", "/account/login/"))


class TestStates:
    def test_the_list_of_stories_tells_their_states(self, dina: Client, cast: Cast):
        make_story(cast.waste, by=cast.alice, title="Out", live=False)
        waiting = send(cast, "Waiting")
        back = send(cast, "Back")
        moderating.ask_for_changes(back, by=cast.carol, revision=back.latest_revision, note="Cost?")
        live = make_story(cast.waste, by=cast.alice, title="Live")
        save(live, cast.alice, title="Live and changed")
        gone = make_story(cast.waste, by=cast.alice, title="Gone")
        moderating.withdraw(gone, by=cast.carol)
        rows = BeautifulSoup(dina.get("/admin/stories/").content, "html.parser").select("table.listing tbody tr")
        states = {row.select("td")[0].get_text(" ", strip=True).split("Edit")[0].strip(): row for row in rows}
        text = {title.split("  ")[0]: " ".join(row.get_text(" ", strip=True).split()) for title, row in states.items()}
        joined = " | ".join(text.values())
        assert waiting
        for state in ("Draft", "Being read", "Changes asked for", "Published; newer text: draft", "Withdrawn"):
            assert state in joined

    def test_the_edit_page_shows_the_review_and_offers_a_draft_alone(self, dina: Client, cast: Cast):
        story = send(cast)
        html = dina.get(f"/admin/pages/{story.pk}/edit/").content.decode()
        assert "A facilitator reads it" in html
        assert f"/moderate/{story.pk}/" in html
        for name in ("action-publish", "action-submit", "action-cancel-workflow", "action-restart-workflow"):
            assert f'name="{name}"' not in html

    def test_the_history_of_the_admin_knows_the_verbs_of_the_website(self, dina: Client, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        moderating.withdraw(story, by=cast.carol, reason="A figure is wrong.")
        html = dina.get(f"/admin/pages/{story.pk}/history/").content.decode()
        assert "Withdrew it from its readers: “A figure is wrong.”" in html

    def test_a_long_list_takes_as_many_queries_as_a_short_one(self, dina: Client, cast: Cast):
        make_story(cast.waste, by=cast.alice)

        def count() -> int:
            with CaptureQueriesContext(connection) as queries:
                assert dina.get("/admin/stories/").status_code == 200
            return len(queries)

        count()
        short = count()
        for number in range(12):
            make_story(cast.waste, by=cast.alice, title=f"Story {number}")
        assert count() <= short + 2

    def test_the_pages_of_a_community_are_never_shown_all_at_once(self, dina: Client, cast: Cast):
        for number in range(55):
            make_story(cast.waste, by=cast.alice, title=f"Story {number}", live=False)
        html = dina.get(f"/admin/pages/{cast.waste.pk}/?ordering=ord").content.decode()
        rows = BeautifulSoup(html, "html.parser").select("table.listing tbody tr")
        assert len(rows) == 50


class TestWriting:
    def test_what_an_editor_mends_is_kept_as_a_draft_and_cleaned(self, dina: Client, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        values = form_of(dina, story) | {"title": "Mended", "did": rich("<script>x</script> We met.")}
        assert dina.post(f"/admin/pages/{story.pk}/edit/", values).status_code == 302
        story.refresh_from_db()
        assert story.title == "We asked the caretakers"
        draft = writing.draft_of(story)
        assert draft.title == "Mended"
        assert "<script" not in draft.did

    @pytest.mark.parametrize("who", ["dina", "frank"])
    @pytest.mark.parametrize("action", ["action-publish", "action-submit", "action-restart-workflow"])
    def test_nothing_is_published_or_sent_from_there(self, client: Client, cast: Cast, who: str, action: str):
        client.force_login(getattr(cast, who))
        story = send(cast)
        values = form_of(client, story) | {action: "1", "title": "Unread", "did": rich("Unread.")}
        client.post(f"/admin/pages/{story.pk}/edit/", values)
        story.refresh_from_db()
        assert not story.live
        waiting = moderating.review_in_progress(story)
        assert waiting is not None
        assert waiting.revision.as_object().title == "We asked the caretakers"

    def test_an_editor_does_not_publish_their_own_there(self, dina: Client, cast: Cast):
        story = make_story(cast.waste, by=cast.dina, live=False, council=cast.ambleford)
        values = form_of(dina, story) | {"action-publish": "1", "did": rich("Mine.")}
        dina.post(f"/admin/pages/{story.pk}/edit/", values)
        assert not StoryPage.objects.get(pk=story.pk).live

    def test_saving_as_one_types_never_writes_over_what_is_being_read(self, dina: Client, cast: Cast):
        story = make_story(cast.waste, by=cast.dina, live=False, council=cast.ambleford)
        values = form_of(dina, story)
        revision = story.latest_revision_id
        make_member(cast)
        writing.submit(story, by=cast.dina)
        values |= {"title": "Swapped", "did": rich("Swapped."), "overwrite_revision_id": str(revision)}
        dina.post(f"/admin/pages/{story.pk}/edit/", values)
        waiting = moderating.review_in_progress(story)
        assert waiting is not None
        assert waiting.revision_id == revision
        assert waiting.revision.as_object().title == "We asked the caretakers"
        assert writing.draft_of(StoryPage.objects.get(pk=story.pk)).title == "Swapped"

    def test_a_review_is_not_cancelled_there(self, dina: Client, cast: Cast):
        make_member(cast)
        story = make_story(cast.waste, by=cast.dina, live=False, council=cast.ambleford)
        writing.submit(story, by=cast.dina)
        values = form_of(dina, story) | {"action-cancel-workflow": "1", "did": rich("Mine.")}
        dina.post(f"/admin/pages/{story.pk}/edit/", values)
        assert moderating.review_in_progress(story)

    def test_a_story_is_not_begun_there(self, dina: Client, cast: Cast):
        response = dina.get(f"/admin/pages/add/practice/storypage/{cast.waste.pk}/")
        assert response.status_code in (302, 403, 404)


def make_member(cast: Cast) -> None:
    from tests.cast import add_member

    add_member(cast.waste, cast.dina)


class TestSideDoors:
    @pytest.mark.parametrize("who", ["dina", "frank"])
    @pytest.mark.parametrize(
        ("door", "page"),
        [("unpublish", "withdraw"), ("delete", "delete"), ("move", "move"), ("copy", "history"), ("lock", "history")],
    )
    def test_they_lead_to_the_page_of_the_website(self, client: Client, cast: Cast, who: str, door: str, page: str):
        client.force_login(getattr(cast, who))
        story = make_story(cast.waste, by=cast.alice)
        for method in (client.get, client.post):
            response = method(f"/admin/pages/{story.pk}/{door}/")
            assert response.headers["Location"] == f"/moderate/{story.pk}/{page}/"
        story.refresh_from_db()
        assert story.live
        assert story.community == cast.waste
        assert not story.locked
        shown = client.get(f"/moderate/{story.pk}/{page}/")
        assert "Stories are" in shown.content.decode()

    def test_the_second_step_of_moving_does_too(self, frank: Client, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        housing = make_community("Housing")
        response = frank.post(f"/admin/pages/{story.pk}/move/{housing.pk}/confirm/")
        assert response.headers["Location"] == f"/moderate/{story.pk}/move/"
        assert StoryPage.objects.get(pk=story.pk).get_parent().pk == cast.waste.pk

    @pytest.mark.parametrize("who", ["dina", "frank"])
    @pytest.mark.parametrize("action", ["publish", "unpublish", "delete", "move"])
    def test_nothing_is_done_to_many_at_once(self, client: Client, cast: Cast, who: str, action: str):
        client.force_login(getattr(cast, who))
        live, draft = make_story(cast.waste, by=cast.alice), send(cast, "Sent")
        housing = make_community("Housing")
        address = f"/admin/bulk/wagtailcore/page/{action}/?id={live.pk}&id={draft.pk}&next=/admin/"
        client.post(address, {"chooser": housing.pk, "include_descendants": "on"})
        live.refresh_from_db()
        draft.refresh_from_db()
        assert live.live
        assert not draft.live
        assert live.get_parent().pk == draft.get_parent().pk == cast.waste.pk

    @pytest.mark.parametrize("action", ["publish", "unpublish", "delete"])
    def test_nor_with_the_community_that_holds_them(self, frank: Client, cast: Cast, action: str):
        live, draft = make_story(cast.waste, by=cast.alice), send(cast, "Sent")
        address = f"/admin/bulk/wagtailcore/page/{action}/?id={cast.waste.pk}&next=/admin/"
        frank.post(address, {"include_descendants": "on"})
        live.refresh_from_db()
        draft.refresh_from_db()
        assert live.live
        assert not draft.live

    @pytest.mark.parametrize("who", ["dina", "frank"])
    def test_the_review_is_not_decided_there(self, client: Client, cast: Cast, who: str):
        client.force_login(getattr(cast, who))
        story = send(cast)
        review = moderating.review_in_progress(story)
        assert review is not None
        for door in ("action", "collect_action_data"):
            for action in ("approve", "reject"):
                client.post(
                    f"/admin/pages/workflow/{door}/{story.pk}/{action}/{review.pk}/",
                    {"comment": "Yes"},
                    headers={"X-Requested-With": "XMLHttpRequest"},
                )
        client.post(f"/admin/pages/workflow/confirm_cancellation/{story.pk}/")
        assert moderating.review_in_progress(story) == review

    def test_its_privacy_is_not_set_there(self, frank: Client, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        frank.post(f"/admin/pages/{story.pk}/privacy/", {"restriction_type": "login"})
        assert not story.get_view_restrictions().exists()

    def test_an_earlier_version_is_brought_back_only_as_a_draft(self, dina: Client, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        first = story.latest_revision_id
        save(story, cast.alice, title="Second")
        address = f"/admin/pages/{story.pk}/revisions/{first}/revert/"
        assert dina.get(address).status_code == 200
        values = form_of(dina, story) | {"title": "Third", "action-publish": "1", "did": rich("Third.")}
        dina.post(address, values)
        story.refresh_from_db()
        assert story.title == "We asked the caretakers"


class TestColumns:
    def test_wagtail_unpublishing_a_mere_page_takes_it_from_the_lists(self, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        Page.objects.get(pk=story.pk).unpublish()
        assert not StoryPage.objects.visible_to(None).exists()
        assert not StoryPage.objects.get(pk=story.pk).shown

    def test_wagtail_moving_a_mere_page_takes_its_community_along(self, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        housing = make_community("Housing", visibility="members")
        Page.objects.get(pk=story.pk).move(Page.objects.get(pk=housing.pk), pos="last-child")
        story.refresh_from_db()
        assert story.community == housing
        assert not StoryPage.objects.visible_to(None).exists()

    def test_other_pages_are_left_alone(self, cast: Cast):
        Page.objects.get(pk=cast.waste.pk).save()
        assert not PageLogEntry.objects.filter(page=cast.waste.pk, action="wagtail.unpublish").exists()


def test_no_review_ends_by_itself(cast: Cast, monkeypatch: Any) -> None:
    """The task of the workflow offers nothing to the admin, whoever asks."""
    story = send(cast)
    task = story.current_workflow_task
    for person in (cast.dina, cast.frank, cast.carol):
        assert task.get_actions(story, person) == []
        assert not task.get_task_states_user_can_moderate(person).exists()


def test_an_unfinished_draft_is_kept_in_the_admin_and_still_cannot_be_sent(dina: Client, cast: Cast) -> None:
    story = writing.start(by=cast.alice, title="Caddies in flats", community=cast.waste)
    values = {**form_of(dina, story), "summary": "", "took_time": "Four months"}
    assert dina.post(f"/admin/pages/{story.pk}/edit/", values).status_code == 302
    assert writing.draft_of(StoryPage.objects.get(pk=story.pk)).took_time == "Four months"
    with pytest.raises(writing.Incomplete):
        writing.submit(story, by=cast.alice)


def test_a_live_story_gets_an_unfinished_draft_in_the_admin_and_stays_as_it_is(dina: Client, cast: Cast) -> None:
    story = make_story(cast.waste, by=cast.alice)
    summary = story.summary
    assert dina.post(f"/admin/pages/{story.pk}/edit/", {**form_of(dina, story), "summary": ""}).status_code == 302
    story.refresh_from_db()
    assert (story.summary, writing.draft_of(story).summary) == (summary, "")


def test_a_link_to_a_page_of_the_site_made_in_the_admin_becomes_its_address(dina: Client, cast: Cast) -> None:
    story, other = make_story(cast.waste, by=cast.alice), make_story(cast.waste, by=cast.alice, title="Wombats")
    link = {"type": "LINK", "mutability": "MUTABLE", "data": {"id": other.pk, "linkType": "page", "url": "/"}}
    block = {
        "text": "as they did",
        "type": "unstyled",
        "key": "a",
        "depth": 0,
        "inlineStyleRanges": [],
        "entityRanges": [{"offset": 3, "length": 4, "key": 0}],
    }
    values = {**form_of(dina, story), "did": json.dumps({"blocks": [block], "entityMap": {"0": link}})}
    assert dina.post(f"/admin/pages/{story.pk}/edit/", values).status_code == 302
    story.refresh_from_db()
    address = f"http://testserver{other.get_absolute_url()}"
    assert writing.draft_of(story).did == f'<p>as <a href="{address}">they</a> did</p>'
    writing.publish(story, revision=story.latest_revision, by=cast.dina)
    assert f'<a href="{address}" rel="nofollow ugc">they</a>' in dina.get(story.get_absolute_url()).text
