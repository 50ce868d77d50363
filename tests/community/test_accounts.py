"""Joining, signing in and out, and the doors of Wagtail."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from community.models import Person
from tests.cast import PASSWORD, Cast

JOIN = {
    "name": "Gwen  Howells",
    "email": "Gwen@ambleford.example",
    "role_title": "Policy officer",
    "password1": "rain on the depot roof",
    "agree": "on",
}


@pytest.fixture(autouse=True)
def no_limits_from_the_last_test():
    cache.clear()


def address_in(letter) -> str:
    return re.search(r"https?://testserver(/account/\S+)", letter.body)[1]


class TestJoining:
    def test_somebody_joins_and_confirms_their_address(self, client: Client, cast: Cast) -> None:
        answer = client.post("/account/signup/", {**JOIN, "council": cast.ambleford.pk})
        assert answer["Location"] == "/account/confirm-email/"
        person = Person.objects.get(email="gwen@ambleford.example")
        assert (person.name, person.council, person.role_title) == ("Gwen Howells", cast.ambleford, "Policy officer")
        assert not client.get("/account/profile/").wsgi_request.user.is_authenticated
        confirm = address_in(mail.outbox[0])
        page = client.get(confirm)
        assert "Yes, it is mine" in page.text
        assert not EmailAddress.objects.get(user=person).verified  # a scanner of links has confirmed nothing
        assert client.post(confirm)["Location"] == "/"
        assert EmailAddress.objects.get(user=person).verified
        assert client.get("/account/profile/").status_code == 200

    @pytest.mark.parametrize(
        ("field", "value", "said"),
        [
            ("agree", "", "Agree to the ground rules"),
            ("name", "  12 ", "Give your name"),
            ("password1", "short", "at least 12"),
            ("email", "nobody", "valid email"),
        ],
    )
    def test_what_is_missing_is_said_and_what_was_typed_is_kept(
        self, client: Client, cast: Cast, field: str, value: str, said: str
    ) -> None:
        answer = client.post("/account/signup/", {**JOIN, field: value})
        assert answer.status_code == 422
        page = answer.text
        assert said in page
        assert "<title>Error: " in page
        assert "Policy officer" in page
        assert JOIN["password1"] not in page
        assert not Person.objects.filter(email__startswith="gwen").exists()

    def test_whether_an_address_is_known_is_not_told(self, client: Client, cast: Cast) -> None:
        new = client.post("/account/signup/", JOIN)
        known = Client().post("/account/signup/", {**JOIN, "email": cast.alice.email})
        assert (new.status_code, new["Location"]) == (known.status_code, known["Location"])
        assert "is an account with this address" in mail.outbox[-1].body
        assert mail.outbox[-1].to == [cast.alice.email]

    def test_nobody_joins_a_council_that_has_ended(self, client: Client, cast: Cast) -> None:
        cast.ambleford.replaced_by = cast.brockhaven
        cast.ambleford.save()
        page = client.get("/account/signup/").text
        assert "Brockhaven Borough Council" in page
        assert "Ambleford Borough Council" not in page

    def test_a_name_cannot_smuggle_markup(self, client: Client, cast: Cast) -> None:
        cast.alice.name = "<b>Alice</b>"
        cast.alice.save()
        client.force_login(cast.alice)
        assert "<b>Alice</b>" not in client.get(cast.alice.get_absolute_url()).text


class TestLetters:
    def test_each_comes_as_text_and_as_html_with_the_same_words(self, client: Client, cast: Cast) -> None:
        client.post("/account/signup/", {**JOIN, "name": "<b>Gwen</b>"})
        letter = mail.outbox[0]
        html = letter.alternatives[0][0]
        assert letter.subject == "Confirm your address, and you are in"
        for words in ("Thank you for joining", address_in(letter)):
            assert words in letter.body
            assert words in html
        assert "<b>Gwen</b>" in letter.body
        assert "&lt;b&gt;Gwen" in html

    def test_one_who_did_not_do_it_learns_of_a_change(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.alice)
        new = {"password1": "four caddies and a tea", "password2": "four caddies and a tea"}
        client.post("/account/password/change/", {"oldpassword": PASSWORD, **new})
        letter = mail.outbox[0]
        assert letter.to == [cast.alice.email]
        assert "127.0.0.1" in letter.body
        assert "http://testserver/account/password/reset/" in letter.body


class TestSigningIn:
    def sign_in(self, client: Client, email: str, password: str = PASSWORD, **more):
        return client.post("/account/login/", {"login": email, "password": password, **more})

    def test_by_address_whatever_its_case(self, client: Client, cast: Cast) -> None:
        assert self.sign_in(client, "ALICE@alice.example")["Location"] == "/"

    def test_a_wrong_password_says_nothing_of_the_address(self, client: Client, cast: Cast) -> None:
        wrong = self.sign_in(client, cast.alice.email, "not that").text
        unknown = self.sign_in(client, "nobody@nowhere.example", "not that").text
        sentence = "The address and the password do not go together"
        assert sentence in wrong
        assert sentence in unknown

    def test_an_account_is_shut_for_a_while_after_five_wrong_passwords(self, client: Client, cast: Cast) -> None:
        for _ in range(5):
            self.sign_in(client, cast.alice.email, "not that")
        assert "Too many wrong passwords" in self.sign_in(client, cast.alice.email).text
        assert self.sign_in(client, cast.bob.email).status_code == 302  # the rest of the council still comes in

    def test_a_session_ends_with_the_browser_unless_asked_to_stay(self, client: Client, cast: Cast) -> None:
        self.sign_in(client, cast.alice.email)
        assert client.session.get_expire_at_browser_close()
        other = Client()
        self.sign_in(other, cast.alice.email, remember="on")
        assert not other.session.get_expire_at_browser_close()

    def test_by_a_code_in_a_letter(self, client: Client, cast: Cast) -> None:
        client.post("/account/login/code/", {"email": cast.alice.email})
        code = re.search(r"^    (\S+)$", mail.outbox[-1].body, re.M)[1]
        assert client.post("/account/login/code/confirm/", {"code": code}).status_code == 302
        assert client.get("/account/profile/").status_code == 200

    def test_one_who_is_shut_out_gets_a_page_that_says_so(self, client: Client, cast: Cast) -> None:
        Person.objects.filter(pk=cast.alice.pk).update(is_active=False)
        answer = self.sign_in(client, cast.alice.email)
        assert not client.get("/people/").wsgi_request.user.is_authenticated
        assert answer.status_code == 302
        assert "closed" in client.get(answer["Location"]).text

    def test_after_signing_in_one_is_never_led_to_another_site(self, client: Client, cast: Cast) -> None:
        for wanted in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
            answer = self.sign_in(Client(), cast.alice.email, next=wanted)
            assert answer["Location"] == "/", wanted
        assert self.sign_in(client, cast.alice.email, next="/stories/")["Location"] == "/stories/"


class TestSigningOut:
    def test_what_the_browser_kept_is_cleared(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.alice)
        answer = client.post("/account/logout/")
        assert answer["Clear-Site-Data"] == '"storage"'
        assert not client.get("/people/").wsgi_request.user.is_authenticated

    def test_a_link_alone_signs_nobody_out(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.alice)
        answer = client.get("/account/logout/")
        assert answer.status_code == 200
        assert "Clear-Site-Data" not in answer
        assert client.get("/account/profile/").status_code == 200


class TestPasswords:
    def test_a_new_one_is_set_by_a_letter_that_works_once(self, client: Client, cast: Cast) -> None:
        assert client.post("/account/password/reset/", {"email": cast.alice.email})["Location"].endswith("/done/")
        link = address_in(mail.outbox[-1])
        form = client.get(link)["Location"]
        new = {"password1": "four caddies and a tea", "password2": "four caddies and a tea"}
        assert client.post(form, new).status_code == 302
        assert client.get("/account/profile/").status_code == 200
        assert "no longer works" in Client().get(link).text

    def test_an_unknown_address_is_answered_alike(self, client: Client, cast: Cast) -> None:
        answer = client.post("/account/password/reset/", {"email": "nobody@nowhere.example"})
        assert answer["Location"].endswith("/done/")
        assert "no account" in mail.outbox[-1].body

    def test_letters_to_one_address_are_few(self, client: Client, cast: Cast) -> None:
        for _ in range(7):
            client.post("/account/password/reset/", {"email": cast.alice.email})
        assert len(mail.outbox) == 5


class TestAddress:
    def test_it_is_changed_only_by_somebody_who_knows_the_password(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.alice)
        answer = client.post("/account/email/", {"action_add": "", "email": "alice@brockhaven.example"})
        assert answer["Location"].startswith("/account/reauthenticate/")
        assert "The password you" not in client.get(answer["Location"]).text
        assert not mail.outbox

    @pytest.mark.parametrize("with_second_step", [False, True])
    def test_a_new_address_counts_when_it_is_confirmed(
        self, client: Client, cast: Cast, with_second_step: bool
    ) -> None:
        client.force_login(cast.alice)
        client.post("/account/reauthenticate/", {"password": PASSWORD})
        if with_second_step:
            TOTP.activate(cast.alice, generate_totp_secret())
        client.post("/account/email/", {"action_add": "", "email": "alice@brockhaven.example"})
        cast.alice.refresh_from_db()
        assert cast.alice.email == "alice@alice.example"
        letter = mail.outbox[-1]
        assert letter.to == ["alice@brockhaven.example"]
        client.post(address_in(letter))
        cast.alice.refresh_from_db()
        assert cast.alice.email == "alice@brockhaven.example"
        assert cast.alice.confirmed_addresses() == ["alice@brockhaven.example"]


PAGES_TO_COME_IN_BY = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_request_login_code",
    "account_email_verification_sent",
    "account_inactive",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
]
PAGES_OF_ONES_OWN = [
    "account_logout",
    "account_email",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_list_webauthn",
    "socialaccount_connections",
    "profile",
    "your-data",
]


@pytest.mark.parametrize("name", PAGES_TO_COME_IN_BY)
def test_every_page_to_come_in_by_is_in_our_look(client: Client, db: None, name: str) -> None:
    page = client.get(reverse(name)).text
    assert 'class="band door"' in page
    assert page.count("<h1") == 1
    assert "style=" not in page


@pytest.mark.parametrize("name", PAGES_OF_ONES_OWN)
def test_every_page_of_ones_own_is_in_our_look(client: Client, cast: Cast, name: str) -> None:
    client.post("/account/login/", {"login": cast.alice.email, "password": PASSWORD})
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    assert 'class="site-head"' in answer.text


class TestWagtailsDoors:
    @pytest.mark.parametrize("address", ["/admin/login/", "/_util/login/", "/admin/login/?next=/admin/pages/"])
    def test_signing_in_leads_to_the_one_door(self, client: Client, db: None, address: str) -> None:
        for answer in (client.get(address), client.post(address, {"username": "x", "password": "y"})):
            assert answer["Location"].startswith("/account/login/?next=/admin/")

    def test_they_lead_to_no_other_site(self, client: Client, cast: Cast) -> None:
        assert "evil" not in client.get("/admin/login/?next=https://evil.example/")["Location"]
        client.force_login(cast.dina)
        assert client.get("/admin/login/?next=//evil.example")["Location"] == "/admin/"

    def test_the_admin_sends_a_visitor_to_the_one_door(self, client: Client, db: None) -> None:
        answer = client.get("/admin/", follow=True)
        assert answer.redirect_chain[-1][0] == "/account/login/?next=/admin/"

    def test_somebody_who_does_not_edit_is_told_no_and_not_led_in_circles(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.alice)
        assert client.get("/admin/", follow=True).status_code == 403

    @pytest.mark.parametrize(
        ("address", "leads_to"),
        [
            ("/admin/password_reset/", "/account/password/reset/"),
            ("/admin/password_reset/confirm/MQ/abc-def/", "/account/password/reset/"),
            ("/admin/password_reset/done/", "/account/password/reset/"),
            ("/admin/password_reset/complete/", "/account/password/reset/"),
            ("/admin/account/", "/account/profile/"),
        ],
    )
    def test_passwords_are_set_in_one_place(self, client: Client, cast: Cast, address: str, leads_to: str) -> None:
        client.force_login(cast.frank)
        assert client.get(address)["Location"] == leads_to

    def test_signing_out_of_the_admin_signs_out_of_everything(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.dina)
        assert client.post("/admin/logout/")["Clear-Site-Data"] == '"storage"'
        assert not client.get("/people/").wsgi_request.user.is_authenticated
