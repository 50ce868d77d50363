"""One question at a time, or all on one page."""

from typing import Any

from django.test import Client

from practice import questions, writing
from practice.forms.writing import WriteForm
from practice.models import StoryPage, Topic
from practice.outline import next_of
from practice.questions import QUESTIONS
from tests.cast import Cast


def newest(story: StoryPage) -> StoryPage:
    return writing.draft_of(StoryPage.objects.get(pk=story.pk))


def answer(client: Client, story: StoryPage, key: str, then: str = "next", **values: Any) -> Any:
    page = client.get(f"/write/{story.pk}/question/{key}/")
    assert page.status_code == 200
    data = {"base": page.context["base"], "seen": page.context["seen"], "then": then, **values}
    return client.post(f"/write/{story.pk}/question/{key}/", data)


class TestTheQuestions:
    def test_each_field_of_them_is_on_the_whole_page_and_in_one_question(self) -> None:
        fields = [name for question in QUESTIONS for name in question.fields]
        assert len(fields) == len(set(fields))
        assert set(fields) <= set(WriteForm.base_fields)

    def test_from_the_first_to_the_check(self, alice: Client, story: StoryPage) -> None:
        first = {"title": "We asked", "summary": "Food waste in flats."}
        to = answer(alice, story, "for-whom", **first)
        assert to["Location"] == f"/write/{story.pk}/question/what-you-did/"
        to = answer(alice, story, "what-you-did", did="We met at ten.")
        to = answer(alice, story, "how-you-know", happened="We weighed it.")
        to = answer(alice, story, "to-a-colleague", worth_repeating="Ask them.", learned="To ask.")
        assert to["Location"] == f"/write/{story.pk}/question/before/"
        assert answer(alice, story, "how-it-is-found", tags="flats")["Location"] == f"/write/{story.pk}/check/"
        draft = newest(story)
        assert (draft.title, draft.summary, draft.did) == ("We asked", "Food waste in flats.", "<p>We met at ten.</p>")
        assert (draft.worth_repeating, draft.learned) == ("Ask them.", "<p>To ask.</p>")
        assert [tag.name for tag in draft.tags.all()] == ["flats"]

    def test_an_answer_leaves_all_else_as_it_is(self, alice: Client, cast: Cast, story: StoryPage) -> None:
        topic = Topic.objects.create(title="Food waste", slug="food-waste")
        story.refresh_from_db()
        values: Any = {"summary": "S", "problem": "<p>P</p>", "topics": [topic], "tags": ["a"], "took_time": "Long"}
        writing.save_draft(story, by=cast.alice, base_revision=story.latest_revision_id, values=values)
        answer(alice, story, "what-you-did", did="We met.")
        draft = newest(story)
        assert (draft.summary, draft.problem, draft.took_time, draft.council) == (
            "S",
            "<p>P</p>",
            "Long",
            cast.ambleford,
        )
        assert list(draft.topics.all()) == [topic]
        assert [row.person for row in draft.authorships.all()] == [cast.alice]

    def test_all_may_be_skipped(self, alice: Client, story: StoryPage) -> None:
        before = newest(story).latest_revision_id
        for question in QUESTIONS:
            given = {"title": "We asked the caretakers"} if question.key == "for-whom" else {}
            if question.key == "where-and-when":
                given["council"] = str(newest(story).council_id)
            assert answer(alice, story, question.key, **given).status_code == 302
        assert newest(story).latest_revision_id == before

    def test_what_is_wrong_is_said_and_kept(self, alice: Client, story: StoryPage) -> None:
        page = answer(alice, story, "to-a-colleague", worth_repeating="x" * 301, learned="To ask.")
        assert page.status_code == 422
        assert "<title>Error: " in page.text
        assert "x" * 301 in page.text
        assert newest(story).learned == "<p>To ask.</p>"

    def test_a_question_that_is_none_is_not_there(self, alice: Client, story: StoryPage) -> None:
        assert alice.get(f"/write/{story.pk}/question/nonsense/").status_code == 404

    def test_two_who_answer_the_same_see_both_texts_and_lose_nothing_else(
        self, alice: Client, cast: Cast, story: StoryPage
    ) -> None:
        page = alice.get(f"/write/{story.pk}/question/what-you-did/")
        story.refresh_from_db()
        values: Any = {"did": "<p>Theirs</p>", "summary": "S"}
        writing.save_draft(story, by=cast.alice, base_revision=story.latest_revision_id, values=values)
        data = {"base": page.context["base"], "seen": page.context["seen"], "did": "Mine"}
        both = alice.post(f"/write/{story.pk}/question/what-you-did/", data)
        assert both.status_code == 409
        assert f'action="/write/{story.pk}/question/what-you-did/"' in both.text
        chosen = {
            **data,
            "base": both.context["base"],
            "seen": both.context["seen"],
            "clash": "did",
            "choose-did": "both",
        }
        assert alice.post(f"/write/{story.pk}/question/what-you-did/", chosen).status_code == 303
        assert newest(story).did == "<p>Theirs</p><p>Mine</p>"
        assert newest(story).summary == "S"

    def test_it_is_saved_as_one_types(self, alice: Client, story: StoryPage) -> None:
        page = alice.get(f"/write/{story.pk}/question/what-you-did/")
        data = {"base": page.context["base"], "seen": page.context["seen"], "did": "We met."}
        kept = alice.post(f"/write/{story.pk}/keep/?question=what-you-did", data).json()
        assert not kept["errors"]
        assert "did" in kept["done"]
        assert kept["next"]["address"] == f"/write/{story.pk}/question/for-whom/"
        assert newest(story).did == "<p>We met.</p>"
        assert newest(story).title == "We asked the caretakers"


class TestTheHabit:
    def test_a_new_story_begins_with_its_first_question(self, alice: Client, story: StoryPage) -> None:
        assert alice.get(f"/write/{story.pk}/go-on/")["Location"] == f"/write/{story.pk}/question/for-whom/"

    def test_one_goes_on_where_nothing_is_answered(self, alice: Client, story: StoryPage) -> None:
        answer(alice, story, "for-whom", title="We asked", summary="S")
        assert alice.get(f"/write/{story.pk}/go-on/")["Location"] == f"/write/{story.pk}/question/what-you-did/"

    def test_the_choice_is_remembered_and_nothing_typed_is_lost(
        self, alice: Client, cast: Cast, story: StoryPage
    ) -> None:
        to = answer(alice, story, "what-you-did", then="all", did="We met.")
        assert to["Location"] == f"/write/{story.pk}/#did"
        assert newest(story).did == "<p>We met.</p>"
        assert alice.get(f"/write/{story.pk}/go-on/")["Location"] == f"/write/{story.pk}/"
        assert not questions.writes_one_at_a_time(cast.alice)
        questions.remember_habit(cast.alice, one_at_a_time=True)
        assert alice.get(f"/write/{story.pk}/go-on/")["Location"].endswith("/question/for-whom/")


class TestWhatHelpsNext:
    def test_it_is_one_thing_with_its_reason(self) -> None:
        assert next_of({"title": "T"}).anchor == "head"  # type: ignore[union-attr]
        assert next_of({"title": "T", "summary": "S"}).anchor == "did"  # type: ignore[union-attr]
        assert next_of({"title": "T", "summary": "S", "did": "<p>x</p>"}).anchor == "happened"  # type: ignore[union-attr]

    def test_it_stands_on_both_pages(self, alice: Client, story: StoryPage) -> None:
        assert f'href="/write/{story.pk}/#head"' in alice.get(f"/write/{story.pk}/").text
        page = alice.get(f"/write/{story.pk}/question/before/").text
        assert f'href="/write/{story.pk}/question/for-whom/"' in page
