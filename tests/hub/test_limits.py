"""How often, and how much at once."""

import json

import pytest
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path

from hub import limits
from hub.limits import client_address, limited, network_of, spend
from hub.refusal import TooMany
from tests.cast import Cast


@login_required
@limited("write", person="3/h", address="5/h")
def write(request: HttpRequest) -> HttpResponse:
    return HttpResponse("taken")


urlpatterns = [path("limited/", write), path("", include("hub.urls"))]
handler429 = "hub.errors.too_many"


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.django_db
@pytest.mark.urls("tests.hub.test_limits")
class TestLimited:
    def test_one_person_is_stopped_and_told_when_to_come_back(self, cast: Cast):
        client = client_of(cast.alice)
        answers = [client.post("/limited/") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert 0 < int(answers[-1]["Retry-After"]) <= 3600
        assert "Try again in" in answers[-1].content.decode()
        assert answers[-1]["Cache-Control"] == "no-store"

    def test_a_colleague_behind_the_same_address_goes_on(self, cast: Cast):
        for _ in range(3):
            client_of(cast.alice).post("/limited/")
        assert client_of(cast.bob).post("/limited/").status_code == 200

    def test_an_address_has_a_looser_limit_of_its_own(self, cast: Cast):
        people = [cast.alice, cast.alice, cast.bob, cast.bob, cast.carol, cast.carol]
        assert [client_of(person).post("/limited/").status_code for person in people] == [200] * 5 + [429]

    def test_reading_is_not_counted(self, cast: Cast):
        client = client_of(cast.alice)
        assert {client.get("/limited/").status_code for _ in range(9)} == {200}

    def test_a_script_gets_the_sentence_as_json(self, cast: Cast):
        client = client_of(cast.alice)
        for _ in range(3):
            client.post("/limited/")
        answer = client.post("/limited/", headers={"Accept": "application/json"})
        assert answer.status_code == 429
        assert json.loads(answer.content)["error"].startswith("That was too often")

    def test_the_page_has_the_look_of_the_site(self, cast: Cast):
        client = client_of(cast.alice)
        for _ in range(4):
            page = client.post("/limited/").content.decode()
        assert "<h1" in page
        assert "site-head" in page


class TestSpend:
    def test_a_mailbox_gets_so_many_letters_and_no_more(self):
        spend("invite", "hugh@hugh.example", "2/d")
        spend("invite", "Hugh@Hugh.example", "2/d")
        with pytest.raises(TooMany):
            spend("invite", "hugh@hugh.example", "2/d")

    def test_the_next_window_begins_anew(self, monkeypatch):
        monkeypatch.setattr(limits.time, "time", lambda: 1_000_000.0)
        spend("invite", "hugh", "1/10m")
        with pytest.raises(TooMany) as refusal:
            spend("invite", "hugh", "1/10m")
        monkeypatch.setattr(limits.time, "time", lambda: 1_000_000.0 + refusal.value.seconds)
        spend("invite", "hugh", "1/10m")

    def test_another_thing_is_counted_by_itself(self):
        spend("invite", "hugh", "1/d")
        spend("report", "hugh", "1/d")

    def test_a_full_cache_stops_nobody(self, monkeypatch):
        def gone(key):
            raise ValueError

        monkeypatch.setattr(cache, "incr", gone)
        spend("invite", "hugh", "1/d")

    @pytest.mark.parametrize("rate", ["", "5", "5/y", "x/h", "5/h/ip"])
    def test_a_rate_that_is_none_is_a_mistake_in_the_code(self, rate):
        with pytest.raises(ValueError, match="is no rate"):
            spend("invite", "hugh", rate)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "one second"), (45, "45 seconds"), (600, "10 minutes"), (601, "11 minutes"), (7200, "2 hours")],
)
def test_how_long_to_wait_in_words(seconds, words):
    assert str(TooMany(seconds)).endswith(f"Try again in {words}.")


class TestWhoseAddress:
    def address(self, forwarded="203.0.113.9, 198.51.100.7"):
        return client_address(RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded))

    def test_without_proxies_of_ours_nobody_says_where_they_come_from(self, settings):
        settings.PROXY_COUNT = 0
        assert self.address() == "10.0.0.1"

    def test_one_proxy_wrote_the_last_address_and_the_rest_may_be_made_up(self, settings):
        settings.PROXY_COUNT = 1
        assert self.address() == "198.51.100.7"

    def test_two_proxies_wrote_the_last_two(self, settings):
        settings.PROXY_COUNT = 2
        assert self.address() == "203.0.113.9"

    @pytest.mark.parametrize("forwarded", ["", "203.0.113.9"])
    def test_what_did_not_pass_all_our_proxies_is_not_believed(self, settings, forwarded):
        settings.PROXY_COUNT = 2
        assert self.address(forwarded) == "10.0.0.1"

    def test_a_household_counts_as_one_address(self):
        assert network_of("2001:db8:1:2:aaaa::1") == network_of("2001:db8:1:2:bbbb::9")
        assert network_of("2001:db8:1:3::1") != network_of("2001:db8:1:2::1")
        assert network_of("192.0.2.1") == "192.0.2.1"
        assert network_of("a socket") == "a socket"


class TestHowMuch:
    def test_a_request_larger_than_any_form_is_refused_unread(self, client, settings):
        settings.LARGEST_REQUEST = 1000
        answer = client.post("/nothing-here/", b"x" * 2000, content_type="text/plain")
        assert answer.status_code == 413
        assert "could not read" in answer.content.decode()

    @pytest.mark.parametrize("length", ["many", "-5"])
    def test_a_length_that_is_no_number_is_refused(self, client, length):
        assert client.get("/robots.txt", CONTENT_LENGTH=length).status_code == 413
