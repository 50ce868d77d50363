"""The mailbox of a demo shows each letter with links that work, and is not there outside DEBUG."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as site
from django.core.mail import EmailMultiAlternatives, get_connection

from hub.letters import letter

SAYS_WHERE = """
import django; django.setup()
import sys
from django.urls import NoReverseMatch, resolve, reverse
try:
    where = reverse("demo-mail")
except NoReverseMatch:
    where = "nowhere"
print(where, resolve("/demo/mail/").url_name, "hub.mailbox.views" in sys.modules)
"""


@pytest.mark.parametrize(
    ("debug", "answer"), [("0", "nowhere wagtail_serve False"), ("1", "/demo/mail/ demo-mail True")]
)
def test_it_has_an_address_under_debug_only(debug, answer, tmp_path):
    environment = {
        **os.environ,
        "DEBUG": debug,
        "VAR_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "hub.settings",
        "SITE_URL": "http://localhost:8102",
    }
    done = subprocess.run(
        [sys.executable, "-c", SAYS_WHERE],
        cwd=site.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == answer


@pytest.mark.django_db
def test_without_it_nothing_answers_there(client):
    assert client.get("/demo/mail/").status_code == 404


@pytest.mark.django_db
@pytest.mark.urls("tests.hub.mailbox_urls")
class TestMailbox:
    @pytest.fixture(autouse=True)
    def folder(self, settings, tmp_path):
        settings.EMAIL_FILE_PATH = tmp_path / "mail"
        return settings.EMAIL_FILE_PATH

    def keep(self, mail):
        mail.connection = get_connection("hub.mailbox.backend.KeepingBackend")
        mail.send()

    def notice(self, **changes):
        values = {
            "notice": {"words": "Look <here>", "action": "Open"},
            "url": "http://testserver/stories/7/bins/",
            "inbox_url": "http://testserver/inbox/",
            "stop_url": "http://testserver/inbox/unsubscribe/x/",
        }
        return letter("notice", to="bob@bob.example", subject="Bins – again", context=values)

    def test_it_says_when_nothing_has_come(self, client):
        assert "No letter yet" in client.get("/demo/mail/").text

    def test_the_newest_comes_first(self, client):
        for subject in ("One", "Two"):
            self.keep(EmailMultiAlternatives(subject, "Hello", to=["bob@bob.example"]))
        text = client.get("/demo/mail/").text
        assert text.index(">Two<") < text.index(">One<")

    def test_a_letter_has_links_that_work_here(self, client, folder):
        self.keep(self.notice())
        name = next(folder.glob("*.eml")).stem
        page = client.get(f"/demo/mail/{name}/")
        assert "Bins – again" in page.text
        assert '<a href="/stories/7/bins/"' in page.text
        assert "Look &lt;here&gt;" in page.text
        assert f'src="/demo/mail/{name}/html/"' in page.text

    def test_its_html_is_shut_in_a_frame_of_its_own(self, client, folder):
        self.keep(self.notice())
        frame = client.get(f"/demo/mail/{next(folder.glob('*.eml')).stem}/html/")
        assert frame["Content-Security-Policy"].startswith("sandbox ")
        assert "allow-scripts" not in frame["Content-Security-Policy"]
        assert "allow-same-origin" not in frame["Content-Security-Policy"]
        assert '<base target="_top">' in frame.text
        assert 'href="/stories/7/bins/"' in frame.text

    def test_a_letter_without_html_has_no_frame(self, client, folder):
        self.keep(EmailMultiAlternatives("Plain", "http://testserver/account/confirm-email/a:b-c/", to=["b@b.example"]))
        text = client.get(f"/demo/mail/{next(folder.glob('*.eml')).stem}/").text
        assert "<iframe" not in text
        assert '<a href="/account/confirm-email/a:b-c/"' in text

    @pytest.mark.parametrize("name", ["nothing", "..%2fhub", "20260101-000000-000000-abcdef"])
    def test_a_letter_that_is_not_there_is_not_found(self, client, name):
        assert client.get(f"/demo/mail/{name}/").status_code == 404
