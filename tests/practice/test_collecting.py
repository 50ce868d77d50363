"""Collections: paths through stories, tended by facilitators or editors, read by those whom they are for."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageLogEntry

from community import archiving, decisions
from community.models import CommunityPage
from hub.refusal import Refused
from practice import collecting
from practice.models import Collection, CollectionItem
from tests.cast import Cast, add_member, make_community, make_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(cast: Cast) -> Collection:
    """A collection of two stories."""
    made = collecting.begin(by=cast.carol, community=cast.waste, title="Start here", introduction="<p>Read on.</p>")
    for title in ("Caddies first", "Then flats"):
        collecting.put(made, make_story(cast.waste, by=cast.alice, title=title), by=cast.carol)
    return made


def titles(collection: Collection) -> list[str]:
    return [item.story.title for item in CollectionItem.objects.filter(collection=collection).select_related("story")]


def page(person, address: str) -> str:
    client = Client()
    if person:
        client.force_login(person)
    return client.get(address).content.decode()


def shut(community: CommunityPage, visibility: str) -> None:
    community.policy.visibility = visibility
    community.policy.save()


class TestTending:
    def test_stories_stand_in_the_order_in_which_they_were_put(self, path):
        assert titles(path) == ["Caddies first", "Then flats"]

    def test_a_story_stands_once_and_takes_a_new_note(self, cast: Cast, path):
        story = path.items.first().story
        collecting.put(path, story, by=cast.carol, note="Because it is short")
        assert path.items.count() == 2
        assert path.items.first().note == "Because it is short"

    @pytest.mark.parametrize(("steps", "first"), [(-1, "Then flats"), (1, "Caddies first"), (-9, "Then flats")])
    def test_a_story_is_moved_as_far_as_the_order_goes(self, cast: Cast, path, steps, first):
        collecting.shift(path, path.items.last().story, by=cast.carol, steps=steps)
        assert titles(path)[0] == first

    def test_a_story_is_taken_out_and_stays_where_it_was_told(self, cast: Cast, path):
        story = path.items.first().story
        collecting.take_out(path, story, by=cast.carol)
        assert titles(path) == ["Then flats"]
        story.refresh_from_db()
        assert story.live

    def test_a_draft_cannot_stand_in_it(self, cast: Cast, path):
        draft = make_story(cast.waste, by=cast.alice, live=False)
        with pytest.raises(Refused):
            collecting.put(path, draft, by=cast.carol)

    def test_it_ends_somewhere(self, cast: Cast, path, monkeypatch):
        monkeypatch.setattr(collecting, "MOST_STORIES", 2)
        with pytest.raises(Refused):
            collecting.put(path, make_story(cast.waste, by=cast.alice), by=cast.carol)

    @pytest.mark.parametrize("role", ["alice", "bob", "eve"])
    def test_nobody_else_tends_it(self, cast: Cast, path, role):
        somebody, story = getattr(cast, role), path.items.first().story
        for act in (
            lambda: collecting.begin(by=somebody, community=cast.waste, title="Mine"),
            lambda: collecting.begin(by=somebody, community=None, title="Mine"),
            lambda: collecting.describe(path, by=somebody, title="x", introduction="", for_members=False),
            lambda: collecting.put(path, story, by=somebody),
            lambda: collecting.take_out(path, story, by=somebody),
            lambda: collecting.shift(path, story, by=somebody, steps=1),
            lambda: collecting.take_away(path, by=somebody),
        ):
            with pytest.raises(PermissionDenied):
                act()
        assert titles(path) == ["Caddies first", "Then flats"]

    def test_a_facilitator_of_another_community_does_not_tend_it(self, cast: Cast, path):
        make_community("Parks", facilitator=cast.eve)
        with pytest.raises(PermissionDenied):
            collecting.take_away(path, by=cast.eve)

    def test_editors_tend_those_of_the_whole_site(self, cast: Cast):
        made = collecting.begin(by=cast.dina, community=None, title="The week", for_members=True)
        assert not made.for_members
        with pytest.raises(PermissionDenied):
            collecting.take_away(made, by=cast.carol)
        collecting.take_away(made, by=cast.dina)
        assert not Collection.objects.visible_to(cast.dina).exists()

    def test_what_was_written_is_made_safe(self, cast: Cast, path):
        collecting.describe(
            path, by=cast.carol, title="A", introduction="<p>Hi<script>x</script></p>", for_members=False
        )
        path.refresh_from_db()
        assert path.introduction == "<p>Hi</p>"

    def test_facilitators_read_in_the_log_what_was_done(self, cast: Cast, path):
        words = [line.words for line in decisions.told(decisions.decisions_of(cast.waste))]
        assert "began the collection “Start here”" in words
        assert "put “Caddies first” into the collection “Start here”" in words


class TestReading:
    def test_a_visitor_reads_it_in_its_order(self, path):
        words = page(None, path.get_absolute_url())
        assert words.index("Caddies first") < words.index("Then flats")

    def test_another_ending_of_the_address_leads_to_the_right_one(self, client, path):
        assert client.get(f"/collections/{path.pk}/").headers["Location"] == path.get_absolute_url()

    def test_it_stands_on_the_page_of_its_community_and_of_its_stories(self, cast: Cast, path):
        for address in (cast.waste.get_absolute_url(), path.items.first().story.get_absolute_url(), "/collections/"):
            assert path.get_absolute_url() in page(None, address)

    def test_an_empty_one_is_seen_by_those_who_tend_it_alone(self, cast: Cast):
        collecting.begin(by=cast.carol, community=cast.waste, title="Nothing yet")
        assert "Nothing yet" in page(cast.carol, cast.waste.get_absolute_url())
        assert "Nothing yet" not in page(cast.bob, cast.waste.get_absolute_url())
        assert "Nothing yet" not in page(None, "/collections/")

    def test_a_story_that_the_reader_may_not_read_is_not_in_it_nor_counted(self, cast: Cast, path):
        parks = make_community("Parks", facilitator=cast.carol, visibility="hidden")
        collecting.put(path, make_story(parks, by=cast.carol, title="Behind the hedge"), by=cast.carol)
        assert "Behind the hedge" in page(cast.carol, path.get_absolute_url())
        for person in (None, cast.bob):
            words = page(person, path.get_absolute_url())
            assert "Behind the hedge" not in words
            assert "2 stories" in words

    def test_one_for_members_is_not_there_for_others(self, cast: Cast, path):
        collecting.describe(path, by=cast.carol, title="Start here", introduction="", for_members=True)
        story = path.items.first().story
        assert "Caddies first" in page(cast.bob, path.get_absolute_url())
        for person in (None, cast.eve):
            client = Client()
            if person:
                client.force_login(person)
            assert client.get(path.get_absolute_url()).status_code == 404
            for address in ("/collections/", cast.waste.get_absolute_url(), story.get_absolute_url()):
                assert "Start here" not in page(person, address)

    @pytest.mark.parametrize("visibility", ["members", "hidden"])
    def test_one_of_a_closed_community_is_for_its_members(self, cast: Cast, path, visibility):
        shut(cast.waste, visibility)
        assert "Caddies first" in page(cast.bob, path.get_absolute_url())
        for person in (None, cast.eve):
            assert "Start here" not in page(person, "/collections/")
            assert "Caddies first" not in page(person, path.get_absolute_url())

    @pytest.mark.parametrize("visibility", ["members", "hidden"])
    def test_a_public_story_does_not_tell_of_a_closed_collection(self, cast: Cast, visibility):
        parks = make_community("Parks", facilitator=cast.carol, visibility=visibility)
        secret = collecting.begin(by=cast.carol, community=parks, title="Among us")
        story = make_story(cast.waste, by=cast.alice)
        collecting.put(secret, story, by=cast.carol)
        assert "Among us" not in page(None, story.get_absolute_url())
        assert "Among us" not in page(cast.bob, story.get_absolute_url())

    def test_its_queries_do_not_grow_with_its_stories(self, cast: Cast, path):
        def queries() -> int:
            with CaptureQueriesContext(connection) as asked:
                page(None, path.get_absolute_url())
            return len(asked)

        queries()  # what is asked once by a process
        few = queries()
        for number in range(30):
            collecting.put(path, make_story(cast.waste, by=cast.alice, title=f"Story {number}"), by=cast.carol)
        assert queries() == few


class TestTakingAway:
    def test_what_is_taken_away_stands_nowhere_and_comes_back_as_it_was(self, cast: Cast, path):
        collecting.take_away(path, by=cast.carol)
        story = path.items.first().story
        for address in ("/collections/", cast.waste.get_absolute_url(), story.get_absolute_url()):
            assert "Start here" not in page(None, address)
        assert path.get_absolute_url() not in page(None, f"{story.get_absolute_url()}?path={path.pk}")
        with pytest.raises(Refused):
            collecting.put(path, story, by=cast.carol)
        collecting.bring_back(path, by=cast.carol)
        assert titles(path) == ["Caddies first", "Then flats"]
        assert "Caddies first" in page(None, path.get_absolute_url())
        with pytest.raises(Refused):
            collecting.bring_back(path, by=cast.carol)

    def test_others_neither_see_nor_bring_back_what_was_taken_away(self, cast: Cast, path):
        collecting.take_away(path, by=cast.carol)
        with pytest.raises(PermissionDenied):
            collecting.bring_back(path, by=cast.bob)
        assert "Taken away" not in page(cast.bob, "/collections/") + page(None, "/collections/")

    def test_after_a_month_it_is_gone_for_good(self, cast: Cast, path):
        collecting.take_away(path, by=cast.carol)
        later = timezone.now() + timedelta(days=31)
        assert collecting.empty_bin() == 0
        Collection.objects.update(taken_away_at=timezone.now() - timedelta(days=31))
        with pytest.raises(Refused):
            collecting.bring_back(path, by=cast.carol)
        assert collecting.empty_bin(later) == 1
        assert not Collection.objects.exists()


class TestReadingOn:
    def test_each_story_leads_to_the_next_and_the_last_one_back(self, cast: Cast, path):
        first, last = (item.story for item in path.items.all())
        along = f"?path={path.pk}"
        assert f"{first.get_absolute_url()}{along}" in page(None, path.get_absolute_url())
        html = page(None, f"{first.get_absolute_url()}{along}")
        assert "1 of 2" in html
        assert f'href="{last.get_absolute_url()}{along}" rel="next"' in html
        html = page(cast.alice, f"{last.get_absolute_url()}{along}")
        assert f'href="{first.get_absolute_url()}{along}" rel="prev"' in html
        assert "That was the last of 2." in html

    def test_a_story_that_the_reader_may_not_read_is_stepped_over(self, cast: Cast, path):
        parks = make_community("Parks", facilitator=cast.carol, visibility="hidden")
        collecting.put(path, make_story(parks, by=cast.carol, title="Behind the hedge"), by=cast.carol)
        collecting.shift(path, path.items.last().story, by=cast.carol, steps=-1)
        address = f"{path.items.first().story.get_absolute_url()}?path={path.pk}"
        assert "Behind the hedge" in page(cast.carol, address)
        assert "1 of 3" in page(cast.carol, address)
        for person in (None, cast.bob):
            assert "Behind the hedge" not in page(person, address)
            assert "1 of 2" in page(person, address)

    @pytest.mark.parametrize("asked", ["", "x", "0", "999999", "9" * 30, "²"])
    def test_a_path_that_is_not_there_is_passed_over(self, path, asked):
        assert "Read on in" not in page(None, f"{path.items.first().story.get_absolute_url()}?path={asked}")

    def test_a_path_on_which_the_story_does_not_stand_is_passed_over(self, cast: Cast, path):
        other = make_story(cast.waste, by=cast.alice, title="Elsewhere")
        assert "Start here" not in page(None, f"{other.get_absolute_url()}?path={path.pk}")

    @pytest.mark.usefixtures("page_cache")
    def test_a_kept_page_does_not_show_members_their_path_to_others(self, cast: Cast, path):
        collecting.describe(path, by=cast.carol, title="Among us", introduction="", for_members=True)
        address = f"{path.items.first().story.get_absolute_url()}?path={path.pk}"
        clients = {}
        for name, person in (("bob", cast.bob), ("eve", cast.eve), ("nobody", None)):
            clients[name] = Client()
            if person:
                clients[name].force_login(person)
        for _ in range(4):
            for name, client in clients.items():
                assert ("Among us" in client.get(address).text) == (name == "bob"), name


class TestPages:
    def test_a_facilitator_begins_fills_and_takes_away(self, cast: Cast, client):
        story = make_story(cast.waste, by=cast.alice, title="Caddies first")
        client.force_login(cast.carol)
        answer = client.post(f"/communities/{cast.waste.slug}/collections/new/", {"title": "Start here"})
        made = Collection.objects.get()
        assert answer.headers["Location"] == f"/collections/{made.pk}/change/"
        assert "Caddies first" in client.get(f"/collections/{made.pk}/change/?q=caddies").content.decode()
        assert (
            "Caddies first"
            in client.get(f"/collections/{made.pk}/change/?q={story.get_absolute_url()}").content.decode()
        )
        client.post(f"/collections/{made.pk}/{story.pk}/put/")
        put = client.post(f"/stories/{story.pk}/collect/", {"collection": made.pk, "note": "It is short"})
        assert put.status_code == 302, put.context["form"].errors
        assert "It is short" in client.get(made.get_absolute_url()).content.decode()
        answer = client.post(f"/collections/{made.pk}/take-away/", follow=True).text
        assert "Bring it back" in answer
        assert client.get(made.get_absolute_url()).status_code == 404
        assert "Taken away lately" in client.get("/collections/").text
        client.post(f"/collections/{made.pk}/bring-back/")
        assert "It is short" in client.get(made.get_absolute_url()).text

    def test_a_collection_without_a_name_is_asked_for_one_and_keeps_the_rest(self, cast: Cast, client):
        client.force_login(cast.carol)
        answer = client.post(f"/communities/{cast.waste.slug}/collections/new/", {"introduction": "<p>Read on.</p>"})
        assert answer.status_code == 422
        assert "Read on." in answer.content.decode()

    def test_others_may_not_tend_it(self, cast: Cast, client, path):
        add_member(cast.waste, cast.eve)
        client.force_login(cast.eve)
        assert client.get(f"/collections/{path.pk}/change/").status_code == 403
        assert client.post(f"/collections/{path.pk}/{path.items.first().story_id}/take-out/").status_code == 403
        assert client.get(f"/communities/{cast.waste.slug}/collections/new/").status_code == 403
        assert client.get("/collections/new/").status_code == 403
        assert path.items.count() == 2


def test_the_log_does_not_tell_the_title_of_a_story_from_another_closed_community(cast: Cast):
    secret = make_community("Whistleblowers", facilitator=cast.carol, visibility="hidden")
    hidden, shown = (
        make_story(secret, by=cast.carol, title="The director resigned"),
        make_story(cast.waste, by=cast.bob),
    )
    made = collecting.begin(by=cast.carol, community=cast.waste, title="Start here")
    for story in (hidden, shown):
        collecting.put(made, story, by=cast.carol)
        collecting.take_out(made, story, by=cast.carol)
    said = [entry.data["done"] for entry in PageLogEntry.objects.filter(action="community.collect")]
    assert not [words for words in said if "director" in words]
    assert len([words for words in said if shown.title in words]) == 2


def test_a_second_press_on_take_away_and_an_archived_community_are_answered_in_words(client: Client, cast: Cast):
    made = collecting.begin(by=cast.carol, community=cast.waste, title="Start here")
    client.force_login(cast.carol)
    for _ in range(2):
        assert client.post(f"/collections/{made.pk}/take-away/").status_code == 302
    archiving.archive(cast.waste, by=cast.carol)
    answer = client.post(f"/communities/{cast.waste.slug}/collections/new/", {"title": "Winter"})
    assert answer.status_code == 422
    assert "is archived" in answer.content.decode()
