"""Reporting what is wrong, hiding it meanwhile, and answering."""

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community import hosting, leaving
from community.models import CommunityPolicy, Membership
from hub.notifications.models import Notification
from hub.refusal import Refused
from practice import claiming, hiding, moderating, repeating, reporting, writing
from practice.models import Repetition, Report, StoryPage
from practice.waiting import queue_of
from tests.cast import Cast, add_member, make_person, make_story
from tests.practice.steps import approve, logged, save, told


@pytest.fixture
def story(cast: Cast) -> StoryPage:
    return make_story(cast.waste, by=cast.alice, title="The caretakers hold the keys")


@pytest.fixture
def repetition(cast: Cast, story: StoryPage) -> Repetition:
    return repeating.record(story, by=cast.bob, council=cast.brockhaven, outcome="well", advice="Ask early.")


def report(cast: Cast, story: StoryPage, **given: object) -> Report:
    values = {"by": cast.eve, "reason": "personal", "words": "It names a tenant.", **given}
    return reporting.report(story, **values)  # type: ignore[arg-type]


class TestReporting:
    def test_facilitators_are_told_and_find_it_in_their_queue(self, cast: Cast, story: StoryPage):
        made = report(cast, story)
        assert told(cast.carol) == ["report-made"]
        item = queue_of(cast.carol)[0]
        assert (item.title, item.said, item.who) == (story.title, "It names a tenant.", cast.eve)
        assert item.address == f"/moderate/reports/{made.pk}/"
        assert "report-made" not in told(cast.alice)

    def test_one_open_report_a_person_and_thing(self, cast: Cast, story: StoryPage, repetition: Repetition):
        made = report(cast, story)
        report(cast, story, repetition=repetition)
        with pytest.raises(Refused, match="reported this already"):
            report(cast, story)
        reporting.leave(made, by=cast.carol, words="She agreed to be named.")
        report(cast, story, words="She did not.")

    def test_what_many_report_stands_in_the_queue_once(self, cast: Cast, story: StoryPage):
        report(cast, story)
        report(cast, story, by=cast.bob, reason="wrong", words="The figure is old.")
        [item] = queue_of(cast.carol)
        assert "and by 1 other" in item.kind

    def test_nobody_reports_what_they_may_not_read(self, cast: Cast, story: StoryPage):
        CommunityPolicy.objects.filter(community=cast.waste).update(visibility="members")
        with pytest.raises(PermissionDenied):
            report(cast, StoryPage.objects.get(pk=story.pk))

    def test_a_facilitator_does_not_decide_about_their_own_story(self, cast: Cast):
        own = make_story(cast.waste, by=cast.carol, title="Mine")
        made = report(cast, own)
        assert queue_of(cast.carol) == []
        assert told(cast.carol) == []
        assert told(cast.dina) == ["report-made"]
        with pytest.raises(Refused, match="somebody else decides"):
            reporting.leave(made, by=cast.carol, words="It is fine.")
        with pytest.raises(Refused, match="your own story"):
            hiding.show_again(own, by=cast.carol)
        reporting.leave(made, by=cast.dina, words="It is fine.")

    def test_a_member_does_not_answer(self, cast: Cast, story: StoryPage):
        with pytest.raises(PermissionDenied):
            reporting.leave(report(cast, story), by=cast.bob, words="It is fine.")


class TestAnswering:
    def test_who_reported_is_told_the_answer(self, cast: Cast, story: StoryPage):
        made = report(cast, story)
        reporting.leave(made, by=cast.carol, words="She agreed to be named.")
        notice = Notification.objects.get(person=cast.eve)
        assert (notice.what, notice.words) == ("report-answered", "She agreed to be named.")
        assert queue_of(cast.carol) == []
        with pytest.raises(Refused, match="Carol Whitby has answered it already"):
            reporting.withdraw(made, by=cast.dina, words="No.")

    def test_each_answer_needs_a_word(self, cast: Cast, story: StoryPage):
        made = report(cast, story)
        for verb in (reporting.leave, reporting.ask_the_author, reporting.withdraw):
            with pytest.raises(Refused):
                verb(made, by=cast.carol, words=" ")

    def test_the_author_is_asked_to_correct_it_and_learns_nobody_s_name(
        self, client: Client, cast: Cast, story: StoryPage
    ):
        reporting.ask_the_author(report(cast, story), by=cast.carol, words="Take the name out.")
        notice = Notification.objects.get(person=cast.alice)
        assert (notice.what, notice.words, notice.by) == ("story-correction-asked", "Take the name out.", cast.carol)
        client.force_login(cast.alice)
        for address in (f"/moderate/{story.pk}/history/", story.get_absolute_url(), "/inbox/", "/account/data/"):
            assert "Eve Lindqvist" not in client.get(address).content.decode()
        assert "It names a tenant" not in client.get(f"/moderate/{story.pk}/history/").content.decode()

    def test_one_answer_answers_everybody_who_reported_the_same(self, cast: Cast, story: StoryPage):
        made = report(cast, story)
        report(cast, story, by=cast.bob, reason="wrong", words="The figure is old.")
        reporting.withdraw(made, by=cast.carol, words="It names a tenant.")
        assert not Report.objects.open().exists()
        assert told(cast.bob) == told(cast.eve) == ["report-answered"]
        story.refresh_from_db()
        assert story.state == StoryPage.State.WITHDRAWN

    def test_what_was_said_below_is_hidden_and_its_author_told(
        self, cast: Cast, story: StoryPage, repetition: Repetition
    ):
        made = report(cast, story, repetition=repetition)
        reporting.withdraw(made, by=cast.carol, words="It is unkind.")
        repetition.refresh_from_db()
        assert repetition.hidden_why == "It is unkind."
        assert "repeat-hidden" in told(cast.bob)
        with pytest.raises(Refused, match="stays, or is hidden"):
            reporting.ask_the_author(made, by=cast.carol, words="Change it.")

    def test_a_claim_is_told_to_others(self, cast: Cast, story: StoryPage):
        made = report(cast, story)
        add_member(cast.waste, make_person("Gil"), role="facilitator")
        claiming.claim(made, by=cast.carol)
        assert queue_of(cast.dina)[0].claimant == cast.carol
        with pytest.raises(Refused, match="Carol Whitby is looking"):
            claiming.claim(made, by=cast.dina)
        with pytest.raises(PermissionDenied):
            claiming.claim(made, by=cast.bob)

    def test_leaving_the_site_leaves_the_report_without_a_name(self, cast: Cast, story: StoryPage):
        made = report(cast, story)
        leaving.close_account(cast.eve, by=cast.eve, keep_name=True)
        made.refresh_from_db()
        assert made.person is None
        assert len(queue_of(cast.carol)) == 1


class TestHiding:
    def test_it_goes_at_once_and_comes_back(self, client: Client, cast: Cast, story: StoryPage):
        made = report(cast, story)
        reporting.hide_meanwhile(made, by=cast.carol, reason="It may name a tenant.")
        assert list(StoryPage.objects.visible_to(None)) == []
        answer = client.get(story.get_absolute_url())
        assert answer.status_code == 404
        assert "This story is hidden while facilitators look at a report" in answer.content.decode()
        assert story.title not in answer.content.decode()
        assert "report-hidden" in told(cast.eve)
        assert Notification.objects.get(person=cast.alice).words == "It may name a tenant."
        reporting.leave(made, by=cast.carol, words="She agreed.")
        assert client.get(story.get_absolute_url()).status_code == 200
        assert logged(story) >= {"practice.hide", "practice.show", "practice.answer_report"}

    def test_its_authors_and_facilitators_still_read_it(self, client: Client, cast: Cast, story: StoryPage):
        hiding.hide(story, by=cast.carol, reason="It may name a tenant.")
        for person in (cast.alice, cast.carol, cast.dina):
            client.force_login(person)
            text = client.get(story.get_absolute_url()).content.decode()
            assert "Hidden for now" in text
            assert story.title in text

    def test_its_author_cannot_bring_it_back(self, cast: Cast, story: StoryPage):
        CommunityPolicy.objects.filter(community=cast.waste).update(review_first=False)
        hiding.hide(story, by=cast.carol, reason="It may name a tenant.")
        with pytest.raises(PermissionDenied):
            moderating.restore(story, by=cast.alice)
        with pytest.raises(Refused, match="facilitators look at a report"):
            moderating.withdraw(story, by=cast.alice)
        with pytest.raises(PermissionDenied):
            hiding.show_again(story, by=cast.alice)
        save(story, cast.alice, did="<p>We met somebody.</p>")
        assert writing.submit(StoryPage.objects.get(pk=story.pk), by=cast.alice) == "sent"

    def test_the_corrected_version_brings_it_back(self, cast: Cast, story: StoryPage):
        hiding.hide(story, by=cast.carol, reason="It may name a tenant.")
        save(story, cast.alice, did="<p>We met somebody.</p>")
        story = StoryPage.objects.get(pk=story.pk)
        writing.submit(story, by=cast.alice)
        with pytest.raises(Refused, match="newer version"):
            hiding.show_again(story, by=cast.carol)
        moderating.approve(story, by=cast.carol, revision=story.latest_revision)  # type: ignore[arg-type]
        story = StoryPage.objects.get(pk=story.pk)
        assert (story.live, story.hidden_at, story.state) == (True, None, "live")

    def test_a_hidden_story_can_be_withdrawn_and_published_again_as_it_was(self, cast: Cast, story: StoryPage):
        hiding.hide(story, by=cast.carol, reason="It may name a tenant.")
        moderating.withdraw(story, by=cast.carol, reason="It does.")
        story = StoryPage.objects.get(pk=story.pk)
        assert story.state == StoryPage.State.WITHDRAWN
        moderating.restore(story, by=cast.carol)
        assert StoryPage.objects.get(pk=story.pk).live

    def test_a_reason_is_needed_and_a_second_time_refused(self, cast: Cast, story: StoryPage):
        with pytest.raises(Refused, match="Say why"):
            hiding.hide(story, by=cast.carol, reason=" ")
        hiding.hide(story, by=cast.carol, reason="It may name a tenant.")
        with pytest.raises(Refused, match="hidden already"):
            hiding.hide(story, by=cast.carol, reason="Again.")


class TestThePages:
    def test_a_reader_reports_and_sees_what_came_of_it(self, client: Client, cast: Cast, story: StoryPage):
        assert f"/stories/{story.pk}/report/" in client.get(story.get_absolute_url()).content.decode()
        assert client.get(f"/stories/{story.pk}/report/").status_code == 302
        client.force_login(cast.eve)
        address = f"/stories/{story.pk}/report/"
        assert client.post(address, {"reason": "wrong"}).status_code == 422
        answer = client.post(address, {"reason": "wrong", "words": "The figure is old."}, follow=True)
        assert "Thank you. A facilitator reads it" in answer.content.decode()
        assert "You have reported this already" in client.get(address).content.decode()
        reporting.leave(Report.objects.get(), by=cast.carol, words="It is this year’s.")
        text = client.get(answer.request["PATH_INFO"]).content.decode()
        assert "It stays as it is" in text
        assert "It is this year’s." in text
        client.force_login(cast.bob)
        assert client.get(answer.request["PATH_INFO"]).status_code == 404

    def test_a_facilitator_hides_then_answers_and_goes_on(self, client: Client, cast: Cast, story: StoryPage):
        made = report(cast, story)
        Membership.objects.create(community=cast.waste, person=cast.eve, state="asked")
        client.force_login(cast.carol)
        address = f"/moderate/reports/{made.pk}/"
        page = BeautifulSoup(client.get(address).content, "html.parser")
        assert [b.get_text() for b in page.select("#decision button")] == [
            "Hide at once",
            "Ask the author",
            "Withdraw",
            "Leave it as it is",
        ]
        assert client.post(address, {"do": "hide", "words": ""}).status_code == 422
        client.post(address, {"do": "hide", "words": "It may name a tenant."})
        assert "Show it again" in client.get(address).content.decode()
        answer = client.post(address, {"do": "leave", "words": "She agreed."})
        assert answer.headers["Location"] == f"/moderate/requests/{Membership.objects.get(person=cast.eve).pk}/"
        assert "Nothing to decide" in client.get(address).content.decode()

    def test_nobody_else_finds_the_report(self, client: Client, cast: Cast, story: StoryPage):
        made = report(cast, story)
        for person in (cast.alice, cast.bob, cast.eve):
            client.force_login(person)
            assert client.get(f"/moderate/reports/{made.pk}/").status_code == 404
            assert client.post(f"/moderate/reports/{made.pk}/claim/").status_code == 404


class TestRequestsToJoin:
    def test_they_are_answered_in_the_queue(self, client: Client, cast: Cast):
        asked = Membership.objects.create(community=cast.waste, person=cast.eve, state="asked", message="Bins!")
        client.force_login(cast.carol)
        assert "Asks to join" in client.get("/moderate/").content.decode()
        address = f"/moderate/requests/{asked.pk}/"
        assert "Bins!" in client.get(address).content.decode()
        client.post(f"{address}claim/")
        assert queue_of(cast.carol)[0].claimant == cast.carol
        assert client.post(address, {"do": "refuse", "words": ""}).status_code == 422
        assert client.post(address, {"do": "accept"}).headers["Location"] == "/moderate/"
        asked.refresh_from_db()
        assert asked.state == "active"
        assert "Nothing to decide" in client.get(address).content.decode()

    def test_they_are_hidden_from_others(self, client: Client, cast: Cast):
        asked = Membership.objects.create(community=cast.waste, person=cast.eve, state="asked")
        for person in (cast.bob, cast.eve):
            client.force_login(person)
            assert client.get(f"/moderate/requests/{asked.pk}/").status_code == 404


def test_many_reports_take_as_many_queries_as_one(client: Client, cast: Cast, story: StoryPage):
    client.force_login(cast.carol)
    made = report(cast, story)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/moderate/")
            client.get(f"/moderate/reports/{made.pk}/")
        return len(queries)

    count()
    one = count()
    for number in range(25):
        report(cast, story, by=make_person(f"N{number} Person"))
        other = make_story(cast.waste, by=cast.alice, title=f"Story {number}", council=cast.ambleford)
        report(cast, other, by=cast.bob)
    assert count() == one


def test_nobody_reports_more_than_a_few_in_an_hour(client: Client, cast: Cast, story: StoryPage):
    client.force_login(cast.eve)
    given = {"reason": "wrong", "words": "The figure is old."}
    answers = [client.post(f"/stories/{story.pk}/report/", given).status_code for _ in range(11)]
    assert answers[0] == 302
    assert answers[-1] == 429


class TestWhoMayNotKnowOfItAnyMore:
    def test_whoever_reported_learns_neither_title_nor_community_once_it_is_hidden(self, client: Client, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        made = reporting.report(story, by=cast.eve, reason="wrong", words="The bins are green.")
        hosting.set_policy(cast.waste, by=cast.carol, visibility="hidden")
        story.refresh_from_db()
        save(story, cast.alice, title="The director resigned")
        writing.submit(story, by=cast.alice)
        approve(story, cast.carol)
        reporting.leave(Report.objects.get(pk=made.pk), by=cast.carol, words="They are green.")
        assert Notification.objects.get(person=cast.eve).subject == "The story stays as it is"
        client.force_login(cast.eve)
        page = client.get(f"/reports/{made.pk}/").content.decode()
        assert "They are green." in page
        assert "The director resigned" not in page
        assert cast.waste.title not in page

    def test_what_was_answered_to_whoever_reported_is_no_word_for_the_authors(self, client: Client, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        made = reporting.report(story, by=cast.eve, reason="wrong", words="The bins are green.")
        reporting.leave(made, by=cast.carol, words="Thank you, Eve. They are blue.")
        client.force_login(cast.alice)
        page = client.get(f"/moderate/{story.pk}/history/").content.decode()
        assert "left it as it is" in page
        assert "Thank you, Eve" not in page
