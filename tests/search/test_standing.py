"""Searches that keep looking: who keeps them, what they find, and who is told of what."""

import logging
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community import access
from community.leaving import close_account
from community.models import CommunityPolicy, Membership, Person
from community.profiles import data_of
from hub.notifications.models import Notification
from hub.refusal import Refused
from practice import moderating
from practice.models import StoryPage, Topic
from search import finds, letters, lookout, rebuilding, standing
from search.models import Found, OtherWord, SearchKey, StandingSearch
from search.query import Query
from tests.cast import PASSWORD, Cast, make_community, make_person, make_story
from tests.search.conftest import Committed

How = StandingSearch.How


def keep(person, text="caddies", how=How.SITE, **filters):
    search = standing.keep(Query.ask(text, person=person, filters=filters), by=person)
    StandingSearch.objects.filter(pk=search.pk).update(how=how)
    search.refresh_from_db()
    return search


def lines(person):
    return list(Notification.objects.of(person).values_list("subject", flat=True))


@pytest.fixture
def tell(cast: Cast, committed: Committed):
    """Publish a story by Carol, as it reaches the engine and those who wait for it."""

    def told(title="Caddies for flats", community=None, by=None, **fields):
        with committed():
            return make_story(community or cast.waste, by=by or cast.carol, title=title, **fields)

    return told


def edit(story, committed, **values):
    with committed():
        story = StoryPage.objects.get(pk=story.pk)
        for name, value in values.items():
            setattr(story, name, value)
        story.save_revision().publish()


class TestKeeping:
    def test_a_search_is_kept_as_it_stands_in_an_address_without_page_and_order(self, cast: Cast):
        asked = QueryDict("q=food+caddies&status=running&page=3&sort=newest&nonsense=1")
        search = standing.keep(Query.of_address(asked), by=cast.alice)
        assert search.asked == "q=food+caddies&status=running"
        assert search.name == "food caddies"
        assert set(search.keys.values_list("key", flat=True)) == {"food", "caddi", "status=running"}

    def test_the_same_search_is_kept_once(self, cast: Cast):
        assert keep(cast.alice) == keep(cast.alice)
        assert keep(cast.bob) != keep(cast.alice)

    @pytest.mark.parametrize("text", ["", "   ", "?"])
    def test_there_must_be_something_to_look_for(self, cast: Cast, text):
        with pytest.raises(Refused, match="Search for something first"):
            keep(cast.alice, text)

    def test_people_and_communities_are_no_news(self, cast: Cast):
        with pytest.raises(Refused, match="We keep looking for stories"):
            standing.keep(replace(Query.ask("caddies"), kind="person"), by=cast.alice)

    def test_nobody_keeps_more_than_the_limit(self, cast: Cast, monkeypatch):
        monkeypatch.setattr(standing, "MOST_SEARCHES", 2)
        first = keep(cast.alice, "one")
        keep(cast.alice, "two")
        with pytest.raises(Refused, match="You keep 2 searches already"):
            keep(cast.alice, "three")
        standing.delete(first, by=cast.alice)
        keep(cast.alice, "three")
        with pytest.raises(Refused, match="You keep 2 searches already"):
            standing.put_back(first, by=cast.alice)

    def test_a_visitor_keeps_none(self, cast: Cast):
        with pytest.raises(PermissionDenied):
            standing.keep(Query.ask("caddies"), by=None)

    @pytest.mark.parametrize("verb", [standing.pause, standing.go_on, standing.delete, standing.put_back])
    def test_nobody_touches_those_of_others(self, cast: Cast, verb):
        search = keep(cast.alice)
        with pytest.raises(PermissionDenied):
            verb(search, by=cast.dina)
        with pytest.raises(PermissionDenied):
            standing.choose(search, by=cast.frank, name="Mine", how=How.SITE)

    def test_what_was_deleted_is_not_there_twice_when_it_is_put_back(self, cast: Cast):
        search = keep(cast.alice)
        standing.delete(search, by=cast.alice)
        keep(cast.alice)
        with pytest.raises(Refused, match="the same search again"):
            standing.put_back(search, by=cast.alice)


class TestFinding:
    def test_a_new_story_is_found_and_told_once(self, cast: Cast, tell, committed):
        search = keep(cast.bob)
        story = tell()
        assert lines(cast.bob) == ["New for “caddies”: Caddies for flats"]
        edit(story, committed, summary="Caddies and more caddies.")
        edit(story, committed, title="Caddies for everybody")
        assert Found.objects.filter(search=search).count() == 1
        assert Notification.objects.get(what="search-found").times == 1

    def test_a_story_that_begins_to_match_later_is_told_then(self, cast: Cast, tell, committed):
        keep(cast.bob)
        story = tell(title="Bins")
        assert lines(cast.bob) == []
        edit(story, committed, title="Bins and caddies")
        assert lines(cast.bob) == ["New for “caddies”: Bins and caddies"]

    def test_what_was_there_before_is_not_new(self, cast: Cast, tell, committed):
        story = tell()
        keep(cast.bob)
        edit(story, committed, summary="Caddies, corrected.")
        assert lines(cast.bob) == []

    def test_two_searches_that_find_the_same_story_tell_it_once(self, cast: Cast, tell):
        keep(cast.bob)
        keep(cast.bob, "flats")
        tell()
        assert lines(cast.bob) == ["New for “caddies” and “flats”: Caddies for flats"]

    def test_filters_hold(self, cast: Cast, tell):
        keep(cast.bob, "", status=["stopped"])
        keep(cast.alice, "caddies", status=["running"])
        tell()
        assert lines(cast.bob) == []
        assert len(lines(cast.alice)) == 1

    def test_authors_are_not_told_of_their_own_story(self, cast: Cast, tell):
        keep(cast.carol)
        tell()
        assert lines(cast.carol) == []

    def test_a_paused_or_deleted_search_finds_nothing_and_is_not_told_later(self, cast: Cast, tell, committed):
        paused, deleted = keep(cast.alice), keep(cast.bob)
        standing.pause(paused, by=cast.alice)
        standing.delete(deleted, by=cast.bob)
        story = tell()
        standing.go_on(paused, by=cast.alice)
        standing.put_back(deleted, by=cast.bob)
        edit(story, committed, summary="Caddies again.")
        assert not Found.objects.exists()
        tell(title="New caddies")
        assert len(lines(cast.alice)) == len(lines(cast.bob)) == 1

    def test_a_search_of_somebody_who_left_finds_nothing(self, cast: Cast, tell):
        keep(cast.bob)
        Person.objects.filter(pk=cast.bob.pk).update(is_active=False)
        tell()
        assert not Found.objects.exists()

    def test_new_other_words_count_at_once(self, cast: Cast, tell):
        keep(cast.bob, "bins")
        SearchKey.objects.all().delete()
        tell(title="Bins again")
        assert lines(cast.bob) == [], "its keys were good, and are gone"
        topic = Topic.objects.create(title="Bins", slug="bins")
        OtherWord.objects.create(topic=topic, words="receptacles", by=cast.carol)
        tell(title="Bins once more")
        assert lines(cast.bob) == ["New for “bins”: Bins once more"]

    def test_keys_are_made_again_when_words_come_to_mean_more(self, cast: Cast, django_capture_on_commit_callbacks):
        search = keep(cast.bob, "bins")
        SearchKey.objects.all().delete()
        with django_capture_on_commit_callbacks(execute=True):
            topic = Topic.objects.create(title="Bins", slug="bins")
            OtherWord.objects.create(topic=topic, words="receptacles", by=cast.carol)
        assert "bin" in search.keys.values_list("key", flat=True)
        assert standing.write_old_keys() == 0


class TestLeaving:
    def test_searches_go_with_an_account_and_into_the_copy_of_it(self, cast: Cast):
        keep(cast.bob)
        assert data_of(cast.bob)["searches"][0]["asked"] == "q=caddies"
        close_account(cast.bob, by=cast.bob, keep_name=True)
        assert not StandingSearch.objects.exists()


class TestSight:
    def test_a_story_of_a_closed_community_is_for_its_members_and_editors(self, cast: Cast, tell):
        hidden = make_community("Den", facilitator=cast.carol, visibility="hidden")
        for person in (cast.alice, cast.bob, cast.dina, cast.frank, cast.eve):
            keep(person)
        Membership.objects.create(community=hidden, person=cast.bob)
        tell(community=hidden)
        assert {row.search.person.name for row in Found.objects.all()} == {
            "Bob Okafor",
            "Dina Editor",
            "Frank Admin",
        }
        assert lines(cast.alice) == lines(cast.eve) == []

    def test_the_people_of_an_audience_are_those_who_belong_to_it(self, cast: Cast):
        communities = [make_community(f"Den {name}", visibility=name) for name in CommunityPolicy.Visibility.values]
        Membership.objects.create(community=communities[0], person=cast.eve)
        Membership.objects.create(community=communities[1], person=cast.bob, state="asked")
        make_person("Gone Away", is_active=False)
        audiences = {access.PUBLIC, access.MEMBERS, "community:999", "nonsense"}
        audiences |= {access.community_audience(community.pk) for community in communities}
        for audience in audiences:
            told = set(access.people_of(audience))
            for person in Person.objects.all():
                belongs = access.signed_in(person) and audience in access.audiences_of(person)
                assert belongs == (person in told) or audience == "community:999", (audience, person)

    def test_what_was_withdrawn_before_the_letter_is_not_sent(self, cast: Cast, tell, committed):
        keep(cast.bob, how=How.DAILY)
        story = tell()
        with committed():
            moderating.withdraw(story, by=cast.carol)
        morning()
        assert mail.outbox == []
        assert lines(cast.bob) == []

    def test_what_was_closed_before_the_letter_is_not_sent(self, cast: Cast, tell):
        keep(cast.eve, how=How.DAILY)
        tell()
        cast.waste.policy.visibility = CommunityPolicy.Visibility.HIDDEN
        cast.waste.policy.save()
        morning()
        assert mail.outbox == []

    def test_what_was_told_in_the_inbox_goes_with_the_right_to_read_it(self, cast: Cast, tell):
        keep(cast.eve)
        tell()
        assert lines(cast.eve)
        cast.waste.policy.visibility = CommunityPolicy.Visibility.HIDDEN
        cast.waste.policy.save()
        cast.eve.forget_memberships()
        assert lines(cast.eve) == []
        assert finds.lately(StandingSearch.objects.get(), cast.eve) == []
        assert finds.kept_by(cast.eve)[0].count == 0


def morning(days=1):
    """What the clock does on a later morning."""
    at = timezone.localtime() + timedelta(days=days)
    return letters.send_due(at.replace(hour=8))


class TestLetters:
    def test_at_once_by_letter_and_in_the_inbox(self, cast: Cast, tell):
        keep(cast.bob, how=How.AT_ONCE)
        story = tell(worth_repeating="Ask the caretaker first.")
        assert [(m.to, m.subject) for m in mail.outbox] == [
            (["bob@bob.example"], "New for “caddies”: Caddies for flats")
        ]
        text, html = mail.outbox[0].body, mail.outbox[0].alternatives[0].content
        assert f"Read it: http://testserver{story.get_absolute_url()}" in text
        assert "// Ask the caretaker first." in text
        assert f'href="http://testserver{story.get_absolute_url()}"' in html
        assert "<img" not in html
        assert len(lines(cast.bob)) == 1

    def test_a_second_letter_at_once_waits_and_then_holds_all(self, cast: Cast, tell):
        keep(cast.bob, how=How.AT_ONCE)
        tell()
        tell(title="More caddies")
        tell(title="Even more caddies")
        assert len(mail.outbox) == 1
        Found.objects.filter(mailed_at__isnull=False).update(mailed_at=timezone.now() - letters.QUIET)
        letters.send_due()
        assert [m.subject for m in mail.outbox][1:] == ["2 new stories for “caddies”"]

    def test_in_the_inbox_alone_no_letter_goes_out(self, cast: Cast, tell):
        keep(cast.bob)
        tell()
        morning()
        call_command("send_waiting_mail")
        assert mail.outbox == []

    def test_each_morning_one_letter_for_all_searches(self, cast: Cast, tell):
        keep(cast.bob, how=How.DAILY)
        keep(cast.bob, "rain", how=How.DAILY)
        tell()
        tell(title="Caddies in the rain")
        assert letters.send_due() == 0, "not before the morning"
        morning()
        morning()
        assert [m.subject for m in mail.outbox] == ["2 new stories for 2 of your searches"]
        assert set(lines(cast.bob)) == {"1 new for “rain”", "2 new for “caddies”"}
        assert mail.outbox[0].body.count("Read it: ") == 3

    def test_on_mondays_one_letter_for_the_week(self, cast: Cast, tell):
        keep(cast.bob, how=How.WEEKLY)
        tell()
        today = timezone.localdate()
        to_monday = 7 - today.weekday()
        for day in range(1, to_monday):
            morning(day)
        assert mail.outbox == []
        morning(to_monday)
        assert len(mail.outbox) == 1

    def test_who_wants_no_letters_finds_it_in_the_inbox(self, cast: Cast, tell):
        cast.bob.mail_notices = False
        cast.bob.save()
        keep(cast.bob, how=How.DAILY)
        tell()
        morning()
        assert mail.outbox == []
        assert lines(cast.bob) == ["1 new for “caddies”"]

    def test_no_letter_goes_to_an_address_that_was_never_confirmed(self, cast: Cast, tell):
        cast.bob.emailaddress_set.update(verified=False)
        keep(cast.bob, how=How.AT_ONCE)
        tell()
        assert mail.outbox == []

    def test_a_task_that_runs_twice_sends_once(self, cast: Cast, tell):
        keep(cast.bob, how=How.DAILY)
        tell()
        for _ in range(2):
            letters.mail_found.call(cast.bob.pk, How.DAILY.value)
        assert len(mail.outbox) == 1

    def test_what_could_not_be_sent_is_sent_later(self, cast: Cast, tell, settings, caplog):
        keep(cast.bob, how=How.DAILY)
        tell()
        backend = settings.EMAIL_BACKEND
        settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
        settings.EMAIL_PORT = 9
        with caplog.at_level(logging.ERROR):
            morning()
        assert "mail_found_failed" in caplog.text
        settings.EMAIL_BACKEND = backend
        morning(2)
        assert len(mail.outbox) == 1
        assert lines(cast.bob) == ["1 new for “caddies”"]

    def test_another_rhythm_sends_nothing_twice(self, cast: Cast, tell):
        search = keep(cast.bob)
        tell()
        standing.choose(search, by=cast.bob, name="Caddies", how=How.DAILY)
        morning()
        assert mail.outbox == []

    def test_what_people_wrote_stays_words(self, cast: Cast, tell):
        keep(cast.bob, "<b>caddies</b>", how=How.AT_ONCE)
        tell(title="<script>alert(1)</script> caddies b\nBcc: eve@eve.example")
        html = mail.outbox[0].alternatives[0].content
        assert "<script" not in html
        assert "<b>caddies" not in html
        assert "\n" not in mail.outbox[0].subject


class TestStopping:
    def path(self, *searches):
        return standing.stop_url(searches).removeprefix("http://testserver")

    def test_each_search_is_stopped_from_its_letter_without_signing_in(self, cast: Cast, tell):
        one, other = keep(cast.bob, how=How.AT_ONCE), keep(cast.bob, "flats", how=How.AT_ONCE)
        tell()
        assert standing.stop_url([one]) in mail.outbox[0].body
        client = Client(enforce_csrf_checks=True)
        assert "Stop looking" in client.get(self.path(one)).text
        one.refresh_from_db()
        assert not one.is_paused
        assert "We have stopped looking" in client.post(self.path(one), follow=True).text
        one.refresh_from_db()
        other.refresh_from_db()
        assert one.is_paused
        assert not other.is_paused
        client.post(self.path(one), {"again": "1"})
        one.refresh_from_db()
        assert not one.is_paused

    def test_a_mail_program_stops_all_of_a_letter_in_one_request(self, cast: Cast, tell):
        searches = [keep(cast.bob, how=How.AT_ONCE), keep(cast.bob, "flats", how=How.AT_ONCE)]
        tell()
        sent = message_from_bytes(mail.outbox[0].message().as_bytes(), policy=policy.default)
        assert sent["List-Unsubscribe"].replace(" ", "") == f"<{standing.stop_url(searches)}>"
        answer = Client(enforce_csrf_checks=True).post(self.path(*searches), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert StandingSearch.objects.filter(paused_at=None).count() == 0

    def test_a_token_that_was_changed_or_is_for_something_else_is_not_there(self, client, cast: Cast):
        path = self.path(keep(cast.bob))
        assert client.post(f"{path[:-2]}x/").status_code == 404
        assert client.get("/searches/stop/nonsense/").status_code == 404
        standing.delete(StandingSearch.objects.get(), by=cast.bob)
        assert client.get(path).status_code == 404


class TestPages:
    @pytest.fixture
    def bob(self, client, cast: Cast):
        client.login(email=cast.bob.email, password=PASSWORD)
        return client

    def test_a_search_is_kept_by_one_press_on_the_search_page(self, bob, cast: Cast, index):
        answer = bob.post("/searches/save/", {"asked": "q=caddies&status=running&page=2"}, follow=True)
        assert "We keep looking." in answer.text
        search = StandingSearch.objects.get()
        assert (search.person, search.asked) == (cast.bob, "q=caddies&status=running")
        assert "You keep this search already." in bob.post("/searches/save/", {"asked": search.asked}, follow=True).text

    def test_a_filter_is_named_as_its_reader_knows_it(self, bob, cast: Cast, index):
        hidden = make_community("Secret den", visibility="hidden")
        bob.post("/searches/save/", {"asked": "community=waste-and-recycling&community=" + hidden.slug})
        assert "Secret" not in StandingSearch.objects.get().name

    def test_nothing_to_look_for_is_said(self, bob):
        assert "Search for something first" in bob.post("/searches/save/", {"asked": ""}, follow=True).text

    def test_the_list_shows_each_with_what_it_found(self, bob, cast: Cast, tell):
        keep(cast.bob)
        tell()
        shown = bob.get("/searches/").text
        assert "1 found, the last today" in shown
        assert "Caddies for flats" in bob.get(f"/searches/{StandingSearch.objects.get().pk}/").text

    def test_name_and_rhythm_are_chosen(self, bob, cast: Cast):
        search = keep(cast.bob)
        path = f"/searches/{search.pk}/"
        wrong = bob.post(path, {"name": "", "how": "hourly"})
        assert wrong.status_code == 422
        assert "<title>Error:" in wrong.text
        bob.post(path, {"name": "Kitchen caddies", "how": "weekly"})
        search.refresh_from_db()
        assert (search.name, search.how) == ("Kitchen caddies", How.WEEKLY)

    def test_a_deletion_is_taken_back(self, bob, cast: Cast):
        search = keep(cast.bob)
        shown = bob.post(f"/searches/{search.pk}/delete/", follow=True).text
        assert "You can put it back below." in shown
        assert bob.get(f"/searches/{search.pk}/").status_code == 404
        bob.post(f"/searches/{search.pk}/put-back/")
        assert bob.get(f"/searches/{search.pk}/").status_code == 200

    @pytest.mark.parametrize("verb", ["pause", "go-on", "delete", "put-back", "nonsense"])
    def test_those_of_others_are_not_there(self, bob, cast: Cast, verb):
        search = keep(cast.alice)
        assert bob.get(f"/searches/{search.pk}/").status_code == 404
        assert bob.post(f"/searches/{search.pk}/{verb}/").status_code == 404
        assert bob.get(f"/searches/{search.pk}/{verb}/").status_code in {404, 405}

    def test_the_list_takes_as_many_queries_for_one_search_as_for_fifty(
        self, bob, cast: Cast, tell, django_assert_num_queries
    ):
        keep(cast.bob, "caddies 0")
        with CaptureQueriesContext(connection) as one:
            bob.get("/searches/")
        for number in range(1, 50):
            keep(cast.bob, f"caddies {number}")
        tell(title="Caddies")
        with CaptureQueriesContext(connection) as fifty:
            bob.get("/searches/")
        assert len(fifty) - len(one) <= 1, "the line that is new in the inbox"
        search = StandingSearch.objects.first()
        story = StoryPage.objects.get()
        Found.objects.get_or_create(search=search, kind="story", object_id=story.pk)
        with CaptureQueriesContext(connection) as one:
            bob.get(f"/searches/{search.pk}/")
        for number in range(49):
            other = make_story(cast.waste, by=[cast.alice, cast.carol][number % 2], title=f"Caddies {number}")
            Found.objects.get_or_create(search=search, kind="story", object_id=other.pk)
        with CaptureQueriesContext(connection) as fifty:
            assert bob.get(f"/searches/{search.pk}/").text.count("<article") == 50
        assert len(fifty) == len(one)


def test_old_finds_and_deleted_searches_are_forgotten(cast: Cast, tell):
    search, gone = keep(cast.bob), keep(cast.alice)
    tell()
    standing.delete(gone, by=cast.alice)
    long_ago = timezone.now() - timedelta(days=400)
    StandingSearch.objects.filter(pk=gone.pk).update(deleted_at=long_ago)
    Found.objects.update(found_at=long_ago)
    finds.tidy()
    assert list(StandingSearch.objects.all()) == [search]
    assert Found.objects.count() == 1, "it keeps the story from being told twice"
    assert finds.lately(search, cast.bob) == []


def test_nothing_is_matched_while_nobody_waits(cast: Cast, tell, monkeypatch):
    monkeypatch.setattr(lookout, "match", lambda document: pytest.fail("nobody waits"))
    tell()


def test_what_waited_for_a_rebuild_is_told_as_well(cast: Cast, committed, django_capture_on_commit_callbacks):
    keep(cast.bob)
    make_story(cast.waste, by=cast.carol, title="Caddies for flats")
    with django_capture_on_commit_callbacks(execute=True):
        rebuilding.rebuild()
    assert lines(cast.bob) == ["New for “caddies”: Caddies for flats"]
