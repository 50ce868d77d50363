"""Searches that keep looking, and what they found."""

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.urls import reverse
from django.utils import timezone

from community import access

# A search that was deleted can be put back for so long.
PUT_BACK_WITHIN = timedelta(days=30)


class StandingSearchQuerySet(models.QuerySet["StandingSearch"]):
    """Questions about standing searches."""

    def of(self, person: Any) -> Self:
        """Those that this person keeps."""
        return self.filter(person=person, deleted_at=None) if access.signed_in(person) else self.none()

    def looking(self) -> Self:
        """Those that look now: not paused, not deleted, of people who may sign in."""
        return self.filter(paused_at=None, deleted_at=None, person__is_active=True)

    def by_mail(self) -> Self:
        """Those whose finds go out by e-mail."""
        return self.exclude(how=StandingSearch.How.SITE)

    def put_away(self) -> Self:
        """Those that were deleted so long ago that nobody can put them back."""
        return self.filter(deleted_at__lt=timezone.now() - PUT_BACK_WITHIN)

    def seen_by(self, person: Any) -> Self:
        """Those of which `may_be_seen_by(person)` is true."""
        return self.of(person)


class StandingSearch(models.Model):
    """A search that one person keeps. `asked` is the question as it stands in an address, without page and order.

    It is nobody's business but its owner's.
    """

    class How(models.TextChoices):
        """How its owner hears of what it found."""

        SITE = "site", "In my inbox here, at once"
        AT_ONCE = "at-once", "By e-mail, at once"
        DAILY = "daily", "By e-mail, each morning"
        WEEKLY = "weekly", "By e-mail, on Mondays"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="standing_searches")
    name = models.CharField(max_length=120)
    asked = models.TextField()
    how = models.CharField(max_length=10, choices=How.choices, default=How.DAILY)
    created_at = models.DateTimeField(default=timezone.now)
    since = models.DateTimeField(default=timezone.now, help_text="What was published before is not new to it")
    paused_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(default=timezone.now, help_text="When its finds were last looked through for mail")
    needed = models.PositiveSmallIntegerField(default=1, help_text="Of how many clauses a key must be there")
    keyed_by = models.CharField(max_length=40, blank=True, help_text="The synonyms that its keys were made with")
    notifications = GenericRelation(
        "notifications.Notification", content_type_field="about_type", object_id_field="about_id"
    )

    objects = StandingSearchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "standing searches"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "asked"], condition=models.Q(deleted_at=None), name="one_standing_search_a_question"
            )
        ]
        indexes = [models.Index(fields=["how", "mailed_at"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page on which its owner reads what it found."""
        return reverse("standing-search", args=[self.pk])

    @property
    def search_url(self) -> str:
        """The search itself."""
        return f"{reverse('search')}?{self.asked}"

    @property
    def is_paused(self) -> bool:
        """Whether it looks for nothing at the moment."""
        return self.paused_at is not None

    def may_be_seen_by(self, person: Any) -> bool:
        """Whether this person may know of it: its owner, while it is kept."""
        return access.signed_in(person) and person.pk == self.person_id and self.deleted_at is None


class SearchKey(models.Model):
    """A word that fulfils a clause of a standing search. What has not a key of enough clauses need not be compared."""

    search = models.ForeignKey(StandingSearch, on_delete=models.CASCADE, related_name="keys")
    clause = models.PositiveSmallIntegerField(default=0)
    key = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "search", "clause"], name="one_key_a_clause")]

    def __str__(self) -> str:
        return self.key


class FoundQuerySet(models.QuerySet["Found"]):
    """Questions about what standing searches found."""

    def to_mail(self) -> Self:
        """What should go out by e-mail and has not."""
        looking = StandingSearch.objects.looking().by_mail()
        return self.filter(mailed_at=None, search__in=looking)


class Found(models.Model):
    """One thing that a standing search found. It is told once, whatever becomes of the thing later."""

    search = models.ForeignKey(StandingSearch, on_delete=models.CASCADE, related_name="found")
    kind = models.CharField(max_length=20)
    object_id = models.PositiveBigIntegerField()
    found_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True, blank=True, help_text="When it came to the inbox")
    mailed_at = models.DateTimeField(null=True, blank=True, help_text="When it went out by e-mail")

    objects = FoundQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "found"
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["search", "kind", "object_id"], name="found_once_by_a_standing_search")
        ]
        indexes = [models.Index(fields=["search", "-found_at"]), models.Index(fields=["kind", "object_id"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} for {self.search_id}"
