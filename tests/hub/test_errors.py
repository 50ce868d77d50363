"""Pages for what went wrong look like the site, and the worst of them need no database."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from hub import errors
from hub.maintenance import MaintenanceMiddleware
from hub.refusal import Refused, TooMany
from tests.cast import Cast


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("The cause of it all")


def forbids(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def suspects(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


def takes(request: HttpRequest) -> HttpResponse:
    return HttpResponse("taken")


def refuses(request: HttpRequest) -> HttpResponse:
    raise Refused("Somebody else was faster.")


def waits_for_each_other(request: HttpRequest) -> HttpResponse:
    stopped = Exception()
    stopped.sqlstate = "40P01"  # type: ignore[attr-defined]  # as PostgreSQL says it
    raise OperationalError("deadlock detected") from stopped


def refuses_for_now(request: HttpRequest) -> HttpResponse:
    raise TooMany(60)


urlpatterns = [
    path("refuses/", refuses),
    path("refuses/too-often/", refuses_for_now),
    path("refuses/deadlock/", waits_for_each_other),
    path("breaks/", breaks),
    path("forbids/", forbids),
    path("suspects/", suspects),
    path("takes/", takes),
    path("", include("hub.urls")),
]
handler400, handler403, handler404, handler500 = (
    f"hub.errors.{name}" for name in ("bad_request", "forbidden", "not_found", "broken")
)
pytestmark = pytest.mark.urls("tests.hub.test_errors")


def looks_like_the_site(page: str) -> bool:
    return all(part in page for part in ('class="site-head"', "<h1", 'class="site-foot"', "Skip to the content"))


@pytest.mark.django_db
class TestWithAPerson:
    def test_nothing_here(self, client):
        answer = client.get("/councils/nowhere/fly-tipping-cameras/")
        page = answer.content.decode()
        assert answer.status_code == 404
        assert looks_like_the_site(page)

    def test_the_words_of_a_strange_address_do_no_harm(self, client):
        page = client.get('/stories/"><script>alert(1)</script>/').content.decode()
        assert "<script>alert" not in page
        assert "noindex" in page

    def test_not_yours(self, client, cast: Cast):
        client.force_login(cast.alice)
        answer = client.get("/forbids/")
        assert answer.status_code == 403
        assert looks_like_the_site(answer.content.decode())
        assert "Your inbox" in answer.content.decode()


class TestWithoutADatabase:
    """No mark lets these use the database: a query would fail them."""

    def test_broken(self):
        client = Client(raise_request_exception=False)
        answer = client.get("/breaks/")
        assert answer.status_code == 500
        assert looks_like_the_site(answer.content.decode())
        assert answer["X-Request-ID"] in answer.content.decode()
        assert "The cause of it all" not in answer.content.decode()

    def test_bad_request(self, client):
        answer = client.get("/suspects/")
        assert answer.status_code == 400
        assert looks_like_the_site(answer.content.decode())

    def test_a_form_without_its_token(self):
        answer = Client(enforce_csrf_checks=True).post("/takes/", {"words": "x"})
        assert answer.status_code == 403
        assert looks_like_the_site(answer.content.decode())
        assert "stood open" in answer.content.decode()

    def test_too_often(self, rf):
        assert looks_like_the_site(errors.too_many(rf.get("/")).content.decode())


class TestMaintenance:
    @pytest.fixture
    def closed(self, settings):
        settings.MIDDLEWARE = [
            f"{MaintenanceMiddleware.__module__}.{MaintenanceMiddleware.__name__}",
            *settings.MIDDLEWARE,
        ]
        return Client()

    @pytest.mark.parametrize("path", ["/", "/stories/", "/admin/", "/takes/", "/account/login/"])
    def test_every_page_says_that_it_will_be_back(self, closed, path):
        answer = closed.get(path)
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) > 0
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert looks_like_the_site(answer.content.decode())

    def test_nothing_is_taken(self, closed):
        assert closed.post("/takes/").status_code == 503

    @pytest.mark.django_db
    def test_health_is_still_told(self, closed):
        assert closed.get("/healthz").status_code in {200, 503}
        assert closed.get("/healthz?check=database").status_code == 200

    @pytest.mark.django_db
    def test_static_files_are_still_sent(self, closed):
        assert closed.get("/static/hub/nothing.css").status_code == 404


@pytest.mark.django_db
def test_a_polite_no_that_a_view_did_not_expect_is_told_in_its_own_words(client):
    answer = client.get("/refuses/")
    assert answer.status_code == 409
    assert "Somebody else was faster." in answer.content.decode()
    assert client.get("/refuses/too-often/").status_code == 429
    assert "Try it again" in client.get("/refuses/deadlock/").content.decode()
