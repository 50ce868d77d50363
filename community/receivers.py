"""What this room does when something happens to an account."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed, user_signed_up
from django.dispatch import receiver

from community import inviting
from community.models import Person


@receiver(email_confirmed)
def address_confirmed(email_address: EmailAddress, **kwargs: Any) -> None:
    """Somebody has shown that an address is theirs: bring what waited for it."""
    inviting.welcome(email_address.user)


@receiver(user_signed_up)
def signed_up(user: Person, **kwargs: Any) -> None:
    """A new account: with single sign-on its address is confirmed from the start."""
    inviting.welcome(user)
