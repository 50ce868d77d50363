"""The pages of those who read stories."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.models import Membership
from practice import moderating, writing
from practice.models import ReviewState, StoryPage
from practice.waiting import queue_of, usual_days
from tests.cast import Cast, add_member, make_community, make_person, make_story
from tests.practice.steps import save, send


def page(client: Client, address: str, status: int = 200) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


def decide(client: Client, story: StoryPage, do: str, note: str = "", **given: Any) -> Any:
    story.refresh_from_db()
    values = {"do": do, "note": note, "revision": story.latest_revision_id, **given}
    return client.post(f"/moderate/{story.pk}/", values)


@pytest.fixture
def story(cast: Cast) -> StoryPage:
    return send(cast)


@pytest.fixture
def carol(client: Client, cast: Cast) -> Client:
    client.force_login(cast.carol)
    return client


class TestTheQueue:
    def test_it_lists_what_waits_with_its_kind_and_how_long(self, carol: Client, cast: Cast, story: StoryPage):
        again = send(cast, "Keys by post")
        moderating.ask_for_changes(again, by=cast.carol, revision=again.latest_revision, note="Cost?")
        save(again, cast.alice, took_money="£40")
        writing.submit(again, by=cast.alice, note="It is in.")
        live = make_story(cast.waste, by=cast.alice, title="Out")
        save(live, cast.alice, title="Out and changed")
        writing.submit(live, by=cast.alice)
        text = page(carol, "/moderate/").find("main").get_text(" ", strip=True)
        for words in ("Waiting for you 3", "We asked the caretakers", "New", "Changed and sent again", "“It is in.”"):
            assert words in text
        assert "Change of a published story" in text
        assert "Out and changed" in text
        assert "Today, due" in text

    def test_it_says_what_is_late(self, carol: Client, cast: Cast, story: StoryPage):
        ReviewState.objects.update(started_at=timezone.now() - timezone.timedelta(days=28))
        assert "20 days, 15 days late" in page(carol, "/moderate/").get_text()

    def test_it_says_when_nothing_waits(self, carol: Client):
        assert "Nothing waits for you." in page(carol, "/moderate/").get_text()

    def test_it_says_so_to_somebody_who_looks_after_nothing(self, client: Client, cast: Cast, story: StoryPage):
        client.force_login(cast.alice)
        text = page(client, "/moderate/").get_text()
        assert "You do not look after a community." in text
        assert story.title not in text

    def test_people_who_ask_to_join_stand_among_the_rest(self, carol: Client, cast: Cast, story: StoryPage):
        asked = Membership.objects.create(community=cast.waste, person=cast.eve, state=Membership.State.ASKED)
        link = page(carol, "/moderate/").find("a", href=f"/moderate/requests/{asked.pk}/")
        assert link.get_text() == "Eve Lindqvist"
        assert page(carol, "/moderate/?sort=request").find("h2").get_text(" ", strip=True) == "Waiting for you 1"

    def test_a_visitor_signs_in_first(self, client: Client, cast: Cast, story: StoryPage):
        for address in ("/moderate/", f"/moderate/{story.pk}/", "/moderate/999999/"):
            assert client.get(address).headers["Location"] == f"/account/login/?next={address}"

    def test_a_long_queue_takes_as_many_queries_as_a_short_one(self, carol: Client, cast: Cast, story: StoryPage):
        def count() -> int:
            with CaptureQueriesContext(connection) as queries:
                page(carol, "/moderate/")
                page(carol, f"/moderate/{story.pk}/")
            return len(queries)

        count()
        short = count()
        for number in range(49):
            send(cast, f"Story {number}", by=cast.bob)
        count()  # what is kept until something changes is read again
        assert count() == short

    def test_the_days_that_it_usually_takes_are_told_after_three_answers(self, cast: Cast):
        assert usual_days(cast.carol) is None
        for number in range(3):
            each = send(cast, f"Story {number}")
            ReviewState.objects.filter(finished_at=None).update(started_at=timezone.now() - timezone.timedelta(days=14))
            moderating.approve(each, by=cast.carol, revision=each.latest_revision)
        assert usual_days(cast.carol) == 10

    def test_a_story_sent_in_a_new_round_keeps_its_title_as_sent(self, cast: Cast, story: StoryPage):
        save(story, cast.alice, title="A draft that nobody sent")
        assert [item.title for item in queue_of(cast.carol)] == ["We asked the caretakers"]


class TestReading:
    def test_the_story_is_shown_as_it_was_sent(self, carol: Client, cast: Cast, story: StoryPage):
        save(story, cast.alice, title="Unsent", did="<p>Unsent words.</p>")
        text = page(carol, f"/moderate/{story.pk}/").get_text()
        assert "We met at Harland House" in text
        assert "Unsent" not in text

    def test_an_edit_is_shown_against_the_live_version(self, carol: Client, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        save(story, cast.alice, did="<p>We met at Harland House on a Friday at ten.</p>")
        writing.submit(story, by=cast.alice)
        shown = page(carol, f"/moderate/{story.pk}/")
        assert "Friday" in shown.select_one(".prose ins").get_text()
        assert "Tuesday" in shown.select_one(".prose del").get_text()
        clean = page(carol, f"/moderate/{story.pk}/?against=nothing")
        assert not clean.select(".prose ins, .prose del")
        assert "Friday" in clean.get_text()

    def test_a_second_round_is_shown_against_the_first_with_what_was_said(
        self, carol: Client, cast: Cast, story: StoryPage
    ):
        moderating.ask_for_changes(story, by=cast.carol, revision=story.latest_revision, note="Which day?")
        save(story, cast.alice, did="<p>We met at Harland House on a Friday at ten.</p>")
        writing.submit(story, by=cast.alice, note="It was a Friday.")
        shown = page(carol, f"/moderate/{story.pk}/")
        assert "Friday" in shown.select_one(".prose ins").get_text()
        text = shown.get_text(" ", strip=True)
        assert "second version" in text
        assert "Alice says: “It was a Friday.”" in text
        assert "You asked for changes" in text
        assert "Which day?" in text

    def test_a_first_version_has_no_marks(self, carol: Client, story: StoryPage):
        assert not page(carol, f"/moderate/{story.pk}/").select("ins, del")

    def test_an_unknown_comparison_is_passed_over(self, carol: Client, story: StoryPage):
        page(carol, f"/moderate/{story.pk}/?against=<script>")

    def test_what_an_author_typed_is_escaped(self, carol: Client, cast: Cast):
        story = make_story(
            cast.waste, by=cast.alice, live=False, title="<script>x</script>", summary="<img src=x onerror=y>"
        )
        writing.submit(story, by=cast.alice, note="<b>note</b>")
        html = carol.get(f"/moderate/{story.pk}/").content.decode()
        assert "<script>x" not in html
        assert "<img src=x" not in html
        assert "<b>note" not in html

    @pytest.mark.parametrize(("name", "status"), [("alice", 403), ("bob", 404), ("eve", 404), ("dina", 200)])
    def test_only_those_who_moderate_it_read_it_here(
        self, client: Client, cast: Cast, story: StoryPage, name: str, status: int
    ):
        client.force_login(getattr(cast, name))
        page(client, f"/moderate/{story.pk}/", status)
        assert decide(client, story, "publish").status_code == status if status != 200 else True
        assert not StoryPage.objects.get(pk=story.pk).live

    def test_a_draft_that_was_not_sent_is_not_there(self, carol: Client, cast: Cast):
        draft = make_story(cast.waste, by=cast.alice, live=False)
        for what in ("", "history/", "withdraw/", "restore/", "move/", "delete/"):
            page(carol, f"/moderate/{draft.pk}/{what}", 404)

    def test_a_facilitator_of_another_community_finds_nothing(self, client: Client, cast: Cast, story: StoryPage):
        make_community("Housing", facilitator=cast.eve)
        client.force_login(cast.eve)
        page(client, f"/moderate/{story.pk}/", 404)

    def test_a_story_that_was_decided_says_by_whom(self, carol: Client, cast: Cast, story: StoryPage):
        moderating.approve(story, by=cast.dina, revision=story.latest_revision)
        shown = page(carol, f"/moderate/{story.pk}/")
        assert "Dina Editor has published it already" in shown.get_text()
        assert not shown.select("#decision")

    def test_ones_own_story_has_no_buttons_where_others_decide(self, carol: Client, cast: Cast):
        add_member(cast.waste, make_person("Cleo Second"), role=Membership.Role.FACILITATOR)
        own = send(cast, by=cast.carol)
        shown = page(carol, f"/moderate/{own.pk}/")
        assert "This is your own story." in shown.get_text()
        assert not shown.select("#decision")

    def test_a_single_facilitator_is_told_that_it_is_their_own(self, carol: Client, cast: Cast):
        own = send(cast, by=cast.carol)
        shown = page(carol, f"/moderate/{own.pk}/")
        assert "because nobody else looks after Waste and recycling" in shown.get_text()
        assert shown.select("#decision")


class TestDeciding:
    def test_publishing_leads_to_the_next_one(self, carol: Client, cast: Cast, story: StoryPage):
        second = send(cast, "Keys by post")
        third = send(cast, "The survey round")
        assert decide(carol, second, "publish").headers["Location"] == f"/moderate/{third.pk}/"
        assert decide(carol, third, "publish").headers["Location"] == f"/moderate/{story.pk}/"
        response = carol.post(
            f"/moderate/{story.pk}/",
            {"do": "publish", "note": "", "revision": story.latest_revision_id},
            follow=True,
        )
        assert response.redirect_chain == [("/moderate/", 302)]
        assert "is published. Its authors have been told." in response.content.decode()

    def test_asking_and_declining_carry_the_word(self, carol: Client, cast: Cast, story: StoryPage):
        decide(carol, story, "ask", "What did it cost?")
        story.refresh_from_db()
        assert story.state == StoryPage.State.CHANGES_REQUESTED
        other = send(cast, "Buy caddies")
        decide(carol, other, "decline", "It sells a product.")
        other.refresh_from_db()
        assert other.state == StoryPage.State.DECLINED
        assert ReviewState.objects.of_story(other).get().comment == "It sells a product."

    @pytest.mark.parametrize("do", ["ask", "decline"])
    def test_without_a_word_the_page_asks_for_it_and_keeps_the_ticks(self, carol: Client, story: StoryPage, do: str):
        response = decide(carol, story, do, "  ", checked=["1"])
        shown = BeautifulSoup(response.content, "html.parser")
        assert response.status_code == 422
        assert shown.title.get_text().startswith("Error: ")
        assert shown.select_one("[data-focus] a")["href"] == "#id_note"
        assert shown.select_one("#id_note")["aria-invalid"] == "true"
        assert [box["value"] for box in shown.select("input[name=checked][checked]")] == ["1"]

    def test_a_decision_that_came_too_late_keeps_the_word(self, carol: Client, cast: Cast, story: StoryPage):
        moderating.approve(story, by=cast.dina, revision=story.latest_revision)
        response = decide(carol, story, "ask", "What did it cost?")
        text = BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)
        assert response.status_code == 409
        assert "Dina Editor has published it already, so nothing more was decided." in text
        assert "Your word was not sent What did it cost?" in text

    def test_a_newer_version_is_shown_and_the_word_stays(self, carol: Client, cast: Cast, story: StoryPage):
        read = story.latest_revision_id
        save(story, cast.alice, title="Newer")
        writing.submit(story, by=cast.alice)
        response = decide(carol, story, "publish", "Thank you", revision=read)
        shown = BeautifulSoup(response.content, "html.parser")
        story.refresh_from_db()
        assert response.status_code == 409
        assert "A newer version was sent" in shown.get_text()
        assert shown.h1.get_text() == "Newer"
        assert shown.select_one("#id_note").get_text() == "Thank you"
        assert shown.select_one("input[name=revision]")["value"] == str(story.latest_revision_id)
        assert not story.live

    @pytest.mark.parametrize("given", [{"revision": "x"}, {"do": "burn"}, {"revision": ""}])
    def test_nonsense_is_refused(self, carol: Client, story: StoryPage, given: dict[str, str]):
        assert decide(carol, story, **{"do": "publish", **given}).status_code == 422  # type: ignore[arg-type]
        assert not StoryPage.objects.get(pk=story.pk).live


class TestManaging:
    def test_withdrawing_asks_and_does_it(self, client: Client, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        client.force_login(cast.alice)
        assert "Withdraw it" in page(client, f"/moderate/{story.pk}/withdraw/").get_text()
        response = client.post(f"/moderate/{story.pk}/withdraw/", {"reason": "Wrong."}, follow=True)
        text = BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)
        assert "is withdrawn." in text
        assert "You withdrew it from its readers" in text
        assert "“Wrong.”" in text
        response = client.post(f"/moderate/{story.pk}/restore/")
        story.refresh_from_db()
        assert response.headers["Location"] == story.get_absolute_url()
        assert story.live

    def test_a_refusal_is_shown_and_what_was_typed_stays(self, client: Client, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        client.force_login(cast.alice)
        moderating.withdraw(story, by=cast.carol)
        response = client.post(f"/moderate/{story.pk}/withdraw/", {"reason": "Wrong."})
        shown = BeautifulSoup(response.content, "html.parser")
        assert response.status_code == 409
        assert "nothing to withdraw" in shown.select_one("[data-focus]").get_text()
        assert "Wrong." in shown.textarea.get_text()

    def test_moving_offers_the_communities_that_one_looks_after(self, carol: Client, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        assert "no other community" in page(carol, f"/moderate/{story.pk}/move/").get_text()
        housing = make_community("Housing", facilitator=cast.carol)
        make_community("Parking", facilitator=cast.bob)
        options = page(carol, f"/moderate/{story.pk}/move/").select("option")
        assert [option["value"] for option in options] == ["", str(housing.pk)]
        carol.post(f"/moderate/{story.pk}/move/", {"to": housing.pk})
        story.refresh_from_db()
        assert story.community == housing

    def test_moving_to_more_readers_must_be_said_to_be_meant(self, carol: Client, cast: Cast):
        closed = make_community("Closed", facilitator=cast.carol, visibility="members")
        story = make_story(closed, by=cast.carol)
        response = carol.post(f"/moderate/{story.pk}/move/", {"to": cast.waste.pk})
        shown = BeautifulSoup(response.content, "html.parser")
        assert response.status_code == 409
        assert "anyone will be able to read it" in shown.get_text()
        assert shown.select_one("option[selected]")["value"] == str(cast.waste.pk)
        carol.post(f"/moderate/{story.pk}/move/", {"to": cast.waste.pk, "knowingly": "on"})
        story.refresh_from_db()
        assert story.community == cast.waste

    def test_deleting_leads_away_from_the_story(self, carol: Client, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        response = carol.post(f"/moderate/{story.pk}/delete/", {"reason": "It names a child."})
        assert response.headers["Location"] == cast.waste.get_absolute_url()
        assert not StoryPage.objects.exists()

    @pytest.mark.parametrize("what", ["restore", "move", "delete"])
    def test_what_one_may_not_do_is_refused_to_those_who_know_the_story(
        self, client: Client, cast: Cast, story: StoryPage, what: str
    ):
        live = make_story(cast.waste, by=cast.alice)
        for person, status in ((cast.bob, 403), (cast.alice, 403)):
            client.force_login(person)
            page(client, f"/moderate/{live.pk}/{what}/", status)
            assert client.post(f"/moderate/{live.pk}/{what}/").status_code == status
        client.force_login(cast.bob)
        page(client, f"/moderate/{story.pk}/{what}/", 404)

    def test_the_story_page_offers_what_one_may_do(self, client: Client, cast: Cast):
        from practice.templatetags.moderating import actions_for

        story = make_story(cast.waste, by=cast.alice)
        for person, words in (
            (None, []),
            (cast.bob, []),
            (cast.alice, ["Withdraw it", "Its history"]),
            (
                cast.carol,
                [
                    "Withdraw it",
                    "Move it to another community",
                    "Merge it into another story",
                    "Delete it",
                    "Put it into a collection",
                    "Feature or pin it",
                    "Its history",
                ],
            ),
        ):
            assert [each[0] for each in actions_for(person, story)] == words
        moderating.withdraw(story, by=cast.alice)
        assert [each[0] for each in actions_for(cast.alice, story)] == ["Publish it again", "Its history"]


class TestHistory:
    def test_it_tells_who_did_what_in_plain_words(self, carol: Client, cast: Cast, story: StoryPage):
        moderating.ask_for_changes(story, by=cast.carol, revision=story.latest_revision, note="Cost?")
        save(story, cast.alice, title="We asked everybody", took_money="£40")
        writing.submit(story, by=cast.alice, note="It is in.")
        moderating.decline(story, by=cast.dina, revision=story.latest_revision, reason="Sells caddies.")
        save(story, cast.alice, summary="It sells nothing.")
        writing.submit(story, by=cast.alice)
        moderating.approve(story, by=cast.carol, revision=story.latest_revision, note="Thank you.")
        moderating.move(story, by=cast.dina, to=make_community("Housing", facilitator=cast.carol))
        moderating.withdraw(story, by=cast.alice, reason="A figure.")
        moderating.restore(story, by=cast.carol)
        events = page(carol, f"/moderate/{story.pk}/history/").select("main ol > li")
        told = [" ".join(event.select_one("p").get_text(" ", strip=True).split()[:-4]) for event in events]
        assert told[:8] == [
            "You published it again, as it was",
            "Alice Marlow withdrew it from its readers",
            "Dina Editor moved it from Waste and recycling to Housing",
            "You read it and approved it, with the title “We asked everybody”",
            "Alice Marlow sent it again to be read",
            "Alice Marlow wrote on it",
            "Dina Editor declined it",
            "Alice Marlow sent it again to be read",
        ]
        assert "You asked for changes" in told
        assert "Alice Marlow sent it to be read" in told
        said = page(carol, f"/moderate/{story.pk}/history/").get_text()
        for words in ("Cost?", "It is in.", "Sells caddies.", "Thank you.", "A figure."):
            assert f"“{words}”" in said

    def test_its_authors_read_it_and_nobody_else(self, client: Client, cast: Cast, story: StoryPage):
        for person, status in ((cast.alice, 200), (cast.dina, 200), (cast.bob, 404), (cast.eve, 404)):
            client.force_login(person)
            page(client, f"/moderate/{story.pk}/history/", status)
        moderating.approve(story, by=cast.carol, revision=story.latest_revision)
        client.force_login(cast.bob)
        page(client, f"/moderate/{story.pk}/history/", 403)

    def test_those_who_left_and_the_site_itself_have_no_name(self, carol: Client, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        moderating.withdraw(story, by=cast.dina, reason="A figure.")
        cast.dina.delete()
        text = page(carol, f"/moderate/{story.pk}/history/").get_text(" ", strip=True)
        assert "Someone who has left withdrew it from its readers" in text
        assert "The site published it" in text
