import json
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.models import Picture
from practice import writing
from practice.forms.writing import WriteForm, initial_of
from practice.models import StoryPage, Topic
from tests.cast import Cast, add_member, make_community, make_person, make_story
from tests.hub.test_uploads import picture

State = StoryPage.State


@pytest.fixture
def story(cast: Cast) -> StoryPage:
    return writing.start(by=cast.alice, title="We asked the caretakers", community=cast.waste)


@pytest.fixture
def alice(client: Client, cast: Cast) -> Client:
    client.force_login(cast.alice)
    return client


def page_of(client: Client, story: StoryPage) -> dict[str, Any]:
    """What the form of the page would send if nothing was changed."""
    response = client.get(f"/write/{story.pk}/")
    assert response.status_code == 200
    form: WriteForm = response.context["form"]
    data: dict[str, Any] = {"base": response.context["base"], "seen": response.context["seen"]}
    for name, value in initial_of(form.draft).items():
        if name in ("began_on", "ended_on"):
            data[f"{name}_month"], data[f"{name}_year"] = (value.month, value.year) if value else ("", "")
        else:
            data[name] = "" if value is None else value
    return data


def newest(story: StoryPage) -> StoryPage:
    return writing.draft_of(StoryPage.objects.get(pk=story.pk))


class TestBeginning:
    def test_visitors_sign_in_first(self, client: Client, story: StoryPage) -> None:
        for address in ("/write/", f"/write/{story.pk}/", "/write/yours/", "/write/999/", f"/write/{story.pk}/check/"):
            assert client.get(address)["Location"].startswith("/account/login/?next=/write/")

    def test_one_field_and_one_community(self, alice: Client, cast: Cast) -> None:
        page = alice.get("/write/")
        assert page.context["form"].initial["community"] == cast.waste
        response = alice.post("/write/", {"title": "  A new  thing ", "community": cast.waste.pk})
        story = StoryPage.objects.get()
        assert response["Location"] == f"/write/{story.pk}/"
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
            "authors": "Bob Okafor\nalice marlow",
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
        assert [a.person for a in kept.authorships.all()] == [cast.bob, cast.alice]
        page = alice.get(f"/write/{story.pk}/").text
        assert "&lt;p&gt;First.&lt;/p&gt;\n&lt;p&gt;Second" in page
        assert "Bob Okafor\nAlice Marlow" in page

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
            "authors": "Alice Marlow\nNobody Known",
            "tags": "!!!",
        }
        response = alice.post(f"/write/{story.pk}/", data)
        assert response.status_code == 422
        assert "<title>Error: " in response.text
        for words in (
            "shorten it to 280 characters. It has 281.",
            "Give the month and the year",
            "nobody here is called that",
            "needs letters",
        ):
            assert words in response.text
        assert "x" * 281 in response.text
        assert newest(story).took_time == "A week"
        # Mended on that same page, it is saved without a quarrel with oneself.
        context = response.context
        data.update(summary="Short", began_on_year="2024", authors="Alice Marlow", tags="")
        data.update(base=context["base"], seen=context["seen"])
        assert alice.post(f"/write/{story.pk}/", data).status_code == 303
        assert newest(story).summary == "Short"

    def test_two_of_one_name_are_told_apart(self, alice: Client, cast: Cast, story: StoryPage) -> None:
        make_person("Sam Field", email="sam1@x.example", council=cast.ambleford)
        second = make_person("Sam Field", email="sam2@x.example", council=cast.brockhaven)
        data = page_of(alice, story)
        response = alice.post(f"/write/{story.pk}/", {**data, "authors": "Alice Marlow\nSam Field"})
        assert "Sam Field (Ambleford), Sam Field (Brockhaven)" in response.text
        data["authors"] = "Alice Marlow\nSam Field (Brockhaven)"
        assert alice.post(f"/write/{story.pk}/", data).status_code == 303
        assert [a.person for a in newest(story).authorships.all()] == [cast.alice, second]

    def test_an_address_finds_only_people_of_ones_own_communities(
        self, alice: Client, cast: Cast, story: StoryPage
    ) -> None:
        data = page_of(alice, story)
        response = alice.post(f"/write/{story.pk}/", {**data, "authors": f"Alice Marlow\n{cast.eve.email}"})
        assert "nobody in your communities has that address" in response.text
        assert (
            alice.post(f"/write/{story.pk}/", {**data, "authors": f"Alice Marlow\n{cast.bob.email}"}).status_code == 303
        )


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
        data = {**page_of(alice, story), "authors": "Alice Marlow\nBob", "took_time": "A day"}
        answer = self.keep(alice, story, data)
        assert answer.status_code == 200
        assert set(answer.json()["errors"]) == {"authors"}
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
        alice.post(f"/write/{story.pk}/", {**data, "did": "<p>First</p>", "took_money": "Nothing"})
        response = alice.post(f"/write/{story.pk}/", {**data, "did": "<p>Second</p>", "took_time": "A day"})
        assert response.status_code == 409
        assert "<p>First</p>" in response.text
        assert "<p>Second</p>" in response.text
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


class TestFiles:
    def test_a_picture_needs_words(self, alice: Client, story: StoryPage) -> None:
        data = {**page_of(alice, story), "picture": SimpleUploadedFile("a.png", picture())}
        response = alice.post(f"/write/{story.pk}/", data)
        assert response.status_code == 422
        assert "The picture is saved. Say what it shows" in response.text
        assert newest(story).picture is not None
        assert "picture_alt" in newest(story).missing()
        data = {**page_of(alice, story), "picture_alt": "A red box"}
        assert alice.post(f"/write/{story.pk}/", data).status_code == 303
        page = alice.get(f"/write/{story.pk}/")
        assert "A red box" in page.text
        assert alice.get(page.context["picture_url"]).status_code == 200

    def test_a_picture_can_be_taken_out(self, alice: Client, story: StoryPage) -> None:
        data = {**page_of(alice, story), "picture": SimpleUploadedFile("a.png", picture()), "picture_alt": "A"}
        alice.post(f"/write/{story.pk}/", data)
        assert newest(story).picture
        alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "without_picture": "on"})
        assert newest(story).picture is None
        assert newest(story).picture_alt == ""

    def test_a_file_is_kept_and_can_be_taken_out(
        self, alice: Client, client: Client, cast: Cast, story: StoryPage
    ) -> None:
        upload = SimpleUploadedFile("../plan.pdf", b"%PDF-1.7 hello")
        data = {**page_of(alice, story), "file": upload, "file_title": "Our plan", "then": "files"}
        response = alice.post(f"/write/{story.pk}/", data)
        assert response["Location"] == f"/write/{story.pk}/#files"
        attachment = newest(story).attachments.get()
        assert (attachment.title, attachment.name, attachment.content_type) == (
            "Our plan",
            "plan.pdf",
            "application/pdf",
        )
        address = attachment.get_absolute_url()
        assert b"".join(alice.get(address)) == b"%PDF-1.7 hello"  # type: ignore[arg-type]
        for stranger in (cast.bob, cast.carol):
            client.force_login(stranger)
            assert client.get(address).status_code == 404
        client.force_login(cast.alice)
        alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "take_out": attachment.key})
        assert not newest(story).attachments.all()

    def test_several_files_come_in_one_save(self, alice: Client, story: StoryPage) -> None:
        files = [SimpleUploadedFile(f"{name}.pdf", b"%PDF-1.7") for name in ("plan", "bill", "map")]
        alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "file": files, "file_title": "Our plan"})
        assert [each.title for each in newest(story).attachments.all()] == ["plan", "bill", "map"]
        many = [SimpleUploadedFile(f"{number}.pdf", b"%PDF-1.7") for number in range(8)]
        answer = alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "file": many})
        assert answer.status_code == 422
        assert "A story can have 10 files" in answer.text
        assert len(newest(story).attachments.all()) == 3

    def test_of_several_files_the_bad_one_is_named(self, alice: Client, story: StoryPage) -> None:
        files = [SimpleUploadedFile("plan.pdf", b"%PDF-1.7"), SimpleUploadedFile("run.exe", b"MZ")]
        answer = alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "file": files})
        assert answer.status_code == 422
        assert "“run.exe”: We cannot take this kind of file" in answer.context["form"].errors["file"][0]
        assert not newest(story).attachments.all()

    def test_what_was_given_goes_with_a_story_that_is_thrown_away(
        self, alice: Client, story: StoryPage, django_capture_on_commit_callbacks: Any
    ) -> None:
        files = {"picture": SimpleUploadedFile("a.png", picture()), "file": SimpleUploadedFile("a.pdf", b"%PDF-1.7")}
        alice.post(f"/write/{story.pk}/", {**page_of(alice, story), **files, "picture_alt": "A"})
        given = newest(story)
        name, key = given.attachments.get().file.name, given.attachments.get().key
        drawing = given.picture.file.name
        # Taken out of the newest version, they are still in the one before.
        alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "take_out": key, "without_picture": "on"})
        assert default_storage.exists(name)
        with django_capture_on_commit_callbacks(execute=True):
            alice.post(f"/write/{story.pk}/discard/")
        assert not Picture.objects.filter(pk=given.picture_id).exists()
        assert not default_storage.exists(name)
        assert not default_storage.exists(drawing)

    @pytest.mark.parametrize(("name", "content"), [("a.pdf", b""), ("a.pdf", b"<svg/>"), ("a.exe", b"MZ")])
    def test_a_bad_file_is_refused_and_the_text_is_kept(
        self, alice: Client, story: StoryPage, name: str, content: bytes
    ) -> None:
        data = {**page_of(alice, story), "file": SimpleUploadedFile(name, content), "took_time": "A day"}
        response = alice.post(f"/write/{story.pk}/", data)
        assert response.status_code == 422
        assert not newest(story).attachments.all()
        assert newest(story).took_time == "A day"

    def test_publishing_twice_keeps_the_address_of_a_file(self, alice: Client, cast: Cast, story: StoryPage) -> None:
        data = {**page_of(alice, story), "file": SimpleUploadedFile("a.pdf", b"%PDF-1.7"), "summary": "S", "did": "D"}
        alice.post(f"/write/{story.pk}/", data)
        story.refresh_from_db()
        writing.publish(story, revision=story.latest_revision, by=cast.carol)
        first = story.attachments.get()
        alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "summary": "S2"})
        story.refresh_from_db()
        writing.publish(story, revision=story.latest_revision, by=cast.carol)
        assert story.attachments.get() == first


class TestSending:
    def test_what_is_missing_is_listed_with_links(self, alice: Client, story: StoryPage) -> None:
        page = alice.get(f"/write/{story.pk}/check/").text
        assert f'href="/write/{story.pk}/#did"' in page
        assert "2 things are still needed" in page
        assert alice.post(f"/write/{story.pk}/check/").status_code == 409

    def test_it_is_sent_with_a_word_to_the_reader(self, alice: Client, cast: Cast, story: StoryPage) -> None:
        data = {**page_of(alice, story), "summary": "S", "did": "D", "then": "check"}
        assert alice.post(f"/write/{story.pk}/", data)["Location"] == f"/write/{story.pk}/check/"
        assert "Carol Whitby reads it" in alice.get(f"/write/{story.pk}/check/").text
        response = alice.post(f"/write/{story.pk}/check/", {"note": "Is the number right?"}, follow=True)
        assert response.redirect_chain[-1][0] == "/write/yours/"
        assert "Being read" in response.text
        story.refresh_from_db()
        assert story.state == State.IN_REVIEW
        assert story.current_workflow_task_state.specific.author_note == "Is the number right?"

    def test_it_is_published_at_once_where_nothing_is_read_first(self, alice: Client, cast: Cast) -> None:
        quick = make_community("Quick", facilitator=cast.alice, review_first=False)
        story = writing.start(by=cast.alice, title="A note", community=quick)
        alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "summary": "S", "did": "D"})
        response = alice.post(f"/write/{story.pk}/check/", follow=True)
        assert response.redirect_chain[-1][0] == f"/stories/{story.pk}/a-note/"

    def test_preview_is_for_authors_and_once_sent_for_readers(
        self, alice: Client, client: Client, cast: Cast, story: StoryPage
    ) -> None:
        alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "summary": "A sum", "did": "We did it"})
        page = alice.get(f"/write/{story.pk}/preview/").text
        assert "We did it" in page
        assert "Preview" in page
        client.force_login(cast.carol)
        assert client.get(f"/write/{story.pk}/preview/").status_code == 404
        writing.submit(StoryPage.objects.get(pk=story.pk), by=cast.alice)
        assert "We did it" in client.get(f"/write/{story.pk}/preview/").text
        client.force_login(cast.bob)
        assert client.get(f"/write/{story.pk}/preview/").status_code == 404

    def test_it_can_be_taken_back_and_thrown_away(self, alice: Client, cast: Cast, story: StoryPage) -> None:
        alice.post(f"/write/{story.pk}/", {**page_of(alice, story), "summary": "S", "did": "D"})
        alice.post(f"/write/{story.pk}/check/")
        assert "Take it back first" in alice.post(f"/write/{story.pk}/discard/", follow=True).text
        assert "is with you again" in alice.post(f"/write/{story.pk}/take-back/", follow=True).text
        assert "cannot be undone" in alice.get(f"/write/{story.pk}/discard/").text
        assert StoryPage.objects.exists()
        assert "Thrown away" in alice.post(f"/write/{story.pk}/discard/", follow=True).text
        assert not StoryPage.objects.exists()


class TestYours:
    def test_every_story_stands_where_it_belongs(self, alice: Client, cast: Cast, story: StoryPage) -> None:
        make_story(cast.waste, by=cast.alice, title="Published one")
        withdrawn = make_story(cast.waste, by=cast.alice, title="Withdrawn one")
        withdrawn.unpublish()
        sent = make_story(cast.waste, by=cast.alice, live=False, title="Sent one")
        writing.submit(sent, by=cast.alice)
        asked = make_story(cast.waste, by=cast.alice, live=False, title="Asked one")
        writing.submit(asked, by=cast.alice)
        asked.current_workflow_task_state.reject(user=cast.carol, comment="How was each asked?")
        make_story(cast.waste, by=cast.bob, title="Somebody else’s")
        page = alice.get("/write/yours/")
        shelves = page.context["shelves"]
        assert {line.title for line in shelves.with_you} == {"We asked the caretakers", "Asked one"}
        assert [line.title for line in shelves.with_a_reader] == ["Sent one"]
        assert [line.title for line in shelves.published] == ["Published one"]
        assert [line.title for line in shelves.put_away] == ["Withdrawn one"]
        assert "How was each asked?" in page.text
        assert "Somebody else" not in page.text

    def test_a_co_author_sees_the_draft(self, client: Client, cast: Cast, story: StoryPage) -> None:
        writing.save_draft(
            story, by=cast.alice, base_revision=story.latest_revision_id, values={"authors": [cast.alice, cast.bob]}
        )
        client.force_login(cast.bob)
        assert "with Alice Marlow, Ambleford" in client.get("/write/yours/").text

    def test_it_takes_the_same_queries_for_one_and_for_many(self, alice: Client, cast: Cast, story: StoryPage) -> None:
        from django.db import connection

        def count() -> int:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert alice.get("/write/yours/").status_code == 200
            return len(queries)

        make_story(cast.waste, by=cast.alice)
        sent = make_story(cast.waste, by=cast.alice, live=False)
        writing.submit(sent, by=cast.alice)
        count()
        few = count()
        for number in range(16):
            make_story(cast.waste, by=cast.alice, live=bool(number % 2), title=f"Story {number}")
            more = make_story(cast.waste, by=cast.alice, live=False, title=f"Sent {number}")
            writing.submit(more, by=cast.alice)
        assert count() == few
