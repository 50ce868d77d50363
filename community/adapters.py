"""The little that we ask of allauth beyond its defaults: our words, our letters, and whom single sign-on speaks for."""

from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.http import HttpRequest
from django.template.loader import render_to_string


class AccountAdapter(DefaultAccountAdapter):
    """Accounts by e-mail address."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account has been closed.",
        "email_password_mismatch": "The address and the password do not go together",
        "email_taken": "There is an account with this address already",
        "enter_current_password": "Enter the password that you have now",
        "incorrect_code": "That code is not right. Check it, or ask for a new one",
        "incorrect_password": "That is not your password",
        "too_many_login_attempts": "Too many wrong passwords. Wait five minutes, or ask for a new password",
        "rate_limited": "That was too often. Wait a few minutes and try again",
        "same_as_current": "That is the one you have now",
    }

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """A letter as text and as HTML. Its words are written once, in `…_message.txt`, as `_parts` reads them."""
        context = {**context, "site_url": settings.SITE_URL}
        context["subject"] = " ".join(render_to_string(f"{template_prefix}_subject.txt", context).split())
        context["parts"] = _parts(render_to_string(f"{template_prefix}_message.txt", context))
        context["preview"] = context["parts"][0].words
        letter = EmailMultiAlternatives(
            context["subject"],
            render_to_string("mail/account.txt", context),
            self.get_from_email(),
            [email] if isinstance(email, str) else email,
            headers=headers,
        )
        letter.attach_alternative(render_to_string("mail/account.html", context), "text/html")
        return letter


@dataclass(frozen=True)
class Part:
    """A part of a letter: a paragraph; a button, whose words lead to an address; or a code to be typed."""

    words: str = ""
    url: str = ""
    code: str = ""


def _parts(text: str) -> list[Part]:
    """Read the words of a letter: parts lie between empty lines, an address on the last line of one makes a button of
    the sentence before it, and what is indented is a code."""
    parts = []
    for block in text.strip("\n").split("\n\n"):
        words, _, last = block.rpartition("\n")
        if block.startswith("    "):
            parts.append(Part(code=block.strip()))
        elif last.startswith(("https://", "http://")) and words:
            parts.append(Part(words=words.strip().rstrip(":"), url=last.strip()))
        else:
            parts.append(Part(words=" ".join(block.split())))
    return parts


class SecondStepAdapter(DefaultMFAAdapter):
    """The second step at sign-in."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That code is not right. Codes change every half minute; enter the one that is shown now",
    }


class SocialAdapter(DefaultSocialAccountAdapter):
    """Single sign-on. A council's provider speaks for the addresses of that council's own domains and no others."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Believe no address that the provider has no say over, whatever it claims."""
        for address in sociallogin.email_addresses:
            address.verified = self._speaks_for(sociallogin, address.email)

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Link to an account that exists only by an address that both sides have shown to be theirs."""
        confirmed = EmailAddress.objects.filter(email__iexact=email, verified=True)
        return self._speaks_for(login, email) and confirmed.exists()

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, Any]:
        """Begin the form with the name that the council knows."""
        data = sociallogin.account.extra_data
        told = data.get("userinfo") or data.get("id_token") or data
        return {**super().get_signup_form_initial_data(sociallogin), "name": str(told.get("name") or "")[:120]}

    def _speaks_for(self, login: SocialLogin, email: str) -> bool:
        app = login.provider.app
        return email.rpartition("@")[2].lower() in ((app and app.settings.get("verified_email")) or ())
