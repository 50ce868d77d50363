"""Remarks on the passages of a story: made, found again, answered, settled, taken; and seen by nobody else."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community import joining
from community.leaving import close_account
from community.models import Membership
from community.profiles import data_of
from hub.notifications.models import Notification
from hub.refusal import Refused
from practice import moderating, remarking, sharing, writing
from practice.models import Remark, StoryPage
from practice.passages import find, in_other_words, nearest, paragraphs_of
from search import rebuilding
from tests.cast import Cast, make_community, make_story
from tests.practice.steps import ask, newest, page_of, save, second_facilitator, send, told

DID = (
    "<p>We met at <b>Harland House</b> on a Tuesday.</p>"
    '<ul><li>First a walk</li><li>Then <a href="https://a.example/" rel="nofollow ugc">a plan</a></li></ul>'
    "<h3>After</h3><p>It held.</p>"
)


@pytest.fixture
def story(cast: Cast) -> StoryPage:
    story = send(cast)
    save(story, cast.alice, did=DID)
    writing.submit(story, by=cast.alice)
    return story


def say(story: StoryPage, by: Any, at: str = "did-1", **given: str) -> Remark:
    on = next(each for each in paragraphs_of(newest(story)) if each.key == at)
    return remarking.remark(story, by=by, on=on, **{"words": "Which Tuesday?", **given})


class TestPassages:
    def test_each_paragraph_has_a_name(self, story: StoryPage):
        found = {each.key: each.text for each in paragraphs_of(newest(story))}
        assert found["did-1"] == "We met at Harland House on a Tuesday."
        assert found["did-3"] == "Then a plan"
        assert found["title-1"] == "We asked the caretakers"

    def test_it_is_found_again_where_others_were_put_before_it(self, cast: Cast, story: StoryPage):
        save(story, cast.alice, did="<p>New.</p>" + DID)
        place = find(paragraphs_of(newest(story)), "did", "We met at Harland House on a Tuesday.", "Tuesday")
        assert place
        assert place.key == "did-2"

    def test_it_is_found_by_its_words_where_the_rest_of_the_paragraph_changed(self, cast: Cast, story: StoryPage):
        save(story, cast.alice, did="<p>We all met on a Tuesday.</p><p>Then home.</p>")
        place = find(paragraphs_of(newest(story)), "did", "We met at Harland House on a Tuesday.", "on a Tuesday")
        assert place
        assert place.key == "did-1"

    def test_it_is_not_guessed(self, cast: Cast, story: StoryPage):
        save(story, cast.alice, did="<p>On a Tuesday we sat.</p><p>On a Tuesday we rose.</p><p>We met at a house.</p>")
        now = paragraphs_of(newest(story))
        assert find(now, "did", "We met at Harland House on a Tuesday.", "Tuesday") is None
        assert nearest(now, "did", "We met at Harland House on a Tuesday.").text == "We met at a house."  # type: ignore[union-attr]
        assert nearest(now, "did", "Entirely something else") is None

    def test_other_words_keep_what_stays_and_how_it_is_written(self, story: StoryPage):
        value = in_other_words(
            newest(story), "did", "We met at Harland House on a Tuesday.", "We met at Harland House on 3 May."
        )
        assert value
        assert "<b>Harland House</b> on 3 May.</p>" in value
        assert writing.clean_html(value) == writing.clean_html(DID).replace("a Tuesday", "3 May")


class TestRemarking:
    def test_its_author_sees_it_beside_the_field_and_in_the_notice(self, client: Client, cast: Cast, story: StoryPage):
        said = say(story, cast.carol, passage="Tuesday")
        ask(story, by=cast.carol)
        notice = Notification.objects.get(person=cast.alice, what="story-changes-asked")
        assert notice.words == "What did it cost?\n\nOn “Tuesday”: Which Tuesday?"
        client.force_login(cast.alice)
        page = BeautifulSoup(client.get(f"/write/{story.pk}/").content, "html.parser")
        beside = page.select_one(f"#did #remark-{said.pk}").get_text(" ", strip=True)
        assert "Carol Whitby on “Tuesday”" in beside
        assert "Which Tuesday?" in beside
        assert "Take it" not in beside

    def test_a_passage_that_changed_is_said_to_have(self, client: Client, cast: Cast, story: StoryPage):
        said = say(story, cast.carol, passage="Tuesday")
        save(story, cast.alice, did="<p>We met at Harland House in May.</p>")
        client.force_login(cast.alice)
        assert "the passage has changed since" in client.get(f"/write/{story.pk}/").content.decode()
        text = BeautifulSoup(client.get(said.get_absolute_url()).content, "html.parser").get_text(" ", strip=True)
        assert "The passage has changed since." in text
        assert "As it stands now We met at Harland House in May." in text

    @pytest.mark.parametrize("name", ["alice", "bob", "eve"])
    def test_only_those_who_decide_make_them(self, cast: Cast, story: StoryPage, name: str):
        with pytest.raises(PermissionDenied):
            say(story, getattr(cast, name))

    @pytest.mark.parametrize(
        "given",
        [
            {"words": " "},
            {"words": "", "suggested": "We met at Harland House on a Tuesday."},
            {"words": "x" * 2001},
            {"suggested": "x" * 10_001},
        ],
    )
    def test_what_says_nothing_or_too_much_is_refused(self, cast: Cast, story: StoryPage, given: dict[str, str]):
        with pytest.raises(Refused):
            say(story, cast.carol, **given)
        with pytest.raises(Refused, match="room for 255"):
            say(story, cast.carol, at="title-1", suggested="x" * 256)

    def test_it_is_answered_and_settled_and_each_side_is_told(self, cast: Cast, story: StoryPage):
        said = say(story, cast.carol)
        remarking.answer(said, by=cast.alice, words="The third of May.")
        assert "remark-answered" in told(cast.carol)
        remarking.answer(said, by=cast.carol, words="Then say so.")
        assert "remark-answered" in told(cast.alice)
        remarking.settle(said, by=cast.alice)
        with pytest.raises(Refused, match="settled already"):
            remarking.settle(said, by=cast.carol)
        assert not story.remarks.open().exists()

    @pytest.mark.parametrize("name", ["bob", "eve"])
    def test_nobody_else_answers_settles_or_takes(self, cast: Cast, story: StoryPage, name: str):
        said, person = say(story, cast.carol, suggested="We met."), getattr(cast, name)
        with pytest.raises(PermissionDenied):
            remarking.answer(said, by=person, words="Hm")
        for act in (remarking.settle, remarking.take):
            with pytest.raises(PermissionDenied):
                act(said, by=person)


class TestTaking:
    def test_one_press_puts_it_into_the_draft_with_all_that_was_typed(
        self, client: Client, cast: Cast, story: StoryPage
    ):
        said = say(story, cast.carol, suggested="We met at Harland House on 3 May.")
        ask(story, by=cast.carol)
        client.force_login(cast.alice)
        assert "Take it" in client.get(f"/write/{story.pk}/").content.decode()
        data = {**page_of(client, story), "summary": "Typed just now.", "then": f"take-{said.pk}"}
        answer = client.post(f"/write/{story.pk}/", data)
        assert answer.status_code == 303
        draft = newest(story)
        assert "<b>Harland House</b> on 3 May." in draft.did
        assert draft.summary == "Typed just now."
        said.refresh_from_db()
        assert said.taken
        assert said.closed_by == cast.alice
        assert "Tuesday" in story.revisions.order_by("-pk")[1].content["did"]

    def test_a_line_is_taken_whole(self, cast: Cast, story: StoryPage):
        said = say(story, cast.carol, at="title-1", suggested="We  asked eleven caretakers")
        remarking.take(said, by=cast.alice)
        assert newest(story).title == "We asked eleven caretakers"

    def test_a_passage_that_changed_is_not_written_over(self, client: Client, cast: Cast, story: StoryPage):
        said = say(story, cast.carol, suggested="We met at Harland House on 3 May.")
        save(story, cast.alice, did="<p>We met at Harland House in spring.</p>")
        client.force_login(cast.alice)
        answer = client.post(said.get_absolute_url(), {"do": "take"}, follow=True)
        text = BeautifulSoup(answer.content, "html.parser").get_text(" ", strip=True)
        assert "The passage has changed since this was suggested." in text
        assert "As it stands now We met at Harland House in spring." in text
        assert "3 May" in text
        assert "spring" in newest(story).did
        assert not Remark.objects.get().closed_at

    def test_what_was_read_is_published_although_a_suggestion_was_taken(self, cast: Cast, story: StoryPage):
        read = story.latest_revision_id
        remarking.take(say(story, cast.carol, suggested="We met."), by=cast.alice)
        moderating.approve(story, by=cast.dina, revision=read)  # type: ignore[arg-type]
        assert "Tuesday" in story.did

    def test_a_suggestion_holds_no_markup(self, cast: Cast, story: StoryPage):
        remarking.take(say(story, cast.carol, suggested="We <script>x</script> met."), by=cast.alice)
        assert "<script" not in newest(story).did
        assert "&lt;script&gt;" in newest(story).did


class TestPages:
    def test_a_paragraph_is_chosen_or_found_by_words_that_were_selected(
        self, client: Client, cast: Cast, story: StoryPage
    ):
        client.force_login(cast.carol)
        address = f"/moderate/{story.pk}/remark/"
        assert "Choose the paragraph" in client.get(address).content.decode()
        page = client.get(address, {"in": "did", "words": "on a  Tuesday"}).content.decode()
        assert "<mark>on a Tuesday</mark>" in page
        assert "do not stand in one paragraph" in client.get(address, {"in": "did", "words": "x y"}).content.decode()
        answer = client.post(f"{address}?in=did&words=on+a+Tuesday", {"words": "Which?", "passage": "on a Tuesday"})
        assert answer.headers["Location"] == f"/moderate/{story.pk}/#remarks-h"
        assert Remark.objects.get().passage == "on a Tuesday"
        beside = BeautifulSoup(client.get(f"/moderate/{story.pk}/").content, "html.parser")
        assert "Which?" in beside.select_one("section[aria-labelledby=remarks-h]").get_text()
        answer = client.post(f"{address}?at=did-1", {"words": " "})
        assert answer.status_code == 422

    @pytest.mark.parametrize("many", [1, 20])
    def test_a_draft_takes_as_many_queries_with_one_as_with_many(
        self, client: Client, cast: Cast, story: StoryPage, many: int
    ):
        client.force_login(cast.alice)

        def count() -> int:
            client.get(f"/write/{story.pk}/")
            with CaptureQueriesContext(connection) as queries:
                client.get(f"/write/{story.pk}/")
            return len(queries)

        remarking.answer(say(story, cast.carol), by=cast.carol, words="Well?")
        one = count()
        for _ in range(many):
            remarking.answer(say(story, cast.carol, suggested="We met."), by=cast.carol, words="Well?")
        assert count() == one

    def test_who_decides_and_who_writes_see_the_passage_marked_in_the_text(
        self, client: Client, cast: Cast, story: StoryPage
    ):
        said = say(story, cast.carol, passage="Harland House on a")
        settled = say(story, cast.carol, at="did-3")
        remarking.settle(settled, by=cast.carol)
        for person, address in ((cast.carol, f"/moderate/{story.pk}/"), (cast.alice, f"/write/{story.pk}/remarks/")):
            client.force_login(person)
            page = BeautifulSoup(client.get(address).content, "html.parser")
            assert [each.get_text() for each in page.select("article .prose mark")] == ["Harland House", " on a"]
            assert page.select_one(f"article a#passage-{said.pk}")["href"] == f"#remark-{said.pk}"
            assert page.select_one(f"aside li#remark-{said.pk} a[href='#passage-{said.pk}']")
            assert not page.select(f"#passage-{settled.pk}")
        save(story, cast.alice, did="<p>We all met in May.</p>")
        page = BeautifulSoup(client.get(address).content, "html.parser")
        assert not page.select(".prose mark")
        assert "The passage has changed since" in page.select_one(f"#remark-{said.pk}").get_text()

    def test_its_author_settles_it_and_stays_with_the_text(self, client: Client, cast: Cast, story: StoryPage):
        said = say(story, cast.carol)
        client.force_login(cast.alice)
        draft = client.post(f"/write/{story.pk}/", {**page_of(client, story), "then": "remarks"})
        assert draft.headers["Location"] == f"/write/{story.pk}/remarks/"
        answer = client.post(said.get_absolute_url(), {"do": "settle", "back": "text"}, follow=True)
        assert answer.redirect_chain == [(f"/write/{story.pk}/remarks/", 302)]
        assert "None that is open" in answer.content.decode()

    def test_what_is_said_is_escaped(self, client: Client, cast: Cast, story: StoryPage):
        said = say(story, cast.carol, words="<b>x</b>", suggested="<i>y</i>")
        client.force_login(cast.alice)
        for address in (f"/write/{story.pk}/", said.get_absolute_url()):
            html = client.get(address).content.decode()
            assert "<b>x</b>" not in html
            assert "<i>y</i>" not in html


class TestPrivacy:
    def test_no_page_of_the_story_and_no_search_holds_it(self, client: Client, cast: Cast, story: StoryPage):
        say(story, cast.carol, words="Zanzibar zanzibar", suggested="Zanzibar is where we met.")
        link = sharing.share(story, by=cast.alice, days=7)
        moderating.approve(story, by=cast.carol, revision=story.latest_revision)
        rebuilding.rebuild()
        for person in (None, cast.bob, cast.eve):
            if person:
                client.force_login(person)
            for address in (
                story.get_absolute_url(),
                "/stories/feed/",
                link.get_absolute_url(),
                "/",
                "/inbox/",
            ):
                assert "anzibar" not in client.get(address).content.decode()
            found = client.get("/search/", {"q": "zanzibar"}).content.decode()
            assert story.get_absolute_url() not in found

    def test_whoever_decides_elsewhere_does_not_see_it(self, client: Client, cast: Cast, story: StoryPage):
        said = say(story, cast.carol)
        make_community("Housing", facilitator=cast.eve)
        for person, status in ((cast.eve, 404), (cast.bob, 404), (cast.alice, 200), (cast.dina, 200)):
            client.force_login(person)
            assert client.get(said.get_absolute_url()).status_code == status

    def test_a_reader_of_the_published_story_does_not_see_it(self, client: Client, cast: Cast, story: StoryPage):
        said = say(story, cast.carol)
        moderating.approve(story, by=cast.carol, revision=story.latest_revision)
        client.force_login(cast.bob)
        assert client.get(said.get_absolute_url()).status_code == 403

    def test_ones_own_copy_holds_ones_own_words_alone(self, cast: Cast, story: StoryPage):
        said = say(story, cast.carol, words="Mine", suggested="We met.")
        remarking.answer(said, by=cast.alice, words="Hers")
        data = data_of(cast.carol)
        assert [each["words"] for each in data["remarks"]] == ["Mine"]
        assert "Hers" not in str(data["remarks"])
        assert [each["words"] for each in data_of(cast.alice)["remarks"]] == ["Hers"]

    def test_what_somebody_said_stays_without_them(self, client: Client, cast: Cast, story: StoryPage):
        said = say(story, cast.dina)
        close_account(cast.dina, by=cast.dina, keep_name=False)
        client.force_login(cast.alice)
        text = client.get(said.get_absolute_url()).content.decode()
        assert "Dina" not in text
        assert "Which Tuesday?" in text


def test_who_may_no_longer_see_remarks_hears_of_no_answer_even_where_the_story_is_public(cast: Cast):
    story = make_story(cast.waste, by=cast.alice)
    second_facilitator(cast)
    said = say(story, cast.carol)
    remarking.answer(said, by=cast.alice, words="The second of May.")
    joining.demote(Membership.objects.get(person=cast.carol), by=cast.dina)
    assert "remark-answered" not in told(cast.carol)
    remarking.answer(Remark.objects.get(pk=said.pk), by=cast.alice, words="The third of May, with Mr Harland.")
    assert "remark-answered" not in told(cast.carol)
