"""The inbox page: what is new, what was read, and what the person may no longer see is not there."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.models import CommunityPolicy, Membership
from hub import fragments
from hub.notifications.models import Notification
from hub.notifications.notify import notify
from hub.notifications.reading import how_many_new, open_notice
from tests.cast import make_story


@pytest.fixture
def bob(client, cast):
    client.force_login(cast.bob)
    return client


def tell(cast, number=1, **news):
    notices = []
    for count in range(number):
        story = make_story(cast.waste, by=cast.alice, title=f"Story {count}")
        values = {"subject": f"News {count}", "url": story.get_absolute_url(), "by": cast.alice, **news}
        notices += notify([cast.bob], "story-approved", about=story, **values)
    return notices


class TestThePage:
    def test_visitors_are_led_to_sign_in(self, client, cast):
        response = client.get("/inbox/")
        assert (response.status_code, response["Location"]) == (302, "/account/login/?next=/inbox/")

    def test_an_empty_inbox_says_what_will_come(self, bob):
        assert "Nothing has come yet" in bob.get("/inbox/").text

    def test_new_comes_before_read(self, bob, cast):
        old, new = tell(cast, 2)
        Notification.objects.filter(pk=old.pk).update(read_at=timezone.now())
        text = bob.get("/inbox/").text
        assert text.index("News 1") < text.index("Read before") < text.index("News 0")
        assert f'href="/inbox/{new.pk}/"' in text
        assert "<title>Inbox: 1 new" in text

    def test_what_somebody_wrote_is_quoted_and_stays_words(self, bob, cast):
        tell(cast, words="Add <b>costs</b>", action="Read the note")
        text = bob.get("/inbox/").text
        assert "Add &lt;b&gt;costs&lt;/b&gt;" in text
        assert "Read the note" in text

    def test_it_is_never_kept_by_a_cache(self, bob):
        assert "no-store" in bob.get("/inbox/")["Cache-Control"]

    def test_what_may_not_be_seen_any_more_is_not_there(self, bob, cast):
        tell(cast)
        CommunityPolicy.objects.update(visibility=CommunityPolicy.Visibility.HIDDEN)
        Membership.objects.filter(person=cast.bob).delete()
        text = bob.get("/inbox/").text
        assert "News 0" not in text
        assert 'class="new"' not in text

    def test_the_head_shows_how_much_is_new(self, bob, cast):
        tell(cast, 2)
        assert '<b class="new">2<span class="hidden"> new</span></b>' in bob.get("/inbox/").text

    def test_pages_by_keyset_show_each_line_once(self, bob, cast):
        notices = tell(cast, 25)
        for age, notice in enumerate(notices):
            moment = timezone.now() - timedelta(hours=age)
            Notification.objects.filter(pk=notice.pk).update(read_at=moment, created_at=moment)
        first = bob.get("/inbox/")
        second = bob.get(f"/inbox/{first.context['older']}")
        assert [len(first.context["read"]), len(second.context["read"])] == [20, 5]
        assert not {n.pk for n in first.context["read"]} & {n.pk for n in second.context["read"]}

    def test_a_broken_cursor_shows_the_first_page(self, bob, cast):
        tell(cast)
        assert "News 0" in bob.get("/inbox/?after=nonsense").text

    def test_it_takes_as_many_queries_for_fifty_lines_as_for_one(self, bob, cast, django_assert_num_queries):
        tell(cast)
        bob.get("/inbox/")  # what is read once in a process
        with CaptureQueriesContext(connection) as one:
            bob.get("/inbox/")
        read = [notice.pk for notice in tell(cast, 25)]
        Notification.objects.filter(pk__in=read).update(read_at=timezone.now())
        tell(cast, 25)
        with django_assert_num_queries(len(one)):
            bob.get("/inbox/")


class TestOpening:
    def test_it_leads_to_the_thing_and_marks_the_line_as_read(self, bob, cast):
        (notice,) = tell(cast)
        response = bob.get(f"/inbox/{notice.pk}/")
        assert (response.status_code, response["Location"]) == (302, notice.url)
        notice.refresh_from_db()
        assert notice.read_at

    def test_the_first_time_counts(self, bob, cast):
        (notice,) = tell(cast)
        first = timezone.now() - timedelta(days=3)
        Notification.objects.update(read_at=first)
        bob.get(f"/inbox/{notice.pk}/")
        notice.refresh_from_db()
        assert notice.read_at == first

    @pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose"])
    def test_a_browser_that_fetches_ahead_has_opened_nothing(self, bob, cast, header):
        (notice,) = tell(cast)
        bob.get(f"/inbox/{notice.pk}/", headers={header: "prefetch;prerender"})
        bob.head(f"/inbox/{notice.pk}/")
        notice.refresh_from_db()
        assert notice.read_at is None

    def test_the_line_of_another_person_is_not_there(self, client, cast):
        (notice,) = tell(cast)
        client.force_login(cast.eve)
        assert client.get(f"/inbox/{notice.pk}/").status_code == 404
        notice.refresh_from_db()
        assert notice.read_at is None

    def test_what_may_not_be_seen_any_more_is_not_opened(self, bob, cast):
        (notice,) = tell(cast)
        CommunityPolicy.objects.update(visibility=CommunityPolicy.Visibility.HIDDEN)
        Membership.objects.filter(person=cast.bob).delete()
        assert bob.get(f"/inbox/{notice.pk}/").status_code == 404


class TestMarkingAll:
    def test_everything_new_is_read(self, bob, cast):
        tell(cast, 3)
        assert bob.post("/inbox/all-read/")["Location"] == "/inbox/"
        assert not Notification.objects.unread().exists()

    def test_only_ones_own(self, client, cast):
        tell(cast)
        client.force_login(cast.eve)
        client.post("/inbox/all-read/")
        assert Notification.objects.unread().count() == 1

    def test_looking_does_not(self, bob, cast):
        assert bob.get("/inbox/all-read/").status_code == 405


class TestLetters:
    def test_the_choice_is_kept_and_said(self, bob, cast):
        response = bob.post("/inbox/letters/", {"letters": "never"}, follow=True)
        assert "We will not write to you by e-mail" in response.text
        cast.bob.refresh_from_db()
        assert not cast.bob.mail_notices
        bob.post("/inbox/letters/", {"letters": "each"})
        cast.bob.refresh_from_db()
        assert cast.bob.mail_notices

    def test_nonsense_changes_nothing(self, bob, cast):
        response = bob.post("/inbox/letters/", {"letters": "hourly"}, follow=True)
        assert "nothing was changed" in response.text
        cast.bob.refresh_from_db()
        assert cast.bob.mail_notices


class TestTheNumberInTheHead:
    @pytest.fixture(autouse=True)
    def _forget(self):
        fragments.reset()
        yield
        fragments.reset()

    def test_it_takes_one_query_when_nothing_is_new(self, cast, django_assert_num_queries):
        with django_assert_num_queries(1):
            assert how_many_new(cast.bob) == 0

    def test_it_takes_one_query_while_nothing_changes(self, cast, page_cache, django_assert_num_queries):
        tell(cast, 2)
        assert how_many_new(cast.bob) == 2
        with CaptureQueriesContext(connection) as queries:
            assert how_many_new(cast.bob) == 2
        assert len([query for query in queries if "cacheversion" not in query["sql"]]) == 1

    def test_what_is_opened_or_comes_counts_at_once(self, cast, page_cache):
        first, _ = tell(cast, 2)
        assert how_many_new(cast.bob) == 2
        open_notice(first)
        assert how_many_new(cast.bob) == 1
        tell(cast)
        assert how_many_new(cast.bob) == 2

    def test_what_may_not_be_seen_any_more_does_not_count(self, cast, page_cache):
        tell(cast)
        assert how_many_new(cast.bob) == 1
        cast.waste.policy.visibility = CommunityPolicy.Visibility.HIDDEN
        cast.waste.policy.save()
        Membership.objects.filter(person=cast.bob).delete()
        assert how_many_new(cast.bob) == 0
