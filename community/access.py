"""Who may see what: the only definition.

Each thing that can be seen has exactly one audience: `public`, `members` (anyone signed in) or `community:<id>`.
`audiences_of(person)` is the set that a person belongs to. Every `visible_to(person)` and the search engine's filter
are derived from it, and so is all that lists, counts, suggests, mails, feeds, exports or caches.

`person` is a Person, an AnonymousUser or None everywhere in this module.
"""

from typing import TYPE_CHECKING, Any, TypeGuard

from django.apps import apps
from django.db.models import Max, Q, QuerySet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from community.models import CommunityPage, Person

PUBLIC = "public"
MEMBERS = "members"


def community_audience(community_id: int) -> str:
    """The audience of what only the members of one community may see."""
    return f"community:{community_id}"


def signed_in(person: Any) -> "TypeGuard[Person]":
    """Whether this is somebody with an active account."""
    return bool(person is not None and person.is_authenticated and person.is_active)


def is_editor(person: Any) -> bool:
    """Whether this person edits the whole site, and so may read and moderate everything."""
    return signed_in(person) and (person.is_editor or person.is_superuser)


def is_member(person: Any, community: "CommunityPage | int") -> bool:
    """Whether this person is an active member of the community. An editor is not one unless they joined."""
    return signed_in(person) and _id(community) in person.memberships_by_community


def facilitates(person: Any, community: "CommunityPage | int") -> bool:
    """Whether this person moderates and curates the community: its facilitators, who stands in for one of them today,
    and the editors of the site."""
    if is_editor(person):
        return True
    if not signed_in(person):
        return False
    membership = person.memberships_by_community.get(_id(community))
    return membership is not None and (membership.is_facilitator or membership.stands_in)


def answers_for(person: Any, community: "CommunityPage | int") -> bool:
    """Whether this person also says who facilitates it and how it is set up: not those who only stand in."""
    if is_editor(person):
        return True
    membership = person.memberships_by_community.get(_id(community)) if signed_in(person) else None
    return membership is not None and membership.is_facilitator


def facilitated_by(person: Any) -> list[int]:
    """The ids of the communities that this person is a facilitator of; all of them for an editor."""
    if is_editor(person):
        return list(_communities().values_list("pk", flat=True))
    if not signed_in(person):
        return []
    rows = person.memberships_by_community.items()
    return [pk for pk, membership in rows if membership.is_facilitator or membership.stands_in]


def muted_until(person: Any, community: "CommunityPage | int") -> "datetime | None":
    """Until when this person may read in a community, but not begin, send, repeat or report anything; or nothing."""
    if not signed_in(person) or is_editor(person):
        return None
    mutes = apps.get_model("community", "Sanction").objects.mutes().of(person, _id(community))
    until: datetime | None = mutes.aggregate(until=Max("until"))["until"]
    return until


def own_communities(person: Any, *, facilitated: bool = False) -> "QuerySet[Any]":
    """The ids of the communities that this person belongs to, or facilitates, as a part of a larger query.

    For questions that must be answered in one query, such as how much is new in the inbox. They are for people who are
    no editors: an editor sees everything, and no query is needed to say so.
    """
    memberships = apps.get_model("community", "Membership").objects.active().filter(person=person)
    return (memberships.moderating() if facilitated else memberships).values("community")


def audiences_of(person: Any) -> frozenset[str]:
    """Every audience that this person belongs to."""
    if not signed_in(person):
        return frozenset({PUBLIC})
    ids: Iterable[int] = (
        _communities().values_list("pk", flat=True) if is_editor(person) else person.memberships_by_community
    )
    return frozenset({PUBLIC, MEMBERS, *(community_audience(pk) for pk in ids)})


def people_of(audience: str) -> "QuerySet[Person]":
    """Everybody with an account who belongs to this audience: `audiences_of` the other way round."""
    people = apps.get_model("community", "Person").objects.filter(is_active=True)
    if audience in {PUBLIC, MEMBERS}:
        return people
    community = audience.removeprefix("community:")
    if not community.isdecimal():
        return people.none()
    members = apps.get_model("community", "Membership").objects.active().filter(community=int(community))
    return people.filter(Q(pk__in=members.values("person")) | Q(is_editor=True) | Q(is_superuser=True))


def may_see(person: Any, audience: str) -> bool:
    """Whether something with this audience may be shown to this person."""
    return audience == PUBLIC or audience in audiences_of(person)


def closed_communities(person: Any) -> list[int]:
    """The ids of the communities whose stories this person may not read.

    Ids, not a subquery: `NOT IN` a short list leaves the database free to walk a list in its own order.
    """
    return _shut(person, ~Q(policy__visibility="open") | Q(policy=None))


def hidden_communities(person: Any) -> list[int]:
    """The ids of the communities that, for this person, are not there at all."""
    return _shut(person, Q(policy__visibility="hidden") | Q(policy=None))


def closed_and_hidden(person: Any) -> tuple[list[int], list[int]]:
    """`closed_communities` and `hidden_communities`, in one query."""
    if is_editor(person):
        return [], []
    own = set(person.memberships_by_community) if signed_in(person) else set()
    rows = _communities().exclude(policy__visibility="open").values_list("pk", "policy__visibility")
    shut = {pk: visibility for pk, visibility in rows if pk not in own}
    return sorted(shut), sorted(pk for pk, visibility in shut.items() if visibility != "members")


def _shut(person: Any, condition: Q) -> list[int]:
    if is_editor(person):
        return []
    own = set(person.memberships_by_community) if signed_in(person) else set()
    return sorted(set(_communities().filter(condition).values_list("pk", flat=True)) - own)


def _communities() -> Any:
    return apps.get_model("community", "CommunityPage").objects.order_by()


def _id(community: "CommunityPage | int") -> int:
    return community if isinstance(community, int) else community.pk
