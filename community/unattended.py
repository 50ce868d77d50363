"""Communities that nobody looks after: their members are asked for a facilitator, and the editors are told."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import PageLogEntry

from community.models import CommunityPage, CommunityPolicy, Membership, Person
from community.models.community import CommunityQuerySet
from hub.notifications.notify import notify

# A facilitator who was not here for so long does not answer; and nobody is asked again before so many days.
AWAY_AFTER = timedelta(days=60)
ASK_AGAIN_AFTER = timedelta(days=30)


def unattended(now: datetime | None = None) -> CommunityQuerySet:
    """Communities without a facilitator who was here lately: signed in, took it on, or did
    something. Who stands in for one counts as well."""
    since = (now or timezone.now()) - AWAY_AFTER
    did = PageLogEntry.objects.filter(user=OuterRef("person"), timestamp__gte=since)
    here = (
        Membership.objects.present()
        .moderating()
        .filter(
            Q(person__last_login__gte=since) | Q(since__gte=since) | Q(person__date_joined__gte=since) | Exists(did)
        )
    )
    found: CommunityQuerySet = CommunityPage.objects.filter(live=True).unarchived()
    return found.exclude(pk__in=here.values("community"))


def ask_for_facilitators(now: datetime | None = None) -> int:
    """Ask the members of each, and tell the editors. Nobody is asked twice within thirty days. Answers how many."""
    now = now or timezone.now()
    asked = 0
    for community in unattended(now).order_by("pk"):
        with transaction.atomic():
            policy = CommunityPolicy.held(community)
            before = policy.asked_for_facilitator_at
            if before and before > now - ASK_AGAIN_AFTER:
                continue
            if not unattended(now).filter(pk=community.pk).exists():
                continue
            policy.asked_for_facilitator_at = now
            policy.save(update_fields=["asked_for_facilitator_at"])
            _ask(community)
            log(community, "community.ask_for_facilitator")
            asked += 1
    return asked


def _ask(community: CommunityPage) -> None:
    rows = community.memberships.present().select_related("person")
    members = [row.person for row in rows if not row.is_facilitator]
    away = [row.person for row in rows if row.is_facilitator]
    address = community.get_absolute_url()
    notify(
        members,
        "facilitator-wanted",
        about=community,
        subject=f"{community.title} needs a facilitator. Would you?",
        url=f"{address}facilitate/",
        words="Nobody looks after it at the moment: stories wait to be read, and so do people who ask to join.",
        action="See what it means",
    )
    notify(
        away,
        "facilitator-missed",
        about=community,
        subject=f"You have not been to {community.title} for a while",
        url=f"{address}hand-over/",
        words="Its members were asked for another facilitator. Come back, or hand it over to one of them.",
        action="Hand it over",
    )
    notify(
        Person.objects.filter(is_active=True, is_editor=True).exclude(
            pk__in=[person.pk for person in [*members, *away]]
        ),
        "community-unattended",
        about=community,
        subject=f"Nobody looks after {community.title}",
        url=f"{address}members/",
        words=f"{len(members)} members were asked whether they would. You can make any of them a facilitator.",
        action="See its members",
    )
