"""Notices by e-mail: once, to confirmed addresses, of what may be seen when they go out, with a way to stop them."""

import logging
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core import mail, signing
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from community.models import CommunityPolicy, Membership
from hub.notifications.mailing import QUIET, WAITS, mail_notice, stop_url, waiting
from hub.notifications.models import Notification
from hub.notifications.notify import notify
from tests.cast import make_story

pytestmark = pytest.mark.usefixtures("cast")


@pytest.fixture
def story(cast):
    return make_story(cast.waste, by=cast.alice)


@pytest.fixture
def tell(cast, story, django_capture_on_commit_callbacks):
    def told(**news):
        with django_capture_on_commit_callbacks(execute=True):
            (notice,) = notify(
                [cast.bob],
                **{
                    "what": "story-changes-requested",
                    "subject": "Carol Whitby asks for changes to your story",
                    "url": f"/write/{story.pk}/",
                    "action": "Read the note",
                    "by": cast.carol,
                    "words": "Please add\nwhat it cost & who paid.",
                    **news,
                },
                about=story,
            )
        return notice

    return told


class TestTheLetter:
    def test_it_goes_to_the_person_with_plain_words_as_subject(self, tell):
        tell()
        assert [(m.to, m.subject) for m in mail.outbox] == [
            (["bob@bob.example"], "Carol Whitby asks for changes to your story")
        ]

    def test_it_has_the_words_and_a_whole_link_as_text_and_as_html(self, tell, story):
        tell()
        text, html = mail.outbox[0].body, mail.outbox[0].alternatives[0].content
        assert "// Please add\n// what it cost & who paid." in text
        assert f"Read the note:\nhttp://testserver/write/{story.pk}/" in text
        assert "Please add<br>what it cost &amp; who paid." in html
        assert f'href="http://testserver/write/{story.pk}/"' in html
        assert "Carol Whitby wrote" in html

    def test_markup_in_words_and_subject_stays_words(self, tell):
        tell(subject="<b>Bold</b>", words="<script>alert(1)</script>")
        assert "<script" not in mail.outbox[0].alternatives[0].content
        assert "<b>Bold" not in mail.outbox[0].alternatives[0].content

    def test_a_line_break_in_the_subject_cannot_add_a_header(self, tell):
        tell(subject="Hello\nBcc: eve@eve.example")
        assert mail.outbox[0].subject == "Hello Bcc: eve@eve.example"

    def test_it_holds_no_picture_and_nothing_from_elsewhere(self, tell):
        tell()
        html = mail.outbox[0].alternatives[0].content
        assert "<img" not in html
        assert "url(" not in html

    def test_one_press_stops_it(self, tell, cast):
        tell()
        sent = message_from_bytes(mail.outbox[0].message().as_bytes(), policy=policy.default)
        assert sent["List-Unsubscribe"].strip() == f"<{stop_url(cast.bob)}>"
        assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert stop_url(cast.bob) in mail.outbox[0].body


class TestWhenNoLetterGoesOut:
    def test_before_the_change_is_committed(self, cast, story):
        notify([cast.bob], "story-approved", about=story, subject="Out", url="/")
        assert mail.outbox == []

    def test_to_those_who_do_not_want_it(self, tell, cast):
        cast.bob.mail_notices = False
        cast.bob.save()
        tell()
        assert mail.outbox == []
        assert Notification.objects.of(cast.bob).count() == 1

    def test_to_an_address_that_was_never_confirmed(self, tell, cast):
        cast.bob.emailaddress_set.update(verified=False)
        tell()
        assert mail.outbox == []

    def test_to_an_address_that_is_not_the_confirmed_one(self, tell, cast):
        cast.bob.email = "new@bob.example"
        cast.bob.save()
        tell()
        assert mail.outbox == []

    def test_to_an_account_that_was_closed_meanwhile(self, cast, story, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            notify([cast.bob], "story-approved", about=story, subject="Out", url="/")
            type(cast.bob).objects.filter(pk=cast.bob.pk).update(is_active=False)
        assert mail.outbox == []

    def test_about_what_they_may_no_longer_see_when_it_goes_out(self, cast, story, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            notify([cast.bob], "story-approved", about=story, subject="Out", url="/")
            CommunityPolicy.objects.update(visibility=CommunityPolicy.Visibility.HIDDEN)
            Membership.objects.filter(person=cast.bob).delete()
        assert mail.outbox == []
        assert Notification.objects.get().mailed_at is None

    def test_when_it_was_read_in_the_inbox_first(self, cast, story):
        (notice,) = notify([cast.bob], "story-approved", about=story, subject="Out", url="/")
        Notification.objects.update(read_at=timezone.now())
        mail_notice.call(notice.pk)
        assert mail.outbox == []

    def test_when_it_was_deleted_meanwhile(self):
        mail_notice.call(987654)
        assert mail.outbox == []


class TestOnce:
    def test_a_task_that_runs_twice_sends_once(self, tell):
        notice = tell()
        mail_notice.call(notice.pk)
        assert len(mail.outbox) == 1

    def test_a_line_that_grows_at_once_is_not_mailed_again(self, tell):
        tell()
        tell()
        assert len(mail.outbox) == 1

    def test_a_line_that_grows_later_is(self, tell):
        tell()
        Notification.objects.update(mailed_at=timezone.now() - QUIET - timedelta(minutes=1))
        tell(subject="Again")
        assert [m.subject for m in mail.outbox][1] == "Again"
        assert "The latest of 2." in mail.outbox[1].body


@pytest.fixture
def broken_server(settings):
    """A mail server that is not there."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9


class TestWhenTheServerIsAway:
    def test_the_request_goes_on_and_it_is_logged_and_counted(self, tell, broken_server, caplog):
        with caplog.at_level(logging.ERROR):
            tell()
        notice = Notification.objects.get()
        assert (notice.mailed_at, notice.mail_failures) == (None, 1)
        assert "mail_notice_failed" in caplog.text

    def test_the_worker_tries_again_later(self, cast, story, settings, broken_server):
        settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
        (notice,) = notify([cast.bob], "story-approved", about=story, subject="Out", url="/")
        assert DBTaskResult.objects.count() == 1, "queued in the transaction of the change itself"
        mail_notice.call(notice.pk)
        again = DBTaskResult.objects.get(run_after__range=(timezone.now(), timezone.now() + WAITS[0]))
        assert again.args_kwargs["args"] == [notice.pk]

    def test_it_is_given_up_in_the_end(self, cast, story, settings, broken_server):
        settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
        (notice,) = notify([cast.bob], "story-approved", about=story, subject="Out", url="/")
        Notification.objects.update(mail_failures=len(WAITS))
        mail_notice.call(notice.pk)
        assert DBTaskResult.objects.count() == 1
        assert not waiting().exists()

    def test_what_waits_can_be_sent_when_it_is_back(self, tell, cast, settings):
        backend = settings.EMAIL_BACKEND
        settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 9
        tell()
        settings.EMAIL_BACKEND = backend
        call_command("send_waiting_mail")
        assert [m.to for m in mail.outbox] == [[cast.bob.email]]
        call_command("send_waiting_mail")
        assert len(mail.outbox) == 1


class TestUnsubscribing:
    def path(self, person):
        return stop_url(person).removeprefix("http://testserver")

    def test_looking_changes_nothing(self, client, cast):
        response = client.get(self.path(cast.bob))
        assert "Stop the letters" in response.text
        assert "no-store" in response["Cache-Control"]
        cast.bob.refresh_from_db()
        assert cast.bob.mail_notices

    def test_one_press_stops_them_without_signing_in_or_a_cookie(self, cast):
        client = Client(enforce_csrf_checks=True)
        response = client.post(self.path(cast.bob), follow=True)
        assert "The letters are stopped" in response.text
        cast.bob.refresh_from_db()
        assert not cast.bob.mail_notices

    def test_a_mail_program_does_it_in_one_request(self, cast):
        response = Client(enforce_csrf_checks=True).post(self.path(cast.bob), {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
        cast.bob.refresh_from_db()
        assert not cast.bob.mail_notices

    def test_a_slip_can_be_taken_back(self, client, cast):
        client.post(self.path(cast.bob))
        client.post(self.path(cast.bob), {"again": "1"})
        cast.bob.refresh_from_db()
        assert cast.bob.mail_notices

    def test_a_token_that_was_changed_is_refused(self, client, cast):
        path = self.path(cast.bob).rstrip("/")
        changed = path[:-1] + ("A" if path[-1] != "A" else "B")
        assert client.post(f"{changed}/").status_code == 404
        cast.bob.refresh_from_db()
        assert cast.bob.mail_notices

    def test_a_token_for_something_else_is_refused(self, client, cast):
        token = signing.Signer(salt="other").sign_object(cast.bob.pk)
        assert client.post(f"/inbox/unsubscribe/{token}/").status_code == 404
