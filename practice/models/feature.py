"""Stories that somebody put forward for a time: in a community, or as the editors' pick of one week."""

from datetime import date, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


def monday_of(day: date) -> date:
    """The first day of the week in which a day lies."""
    return day - timedelta(days=day.weekday())


class FeatureQuerySet(models.QuerySet["Feature"]):
    """Questions about stories put forward in communities."""

    def standing(self) -> Self:
        """Those whose time is not over, and that nobody took down."""
        return self.filter(ended_at=None, until__gte=timezone.localdate())

    def over(self) -> Self:
        """Those whose time is over, or that somebody took down, the latest first."""
        rows = self.filter(Q(ended_at__isnull=False) | Q(until__lt=timezone.localdate()))
        return rows.order_by("-until", "-pk")

    def visible_to(self, person: Any) -> Self:
        """Those that stand, of stories that this person may read, where the stories are now."""
        from practice.models.story import StoryPage

        readable = StoryPage.objects.visible_to(person).order_by().values("pk")
        return self.standing().filter(story__in=readable, story__community=F("community"))


class Feature(models.Model):
    """A story that facilitators put forward in their community until a day: featured, or pinned above the newest."""

    class Kind(models.TextChoices):
        """How it stands out."""

        FEATURED = "featured", "Featured"
        PINNED = "pinned", "Pinned"

    community = models.ForeignKey("community.CommunityPage", on_delete=models.CASCADE, related_name="features")
    story = models.ForeignKey("practice.StoryPage", on_delete=models.CASCADE, related_name="features")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.CharField(max_length=200)
    until = models.DateField("last day")
    place = models.PositiveSmallIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField("taken down", null=True, blank=True)

    objects = FeatureQuerySet.as_manager()

    class Meta:
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "story", "kind"],
                condition=Q(ended_at=None),
                name="a_story_is_put_forward_once_in_a_way",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_story_is_put_forward_for_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.story_id} {self.kind} in {self.community_id} until {self.until}"

    @property
    def said_by(self) -> str:
        """Who put it forward, and how: what stands before the reason."""
        words = str(self.get_kind_display())
        return f"{words} by {self.by}" if self.by and self.by.is_active else words


class PickQuerySet(models.QuerySet["Pick"]):
    """Questions about the picks of weeks."""

    def of_week(self, day: date | None = None) -> Self:
        """The pick of the week in which a day lies, or of this week."""
        return self.filter(week=monday_of(day or timezone.localdate()))

    def begun(self) -> Self:
        """This week's and the earlier ones, the latest first. What is chosen for later is known to editors alone."""
        return self.filter(week__lte=timezone.localdate()).order_by("-week")

    def coming(self) -> Self:
        """This week's and the later ones, in their order."""
        return self.filter(week__gte=monday_of(timezone.localdate())).order_by("week")

    def visible_to(self, person: Any) -> Self:
        """Those of stories that this person may read, once their week has begun."""
        from practice.models.story import StoryPage

        return self.begun().filter(story__in=StoryPage.objects.visible_to(person).order_by().values("pk"))


class Pick(models.Model):
    """The story that the editors of the site put on the front page for one week, with a sentence why."""

    week = models.DateField(unique=True, help_text="Its Monday")
    story = models.ForeignKey("practice.StoryPage", on_delete=models.CASCADE, related_name="picks")
    words = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = PickQuerySet.as_manager()

    class Meta:
        ordering = ["-week"]
        constraints = [models.CheckConstraint(condition=Q(week__iso_week_day=1), name="a_week_begins_on_monday")]

    def __str__(self) -> str:
        return f"{self.week}: {self.story_id}"
