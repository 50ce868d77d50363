"""Links by which somebody without an account sees a draft."""

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.core import signing
from django.db import models
from django.urls import reverse
from django.utils import timezone

SIGNER = signing.Signer(salt="practice.preview")


class PreviewLinkQuerySet(models.QuerySet["PreviewLink"]):
    """Questions about links."""

    def open(self) -> Self:
        """Those that still lead somewhere, as far as the link itself says."""
        return self.filter(ended_at=None, expires_at__gt=timezone.now())


class PreviewLink(models.Model):
    """One link to the newest text of a story, given out by an author, until a day or until it is taken back."""

    story = models.ForeignKey("practice.StoryPage", on_delete=models.CASCADE, related_name="preview_links")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    whom = models.CharField("for whom", max_length=80, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = PreviewLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Preview of {self.story_id} until {self.expires_at:%Y-%m-%d}"

    @property
    def token(self) -> str:
        """What stands in its address: signed, so that it cannot be guessed from another one."""
        signed: str = SIGNER.sign_object(self.pk)
        return signed

    def get_absolute_url(self) -> str:
        """Where it leads."""
        return reverse("shared-preview", args=[self.token])

    @staticmethod
    def number_in(token: str) -> int | None:
        """The number of the link that a token names, or nothing where the token is made up."""
        try:
            number: Any = SIGNER.unsign_object(token)
        except (signing.BadSignature, ValueError):
            return None
        return number if isinstance(number, int) else None


LONGEST = timedelta(days=30)
