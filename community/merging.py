"""The people's part of making two communities one: who belongs to it, who asked, who was invited, and its address.

The stories' part, and the verb, is `practice.merging`, which calls `carry_over` in its transaction.
"""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from wagtail.log_actions import log

from community import access
from community.models import (
    Absence,
    Appeal,
    CommunityPage,
    CommunityPolicy,
    HandOver,
    Invitation,
    Membership,
    Merger,
    Person,
    PersonToAsk,
    Sanction,
)
from community.signals import communities_merged
from hub import pagecache
from hub.notifications.notify import notify
from hub.refusal import Refused

Role, State = Membership.Role, Membership.State


@dataclass(frozen=True)
class People:
    """Who is in two communities, in ids: what a merger does to them, before it is done."""

    here: frozenset[int]  # active in the one that goes
    there: frozenset[int]  # active in the one that stays
    kept_out: frozenset[int]  # active here, refused or removed there: that decision stands
    facilitators: frozenset[int]  # of the one that goes, who are not yet of the one that stays
    asking: frozenset[int]
    invited: int

    @property
    def coming(self) -> frozenset[int]:
        """Who becomes a member of the one that stays."""
        return self.here - self.there - self.kept_out


def people_of(community: CommunityPage, into: CommunityPage) -> People:
    """Who is where now."""
    rows = {side.pk: list(side.memberships.values_list("person", "state", "role")) for side in (community, into)}

    def those(side: CommunityPage, *states: str, role: str = "") -> frozenset[int]:
        return frozenset(pk for pk, state, has in rows[side.pk] if state in states and role in ("", has))

    here, there = those(community, State.ACTIVE), those(into, State.ACTIVE)
    return People(
        here=here,
        there=there,
        kept_out=here & those(into, State.REFUSED, State.REMOVED),
        facilitators=those(community, State.ACTIVE, role=Role.FACILITATOR)
        - those(into, State.ACTIVE, role=Role.FACILITATOR)
        - those(into, State.REFUSED, State.REMOVED),
        asking=those(community, State.ASKED) - there,
        invited=Invitation.objects.open().filter(community=community).count(),
    )


def hold_both(community: CommunityPage, into: CommunityPage, *, by: Person) -> None:
    """Hold two communities that are to be one, always in the same order, and check that they may be."""
    for each in sorted((community, into), key=lambda each: each.pk):
        CommunityPolicy.held(each)
    by.forget_memberships()
    if not (access.answers_for(by, community) and access.answers_for(by, into)):
        raise PermissionDenied
    if community.pk == into.pk:
        raise Refused("That is the same community. Choose the one that stays.")
    if not CommunityPage.objects.filter(pk=community.pk, live=True).exists():
        raise Refused(f"{community.title} is part of another community already.")
    if not CommunityPage.objects.filter(pk=into.pk, live=True).exists():
        raise Refused(f"{into.title} is part of another community already.")
    into.policy.must_not_be_archived()


def carry_over(community: CommunityPage, into: CommunityPage, *, by: Person) -> People:
    """Bring the people of one community into another, and let its address lead there. Both must be held."""
    people = people_of(community, into)
    members = [row.person for row in community.memberships.present().select_related("person")]
    _memberships(community, into, people)
    _invitations(community, into)
    HandOver.objects.filter(community=community).delete()
    Sanction.objects.filter(community=community).update(community=into)
    Appeal.objects.filter(community=community).update(community=into)
    Absence.objects.filter(community=community).update(community=into)
    Merger.objects.filter(into=community).update(into=into)
    Merger.objects.create(community=community, into=into, by=by, member_ids=sorted(people.here))
    CommunityPolicy.objects.filter(write_in=community).update(write_in=into)
    CommunityPolicy.objects.filter(community=into, write_in=into).update(write_in=None)
    communities_merged.send(CommunityPage, community=community, into=into, by=by)
    community.live = False
    community.save(update_fields=["live"])
    log(community, "community.merge", user=by, data={"done": f"merged it into {into.title}"})
    log(into, "community.merge", user=by, data={"done": f"merged {community.title} into it"})
    pagecache.bump()
    _tell(community, into, members, people, by)
    return people


def _memberships(community: CommunityPage, into: CommunityPage, people: People) -> None:
    """The higher role is kept; a refusal or a removal stands, on whichever side it was said."""
    PersonToAsk.objects.filter(membership__community=community).delete()  # the one that stays has its own
    known = set(into.memberships.values_list("person", flat=True))
    community.memberships.exclude(person__in=known).update(community=into)
    asked = into.memberships.filter(state=State.ASKED, person__in=people.here)
    asked.update(state=State.ACTIVE, since=timezone.now(), decided_at=timezone.now())
    into.memberships.filter(person__in=people.facilitators, state=State.ACTIVE).update(role=Role.FACILITATOR)
    community.memberships.all().delete()
    pagecache.bump()


def _invitations(community: CommunityPage, into: CommunityPage) -> None:
    rows = community.invitations.all()
    there = into.invitations.all()
    rows.filter(email__in=there.filter(person=None).values("email"), person=None).delete()
    rows.filter(person__in=there.exclude(person=None).values("person")).delete()
    rows.filter(person__in=into.memberships.active().values("person")).delete()
    rows.update(community=into)
    pagecache.bump()


def _tell(community: CommunityPage, into: CommunityPage, members: list[Person], people: People, by: Person) -> None:
    told = {person.pk: person for person in members}
    own = [row.person for row in into.memberships.facilitators().select_related("person") if row.person_id not in told]
    address = into.get_absolute_url()
    for person in told.values():
        person.forget_memberships()
    notify(
        [person for pk, person in told.items() if pk not in people.kept_out],
        "communities-merged",
        about=into,
        subject=f"{community.title} is part of {into.title} now",
        url=address,
        by=by,
        words="You belong to it, with all that was told before. Old links lead there.",
        action="See it",
    )
    notify(
        [person for pk, person in told.items() if pk in people.kept_out],
        "communities-merged",
        about=into,
        subject=f"{community.title} is part of {into.title} now",
        url=address,
        by=by,
        words="You were refused or removed there before, and so do not belong to it. Its facilitators can let you in.",
        action="See it",
    )
    notify(
        own,
        "communities-merged",
        about=into,
        subject=f"{community.title} was merged into {into.title}",
        url=f"{address}members/",
        by=by,
        words=f"{len(people.coming)} people came with it.",
        action="See the members",
    )
