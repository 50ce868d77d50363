"""What a browser is told that it may do."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path

from hub.policy import CSP, allowing
from tests.cast import Cast


@allowing(frame_src="'self'", img_src="data:")
def framing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("A page with a frame")


@allowing(frame_ancestors="'self'")
def framed(request: HttpRequest) -> HttpResponse:
    return HttpResponse("A page in a frame")


urlpatterns = [path("framing/", framing), path("framed/", framed), path("plain/", lambda request: HttpResponse("x"))]


def directives(response: HttpResponse) -> dict[str, str]:
    return dict(part.split(" ", 1) for part in response[CSP].split("; "))


@pytest.mark.django_db
class TestOnTheSite:
    def test_nothing_runs_that_is_not_a_file_of_the_site(self, client):
        policy = directives(client.get("/robots.txt"))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == "'self'"
        assert "unsafe" not in client.get("/robots.txt")[CSP]
        assert "nonce" not in client.get("/robots.txt")[CSP]

    def test_no_page_may_be_put_into_a_frame(self, client):
        response = client.get("/robots.txt")
        assert (directives(response)["frame-ancestors"], response["X-Frame-Options"]) == ("'none'", "DENY")

    def test_forms_lead_to_the_site_only(self, client):
        assert directives(client.get("/robots.txt"))["form-action"] == "'self'"

    def test_the_other_headers(self, client):
        response = client.get("/robots.txt")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in response["Permissions-Policy"]

    def test_an_error_page_has_the_policy_too(self, client):
        assert "default-src 'none'" in client.get("/nothing-here/")[CSP]

    def test_what_somebody_signed_in_reads_is_kept_by_nobody_else(self, client, cast: Cast):
        client.force_login(cast.alice)
        assert "private" in client.get("/nothing-here/")["Cache-Control"]


@pytest.mark.urls("tests.hub.test_policy")
class TestAllowing:
    def test_a_view_may_allow_one_thing_more(self, client):
        policy = directives(client.get("/framing/"))
        assert policy["frame-src"] == "'self'"
        assert policy["img-src"] == "'self' data:"
        assert policy["script-src"] == "'self'"

    def test_a_page_that_may_be_framed_says_so_in_both_ways(self, client):
        response = client.get("/framed/")
        assert (directives(response)["frame-ancestors"], response["X-Frame-Options"]) == ("'self'", "SAMEORIGIN")

    def test_other_views_allow_no_more_than_before(self, client):
        client.get("/framing/")
        assert "frame-src" not in client.get("/plain/")[CSP]


@pytest.mark.django_db
def test_the_admin_has_the_policy_that_wagtail_needs(client, cast: Cast, settings):
    settings.REQUIRE_MFA_FOR_EDITORS = False
    client.force_login(cast.frank)
    response = client.get("/admin/", follow=True)
    assert response.status_code == 200
    assert "'unsafe-inline'" in directives(response)["script-src"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"
