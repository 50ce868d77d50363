"""The pages on which a story is sent, and those of the stories that one has."""

from django.test import Client
from django.test.utils import CaptureQueriesContext

from practice import questions, writing
from practice.models import StoryPage
from tests.cast import Cast, make_community, make_story
from tests.practice.steps import page_of

State = StoryPage.State


class TestSending:
    def test_what_is_missing_is_listed_with_links_to_where_one_writes(
        self, alice: Client, cast: Cast, story: StoryPage
    ) -> None:
        questions.remember_habit(cast.alice, one_at_a_time=False)
        page = alice.get(f"/write/{story.pk}/check/").text
        assert f'href="/write/{story.pk}/#did"' in page
        questions.remember_habit(cast.alice, one_at_a_time=True)
        assert f'href="/write/{story.pk}/question/what-you-did/"' in alice.get(f"/write/{story.pk}/check/").text
        assert "2 things are still needed" in page
        assert alice.post(f"/write/{story.pk}/check/").status_code == 409

    def test_it_is_sent_with_a_word_to_the_reader(self, alice: Client, cast: Cast, story: StoryPage) -> None:
        data = {**page_of(alice, story), "summary": "S", "did": "D", "then": "check"}
        assert alice.post(f"/write/{story.pk}/", data)["Location"] == f"/write/{story.pk}/check/"
        assert "Carol Whitby reads it" in alice.get(f"/write/{story.pk}/check/").text
        response = alice.post(f"/write/{story.pk}/check/", {"note": "Is the number right?"}, follow=True)
        assert response.redirect_chain[-1][0] == "/write/yours/"
        assert "Being read" in response.text
        assert "with a reader already" in alice.get(f"/write/{story.pk}/check/").text
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
        assert "Manage this story" not in page
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
        assert "for 30 days" in alice.get(f"/write/{story.pk}/discard/").text
        assert StoryPage.objects.exists()
        assert "Thrown away" in alice.post(f"/write/{story.pk}/discard/", follow=True).text
        assert not StoryPage.objects.editable_by(cast.alice).exists()


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
