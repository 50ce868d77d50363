"""The board of what is wanted: who stands on it, who waits, how a wish is met, and who looks after it."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from community.leaving import close_account
from community.profiles import data_of
from hub.notifications.models import Notification
from hub.refusal import Refused
from practice import moderating, writing
from practice.models import StoryPage, Topic
from search import demand, upkeep
from search.models import Wish, WishMark, WishStory
from tests.cast import Cast, add_member, make_community, make_story
from tests.search.conftest import Committed
from tests.search.seekers import look_for

pytestmark = pytest.mark.usefixtures("cast", "index")


class TestTheBoard:
    def test_visitors_read_it_without_a_form_in_it(self, cast: Cast, wished, client):
        wished()
        shown = client.get("/wanted/").text
        assert "3 people asked in one month" in shown
        assert "csrfmiddlewaretoken" not in shown
        assert "Sign in to want this too" in shown
        assert f"/write/?title=Heat+pumps&amp;answers=wish%3A{Wish.objects.get().pk}" in shown

    def test_fewer_than_three_are_not_on_it(self, cast: Cast, client):
        look_for("heat pumps", cast.alice, cast.bob)
        assert "heat pumps" not in client.get("/wanted/").text

    def test_it_is_sorted_and_narrowed_by_topic(self, cast: Cast, wished, client):
        Topic.objects.create(title="Solar", slug="solar")
        heat, sun = wished("heat pumps"), wished("solar roofs")
        Wish.objects.filter(pk=heat.pk).update(people=9, last_asked=date(2026, 1, 1))
        by_most = client.get("/wanted/").text
        assert by_most.index("heat pumps") < by_most.index("solar roofs")
        newest = client.get("/wanted/?sort=newest").text
        assert newest.index("solar roofs") < newest.index("heat pumps")
        only = client.get("/wanted/?topic=solar").text
        assert sun.words in only
        assert "heat pumps" not in only

    def test_it_takes_as_many_queries_for_one_wish_as_for_fifty(self, cast: Cast, client):
        client.force_login(cast.carol)

        def queries(many):
            for number in range(Wish.objects.count(), many):
                topic = Topic.objects.create(title=f"Topic {number}", slug=f"topic-{number}")
                Wish.objects.create(key=f"k{number}", words=f"wish {number}", people=3, topic=topic)
            with CaptureQueriesContext(connection) as captured:
                assert client.get("/wanted/").status_code == 200
            return len(captured)

        client.get("/wanted/")
        assert queries(1) == queries(50)

    def test_a_search_that_finds_nothing_leads_to_it(self, cast: Cast, wished, client):
        wished()
        assert "4 people looked for this in one month." in client.get("/search/?q=pump+heat").text


class TestWanting:
    def test_who_left_a_mark_is_told_when_it_is_met(self, cast: Cast, wished, committed: Committed, client):
        wish = wished()
        client.force_login(cast.bob)
        assert "We tell you when somebody writes" in client.post(f"/wanted/{wish.pk}/want/", follow=True).text
        with committed():
            story = make_story(cast.waste, by=cast.carol, title="Heat pumps in eleven blocks")
        assert [n.subject for n in Notification.objects.of(cast.bob)] == [
            "You looked for “heat pumps”: somebody tells it now"
        ]
        wish.refresh_from_db()
        assert (wish.state, wish.met_by) == (Wish.State.MET, story)
        shown = client.get("/wanted/").text
        assert "Told by now" in shown
        assert "Heat pumps in eleven blocks" in shown
        with committed():
            StoryPage.objects.get(pk=story.pk).save_revision().publish()
        assert Notification.objects.of(cast.bob).get().times == 1

    def test_a_mark_is_taken_back(self, cast: Cast, wished, committed, client):
        wish = wished()
        client.force_login(cast.bob)
        client.post(f"/wanted/{wish.pk}/want/")
        client.post(f"/wanted/{wish.pk}/want/", {"no-more": "1"})
        with committed():
            make_story(cast.waste, by=cast.carol, title="Heat pumps")
        assert not Notification.objects.of(cast.bob).exists()

    def test_only_what_is_on_the_board_can_be_wanted(self, cast: Cast, client):
        look_for("heat pumps", cast.alice)
        wish = Wish.objects.get()
        with pytest.raises(Refused):
            demand.want(wish, by=cast.bob)
        with pytest.raises(PermissionDenied):
            demand.want(wish, by=None)
        client.force_login(cast.bob)
        assert client.post(f"/wanted/{wish.pk}/want/").status_code == 404
        assert not WishMark.objects.exists()

    def test_a_story_in_a_closed_community_is_told_to_those_who_may_read_it(
        self, cast: Cast, wished, committed: Committed
    ):
        wish = wished()
        den = make_community("Den", facilitator=cast.carol, visibility="hidden")
        add_member(den, cast.bob)
        for person in (cast.bob, cast.eve):
            demand.want(wish, by=person)
        with committed():
            story = make_story(den, by=cast.carol, title="Heat pumps", live=False)
            WishStory.objects.create(wish=wish, story=story)
            story.save_revision().publish()
        assert Notification.objects.of(cast.bob).exists()
        assert not Notification.objects.filter(person=cast.eve).exists()
        wish.refresh_from_db()
        assert wish.state == Wish.State.OPEN

    def test_marks_go_with_an_account_and_into_the_copy_of_it(self, cast: Cast, wished):
        demand.want(wished(), by=cast.bob)
        assert data_of(cast.bob)["wishes"][0]["words"] == "heat pumps"
        close_account(cast.bob, by=cast.bob, keep_name=True)
        assert not WishMark.objects.exists()


class TestFromAWishToADraft:
    def test_the_story_remembers_the_wish_and_meets_it_in_its_own_words(
        self, cast: Cast, wished, committed: Committed, client
    ):
        wish = wished()
        demand.want(wish, by=cast.bob)
        client.force_login(cast.alice)
        address = f"/write/?title=Heat+pumps&answers=wish:{wish.pk}"
        assert f'name="answers" value="wish:{wish.pk}"' in client.get(address).text
        client.post("/write/", {"title": "Warm", "community": cast.waste.pk, "answers": f"wish:{wish.pk}"})
        story = StoryPage.objects.get(title="Warm")
        assert WishStory.objects.get().story == story
        with committed():
            draft = writing.draft_of(story)
            draft.summary, draft.did = "We did.", "<p>Warm.</p>"
            draft.save_revision(user=cast.alice)
            writing.submit(story, by=cast.alice)
            story.refresh_from_db()
            moderating.approve(story, by=cast.carol, revision=story.latest_revision_id)
        wish.refresh_from_db()
        assert wish.met_by == story
        assert Notification.objects.of(cast.bob).filter(what="wish-met").exists()

    @pytest.mark.parametrize("answers", ["", "wish:", "wish:x", "wish:999999", "wish:²", "other:1"])
    def test_nonsense_is_passed_over(self, cast: Cast, answers):
        writing.start(by=cast.alice, title="Warm", community=cast.waste, answers=answers)
        assert not WishStory.objects.exists()

    def test_a_wish_that_is_not_public_is_not_remembered(self, cast: Cast):
        look_for("heat pumps", cast.alice)
        writing.start(by=cast.alice, title="Warm", community=cast.waste, answers=f"wish:{Wish.objects.get().pk}")
        assert not WishStory.objects.exists()


class TestCaring:
    def test_a_facilitator_hides_a_wish_with_a_reason_and_shows_it_again(self, cast: Cast, wished, client):
        wish = wished()
        client.force_login(cast.carol)
        path = f"/wanted/{wish.pk}/care/"
        assert "Hide or join" in client.get("/wanted/").text
        assert client.post(path, {"reason": ""}).status_code == 422
        assert "Done." in client.post(path, {"reason": "Not ours."}, follow=True).text
        assert wish.words not in Client().get("/wanted/").text
        assert ModelLogEntry.objects.filter(action="search.hide_wish", user=cast.carol).exists()
        assert "Not ours." in client.get(path).text
        client.post(path, {"show": "1"})
        assert wish.words in Client().get("/wanted/").text

    def test_joined_to_another_it_counts_there(self, cast: Cast, wished):
        one, other = wished("heat pumps"), wished("warm homes")
        demand.want(one, by=cast.bob)
        upkeep.join(one, by=cast.dina, into=other, reason="The same.")
        assert list(other.marks.values_list("person", flat=True)) == [cast.bob.pk]
        look_for("heat pumps", cast.carol)
        other.refresh_from_db()
        assert other.people == 4
        with pytest.raises(Refused):
            upkeep.join(other, by=cast.dina, into=one, reason="Back.")

    @pytest.mark.parametrize("name", ["alice", "eve"])
    def test_others_may_not(self, cast: Cast, wished, client, name):
        wish, person = wished(), getattr(cast, name)
        for decide in (
            lambda: upkeep.hide(wish, by=person, reason="No."),
            lambda: upkeep.show_again(wish, by=person),
            lambda: upkeep.join(wish, by=person, into=wish, reason="No."),
        ):
            with pytest.raises(PermissionDenied):
                decide()
        client.force_login(person)
        assert client.get(f"/wanted/{wish.pk}/care/").status_code == 403
        assert client.post(f"/wanted/{wish.pk}/care/", {"reason": "No."}).status_code == 403

    def test_what_nobody_may_read_yet_is_not_there_for_them_either(self, cast: Cast, client):
        look_for("heat pumps", cast.alice)
        client.force_login(cast.dina)
        assert client.get(f"/wanted/{Wish.objects.get().pk}/care/").status_code == 404


def test_a_wish_with_a_word_of_a_hidden_name_is_not_looked_after_by_those_who_may_not_know_it(
    cast: Cast, wished, client
):
    wish, other = wished("nightjar pumps"), wished("heat pumps")
    make_community("Project Nightjar", visibility="hidden")
    client.force_login(cast.carol)
    assert client.get(f"/wanted/{wish.pk}/care/").status_code == 404
    assert "nightjar" not in client.get(f"/wanted/{other.pk}/care/").text
