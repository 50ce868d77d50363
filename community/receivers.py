"""What this room does when something happens to an account."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed, user_signed_up
from django.db.models.signals import pre_save
from django.dispatch import receiver
from wagtail.models import PageLogEntry

from community import inviting
from community.models import Person

DECISIONS = ("community.", "practice.", "wagtail.workflow.", "wagtail.move")


@receiver(email_confirmed)
def address_confirmed(email_address: EmailAddress, **kwargs: Any) -> None:
    """Somebody has shown that an address is theirs: bring what waited for it."""
    inviting.welcome(email_address.user)


@receiver(user_signed_up)
def signed_up(user: Person, **kwargs: Any) -> None:
    """A new account: with single sign-on its address is confirmed from the start."""
    inviting.welcome(user)


@receiver(pre_save, sender=PageLogEntry)
def keep_names(instance: PageLogEntry, raw: bool = False, **kwargs: Any) -> None:
    """Keep in the audit log how people were called who decided something, and whom it was about."""
    if raw or not instance._state.adding or not instance.action.startswith(DECISIONS):
        return
    if instance.user and "by" not in instance.data:
        instance.data["by"] = str(instance.user)
    if (pk := instance.data.get("person")) and "whom" not in instance.data:
        instance.data["whom"] = str(Person.objects.filter(pk=pk).first() or "")
