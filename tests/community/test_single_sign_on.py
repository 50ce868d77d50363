"""Councils' single sign-on, against a provider of OpenID Connect that runs here."""

import json
import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings as product
from django.core.cache import cache
from django.test import Client

from community.models import Person
from tests.cast import Cast


class Provider(BaseHTTPRequestHandler):
    """Says that whoever comes is `claims`."""

    claims: dict = {}
    nonce_of_nothing = ""

    def do_GET(self) -> None:
        me = f"http://127.0.0.1:{self.server.server_address[1]}"
        if "openid-configuration" in self.path:
            ends = ("authorization", "token", "userinfo")
            self.answer({"issuer": me, "jwks_uri": f"{me}/jwks", **{f"{end}_endpoint": f"{me}/{end}" for end in ends}})
        else:
            self.answer(self.claims)

    def do_POST(self) -> None:
        me = f"http://127.0.0.1:{self.server.server_address[1]}"
        now = int(time.time())
        token = {**self.claims, "iss": me, "aud": "hub", "iat": now, "exp": now + 60}
        self.answer({"access_token": "a", "token_type": "bearer", "id_token": jwt.encode(token, "k" * 32)})

    def answer(self, data: dict) -> None:
        body = json.dumps(data).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def provider(settings):
    cache.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app = {
        "provider_id": "ambleford",
        "name": "Ambleford",
        "client_id": "hub",
        "secret": "s",
        "settings": {
            "server_url": f"http://127.0.0.1:{server.server_address[1]}",
            "oauth_pkce_enabled": True,
            "verified_email": ["alice.example", "ambleford.example"],
        },
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    yield app
    server.shutdown()
    server.server_close()


def come_in(client: Client, **claims):
    Provider.claims = {"sub": "1", "name": "Alice Marlow", **claims}
    away = client.post("/account/oidc/ambleford/login/")
    asked = parse_qs(urlsplit(away["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    return client.get("/account/oidc/ambleford/login/callback/", {"code": "c", "state": asked["state"][0]})


def signed_in(client: Client):
    user = client.get("/people/").wsgi_request.user
    return user if user.is_authenticated else None


def test_without_a_provider_nothing_of_it_is_shown(client: Client, db: None) -> None:
    assert "council’s sign-in" not in client.get("/account/login/").text


def test_the_council_is_offered_where_one_signs_in_and_joins(client: Client, db: None, provider) -> None:
    for address in ("/account/login/", "/account/signup/"):
        page = client.get(address).text
        assert 'action="/account/oidc/ambleford/login/' in page
        assert ">Ambleford</button>" in page


def test_an_account_with_the_same_confirmed_address_is_opened(client: Client, cast: Cast, provider) -> None:
    come_in(client, email="Alice@alice.example", email_verified=True)
    assert signed_in(client) == cast.alice
    assert cast.alice.socialaccount_set.count() == 1


def test_the_next_time_the_account_is_known_whatever_the_address(client: Client, cast: Cast, provider) -> None:
    come_in(client, email="alice@alice.example")
    other = Client()
    come_in(other, email="a.marlow@ambleford.example")
    assert signed_in(other) == cast.alice


@pytest.mark.parametrize("email", ["bob@bob.example", "dina@dina.example"])
def test_a_provider_does_not_speak_for_the_addresses_of_others(
    client: Client, cast: Cast, provider, email: str
) -> None:
    answer = come_in(client, sub="666", email=email, email_verified=True)
    assert signed_in(client) is None
    client.post(answer["Location"], {"name": "M", "email": email, "agree": "on"})
    assert signed_in(client) is None
    assert Person.objects.filter(socialaccount__uid="666").count() == 0


def test_an_address_that_was_never_confirmed_here_opens_nothing(client: Client, cast: Cast, provider) -> None:
    EmailAddress.objects.filter(user=cast.alice).update(verified=False)
    come_in(client, email="alice@alice.example", email_verified=True)
    assert signed_in(client) is None
    assert not cast.alice.socialaccount_set.exists()


def test_somebody_new_agrees_to_the_ground_rules(client: Client, cast: Cast, provider) -> None:
    answer = come_in(client, sub="2", name="Gwen Howells", email="gwen@ambleford.example")
    assert answer["Location"] == "/account/3rdparty/signup/"
    page = client.get(answer["Location"]).text
    assert 'value="Gwen Howells"' in page
    form = {"name": "Gwen Howells", "email": "gwen@ambleford.example", "council": cast.ambleford.pk}
    assert "Agree to the ground rules" in client.post(answer["Location"], form).text
    client.post(answer["Location"], {**form, "agree": "on"})
    gwen = signed_in(client)
    assert (gwen.name, gwen.council, gwen.confirmed_addresses()) == (
        "Gwen Howells",
        cast.ambleford,
        ["gwen@ambleford.example"],
    )


def test_an_address_outside_the_domains_must_be_confirmed_first(client: Client, cast: Cast, provider) -> None:
    answer = come_in(client, sub="3", email="gwen@home.example", email_verified=True)
    client.post(answer["Location"], {"name": "Gwen", "email": "gwen@home.example", "agree": "on"})
    assert signed_in(client) is None
    assert not EmailAddress.objects.get(email="gwen@home.example").verified


def test_it_does_not_go_round_the_second_step(client: Client, cast: Cast, provider) -> None:
    TOTP.activate(cast.alice, generate_totp_secret())
    assert come_in(client, email="alice@alice.example")["Location"].startswith("/account/2fa/authenticate/")
    assert signed_in(client) is None


def settings_with(**environment: str) -> subprocess.CompletedProcess:
    code = "from hub import settings as s; print(s.SOCIALACCOUNT_PROVIDERS['openid_connect']['APPS'])"
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=product.BASE_DIR,
        env={**os.environ, **environment},
    )


WHOLE = {
    "OIDC_PROVIDERS": "north-vale",
    "OIDC_NORTH_VALE_ISSUER": "https://login.vale.example/",
    "OIDC_NORTH_VALE_CLIENT_ID": "hub",
    "OIDC_NORTH_VALE_CLIENT_SECRET": "s",
    "OIDC_NORTH_VALE_TITLE": "North Vale",
    "OIDC_NORTH_VALE_DOMAINS": "@vale.example, Vale.gov.example",
}


def test_providers_are_read_from_the_environment() -> None:
    said = settings_with(**WHOLE)
    assert "'server_url': 'https://login.vale.example'" in said.stdout
    assert "['vale.example', 'vale.gov.example']" in said.stdout


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"OIDC_NORTH_VALE_DOMAINS": ""}, "OIDC_NORTH_VALE_DOMAINS is not set"),
        ({"OIDC_NORTH_VALE_ISSUER": "http://login.vale.example"}, "must begin with https://"),
        ({"OIDC_PROVIDERS": "North Vale"}, "small letters"),
    ],
)
def test_a_wrong_value_stops_the_start_and_says_which(wrong: dict[str, str], said: str) -> None:
    assert said in settings_with(**{**WHOLE, **wrong}).stderr
