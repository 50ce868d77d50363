"""Handing a community over to one of its members, who says yes or no; and offering to take one on."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log

from community import access
from community.models import CommunityPage, CommunityPolicy, HandOver, Membership, Person
from community.sanctioning import must_not_be_muted
from community.signals import membership_changed
from hub.notifications.notify import notify
from hub.refusal import Refused

Role, State = Membership.Role, Membership.State


def offer(community: CommunityPage, *, by: Person, to: Person, message: str = "", steps_back: bool = False) -> HandOver:
    """Ask a member to facilitate. With `steps_back`, whoever asks is a member again once it is taken."""
    with transaction.atomic():
        CommunityPolicy.held(community)
        by.forget_memberships()
        if not access.answers_for(by, community):
            raise PermissionDenied
        membership = community.memberships.present().filter(person=to).first()
        if membership is None:
            raise Refused(f"{to} is not a member. Invite them first.")
        if membership.is_facilitator:
            raise Refused(f"{to} is a facilitator already.")
        if HandOver.objects.offered().filter(community=community, person=to).exists():
            raise Refused(f"{to} has been asked already, and has not answered yet.")
        HandOver.objects.filter(community=community, person=to).delete()
        made = HandOver.objects.create(
            community=community, person=to, by=by, message=message.strip(), steps_back=steps_back
        )
        log(community, "community.offer_hand_over", user=by, data={"person": to.pk})
        notify(
            [to],
            "hand-over-offered",
            about=made,
            subject=f"{by} asks you to facilitate {community.title}",
            url=f"{community.get_absolute_url()}facilitate/",
            by=by,
            words=made.message,
            action="Answer",
        )
    return made


def accept(offered: HandOver, *, person: Person) -> None:
    """Take a community on. Whoever offered it is told, and steps back if they said so."""
    with transaction.atomic():
        community, held = _mine(offered, person)
        by = held.by
        assert by is not None
        by.forget_memberships()
        membership = community.membership_of(person)
        if membership is None or membership.state != State.ACTIVE:
            raise Refused(f"You are no longer a member of {community.title}.")
        if not access.answers_for(by, community):
            raise Refused(
                f"{by} does not facilitate {community.title} any more. Offer yourself, and the editors decide."
            )
        _set(membership, Role.FACILITATOR)
        theirs = community.membership_of(by)
        back = held.steps_back and theirs is not None and theirs.is_facilitator
        if back and theirs is not None:
            _set(theirs, Role.MEMBER)
        held.delete()
        log(community, "community.hand_over", user=person, data={"person": by.pk, "stepped_back": back})
        notify(
            [by],
            "hand-over-accepted",
            about=community,
            subject=f"{person} facilitates {community.title} now",
            url=community.get_absolute_url(),
            by=person,
            words="You are a member again, and no facilitator." if back else "",
            action="See it",
        )


def decline(offered: HandOver, *, person: Person) -> None:
    """Say no. Whoever asked is told."""
    with transaction.atomic():
        community, held = _mine(offered, person)
        by = held.by
        held.delete()
        log(community, "community.decline_hand_over", user=person)
        notify(
            [by] if by else [],
            "hand-over-declined",
            about=community,
            subject=f"{person} would rather not facilitate {community.title}",
            url=f"{community.get_absolute_url()}hand-over/",
            by=person,
            action="Ask somebody else",
        )


def take_back(offered: HandOver, *, by: Person) -> None:
    """Undo an offer that waits."""
    with transaction.atomic():
        community = offered.community
        CommunityPolicy.held(community)
        by.forget_memberships()
        if not access.answers_for(by, community):
            raise PermissionDenied
        if not HandOver.objects.filter(pk=offered.pk).exists():
            raise Refused("It has been answered or taken back already.")
        log(community, "community.take_back_hand_over", user=by, data={"person": offered.person_id})
        offered.delete()


def volunteer(community: CommunityPage, *, person: Person, message: str = "") -> HandOver:
    """Say that one would facilitate. The facilitators and the editors of the site are told, who decide."""
    with transaction.atomic():
        CommunityPolicy.held(community)
        membership = community.membership_of(person)
        if membership is None or membership.state != State.ACTIVE:
            if access.is_editor(person):
                raise Refused("Only members can offer themselves. Join it first.")
            raise PermissionDenied
        if membership.is_facilitator:
            raise Refused("You are a facilitator already.")
        must_not_be_muted(person, community)
        if HandOver.objects.open().filter(community=community, person=person).exists():
            raise Refused("You have said so already. An editor of the site or a facilitator answers.")
        HandOver.objects.filter(community=community, person=person).delete()
        made = HandOver.objects.create(community=community, person=person, message=message.strip())
        log(community, "community.volunteer", user=person)
        facilitators = [row.person for row in community.memberships.facilitators().select_related("person")]
        notify(
            [
                *facilitators,
                *Person.objects.filter(is_active=True, is_editor=True).exclude(pk__in=[p.pk for p in facilitators]),
            ],
            "facilitator-volunteered",
            about=community,
            subject=f"{person} would facilitate {community.title}",
            url=f"{community.get_absolute_url()}members/",
            by=person,
            words=made.message,
            action="Decide",
        )
    return made


def _mine(offered: HandOver, person: Person) -> tuple[CommunityPage, HandOver]:
    community = offered.community
    CommunityPolicy.held(community)
    held = HandOver.objects.offered().select_related("by", "community").filter(pk=offered.pk, person=person).first()
    if held is None:
        raise Refused("This was taken back, or answered already.")
    return community, held


def _set(membership: Membership, role: str) -> None:
    membership.role = role
    membership.save(update_fields=["role"])
    membership.person.forget_memberships()
    membership_changed.send(Membership, community=membership.community, person=membership.person)
