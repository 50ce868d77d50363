"""What waits for an answer can be claimed: somebody says that they look at it, so that two do not do the same work."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

# Whoever looks at a thing has so long before others are told nothing of it any more.
CLAIM_LASTS = timedelta(hours=4)


class Claimed(models.Model):
    """A row that waits, and who said lately that they look at it. It binds nobody, and ends by itself."""

    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def claimant(self) -> Any:
        """Who said lately that they are looking at it."""
        fresh = self.claimed_at is not None and timezone.now() - self.claimed_at < CLAIM_LASTS
        return self.claimed_by if fresh else None
