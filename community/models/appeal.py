"""Somebody whom a decision of facilitators is about asks the editors of the site to look at it again."""

from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.utils import timezone

from community import access
from community.models.claimed import Claimed


class AppealQuerySet(models.QuerySet["Appeal"]):
    """Questions about appeals."""

    def open(self) -> Self:
        """Those that nobody has answered, the longest waiting first."""
        return self.filter(decided_at=None).order_by("made_at", "pk")

    def decided_by(self, person: Any) -> Self:
        """Those that this person decides: editors of the site, but never their own."""
        return self.exclude(person=person) if access.is_editor(person) else self.none()

    def seen_by(self, person: Any) -> Self:
        """Those of which `may_be_seen_by(person)` is true, asked in one query with whatever it is part of."""
        return self.all() if access.is_editor(person) else self.filter(Q(person=person))


class Appeal(Claimed):
    """One appeal against one decision, which is an entry of the audit log. There is no second."""

    decision = models.OneToOneField("wagtailcore.PageLogEntry", on_delete=models.CASCADE, related_name="appeal")
    community = models.ForeignKey("community.CommunityPage", on_delete=models.CASCADE, related_name="appeals")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="appeals")
    words = models.TextField(max_length=1000)
    made_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    granted = models.BooleanField(default=False)
    answer = models.TextField(max_length=1000, blank=True)
    notifications = GenericRelation(
        "notifications.Notification", content_type_field="about_type", object_id_field="about_id"
    )

    objects = AppealQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["made_at"], condition=Q(decided_at=None), name="open_appeals")]

    def __str__(self) -> str:
        return f"{self.person} against {self.decision_id}"

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided it."""
        return self.decided_at is None

    def may_be_seen_by(self, person: Any) -> bool:
        """Whether this person may know of it: the one who appeals, and the editors of the site."""
        return access.signed_in(person) and (person.pk == self.person_id or access.is_editor(person))
