"""The pages on which a story is begun and written."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.test import Client

from practice import writing
from practice.models import StoryPage, Topic
from tests.cast import Cast, add_member, make_community, make_story
from tests.practice.steps import newest, page_of

State = StoryPage.State


class TestBeginning:
    def test_visitors_sign_in_first(self, client: Client, story: StoryPage) -> None:
        for address in ("/write/", f"/write/{story.pk}/", "/write/yours/", "/write/999/", f"/write/{story.pk}/check/"):
            assert client.get(address)["Location"].startswith("/account/login/?next=/write/")

    def test_one_field_and_one_community(self, alice: Client, cast: Cast) -> None:
        page = alice.get("/write/")
        assert page.context["form"].initial["community"] == cast.waste
        response = alice.post("/write/", {"title": "  A new  thing ", "community": cast.waste.pk})
        story = StoryPage.objects.get()
        assert response["Location"] == f"/write/{story.pk}/go-on/"
        assert story.title == "A new thing"

    def test_an_empty_title_is_asked_for_again(self, alice: Client, cast: Cast) -> None:
        response = alice.post("/write/", {"title": "", "community": cast.waste.pk})
        assert response.status_code == 422
        assert "<title>Error: " in response.text
        assert "Say in a few words what changed" in response.text

    def test_a_community_of_others_cannot_be_chosen(self, alice: Client, cast: Cast) -> None:
        hidden = make_community("Secret", facilitator=cast.carol, visibility="hidden")
        assert alice.post("/write/", {"title": "X", "community": hidden.pk}).status_code == 422
        assert "Secret" not in alice.get("/write/").text

    def test_those_who_belong_nowhere_are_shown_where_they_can(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.eve)
        page = client.get("/write/")
        assert "Waste and recycling" in page.text
        assert 'id="start"' not in page.text

    def test_a_community_that_anyone_can_join_is_joined_on_the_way(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.eve)
        response = client.post("/write/", {"join": cast.waste.slug, "title": "Half a title"}, follow=True)
        assert response.redirect_chain[-1][0] == "/write/?community=waste-and-recycling&title=Half+a+title"
        assert response.context["form"].initial == {"community": cast.waste, "title": "Half a title"}
        secret = make_community("Secret", facilitator=cast.carol, visibility="hidden")
        assert client.post("/write/", {"join": secret.slug}).status_code == 404
        closed = make_community("Closed", facilitator=cast.carol, joining="invite")
        client.post("/write/", {"join": closed.slug})
        assert not closed.memberships.filter(person=cast.eve).exists()

    def test_the_community_that_one_came_from_is_chosen(self, alice: Client, cast: Cast) -> None:
        care = make_community("Care", facilitator=cast.carol)
        add_member(care, cast.alice)
        assert alice.get("/write/?community=care").context["form"].initial["community"] == care
        assert alice.get("/write/?community=nonsense").context["form"].initial["community"] is None


def test_its_own_script_is_small(alice: Client, story: StoryPage) -> None:
    """Under 40 KB compressed, beside the editor, which comes from its package."""
    page = alice.get(f"/write/{story.pk}/").text
    names = {*re.findall(r'/static/(hub/js/[\w-]+\.js)"', page)}
    assert {"hub/js/keep.js", "hub/js/editor.js", "hub/js/paste.js"} <= names
    total = sum(len(gzip.compress(Path(str(finders.find(name))).read_bytes())) for name in names)
    assert total < 40_000, f"{total} bytes: {sorted(names)}"


class TestWhoMayWrite:
    def test_it_is_not_there_for_others(self, client: Client, cast: Cast, story: StoryPage) -> None:
        for other in (cast.bob, cast.carol, cast.eve):
            client.force_login(other)
            for end in ("", "check/", "preview/", "discard/"):
                assert client.get(f"/write/{story.pk}/{end}").status_code == 404
            for end in ("", "keep/", "check/", "take-back/", "discard/"):
                assert client.post(f"/write/{story.pk}/{end}").status_code == 404

    def test_what_others_can_read_they_cannot_change(self, client: Client, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        client.force_login(cast.bob)
        assert client.get(f"/write/{story.pk}/").status_code == 403
        assert client.post(f"/write/{story.pk}/keep/").status_code == 403


class TestSaving:
    def test_everything_comes_back_as_it_was_written(self, alice: Client, cast: Cast, story: StoryPage) -> None:
        topic = Topic.objects.create(title="Food waste", slug="food-waste")
        data = {
            **page_of(alice, story),
            "title": "Another title",
            "summary": "A summary,\nin two lines.",
            "worth_repeating": "Ask the caretakers.",
            "problem": "First.\n\nSecond <3",
            "did": "<p>We <strong>met</strong></p>",
            "council": cast.brockhaven.pk,
            "practice_status": "running",
            "began_on_month": "3",
            "began_on_year": "2024",
            "took_money": "£4,000",
            "topics": [topic.pk],
            "tags": "Food Waste, flats,, food waste",
            "credited": "The caretakers",
        }
        assert alice.post(f"/write/{story.pk}/", data).status_code == 303
        kept = newest(story)
        assert kept.title == "Another title"
        assert kept.summary == "A summary, in two lines."
        assert kept.problem == "<p>First.</p><p>Second &lt;3</p>"
        assert kept.did == "<p>We <b>met</b></p>"
        assert kept.council == cast.brockhaven
        assert str(kept.began_on) == "2024-03-01"
        assert [t.title for t in kept.topics.all()] == ["Food waste"]
        assert {t.name for t in kept.tags.all()} == {"food waste", "flats"}
        assert [a.person for a in kept.authorships.all()] == [cast.alice]
        page = alice.get(f"/write/{story.pk}/").text
        assert "&lt;p&gt;First.&lt;/p&gt;\n&lt;p&gt;Second" in page

    def test_saving_what_did_not_change_makes_no_version(self, alice: Client, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        before = story.latest_revision_id
        assert alice.post(f"/write/{story.pk}/", page_of(alice, story)).status_code == 303
        story.refresh_from_db()
        assert story.latest_revision_id == before
        assert not story.has_unpublished_changes

    def test_what_is_wrong_is_said_and_the_rest_is_kept(self, alice: Client, cast: Cast, story: StoryPage) -> None:
        data = {
            **page_of(alice, story),
            "summary": "x" * 281,
            "took_time": "A week",
            "began_on_month": "3",
            "tags": "!!!",
        }
        response = alice.post(f"/write/{story.pk}/", data)
        assert response.status_code == 422
        assert "<title>Error: " in response.text
        for words in (
            "shorten it to 280 characters. It has 281.",
            "Give the month and the year",
            "needs letters",
        ):
            assert words in response.text
        assert "x" * 281 in response.text
        assert newest(story).took_time == "A week"
        # Mended on that same page, it is saved without a quarrel with oneself.
        context = response.context
        data.update(summary="Short", began_on_year="2024", tags="")
        data.update(base=context["base"], seen=context["seen"])
        assert alice.post(f"/write/{story.pk}/", data).status_code == 303
        assert newest(story).summary == "Short"


class TestSavingAsOneTypes:
    def keep(self, client: Client, story: StoryPage, data: dict[str, Any]) -> Any:
        return client.post(f"/write/{story.pk}/keep/", data, headers={"accept": "application/json"})

    def test_it_answers_the_new_version(self, alice: Client, story: StoryPage) -> None:
        data = page_of(alice, story)
        answer = self.keep(alice, story, {**data, "problem": "<p>It rained</p>"}).json()
        assert answer["base"] == newest(story).latest_revision_id != data["base"]
        assert answer["errors"] == {}
        assert answer["merged"] == {}
        assert "problem" in answer["done"]
        data.update(base=answer["base"], seen=json.dumps(answer["seen"]), problem="<p>It rained a lot</p>")
        assert self.keep(alice, story, data).status_code == 200

    def test_what_is_half_typed_waits(self, alice: Client, story: StoryPage) -> None:
        data = {**page_of(alice, story), "tags": "!!!", "took_time": "A day"}
        answer = self.keep(alice, story, data)
        assert answer.status_code == 200
        assert set(answer.json()["errors"]) == {"tags"}
        assert newest(story).took_time == "A day"

    def test_an_empty_title_is_not_saved_but_the_rest_is(self, alice: Client, story: StoryPage) -> None:
        self.keep(alice, story, {**page_of(alice, story), "title": "", "took_time": "A day"})
        assert newest(story).title == "We asked the caretakers"
        assert newest(story).took_time == "A day"

    def test_a_script_that_saves_is_slowed_down(self, alice: Client, story: StoryPage) -> None:
        cache.clear()
        data = page_of(alice, story)
        answers = [self.keep(alice, story, data).status_code for _ in range(125)]
        # The minute may turn in between.
        assert answers[:60] == [200] * 60
        assert set(answers) <= {200, 429}
        cache.clear()

    def test_nonsense_is_no_error_of_ours(self, alice: Client, story: StoryPage) -> None:
        for data in ({}, {"base": "x", "seen": "["}, {"base": "9" * 40, "seen": "[]"}, {"title": "\0", "seen": "null"}):
            assert self.keep(alice, story, data).status_code in {200, 409, 422}

    def test_it_never_changes_what_a_reader_has(self, alice: Client, cast: Cast, story: StoryPage) -> None:
        writing.save_draft(
            story, by=cast.alice, base_revision=story.latest_revision_id, values={"summary": "S", "did": "<p>D</p>"}
        )
        writing.submit(story, by=cast.alice)
        self.keep(alice, story, {**page_of(alice, story), "summary": "Changed"})
        assert story.current_workflow_task_state.revision.as_object().summary == "S"
        assert newest(story).summary == "Changed"


class TestTwoWriters:
    def test_different_fields_need_no_choice(self, alice: Client, cast: Cast, story: StoryPage) -> None:
        data = page_of(alice, story)
        assert (
            alice.post(
                f"/write/{story.pk}/", {**data, "problem": "<p>First</p>", "practice_status": "stopped"}
            ).status_code
            == 303
        )
        answer = alice.post(f"/write/{story.pk}/keep/", {**data, "did": "<p>Second</p>"})
        assert answer.status_code == 200
        assert answer.json()["merged"] == {
            "problem": {"problem": ["<p>First</p>"]},
            "practice_status": {"practice_status": ["stopped"]},
        }
        kept = newest(story)
        assert (kept.problem, kept.did, kept.practice_status) == ("<p>First</p>", "<p>Second</p>", "stopped")

    def test_the_same_field_is_never_written_over(self, alice: Client, cast: Cast, story: StoryPage) -> None:
        data = page_of(alice, story)
        alice.post(f"/write/{story.pk}/", {**data, "did": "<p>First</p>"})
        second = {**data, "did": "<p>Second</p>", "took_time": "A week"}
        answer = alice.post(f"/write/{story.pk}/keep/", second)
        assert answer.status_code == 409
        assert answer.json()["clashes"] == ["What did you do?"]
        assert newest(story).did == "<p>First</p>"
        assert newest(story).took_time == "A week"
        # Typing on does not wear it down.
        assert alice.post(f"/write/{story.pk}/keep/", {**second, "did": "<p>Second, longer</p>"}).status_code == 409
        assert newest(story).did == "<p>First</p>"

    @pytest.mark.parametrize(
        ("choice", "kept"),
        [("mine", "<p>Second</p>"), ("theirs", "<p>First</p>"), ("both", "<p>First</p><p>Second</p>")],
    )
    def test_both_texts_are_shown_and_one_is_chosen(
        self, alice: Client, story: StoryPage, choice: str, kept: str
    ) -> None:
        data = page_of(alice, story)
        alice.post(
            f"/write/{story.pk}/",
            {**data, "did": "<p>First</p>", "took_money": "Nothing", "began_on_month": 3, "began_on_year": 2024},
        )
        response = alice.post(
            f"/write/{story.pk}/",
            {**data, "did": "<p>Second</p>", "took_time": "A day", "began_on_month": 5, "began_on_year": 2024},
        )
        assert response.status_code == 409
        assert re.search(r"<p><mark>.*First.*</mark></p>", response.text)
        assert re.search(r"<p><mark>.*Second.*</mark></p>", response.text)
        assert re.search(r"<mark>.*March.*</mark> 2024", response.text)
        assert "took_money" not in [clash.name for clash in response.context["clashes"]]
        chosen: dict[str, Any] = {"clash": "did", "choose-did": choice}
        for name, value in response.context["typed"]:
            chosen.setdefault(name, []).append(value)
        chosen.update(base=response.context["base"], seen=response.context["seen"])
        assert alice.post(f"/write/{story.pk}/", chosen).status_code == 303
        draft = newest(story)
        assert draft.did == kept
        assert draft.took_time == "A day"
        assert draft.took_money == "Nothing"
