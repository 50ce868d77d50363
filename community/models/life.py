"""What happens to communities in time: they are handed over, and two become one."""

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.utils import timezone

from community import access

OFFER_LASTS = timedelta(days=30)


class HandOverQuerySet(models.QuerySet["HandOver"]):
    """Questions about communities that are offered to somebody, or that somebody would take on."""

    def open(self) -> Self:
        """Those that can still be answered."""
        return self.filter(created_at__gt=timezone.now() - OFFER_LASTS, person__is_active=True, community__live=True)

    def offered(self) -> Self:
        """Offered by a facilitator or an editor, to a member who answers."""
        return self.open().exclude(by=None)

    def volunteered(self) -> Self:
        """Members who said that they would facilitate."""
        return self.open().filter(by=None)

    def seen_by(self, person: Any) -> Self:
        """Those of which `may_be_seen_by(person)` is true, asked in one query with whatever it is part of."""
        if access.is_editor(person):
            return self.open()
        own = models.Q(person=person) | models.Q(community__in=access.own_communities(person, facilitated=True))
        return self.open().filter(own)


class HandOver(models.Model):
    """A community that is offered to one of its members, or, with nobody in `by`, that a member would take on.

    It is a row while it waits. Answered or taken back it is deleted; the audit log remembers.
    """

    community = models.ForeignKey("community.CommunityPage", on_delete=models.CASCADE, related_name="hand_overs")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="hand_overs")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="hand_overs_made"
    )
    steps_back = models.BooleanField(default=False, help_text="Whoever offers it is a member again once it is taken")
    message = models.TextField(max_length=600, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    notifications = GenericRelation(
        "notifications.Notification", content_type_field="about_type", object_id_field="about_id"
    )

    objects = HandOverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "person"], name="one_hand_over_a_person_and_community")
        ]

    def __str__(self) -> str:
        return f"{self.community_id} to {self.person}"

    def may_be_seen_by(self, person: Any) -> bool:
        """Whether this person may know of it: the one whom it is to, and who answers for the community."""
        return HandOver.objects.seen_by(person).filter(pk=self.pk).exists()


class MergerQuerySet(models.QuerySet["Merger"]):
    """Questions about communities that became part of others."""

    def leading_from(self, slugs: Any, person: Any) -> "dict[str, Any]":
        """Where these old addresses lead for this person, by address.

        Only to what they may find, and only from what they could: the address of a hidden community tells nothing to
        those who did not belong to it.
        """
        rows = self.filter(community__slug__in=slugs).select_related("community__policy", "into__policy")
        return {
            row.community.slug: row.into for row in rows if row.known_to(person) and row.into.may_be_seen_by(person)
        }


class Merger(models.Model):
    """A community that became part of another. Its page stays as a row that nobody sees, so that its address does."""

    community = models.OneToOneField("community.CommunityPage", on_delete=models.CASCADE, related_name="merger")
    into = models.ForeignKey("community.CommunityPage", on_delete=models.CASCADE, related_name="mergers")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    member_ids = models.JSONField(default=list, help_text="Who belonged to it, and so may know its address")

    objects = MergerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(community=models.F("into")), name="two_communities_are_merged")
        ]

    def __str__(self) -> str:
        return f"{self.community_id} into {self.into_id}"

    def known_to(self, person: Any) -> bool:
        """Whether this person could find it when it was there."""
        if self.community.policy.visibility != "hidden" or access.is_editor(person):
            return True
        return access.signed_in(person) and person.pk in self.member_ids
