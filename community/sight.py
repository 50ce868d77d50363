"""Who sees the same: what pages and parts of pages that are made once for many people are kept by."""

from typing import Any

from community import access
from hub import fragments


def closed_to(person: Any) -> tuple[int, ...]:
    """The communities whose stories this person may not read. Two people with the same see the same lists.

    Read again when anything changes: it depends on the policies and on which communities the person belongs to.
    """
    if access.is_editor(person):
        return ()
    own = tuple(sorted(person.memberships_by_community)) if access.signed_in(person) else ()
    closed: tuple[int, ...] = fragments.numbers.kept(("closed", own), lambda: tuple(access.closed_communities(person)))
    return closed


def reads_as(person: Any) -> tuple[int | str, ...]:
    """By what whole pages are kept for several people (settings.READS_AS). Editors are offered more than they read."""
    return ("editor",) if access.is_editor(person) else closed_to(person)
