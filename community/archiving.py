"""Closing the book on a community, and opening it again: what was told stays readable, and nothing new is added."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from community import access
from community.models import CommunityPage, CommunityPolicy, Person
from community.signals import policy_changed
from hub.notifications.notify import notify
from hub.refusal import Refused


def archive(community: CommunityPage, *, by: Person, why: str = "", write_in: CommunityPage | None = None) -> None:
    """Add nothing new to a community from now on. `write_in` is where people write instead. Its members are told."""
    with transaction.atomic():
        policy = _held(community, by)
        if policy.archived_at:
            raise Refused(f"{community.title} is archived already.")
        if write_in is not None and not may_stand_in(write_in, community, by):
            raise Refused("Name a community that is open for new stories, and that you can find.")
        policy.archived_at, policy.archived_why, policy.write_in = timezone.now(), why.strip()[:300], write_in
        policy.save()
        policy_changed.send(CommunityPage, community=community)
        log(community, "community.archive", user=by, data={"reason": policy.archived_why})
        _tell(community, "community-archived", f"{community.title} is archived", by, policy.archived_why)


def reopen(community: CommunityPage, *, by: Person) -> None:
    """Let people join it and write in it again. Its members are told."""
    with transaction.atomic():
        policy = _held(community, by)
        if not policy.archived_at:
            raise Refused(f"{community.title} is open already.")
        policy.archived_at, policy.archived_why, policy.write_in = None, "", None
        policy.save()
        policy_changed.send(CommunityPage, community=community)
        log(community, "community.reopen", user=by)
        _tell(community, "community-reopened", f"{community.title} is open again", by, "")


def may_stand_in(other: CommunityPage, community: CommunityPage, person: Person) -> bool:
    """Whether people may be led from one community to this other one by this person."""
    places = CommunityPage.objects.visible_to(person).unarchived().exclude(pk=community.pk)
    return places.filter(pk=other.pk).exists()


def _held(community: CommunityPage, by: Person) -> CommunityPolicy:
    policy = CommunityPolicy.held(community)
    by.forget_memberships()
    if not access.answers_for(by, community):
        raise PermissionDenied
    return policy


def _tell(community: CommunityPage, what: str, subject: str, by: Person, words: str) -> None:
    people = [row.person for row in community.memberships.present().select_related("person")]
    notify(
        people,
        what,
        about=community,
        subject=subject,
        url=community.get_absolute_url(),
        by=by,
        words=words,
        action="See it",
    )
