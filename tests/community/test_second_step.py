"""The second step at sign-in, and who cannot do without."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client

from tests.cast import PASSWORD, Cast


@pytest.fixture(autouse=True)
def no_limits_from_the_last_test():
    cache.clear()


def sign_in(client: Client, person, **more):
    return client.post("/account/login/", {"login": person.email, "password": PASSWORD, **more})


def code(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def secret(cast: Cast) -> str:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(cast.dina, secret)
    return secret


def test_an_app_is_set_up_and_gives_recovery_codes(client: Client, cast: Cast) -> None:
    sign_in(client, cast.alice)
    assert client.get("/account/2fa/totp/activate/")["Location"].startswith("/account/reauthenticate/")
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/account/2fa/totp/activate/")
    assert "<svg" in page.text
    assert "data:image" not in page.text  # the policy would block it
    secret = page.context["form"].secret
    answer = client.post("/account/2fa/totp/activate/", {"code": code(secret)})
    assert answer["Location"] == "/account/2fa/recovery-codes/"
    assert "10 of 10 are left" in client.get(answer["Location"]).text


def test_the_password_alone_no_longer_lets_in(client: Client, cast: Cast, secret: str) -> None:
    assert sign_in(client, cast.dina)["Location"] == "/account/2fa/authenticate/"
    assert client.get("/admin/").status_code == 302
    assert "The second step" in client.get("/account/2fa/authenticate/").text
    assert "not right" in client.post("/account/2fa/authenticate/", {"code": "000000"}).text
    assert client.post("/account/2fa/authenticate/", {"code": code(secret)})["Location"] == "/"
    assert client.get("/admin/").status_code == 200


def test_a_recovery_code_lets_in_once(cast: Cast, secret: str) -> None:
    recovery = RecoveryCodes.activate(cast.dina).get_unused_codes()[0]
    for client, status in ((Client(), 302), (Client(), 422)):
        sign_in(client, cast.dina)
        assert client.post("/account/2fa/authenticate/", {"code": recovery}).status_code == status


def test_wagtails_sign_in_page_does_not_go_round_it(client: Client, cast: Cast, secret: str) -> None:
    for door in ("/admin/login/", "/_util/login/"):
        client.post(door, {"username": cast.dina.email, "password": PASSWORD})
        assert not client.get("/people/").wsgi_request.user.is_authenticated


def test_neither_does_a_new_password(client: Client, cast: Cast, secret: str, mailoutbox) -> None:
    client.post("/account/password/reset/", {"email": cast.dina.email})
    link = next(word for word in mailoutbox[-1].body.split() if "/password/reset/key/" in word)
    form = client.get(link.removeprefix("http://testserver"))["Location"]
    client.post(form, {"password1": "four caddies and a tea", "password2": "four caddies and a tea"})
    assert not client.get("/people/").wsgi_request.user.is_authenticated


def test_neither_does_a_code_by_mail(client: Client, cast: Cast, secret: str, mailoutbox) -> None:
    client.post("/account/login/code/", {"email": cast.dina.email})
    letters = re.search(r"^    (\S+)$", mailoutbox[-1].body, re.M)[1]
    answer = client.post("/account/login/code/confirm/", {"code": letters})
    assert answer["Location"].startswith("/account/2fa/authenticate/")


class TestEditors:
    @pytest.fixture(autouse=True)
    def required(self, settings) -> None:
        settings.REQUIRE_MFA_FOR_EDITORS = True

    @pytest.mark.parametrize("who", ["dina", "frank"])
    def test_without_a_second_step_every_page_leads_to_setting_one_up(
        self, client: Client, cast: Cast, who: str
    ) -> None:
        client.force_login(getattr(cast, who))
        for address in ("/admin/", "/people/", "/moderate/"):
            assert client.get(address)["Location"] == "/account/2fa/"
        assert "need a second step" in client.get("/account/2fa/").text

    def test_with_one_they_work(self, client: Client, cast: Cast, secret: str) -> None:
        client.force_login(cast.dina)
        assert client.get("/admin/").status_code == 200

    def test_recovery_codes_alone_are_none(self, client: Client, cast: Cast) -> None:
        Authenticator.objects.create(user=cast.dina, type=Authenticator.Type.RECOVERY_CODES, data={})
        client.force_login(cast.dina)
        assert client.get("/people/").status_code == 302

    def test_everybody_else_is_free_to_choose(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.alice)
        assert client.get("/people/").status_code == 200
