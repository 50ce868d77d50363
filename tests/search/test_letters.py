"""The letters of standing searches: when they come, what is in them, and how they are stopped."""

import logging
from email import message_from_bytes, policy

from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from search import letters, standing
from search.models import Found, StandingSearch
from tests.cast import Cast
from tests.search.keepers import How, keep, lines, morning


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
