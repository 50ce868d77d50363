"""Accounts in a real browser: joining, a passkey under the strict policy, and leaving without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.browser
A_KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_added_and_lets_in_alone(cast: Cast, open_page: Callable[..., Page], live_server: Any) -> None:
    page = open_page()
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": A_KEY})
    sign_in(page, cast.alice)
    page.goto("/account/2fa/webauthn/add/")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("A name for it").fill("Work laptop")
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    page.goto("/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.goto("/account/login/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("link", name="Your inbox, Alice Marlow")).to_be_visible()


def test_somebody_joins_without_javascript(cast: Cast, open_page: Callable[..., Page], live_server: Any) -> None:
    page = open_page(javascript=False, width=360)
    page.goto("/account/signup/")
    page.get_by_label("Your name").fill("Gwen Howells")
    page.get_by_label("Work e-mail").fill("gwen@ambleford.example")
    page.get_by_label("Your council").select_option(label="Ambleford Borough Council")
    page.get_by_label("A password").fill("rain on the depot roof")
    page.get_by_role("button", name="Join").click()
    expect(page.locator(".notice.bad")).to_contain_text("Agree to the ground rules")
    expect(page.get_by_label("Your name")).to_have_value("Gwen Howells")
    page.get_by_label("I will name councils").check()
    page.get_by_label("A password").fill("rain on the depot roof")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look in your mail")
    address = next(word for word in mail.outbox[-1].body.split() if "/confirm-email/" in word)
    page.goto(address[address.index("/account/") :])
    page.get_by_role("button", name="Yes, it is mine").click()
    expect(page.get_by_role("link", name="Your inbox, Gwen Howells")).to_be_visible()
