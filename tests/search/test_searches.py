"""The pages of the searches that a person keeps, and what is forgotten of them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from practice.models import StoryPage
from search import finds, lookout, rebuilding, standing
from search.models import Found, StandingSearch
from tests.cast import PASSWORD, Cast, make_community, make_story
from tests.search.keepers import How, keep, lines


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
