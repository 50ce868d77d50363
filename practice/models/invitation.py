"""Who is asked to write a story with its authors, or to look after it in the place of one."""

from datetime import datetime, timedelta
from typing import Any, Self

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core import signing
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from community import access

LASTS = timedelta(days=30)
SIGNER = signing.Signer(salt="practice.writer-invitation")


class WriterInvitationQuerySet(models.QuerySet["WriterInvitation"]):
    """Questions about invitations to write."""

    def open(self) -> Self:
        """Those that can still be accepted."""
        return self.filter(created_at__gt=timezone.now() - LASTS, story__thrown_away_at=None)

    def seen_by(self, person: Any) -> Self:
        """Those of which `may_be_seen_by(person)` is true, asked in one query with whatever it is part of."""
        if not access.signed_in(person):
            return self.none()
        confirmed = EmailAddress.objects.filter(user=person, verified=True).values(address=Lower("email"))
        mine = self.open().filter(Q(person=person) | Q(person=None, email__in=confirmed))
        if access.is_editor(person):
            return mine
        known = ~Q(story__community__policy__visibility="hidden")
        return mine.filter(known | Q(story__community__in=access.own_communities(person)))


class WriterInvitation(models.Model):
    """An invitation to write one story, to a person or to an e-mail address that may not have an account yet.

    It is a row while it waits. Accepted, refused or withdrawn, it is deleted; the audit log remembers. With
    `takes_over`, whoever sent it gives up writing once it is accepted, and stays credited.
    """

    story = models.ForeignKey("practice.StoryPage", on_delete=models.CASCADE, related_name="writer_invitations")
    email = models.EmailField("e-mail address", max_length=254, blank=True, help_text="In lower case")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    takes_over = models.BooleanField(default=False)
    message = models.TextField(max_length=600, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    notifications = GenericRelation(
        "notifications.Notification", content_type_field="about_type", object_id_field="about_id"
    )

    objects = WriterInvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["story", "email"],
                condition=Q(person=None),
                name="one_invitation_an_address_and_story",
            ),
            models.UniqueConstraint(fields=["story", "person"], name="one_invitation_a_person_and_story"),
            models.CheckConstraint(
                condition=Q(email="") ^ Q(person=None), name="a_writer_is_invited_by_address_or_by_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invitee} to write {self.story_id}"

    @property
    def invitee(self) -> str:
        """Whom it is to, as the authors know them."""
        return str(self.person) if self.person else self.email

    @property
    def ends_at(self) -> datetime:
        """When it can no longer be accepted."""
        return self.created_at + LASTS

    @property
    def is_open(self) -> bool:
        """Whether it can still be accepted."""
        return timezone.now() < self.ends_at

    def may_be_seen_by(self, person: Any) -> bool:
        """Whether this person may know of it: the one whom it is to, while it is open."""
        return WriterInvitation.objects.seen_by(person).filter(pk=self.pk).exists()

    @property
    def letter_address(self) -> str:
        """Where the letter leads whoever has no account yet: signed, so that it cannot be guessed."""
        return reverse("writer-invitation-letter", args=[SIGNER.sign_object(self.pk)])

    @staticmethod
    def number_in(token: str) -> int | None:
        """The number of the invitation that a token names, or nothing where the token is made up."""
        try:
            number: Any = SIGNER.unsign_object(token)
        except (signing.BadSignature, ValueError):
            return None
        return number if isinstance(number, int) else None
