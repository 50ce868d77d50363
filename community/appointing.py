"""Who edits the site. `Person.is_editor` is the one truth: the group that Wagtail asks follows from it."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log

from community.models import Person
from hub.refusal import Refused


@transaction.atomic
def appoint_editor(person: Person, *, by: Person | None) -> None:
    """Make somebody an editor of the site. Only administrators do; nobody stands for the operator at the console."""
    person = _locked(person, by)
    if not person.is_active:
        raise Refused(f"{person} may not sign in at present, and so cannot edit the site.")
    _set(person, True, by)


@transaction.atomic
def dismiss_editor(person: Person, *, by: Person | None) -> None:
    """Take the editing of the site away from somebody."""
    _set(_locked(person, by), False, by)


def _locked(person: Person, by: Person | None) -> Person:
    if by is not None and not (by.is_active and by.is_superuser):
        raise PermissionDenied("Only administrators appoint editors.")
    return Person.objects.select_for_update().get(pk=person.pk)


def _set(person: Person, is_editor: bool, by: Person | None) -> None:
    if person.is_editor == is_editor:
        return
    person.is_editor = is_editor
    person.save(update_fields=["is_editor"])
    log(person, "community.appoint_editor" if is_editor else "community.dismiss_editor", user=by)
