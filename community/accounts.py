"""Verbs on accounts: a new address, and closing one for good."""

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log

from community.models import Person


@transaction.atomic
def set_address(person: Person, *, by: Person, email: str) -> None:
    """Give an account another address, as an administrator. It counts when its owner has confirmed it."""
    if not by.is_superuser:
        raise PermissionDenied("Only administrators set the address of somebody else.")
    person.email = email.lower()
    person.save(update_fields=["email"])
    EmailAddress.objects.filter(user=person).exclude(email=person.email).delete()
    EmailAddress.objects.get_or_create(user=person, email=person.email, defaults={"primary": True})
    log(person, "community.set_address", user=by)
