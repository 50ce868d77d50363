"""People who are signed in get kept pages too: their own corner on them, and never what is not true for them."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.template import engines
from django.test import Client
from django.urls import path
from django.utils import timezone

from community import joining
from community.models import Membership, Person
from hub import pagecache, readers
from hub.notifications.models import Notification
from practice import moderating, writing
from tests.cast import Cast, make_person, make_story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("page_cache")]


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def warm(client: Client, address: str) -> bytes:
    """Ask until the page is kept: once to know whose session it is, once to keep it."""
    for _ in range(2):
        answer = client.get(address)
    assert answer.status_code == 200
    return answer.content


@pytest.fixture
def made(monkeypatch) -> list[str]:
    """The addresses that a view was asked for."""
    asked: list[str] = []
    serve = readers.serve

    def counting(request, session, get_response):
        def noting(request):
            asked.append(request.get_full_path())
            return get_response(request)

        return serve(request, session, noting)

    monkeypatch.setattr(readers, "serve", counting)
    return asked


PAGES = [
    *("/", "/stories/", "/topics/", "/communities/", "/people/", "/councils/", "/communities/waste-and-recycling/"),
    *("/stories/?status=running",),
]


class TestWhatIsKept:
    @pytest.mark.parametrize("address", PAGES)
    def test_the_third_time_no_view_is_asked_and_the_page_is_the_same(self, cast: Cast, made, address):
        client = signed_in(cast.bob)
        before = warm(client, address)
        made.clear()
        answer = client.get(address)
        assert made == []
        assert answer.content == before
        assert answer["Cache-Control"] == "private, no-cache"
        assert "Cookie" in answer["Vary"]
        assert answer["Content-Security-Policy"]

    def test_a_story_is_made_once_for_all_who_read_the_same(self, cast: Cast, made):
        address = make_story(cast.waste, by=cast.alice).get_absolute_url()
        warm(signed_in(cast.bob), address)
        eve = signed_in(cast.eve)
        warm(eve, "/topics/")
        made.clear()
        page = eve.get(address)
        assert made == []
        assert b"Eve Lindqvist" in page.content
        assert b"Bob Okafor" not in page.content

    def test_a_browser_that_has_the_page_is_told_so(self, cast: Cast):
        client = signed_in(cast.bob)
        warm(client, "/topics/")
        etag = client.get("/topics/")["ETag"]
        answer = client.get("/topics/", headers={"If-None-Match": etag})
        assert (answer.status_code, answer.content) == (304, b"")

    def test_a_page_with_a_form_is_kept_for_this_browser_and_its_token_works(self, cast: Cast, made):
        client = Client(enforce_csrf_checks=True)
        client.force_login(cast.eve)
        page = warm(client, "/communities/waste-and-recycling/").decode()
        assert "csrfmiddlewaretoken" in page
        made.clear()
        assert client.get("/communities/waste-and-recycling/").content.decode() == page
        assert made == []
        token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        answer = client.post("/communities/waste-and-recycling/join/", {"csrfmiddlewaretoken": token})
        assert answer.status_code == 302
        assert Membership.objects.active().filter(person=cast.eve, community=cast.waste).exists()

    def test_a_page_with_a_form_is_made_anew_for_another_secret(self, cast: Cast, made):
        client = signed_in(cast.eve)
        warm(client, "/communities/waste-and-recycling/")
        client.cookies[settings.CSRF_COOKIE_NAME] = "x" * 32
        made.clear()
        client.get("/communities/waste-and-recycling/")
        assert made == ["/communities/waste-and-recycling/"]

    def test_names_that_a_page_does_not_read_fill_no_memory(self, cast: Cast):
        client = signed_in(cast.bob)
        for _ in range(3):
            client.get("/topics/?nonsense=1")
        assert not readers.PAGES.pages

    def test_the_session_seen_longest_ago_is_forgotten_when_there_are_too_many(self, monkeypatch):
        monkeypatch.setattr(readers, "MOST_READERS", 2)
        for name in "abc":
            readers.readers.put(name, readers.Reader(1))
        assert list(readers.readers.known) == ["b", "c"]


class TestWho:
    def test_an_author_gets_the_page_with_what_they_may_do(self, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        warm(signed_in(cast.bob), story.get_absolute_url())
        alice = signed_in(cast.alice)
        warm(alice, "/topics/")
        assert f"/write/{story.pk}/" in alice.get(story.get_absolute_url()).content.decode()
        assert f"/write/{story.pk}/" not in warm(signed_in(cast.bob), story.get_absolute_url()).decode()

    @pytest.mark.parametrize("role", ["carol", "dina"])
    def test_who_moderates_gets_the_page_with_what_they_may_do(self, cast: Cast, role):
        story = make_story(cast.waste, by=cast.alice)
        theirs = signed_in(getattr(cast, role))
        plain = warm(theirs, story.get_absolute_url())
        bob = signed_in(cast.bob)
        assert warm(bob, story.get_absolute_url()) != plain
        assert warm(theirs, story.get_absolute_url()) == client_page(theirs, story)

    def test_an_own_profile_offers_to_change_it_and_another_does_not(self, cast: Cast):
        address = cast.bob.get_absolute_url()
        warm(signed_in(cast.eve), address)
        bob = signed_in(cast.bob)
        warm(bob, "/topics/")
        assert b"Change your profile" in bob.get(address).content
        assert b"Change your profile" not in warm(signed_in(cast.eve), address)

    def test_what_is_closed_to_one_is_not_given_to_them_from_what_another_read(self, cast: Cast):
        cast.waste.policy.visibility = "hidden"
        cast.waste.policy.save()
        story = make_story(cast.waste, by=cast.alice, title="Behind the door")
        joining_member = make_person("Gwen Pugh")
        Membership.objects.create(community=cast.waste, person=joining_member)
        gwen = signed_in(joining_member)
        assert b"Behind the door" in warm(gwen, story.get_absolute_url())
        assert b"Behind the door" in warm(gwen, "/stories/")
        eve = signed_in(cast.eve)
        warm(eve, "/topics/")
        assert eve.get(story.get_absolute_url()).status_code == 404
        assert b"Behind the door" not in eve.get("/stories/").content
        assert eve.get("/communities/waste-and-recycling/").status_code == 404

    def test_a_visitor_never_gets_a_page_of_somebody(self, cast: Cast):
        warm(signed_in(cast.bob), "/topics/")
        assert b"Bob Okafor" not in Client().get("/topics/").content

    def test_a_made_up_session_is_a_visitor(self, cast: Cast):
        bob = signed_in(cast.bob)
        warm(bob, "/topics/")
        stranger = Client()
        stranger.cookies[settings.SESSION_COOKIE_NAME] = "made-up"
        for _ in range(3):
            assert b"Bob Okafor" not in stranger.get("/topics/").content


class TestNeverStale:
    def test_after_signing_out_the_page_is_that_of_a_visitor(self, cast: Cast):
        client = signed_in(cast.bob)
        warm(client, "/topics/")
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        Session.objects.all().delete()
        client.cookies[settings.SESSION_COOKIE_NAME] = key
        assert b"Bob Okafor" not in client.get("/topics/").content

    def test_a_session_that_has_ended_is_over(self, cast: Cast):
        client = signed_in(cast.bob)
        warm(client, "/topics/")
        Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
        assert b"Bob Okafor" not in client.get("/topics/").content

    def test_a_new_password_ends_other_sessions_at_once(self, cast: Cast):
        client = signed_in(cast.bob)
        warm(client, "/topics/")
        cast.bob.set_password("another one that is long")
        cast.bob.save(update_fields=["password"])
        assert b"Bob Okafor" not in client.get("/topics/").content

    def test_somebody_who_was_shut_out_is_out_at_once(self, cast: Cast):
        client = signed_in(cast.bob)
        warm(client, "/topics/")
        Person.objects.filter(pk=cast.bob.pk).update(is_active=False)
        assert b"Bob Okafor" not in client.get("/topics/").content

    def test_news_are_on_the_next_page_and_gone_when_read(self, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        client = signed_in(cast.bob)
        warm(client, "/topics/")
        news = Notification.objects.create(person=cast.bob, what="x", subject="News", url="/", about=story)
        assert b'<b class="new">1' in client.get("/topics/").content
        assert b'<b class="new">1' in warm(client, "/topics/")
        Notification.objects.filter(pk=news.pk).update(read_at=timezone.now())
        assert b'<b class="new">' not in client.get("/topics/").content

    def test_a_new_name_is_on_the_next_page(self, cast: Cast):
        client = signed_in(cast.bob)
        warm(client, "/topics/")
        cast.bob.name = "Robert Okafor"
        cast.bob.save()
        assert b"Robert Okafor" in client.get("/topics/").content

    def test_a_new_story_is_on_the_next_page(self, cast: Cast):
        client = signed_in(cast.bob)
        warm(client, "/stories/")
        make_story(cast.waste, by=cast.alice, title="Caddies for flats")
        assert b"Caddies for flats" in client.get("/stories/").content

    def test_a_withdrawn_story_is_gone_from_the_next_page(self, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        client = signed_in(cast.bob)
        warm(client, story.get_absolute_url())
        moderating.withdraw(story, by=cast.carol, reason="Asked to")
        assert client.get(story.get_absolute_url()).status_code >= 400

    def test_a_member_who_leaves_sees_the_door_again(self, cast: Cast):
        joining.join(cast.waste, person=cast.eve)
        client = signed_in(cast.eve)
        assert b"Join this community" not in warm(client, "/communities/waste-and-recycling/")
        Membership.objects.filter(community=cast.waste, person=cast.eve).first().delete()
        assert b"Join this community" in client.get("/communities/waste-and-recycling/").content

    def test_an_invitation_is_on_the_next_page(self, cast: Cast):
        client = signed_in(cast.eve)
        warm(client, "/communities/waste-and-recycling/")
        cast.waste.invitations.create(email=cast.eve.email, invited_by=cast.carol)
        assert b"invites you" in client.get("/communities/waste-and-recycling/").content

    def test_a_new_co_author_may_write_at_once(self, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        client = signed_in(cast.bob)
        warm(client, story.get_absolute_url())
        draft = story.get_latest_revision_as_object()
        values = {"title": story.title, "authors": [cast.alice, cast.bob]}
        writing.save_draft(story, by=cast.alice, base_revision=draft.latest_revision_id, values=values)
        assert f"/write/{story.pk}/" in client.get(story.get_absolute_url()).content.decode()

    @pytest.mark.parametrize("role", ["alice", "carol"])
    def test_a_newer_draft_and_its_review_are_on_the_next_page(self, cast: Cast, role, made):
        cast.waste.policy.review_first = True
        cast.waste.policy.save()
        story = make_story(cast.waste, by=cast.alice)
        client = signed_in(getattr(cast, role))
        pages = [warm(client, story.get_absolute_url())]
        made.clear()
        client.get(story.get_absolute_url())
        assert made == []
        revision = writing.save_draft(story, by=cast.alice, base_revision=story.latest_revision_id, values=AFTER)
        pages.append(warm(client, story.get_absolute_url()))
        writing.submit(story, by=cast.alice)
        pages.append(warm(client, story.get_absolute_url()))
        moderating.ask_for_changes(story, by=cast.carol, revision=story.latest_revision, note="A date?")
        pages.append(warm(client, story.get_absolute_url()))
        assert revision.pk
        if role == "alice":
            assert pages[0] != pages[1]
        else:
            assert pages[1] != pages[2] != pages[3]

    def test_the_words_of_the_clock_are_made_again_in_time(self, cast: Cast, made, monkeypatch):
        client = signed_in(cast.bob)
        monkeypatch.setattr(readers, "AGAIN_AFTER", -1)
        warm(client, "/topics/")
        made.clear()
        client.get("/topics/")
        assert made == ["/topics/"]

    def test_a_page_made_while_something_changed_is_not_shown_again(self, cast: Cast, made, monkeypatch):
        client = signed_in(cast.bob)
        client.get("/topics/")
        standing = readers._standing

        def then_changed(session, person):
            said = standing(session, person)
            pagecache.bump()
            return said

        monkeypatch.setattr(readers, "_standing", then_changed)
        client.get("/topics/")
        monkeypatch.setattr(readers, "_standing", standing)
        made.clear()
        client.get("/topics/")
        assert made == ["/topics/"]


AFTER = {"title": "Food waste from flats, a year on"}


def client_page(client: Client, story) -> bytes:
    return client.get(story.get_absolute_url()).content


class TestMessages:
    def test_what_is_said_once_is_said_and_not_kept(self, cast: Cast):
        client = signed_in(cast.bob)
        warm(client, "/communities/waste-and-recycling/")
        client.post("/communities/waste-and-recycling/leave/")
        first = client.get("/communities/waste-and-recycling/")
        assert b'class="notice' in first.content
        for _ in range(3):
            assert b'role="status"' not in client.get("/communities/waste-and-recycling/").content


class TestConditions:
    @pytest.mark.urls(__name__)
    @pytest.mark.parametrize("person", [None, "bob"])
    def test_a_page_is_true_only_while_its_condition_is(self, cast: Cast, person):
        client = signed_in(getattr(cast, person)) if person else Client()
        shown = []
        for number in (1, 1, 1, 1, 2, 2, 2):
            state["now"] = number
            shown.append(client.get("/conditional/").content)
        assert shown[2] == shown[3]
        assert shown[4] != shown[3]

    @pytest.mark.urls(__name__)
    def test_a_page_whose_condition_is_not_known_is_not_kept(self):
        state["now"] = None
        assert Client().get("/conditional/").content != Client().get("/conditional/").content


state: dict[str, int | None] = {"now": 1}
count = iter(range(1000))


WORDS = "{% load look %}{% if request.user.is_authenticated %}{% corner %}{{ request.user }}{% endcorner %}{% endif %}"


@pagecache.whole_page()
def conditional(request):
    was = state["now"]
    page = engines["django"].from_string(f"{WORDS}<p>{next(count)}</p>").render({}, request)
    return readers.for_readers(pagecache.kept_while(HttpResponse(page), lambda: state["now"], was))


urlpatterns = [path("conditional/", conditional)]
