"""What machines ask for at fixed addresses."""

import json
from datetime import datetime, timedelta
from io import StringIO
from xml.etree import ElementTree

import pytest
from django.contrib.staticfiles import finders
from django.core.management import CommandError, call_command
from django.utils import timezone

from hub import health, sitemaps
from hub.sitemaps import Section
from practice.models import StoryPage
from tests.cast import Cast, make_community, make_story

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def part(monkeypatch):
    """Adds a part with a health check, which goes away again."""
    monkeypatch.setattr(health, "_checks", dict(health._checks))
    return health.check


@pytest.mark.django_db
class TestHealth:
    def test_says_that_each_part_works(self, client, part):
        part("engine")(lambda: {"documents": 60})
        answer = client.get("/healthz")
        assert answer.status_code == 200
        assert answer.json()["ok"] is True
        assert answer.json()["checks"]["database"]["ok"] is True
        assert answer.json()["checks"]["engine"]["documents"] == 60

    def test_is_503_when_one_part_is_broken(self, client, part):
        @part("engine")
        def engine():
            raise health.Broken("The engine does not answer")

        answer = client.get("/healthz")
        assert answer.status_code == 503
        assert answer.json()["checks"]["engine"] == {"ok": False, "error": "The engine does not answer"}
        assert answer.json()["checks"]["database"]["ok"] is True

    def test_does_not_tell_the_public_why(self, client, part):
        @part("engine")
        def engine():
            raise ConnectionError("https://elastic:password@10.0.0.5:9200")

        assert "password" not in client.get("/healthz").content.decode()

    def test_one_part_can_be_asked_alone(self, client, part):
        @part("engine")
        def engine():
            raise health.Broken("away")

        assert client.get("/healthz?check=database").status_code == 200
        assert client.get("/healthz?check=nothing").status_code == 503

    def test_is_never_kept(self, client):
        assert "no-store" in client.get("/healthz")["Cache-Control"]

    def test_the_command_says_the_same(self, part):
        part("engine")(lambda: {"documents": 60})
        out = StringIO()
        call_command("check_hub", stdout=out)
        assert "documents 60" in out.getvalue()

    def test_the_command_fails_when_a_part_is_broken(self, part):
        @part("engine")
        def engine():
            raise health.Broken("away")

        out = StringIO()
        with pytest.raises(CommandError, match="Broken: engine"):
            call_command("check_hub", "--json", stdout=out)
        assert json.loads(out.getvalue())["ok"] is False

    def test_the_command_knows_its_checks(self):
        with pytest.raises(CommandError, match="database"):
            call_command("check_hub", "nothing")


@pytest.mark.django_db
class TestSitemap:
    def addresses(self, client, path):
        answer = client.get(path)
        assert answer["Content-Type"] == "application/xml"
        return [element.text for element in ElementTree.fromstring(answer.content).iter(f"{SITEMAP}loc")]

    def everything(self, client):
        files = self.addresses(client, "/sitemap.xml")
        return [address for file in files for address in self.addresses(client, file.removeprefix("http://testserver"))]

    def test_has_a_section_for_every_kind_of_public_page(self, client, cast: Cast):
        files = " ".join(self.addresses(client, "/sitemap.xml"))
        for name in ("pages", "stories", "topics", "communities", "people", "councils"):
            assert f"http://testserver/sitemap-{name}.xml" in files

    def test_names_public_pages_and_each_of_them_answers(self, client, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        found = self.everything(client)
        for thing in (story, cast.waste, cast.alice, cast.ambleford):
            assert f"http://testserver{thing.get_absolute_url()}" in found
        for address in found:
            assert client.get(address.removeprefix("http://testserver")).status_code == 200, address

    def test_names_nothing_that_a_visitor_may_not_see(self, client, cast: Cast):
        hidden = make_community("Fraud", facilitator=cast.carol, visibility="hidden")
        closed = make_community("Homes", facilitator=cast.carol, visibility="members")
        unseen = [hidden, make_story(hidden, by=cast.carol), make_story(closed, by=cast.carol)]
        unseen.append(make_story(cast.waste, by=cast.alice, live=False))
        found = " ".join(self.everything(client))
        for thing in unseen:
            assert thing.get_absolute_url() not in found

    def test_a_large_section_takes_several_files(self, client, cast: Cast, monkeypatch):
        monkeypatch.setattr(sitemaps, "LONGEST", 2)
        monkeypatch.setitem(sitemaps.sections, "stories", Section(lambda: StoryPage.objects.all()))
        stories = [make_story(cast.waste, by=cast.alice) for _ in range(5)]
        files = [file for file in self.addresses(client, "/sitemap.xml") if "sitemap-stories" in file]
        assert [file.rpartition("/")[2] for file in files] == [
            "sitemap-stories.xml",
            "sitemap-stories.xml?page=2",
            "sitemap-stories.xml?page=3",
        ]
        found = [
            address for file in files for address in self.addresses(client, file.removeprefix("http://testserver"))
        ]
        assert found == [f"http://testserver{story.get_absolute_url()}" for story in stories]

    @pytest.mark.parametrize("path", ["/sitemap-x.xml", "/sitemap-stories.xml?page=9", "/sitemap-stories.xml?page=x"])
    def test_a_file_that_is_not_there_is_not_found(self, client, path):
        assert client.get(path).status_code == 404

    def test_takes_a_fixed_number_of_queries(self, client, cast: Cast, django_assert_max_num_queries):
        for _ in range(12):
            make_story(cast.waste, by=cast.alice)
        with django_assert_max_num_queries(4):
            client.get("/sitemap-stories.xml")


class TestFiles:
    def test_robots_find_the_sitemap_and_stay_out_of_what_is_personal(self, client):
        text = client.get("/robots.txt").content.decode()
        assert "Sitemap: http://testserver/sitemap.xml" in text
        for path in ("/account/", "/admin/", "/inbox/", "/write/", "/search/"):
            assert f"Disallow: {path}\n" in text
        assert "Disallow: /\n" not in text

    def test_the_manifest_names_icons_that_are_there(self, client):
        answer = client.get("/manifest.webmanifest")
        assert answer["Content-Type"] == "application/manifest+json"
        for icon in answer.json()["icons"]:
            assert finders.find(icon["src"].removeprefix("/static/"))

    @pytest.mark.parametrize("path", ["/favicon.ico", "/apple-touch-icon.png"])
    def test_icons_are_where_browsers_look(self, client, path):
        answer = client.get(path)
        assert answer.status_code == 302
        assert finders.find(answer["Location"].removeprefix("/static/"))

    def test_whom_to_tell_of_a_hole(self, client, settings):
        settings.SECURITY_CONTACT = "mailto:security@hub.example"
        answer = client.get("/.well-known/security.txt")
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
        assert fields["Contact"] == "mailto:security@hub.example"
        expires = datetime.fromisoformat(fields["Expires"].replace("Z", "+00:00"))
        assert timezone.now() < expires < timezone.now() + timedelta(days=365)

    @pytest.mark.parametrize("path", ["/robots.txt", "/manifest.webmanifest", "/.well-known/security.txt"])
    def test_they_are_only_read(self, client, path):
        assert client.post(path).status_code == 405
