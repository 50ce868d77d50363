"""How people come into a community and go, by their own doing or by a facilitator's.

Each verb holds the community's policy row first, then reads again what it decides about.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log

from community import access
from community.models import CommunityPage, CommunityPolicy, HandOver, Membership, Person, PersonToAsk
from community.signals import membership_changed
from hub.notifications.notify import notify
from hub.refusal import Refused

State, Role = Membership.State, Membership.Role


def join(community: CommunityPage, *, person: Person) -> Membership:
    """Become a member at once, where anyone can join; an editor of the site can join anywhere."""
    with transaction.atomic():
        policy = _found_by(person, community)
        membership = community.membership_of(person)
        if membership and membership.state == State.ACTIVE:
            return membership
        policy.must_not_be_archived()
        if membership and membership.shut_out:
            raise Refused("A facilitator has to let you in again. Ask to join, and say why.")
        if policy.joining != CommunityPolicy.Joining.ANYONE and not access.is_editor(person):
            raise Refused(how_to_come_in(policy))
        membership = let_in(community, person)
        log(community, "community.join", user=person)
        notify(
            _facilitators(community),
            "member-joined",
            about=community,
            subject=f"{person} joined {community.title}",
            url=person.get_absolute_url(),
            by=person,
            action="See their page",
        )
    return membership


def ask(community: CommunityPage, *, person: Person, message: str = "") -> Membership:
    """Ask to become a member. Somebody who was refused or removed may ask again after a while, wherever people join."""
    with transaction.atomic():
        policy = _found_by(person, community)
        membership = community.membership_of(person)
        if membership and membership.state == State.ACTIVE:
            raise Refused("You are a member already.")
        policy.must_not_be_archived()
        if membership and membership.state == State.ASKED:
            raise Refused("You have asked already. A facilitator will answer.")
        if policy.joining == CommunityPolicy.Joining.INVITE:
            raise Refused(how_to_come_in(policy))
        if policy.joining == CommunityPolicy.Joining.ANYONE and not (membership and membership.shut_out):
            raise Refused(how_to_come_in(policy))
        if membership and timezone.now() < membership.may_ask_from:
            raise Refused(f"You can ask again from {membership.may_ask_from:%-d %B %Y}.")
        membership, _ = Membership.objects.update_or_create(
            community=community,
            person=person,
            defaults={
                "state": State.ASKED,
                "asked_at": timezone.now(),
                "decided_at": None,
                "message": message.strip(),
                "answer": "",
                "ask_from": None,
            },
        )
        log(community, "community.ask", user=person)
        membership_changed.send(Membership, community=community, person=person)
        notify(
            _facilitators(community),
            "membership-asked",
            about=membership,
            subject=f"{person} asks to join {community.title}",
            url=f"{community.get_absolute_url()}members/",
            by=person,
            words=membership.message,
            action="Answer",
        )
    return membership


def leave(community: CommunityPage, *, person: Person) -> None:
    """Stop being a member, or take back a request. What was refused or removed stays as it is."""
    with transaction.atomic():
        CommunityPolicy.held(community)
        membership = community.membership_of(person)
        if membership is None or membership.shut_out:
            raise Refused("You are not a member of this community.")
        must_not_be_the_last(membership, "You are its only facilitator. Make somebody else a facilitator, then leave.")
        asked = membership.state == State.ASKED
        facilitated = membership.is_facilitator
        membership.delete()
        person.forget_memberships()
        log(community, "community.take_back" if asked else "community.leave", user=person)
        membership_changed.send(Membership, community=community, person=person)
        if facilitated:
            notify(
                _facilitators(community),
                "facilitator-left",
                about=community,
                subject=f"{person}, a facilitator of {community.title}, has left",
                url=f"{community.get_absolute_url()}members/",
                by=person,
                action="See the members",
            )


def accept(membership: Membership, *, by: Person) -> Membership:
    """Say yes to somebody who asked."""
    with transaction.atomic():
        community, membership = _held(membership, by)
        if membership.state != State.ASKED:
            raise Refused(_answered(membership))
        community.policy.must_not_be_archived()
        person = membership.person
        if not person.is_active:
            raise Refused("Their account is closed.")
        membership = let_in(community, person)
        _log(community, "community.accept", by, person)
        _tell(membership, "membership-accepted", f"You are a member of {community.title}", by)
    return membership


def refuse(membership: Membership, *, by: Person, reason: str) -> Membership:
    """Say no to somebody who asked, and why."""
    with transaction.atomic():
        community, membership = _held(membership, by)
        if membership.state != State.ASKED:
            raise Refused(_answered(membership))
        _shut_out(membership, State.REFUSED, given_reason(reason))
        _log(community, "community.refuse", by, membership.person, membership.answer)
        if community.may_be_seen_by(membership.person):
            subject = f"{community.title} did not accept your request"
            _tell(membership, "membership-refused", subject, by, membership.answer)
    return membership


def promote(membership: Membership, *, by: Person) -> Membership:
    """Make a member a facilitator."""
    with transaction.atomic():
        community, membership = _held(membership, by, access.answers_for)
        if membership.state != State.ACTIVE:
            raise Refused(f"{membership.person} is not a member.")
        if membership.is_facilitator:
            raise Refused(f"{membership.person} is a facilitator already.")
        if not membership.person.is_active:
            raise Refused("Their account is closed.")
        _set_role(membership, Role.FACILITATOR)
        HandOver.objects.filter(community=community, person=membership.person).delete()
        _log(community, "community.promote", by, membership.person)
        _tell(membership, "facilitator-made", f"You are a facilitator of {community.title}", by)
    return membership


def demote(membership: Membership, *, by: Person) -> Membership:
    """Make a facilitator a member again; anybody may do so with themselves."""
    with transaction.atomic():
        community, membership = _held(membership, by, access.answers_for)
        if not membership.is_facilitator:
            raise Refused(f"{membership.person} is not a facilitator.")
        must_not_be_the_last(membership, _hand_over(membership))
        _set_role(membership, Role.MEMBER)
        _log(community, "community.demote", by, membership.person)
        _tell(membership, "facilitator-ended", f"You are no longer a facilitator of {community.title}", by)
    return membership


def remove(membership: Membership, *, by: Person, reason: str, ask_after_days: int | None = None) -> Membership:
    """Put somebody out of the community, and say why. They can come back only if a facilitator lets them.

    After so many days they may ask; unless it is said, after the usual time.
    """
    with transaction.atomic():
        community, membership = _held(membership, by)
        if membership.state != State.ACTIVE:
            raise Refused(f"{membership.person} is not a member.")
        if membership.person == by:
            raise Refused("Leave the community instead, from its front page.")
        if membership.is_facilitator and not access.answers_for(by, community):
            raise Refused("You stand in for a facilitator: who facilitates is for them and the editors to say.")
        must_not_be_the_last(membership, _hand_over(membership))
        membership.ask_from = timezone.now() + timedelta(days=ask_after_days) if ask_after_days else None
        _shut_out(membership, State.REMOVED, given_reason(reason))
        PersonToAsk.objects.filter(membership=membership).delete()
        entry = _log(community, "community.remove", by, membership.person, membership.answer)
        if community.may_be_seen_by(membership.person):
            subject = f"You are no longer a member of {community.title}"
        else:  # For them it is not there any more, so its name is not told.
            subject = "You are no longer a member of a hidden community"
        _tell(membership, "member-removed", subject, by, membership.answer, appeal=entry.pk)
    return membership


def how_to_come_in(policy: CommunityPolicy) -> str:
    """What to do instead, for somebody who tried the wrong door."""
    return {
        CommunityPolicy.Joining.ANYONE: "Anyone can join this community: there is no need to ask.",
        CommunityPolicy.Joining.ASK: "People ask to join this community, and a facilitator answers.",
        CommunityPolicy.Joining.INVITE: "This community is by invitation. One of its facilitators can invite you.",
    }[CommunityPolicy.Joining(policy.joining)]


def let_in(community: CommunityPage, person: Person, role: str = Role.MEMBER) -> Membership:
    """Make the row of an active membership. Called by the verbs that have checked and locked."""
    membership, _ = Membership.objects.update_or_create(
        community=community,
        person=person,
        defaults={
            "state": State.ACTIVE,
            "role": role,
            "since": timezone.now(),
            "decided_at": timezone.now(),
            "answer": "",
            "ask_from": None,
        },
    )
    community.invitations.filter(pk__in=community.invitations.to(person)).delete()
    person.forget_memberships()
    membership_changed.send(Membership, community=community, person=person)
    return membership


def must_not_be_the_last(membership: Membership, sentence: str) -> None:
    """Refuse with this sentence if no other facilitator would stay. The policy must be held."""
    others = Membership.objects.facilitators().filter(community=membership.community_id).exclude(pk=membership.pk)
    if membership.is_facilitator and not others.exists():
        raise Refused(sentence)


def _found_by(person: Any, community: CommunityPage) -> CommunityPolicy:
    policy = CommunityPolicy.held(community)
    if access.signed_in(person):
        person.forget_memberships()
    if not access.signed_in(person) or not community.may_be_seen_by(person):
        raise PermissionDenied
    return policy


def _facilitators(community: CommunityPage) -> list[Person]:
    return [membership.person for membership in community.memberships.on_duty().select_related("person")]


def _held(
    membership: Membership, by: Person, may: Callable[[Any, CommunityPage], bool] = access.facilitates
) -> tuple[CommunityPage, Membership]:
    """Hold the community, read the membership again, and check that this person decides about it."""
    community = membership.community
    CommunityPolicy.held(community)
    by.forget_memberships()
    if not may(by, community):
        raise PermissionDenied
    fresh = Membership.objects.select_related("person", "community").filter(pk=membership.pk).first()
    if fresh is None:
        raise Refused("They have taken their request back, or left.")
    fresh.community = community
    return community, fresh


def _set_role(membership: Membership, role: str) -> None:
    membership.role = role
    membership.save(update_fields=["role"])
    _changed(membership)


def _shut_out(membership: Membership, state: str, reason: str) -> None:
    membership.state, membership.role, membership.answer = state, Role.MEMBER, reason
    membership.decided_at = timezone.now()
    membership.save(update_fields=["state", "role", "answer", "decided_at", "ask_from"])
    _changed(membership)


def _changed(membership: Membership) -> None:
    membership.person.forget_memberships()
    membership_changed.send(Membership, community=membership.community, person=membership.person)


def given_reason(reason: str) -> str:
    """A reason without what stands around it. Raises Refused where there is none."""
    if not reason.strip():
        raise Refused("Say why, in a sentence that the person can read.")
    return reason.strip()


def _answered(membership: Membership) -> str:
    if membership.state == State.ACTIVE:
        return f"{membership.person} is a member already."
    return f"{membership.person} has been answered already."


def _hand_over(membership: Membership) -> str:
    return f"{membership.person} is the only facilitator. Make somebody else a facilitator first."


def _log(community: CommunityPage, action: str, by: Person, person: Person, reason: str = "") -> Any:
    return log(community, action, user=by, data={"person": person.pk, "reason": reason})


def _tell(membership: Membership, what: str, subject: str, by: Person, words: str = "", appeal: int = 0) -> None:
    """Tell the person whom it is about. It leads to the community, or to their own list when that is hidden; and where
    they may appeal, to the page for that."""
    community, person = membership.community, membership.person
    seen = community.may_be_seen_by(person)
    url, action = (community.get_absolute_url(), "Open") if seen else ("/communities/yours/", "See your communities")
    if appeal:
        url, action = reverse("appeal", args=[appeal]), "See what you can do"
    notify(
        [person],
        what,
        about=community if seen else membership,
        subject=subject,
        url=url,
        by=by,
        words=words,
        action=action,
    )
