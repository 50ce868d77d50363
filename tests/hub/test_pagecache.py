"""Visitors get whole pages from memory, and never a stale one."""

import gzip
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client
from taggit.models import Tag

from hub import changes, pagecache
from hub.models import CacheVersion
from practice.models import StoryAuthor, StoryPage, Topic
from tests.cast import Cast, make_community, make_person, make_story
from tests.hub.cached_urls import made

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.hub.cached_urls"), pytest.mark.usefixtures("page_cache")]


@pytest.fixture(autouse=True)
def _none_made():
    made.clear()


def number() -> int:
    return pagecache.version() or 0


class TestWhatIsKept:
    def test_a_page_is_made_once_for_all_visitors(self):
        first = Client().get("/page/")
        second = Client().get("/page/")
        assert made == ["/page/"]
        assert (first.content, first.headers) == (second.content, second.headers)

    def test_a_kept_page_says_that_it_must_be_asked_for_again(self, client):
        response = client.get("/page/")
        assert response["Cache-Control"] == "public, no-cache"
        assert set(response["Vary"].split(", ")) == {"Cookie", "Accept-Encoding", "HX-Request"}

    def test_a_kept_page_has_the_headers_that_the_first_had(self, client):
        client.get("/page/")
        assert client.get("/page/")["X-Content-Type-Options"] == "nosniff"

    def test_a_page_that_no_view_marked_is_not_kept(self, client):
        client.get("/unmarked/")
        client.get("/unmarked/")
        assert len(made) == 2

    @pytest.mark.parametrize(
        "path", ["/with-form/", "/with-cookie/", "/personal/", "/negotiated/", "/huge/", "/away/", "/lost/"]
    )
    def test_a_page_that_may_not_be_the_same_for_all_is_not_kept(self, path):
        Client().get(path)
        Client().get(path)
        assert len(made) == 2

    def test_a_filter_that_the_page_knows_is_kept(self, client):
        for _ in range(2):
            assert b"waste" in client.get("/filtered/?topic=waste").content
        assert len(made) == 1

    def test_different_filters_are_different_pages(self, client):
        assert b"waste" in client.get("/filtered/?topic=waste").content
        assert b"homes" in client.get("/filtered/?topic=homes").content

    def test_a_name_that_the_page_does_not_know_fills_no_memory(self, client):
        client.get("/filtered/?topic=waste&utm=1")
        client.get("/page/?nonsense=1")
        assert not pagecache._asked.pages
        assert not pagecache._plain.pages

    def test_a_fragment_and_its_whole_page_are_two_pages(self, client):
        assert b"whole" in client.get("/fragment/").content
        assert b"part" in client.get("/fragment/", headers={"HX-Request": "true"}).content
        assert b"whole" in client.get("/fragment/").content

    def test_the_words_of_the_clock_are_made_again_in_time(self, client, monkeypatch):
        client.get("/page/")
        monkeypatch.setattr(pagecache, "LIFETIME", -1)
        pagecache.bump()
        client.get("/page/")
        client.get("/page/")
        assert len(made) == 3


class TestWho:
    def test_somebody_signed_in_gets_no_kept_page_and_leaves_none(self, cast: Cast):
        signed_in = Client()
        signed_in.force_login(cast.alice)
        signed_in.get("/page/")
        Client().get("/page/")
        signed_in.get("/page/")
        assert len(made) == 3

    def test_a_message_that_waits_in_a_cookie_is_shown(self, client):
        client.get("/page/")
        client.cookies["messages"] = "anything"
        client.get("/page/")
        assert len(made) == 2

    @pytest.mark.parametrize("header", ["Authorization", "HX-Boosted", "HX-History-Restore-Request", "Range"])
    def test_a_request_that_asks_for_something_else_goes_to_the_view(self, client, header):
        client.get("/page/")
        client.get("/page/", headers={header: "x"})
        assert len(made) == 2

    def test_a_host_that_is_not_ours_is_refused_and_keeps_nothing(self, client):
        assert client.get("/page/", headers={"host": "evil.example"}).status_code == 400
        assert not pagecache._plain.pages

    def test_hosts_and_schemes_are_kept_apart(self, client):
        client.get("/page/")
        client.get("/page/", headers={"host": "localhost"})
        client.get("/page/", secure=True)
        assert len(made) == 3

    def test_what_is_sent_is_not_answered_from_memory(self, client):
        client.get("/page/")
        client.post("/page/")
        assert len(made) == 2


class TestHow:
    def test_a_browser_that_has_the_page_is_told_so(self, client):
        etag = client.get("/page/")["ETag"]
        response = client.get("/page/", headers={"If-None-Match": f'"other", {etag}'})
        assert (response.status_code, response.content) == (304, b"")
        assert (response["ETag"], response["Cache-Control"]) == (etag, "public, no-cache")
        assert "Cookie" in response["Vary"]

    def test_a_browser_that_has_an_older_page_gets_the_new_one(self, client, cast: Cast):
        etag = client.get("/page/")["ETag"]
        make_story(cast.waste, by=cast.alice)
        assert client.get("/page/", headers={"If-None-Match": etag}).status_code == 200

    def test_a_browser_that_takes_gzip_gets_it(self, client):
        plain = client.get("/long/")
        packed = client.get("/long/", headers={"Accept-Encoding": "br, gzip"})
        assert packed["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.content) == plain.content
        assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content)
        assert "Content-Encoding" not in plain

    @pytest.mark.parametrize("accept", ["", "identity", "gzip;q=0", "br, gzip; q=0.0"])
    def test_a_browser_that_refuses_gzip_gets_the_words(self, client, accept):
        assert "Content-Encoding" not in client.get("/long/", headers={"Accept-Encoding": accept})

    def test_head_says_how_long_the_page_is_and_sends_nothing(self, client):
        whole = client.get("/long/")
        head = client.head("/long/")
        assert (head.content, head["Content-Length"], head["ETag"]) == (b"", whole["Content-Length"], whole["ETag"])
        assert len(made) == 1

    def test_head_alone_keeps_nothing(self, client):
        client.head("/page/")
        client.get("/page/")
        assert len(made) == 2

    def test_the_least_used_page_goes_when_the_memory_is_full(self):
        shelf = pagecache.Shelf(6_500)
        for key in "abc":
            shelf.put(key, pagecache.Page(1, 1, "", {}, b"x" * 1000))
        shelf.get("a")
        shelf.put("d", pagecache.Page(1, 1, "", {}, b"x" * 1000))
        assert list(shelf.pages) == ["c", "a", "d"]
        assert shelf.size == sum(page.size for page in shelf.pages.values()) <= 6_500


class TestNeverStale:
    def test_a_published_story_is_on_the_next_page(self, client, cast: Cast):
        client.get("/page/")
        make_story(cast.waste, by=cast.alice, title="Caddies")
        assert b"Caddies" in client.get("/page/").content

    def test_a_withdrawn_story_is_gone_from_the_next_page(self, client, cast: Cast):
        story = make_story(cast.waste, by=cast.alice, title="Caddies")
        assert b"Caddies" in client.get("/page/").content
        story.unpublish()
        assert b"Caddies" not in client.get("/page/").content

    def test_a_closed_community_takes_its_stories_off_the_next_page(self, client, cast: Cast):
        make_story(cast.waste, by=cast.alice, title="Caddies")
        client.get("/page/")
        cast.waste.policy.visibility = "hidden"
        cast.waste.policy.save()
        assert b"Caddies" not in client.get("/page/").content

    def test_a_page_made_while_something_changed_is_not_shown_again(self, client, cast: Cast, monkeypatch):
        before = number()
        make_story(cast.waste, by=cast.alice, title="Caddies")
        after = number()
        # The reader asked for the version before the change, made the page from rows before it, and kept it after it.
        monkeypatch.setattr(pagecache, "version", lambda: before)
        client.get("/page/")
        monkeypatch.setattr(pagecache, "version", lambda: after)
        client.get("/page/")
        assert len(made) == 2

    def test_without_a_version_nothing_is_kept(self, client, monkeypatch):
        monkeypatch.setattr(pagecache, "version", lambda: None)
        client.get("/page/")
        client.get("/page/")
        assert len(made) == 2

    def test_a_change_that_is_rolled_back_leaves_the_version(self, cast: Cast):
        before = number()
        with transaction.atomic():
            make_story(cast.waste, by=cast.alice)
            transaction.set_rollback(True)
        assert number() == before

    def test_the_first_change_of_all_makes_the_row(self):
        CacheVersion.objects.all().delete()
        assert pagecache.version() == 0
        pagecache.bump()
        assert number() > 0

    def test_every_change_makes_the_number_larger(self):
        numbers = []
        for _ in range(50):
            pagecache.bump()
            numbers.append(number())
        assert numbers == sorted(set(numbers))


class TestWhichChanges:
    def test_saves_that_a_visitor_could_see(self, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        topic = Topic.objects.create(title="Caddies", slug="caddies")
        tag = Tag.objects.create(name="flats", slug="flats")
        for change in (
            story.save,
            cast.waste.save,
            cast.ambleford.save,
            cast.bob.save,
            topic.save,
            tag.save,
            lambda: StoryAuthor.objects.create(page=story, person=cast.bob),
            lambda: StoryAuthor.objects.filter(person=cast.bob).delete(),
            lambda: topic.communities.add(cast.waste),
            lambda: topic.communities.clear(),
            lambda: cast.alice.skills.add("waste"),
            lambda: make_community("Homes"),
            lambda: make_person("Gwen Pugh"),
            story.delete,
            cast.eve.delete,
        ):
            before = number()
            change()
            assert number() > before, change

    def test_what_no_visitor_sees_changes_nothing(self, cast: Cast, client):
        story = make_story(cast.waste, by=cast.alice)
        before = number()
        story.title = "A draft that nobody has read"
        story.save_revision(user=cast.alice)
        client.force_login(cast.alice)
        Group.objects.create(name="Gardeners")
        assert number() == before

    def test_a_draft_that_begins_changes_nothing(self, cast: Cast):
        before = number()
        cast.waste.add_child(instance=StoryPage(title="A beginning", slug="a-beginning", live=False, owner=cast.alice))
        assert number() == before

    def test_each_model_of_a_package_is_known_to_be_seen_or_not(self):
        """A new package must be looked at: list its models in hub.changes.SEEN if a visitor's page shows them."""
        packages = {model._meta.app_label for model in apps.get_models()} - changes.OURS
        assert packages == {
            *("account", "auth", "contenttypes", "django_tasks_database", "mfa", "sessions", "socialaccount"),
            *("taggit", "wagtailadmin", "wagtailcore", "wagtailimages", "wagtailsearch", "wagtailusers"),
        }

    def test_the_lists_name_models_that_exist(self):
        labels = {model._meta.label for model in apps.get_models(include_auto_created=True)}
        assert labels >= changes.SEEN | changes.UNSEEN


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time. Set TEST_DATABASE_URL")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_changes_at_once_do_not_wait_for_each_other():
    def other() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '500ms'")
        pagecache.bump()
        seen = number()
        connection.close()
        return seen

    with ThreadPoolExecutor() as pool:
        numbers = [pool.submit(other).result()]
        with transaction.atomic():
            pagecache.bump()
            numbers += [pool.submit(other).result() for _ in range(3)]
        numbers += [number(), pool.submit(other).result()]
    assert numbers == sorted(set(numbers))
