"""The forms of allauth, in our words. What they do is allauth's."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from allauth.socialaccount import forms as social

PASSWORD_HINT = "At least 12 characters; three words will do. You may paste it."
MISSING = {
    "login": "Give your e-mail address",
    "email": "Give an e-mail address",
    "password": "Give your password",
    "oldpassword": "Give the password that you have now",
    "password1": "Choose a password",
    "password2": "Give the new password a second time",
    "code": "Enter the code",
}
CODE_HINT = "The six digits that your app shows, or one of your recovery codes."


class InOurWords:
    """Labels and hints for fields that allauth made."""

    labels: dict[str, str] = {}
    hints: dict[str, str] = {}
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.labels.items():
            if name in self.fields:
                self.fields[name].label = label
        for name, sentence in MISSING.items():
            if name in self.fields:
                self.fields[name].error_messages["required"] = sentence
        for name, hint in self.hints.items():
            if name in self.fields:
                self.fields[name].help_text = hint


class LoginForm(InOurWords, account.LoginForm):
    """Sign in by address and password."""

    labels = {"login": "E-mail address", "remember": "Keep me signed in on this computer for 14 days"}
    hints = {"password": ""}


class SignupForm(InOurWords, account.SignupForm):
    """Join by address and password."""

    labels = {"email": "Work e-mail", "password1": "A password"}
    hints = {"password1": PASSWORD_HINT}


class SocialSignupForm(InOurWords, social.SignupForm):
    """Join through a council's own sign-in."""

    labels = {"email": "Work e-mail"}


class AddEmailForm(InOurWords, account.AddEmailForm):
    """Change the address."""

    labels = {"email": "New e-mail address"}


class ResetPasswordForm(InOurWords, account.ResetPasswordForm):
    """Ask for a new password."""

    labels = {"email": "E-mail address"}


class RequestLoginCodeForm(InOurWords, account.RequestLoginCodeForm):
    """Ask for a code to sign in with."""

    labels = {"email": "E-mail address"}


class ConfirmLoginCodeForm(InOurWords, account.ConfirmLoginCodeForm):
    """Enter that code."""

    labels = {"code": "Code from the letter"}


class ChangePasswordForm(InOurWords, account.ChangePasswordForm):
    """Change the password."""

    labels = {
        "oldpassword": "The password you have now",
        "password1": "New password",
        "password2": "New password again",
    }
    hints = {"oldpassword": "", "password1": PASSWORD_HINT}


class SetPasswordForm(InOurWords, account.SetPasswordForm):
    """Set a first password, after single sign-on."""

    labels = {"password1": "A password", "password2": "The password again"}
    hints = {"password1": PASSWORD_HINT}


class ResetPasswordKeyForm(InOurWords, account.ResetPasswordKeyForm):
    """Set a new password, from the address in a letter."""

    labels = {"password1": "New password", "password2": "New password again"}
    hints = {"password1": PASSWORD_HINT}


class ReauthenticateForm(InOurWords, account.ReauthenticateForm):
    """Enter the password again before something that matters."""

    labels = {"password": "Your password"}
    hints = {"password": ""}


class AuthenticateForm(InOurWords, mfa.AuthenticateForm):
    """Enter a code at sign-in."""

    hints = {"code": CODE_HINT}


class CodeAgainForm(InOurWords, mfa.ReauthenticateForm):
    """Enter a code again before something that matters."""

    hints = {"code": CODE_HINT}


class ActivateTOTPForm(InOurWords, totp.ActivateTOTPForm):
    """Enter the first code of an authenticator app."""

    labels = {"code": "The six digits that the app shows"}


class AddWebAuthnForm(InOurWords, webauthn.AddWebAuthnForm):
    """Add a passkey or a security key."""

    labels = {"name": "A name for it", "passwordless": "Sign in with it alone, without a password"}
    hints = {
        "name": "So that you can tell it from others: Work laptop",
        "passwordless": "It will ask for your finger, your face or a PIN.",
    }


class EditWebAuthnForm(InOurWords, webauthn.EditWebAuthnForm):
    """Rename a passkey or a security key."""

    labels = {"name": "A name for it"}
