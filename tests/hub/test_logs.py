"""What is written down, and what is not."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
import structlog
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from hub import logs


def breaks(request: HttpRequest, slug: str) -> HttpResponse:
    raise IntegrityError("DETAIL: Key (email)=(alice.marlow@ambleford.gov.example) already exists")


def works(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponse("fine")


urlpatterns = [
    path("breaks/<slug:slug>/", breaks),
    path("works/<slug:slug>/", works),
    path("", include("hub.urls")),
]
handler500 = "hub.errors.broken"


@contextmanager
def writing(*, readable: bool) -> Iterator[StringIO]:
    """Everything that is written meanwhile, as the running site writes it."""
    out = StringIO()
    handler = logging.StreamHandler(out)
    formatter = logs.configuration(readable=readable, level="INFO")["formatters"]["line"]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=formatter["foreign_pre_chain"], processors=formatter["processors"]
        )
    )
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel("INFO")
    try:
        yield out
    finally:
        root.setLevel(level)
        root.removeHandler(handler)


@pytest.fixture
def written() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    with writing(readable=False) as out:
        yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.urls("tests.hub.test_logs")
@pytest.mark.django_db
class TestALine:
    def test_says_what_was_asked_and_what_became_of_it(self, client, written):
        response = client.get("/works/alice-marlow/?q=secret")
        (line,) = [line for line in written() if line["event"] == "request"]
        assert line["route"] == "/works/<slug:slug>/"
        assert (line["method"], line["status"], line["level"]) == ("GET", 200, "info")
        assert line["request_id"] == response["X-Request-ID"]
        assert line["ms"] >= 0

    def test_holds_no_name_no_query_and_no_address(self, client, written):
        client.get("/works/alice-marlow/?q=secret", REMOTE_ADDR="203.0.113.9")
        client.get("/nothing/alice-marlow/")
        said = json.dumps(written())
        for word in ("alice-marlow", "secret", "203.0.113.9"):
            assert word not in said

    def test_about_an_error_has_the_cause_and_the_id_that_the_page_shows(self, client, written):
        client.raise_request_exception = False
        response = client.get("/breaks/alice-marlow/")
        assert response.status_code == 500
        (line,) = [line for line in written() if line["level"] == "error"]
        assert "IntegrityError" in line["exception"]
        assert line["route"] == "/breaks/<slug:slug>/"
        assert line["request_id"] == response["X-Request-ID"]
        assert line["request_id"] in response.content.decode()

    def test_about_an_error_holds_no_mail_address(self, client, written):
        client.raise_request_exception = False
        client.get("/breaks/alice-marlow/")
        said = json.dumps(written())
        assert "alice" not in said
        assert "(a mail address)" in said


@pytest.mark.urls("tests.hub.test_logs")
class TestTheId:
    def test_is_new_each_time(self, client):
        assert client.get("/works/x/")["X-Request-ID"] != client.get("/works/x/")["X-Request-ID"]

    def test_of_our_proxy_is_kept(self, client, settings):
        settings.PROXY_COUNT = 1
        assert (
            client.get("/works/x/", headers={"X-Request-ID": "from-the-proxy-1"})["X-Request-ID"] == "from-the-proxy-1"
        )

    def test_of_a_stranger_is_not(self, client):
        assert client.get("/works/x/", headers={"X-Request-ID": "from-a-stranger"})["X-Request-ID"] != "from-a-stranger"

    @pytest.mark.parametrize("given", ["short", "x" * 65, "two words-12345", '<script>"12345'])
    def test_that_is_none_is_replaced(self, client, settings, given):
        settings.PROXY_COUNT = 1
        assert client.get("/works/x/", headers={"X-Request-ID": given})["X-Request-ID"] != given


def test_a_line_is_readable_on_ones_own_machine():
    with writing(readable=True) as out:
        structlog.get_logger("hub").info("request", status=200)
    assert re.search(r"info +\] request +\[hub\] +status=200", out.getvalue())
