"""Searches that keep looking: who keeps them, what they find, and who is told of what."""

from dataclasses import replace

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.http import QueryDict

from community import access
from community.leaving import close_account
from community.models import CommunityPolicy, Membership, Person
from community.profiles import data_of
from hub.notifications.models import Notification
from hub.refusal import Refused
from practice import moderating
from practice.models import Topic
from search import finds, standing
from search.models import Found, OtherWord, SearchKey, StandingSearch
from search.query import Query
from tests.cast import Cast, make_community, make_person
from tests.search.keepers import How, edit, keep, lines, morning


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
