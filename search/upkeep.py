"""Who looks after the search of the whole site, and what they do with wishes. Each decision is logged, with why."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log

from community import access
from community.models import Person
from hub.refusal import Refused
from search.models import Wish, WishMark


def may_care(person: Any) -> bool:
    """Whether this person looks after the search of the whole site: facilitators of any community, and editors."""
    return access.is_editor(person) or (access.signed_in(person) and bool(access.facilitated_by(person)))


def hide(wish: Wish, *, by: Person, reason: str) -> None:
    """Take a wish from the board, and say why."""
    with _held(wish, by) as held:
        _decide(held, by, Wish.State.HIDDEN, reason, "search.hide_wish")


def join(wish: Wish, *, by: Person, into: Wish, reason: str) -> None:
    """Count a wish with another that means the same. Whoever wanted the one wants the other."""
    with _held(wish, by, into.pk) as held:
        into = Wish.objects.get(pk=into.pk)
        if into.pk == held.pk or into.state != Wish.State.OPEN:
            raise Refused("Choose another wish that is on the board.")
        _decide(held, by, Wish.State.MERGED, reason, "search.join_wish", into=into.words)
        held.into = into
        held.save(update_fields=["into"])
        known = set(into.marks.values_list("person", flat=True))
        for mark in held.marks.exclude(person__in=known):
            WishMark.objects.create(wish=into, person_id=mark.person_id)


def show_again(wish: Wish, *, by: Person) -> None:
    """Put a wish back on the board that was hidden or joined to another."""
    with _held(wish, by) as held:
        if held.state not in {Wish.State.HIDDEN, Wish.State.MERGED}:
            raise Refused("It is on the board already.")
        held.state, held.into, held.reason, held.decided_by = Wish.State.OPEN, None, "", None
        held.save(update_fields=["state", "into", "reason", "decided_by"])
        log(instance=held, action="search.show_wish", user=by)


@contextmanager
def _held(wish: Wish, by: Person, *others: int) -> Iterator[Wish]:
    """The wish as it is now, for those who may decide about it; others are held too, always in the same order."""
    by.forget_memberships()
    if not may_care(by):
        raise PermissionDenied
    with transaction.atomic():
        held = Wish.objects.select_for_update(of=("self",)).filter(pk__in=[wish.pk, *others]).order_by("pk")
        yield next(each for each in held if each.pk == wish.pk)
    wish.refresh_from_db()


def _decide(wish: Wish, by: Person, state: Wish.State, reason: str, action: str, **data: str) -> None:
    reason = " ".join(reason.split())
    if not reason:
        raise Refused("Give a reason, so that others know why.")
    if wish.state != Wish.State.OPEN:
        raise Refused("Somebody has decided about this wish already.")
    wish.state, wish.reason, wish.decided_by = state, reason[:300], by
    wish.save(update_fields=["state", "reason", "decided_by"])
    log(instance=wish, action=action, user=by, data={"reason": wish.reason, "words": wish.words, **data})
