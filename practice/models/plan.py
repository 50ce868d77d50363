"""When a story goes out by itself, and when it is taken down."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format


class StoryPlanQuerySet(models.QuerySet["StoryPlan"]):
    """Questions about plans."""

    def due(self, now: datetime) -> Self:
        """Those of which something is to be done now."""
        going_out = Q(goes_out_at__lte=now, revision__isnull=False)
        return self.filter(going_out | Q(comes_down_at__lte=now)).order_by("pk")

    def set_aside(self) -> Self:
        """Those whose version may be published, and only waits for its time."""
        return self.filter(revision__isnull=False)


class StoryPlan(models.Model):
    """The times that somebody chose for a story. Until its text may be published, `goes_out_at` is a wish; then
    `revision` is what goes out at that time, whatever is saved meanwhile."""

    story = models.OneToOneField("practice.StoryPage", on_delete=models.CASCADE, related_name="plan")
    goes_out_at = models.DateTimeField(null=True, blank=True, db_index=True)
    comes_down_at = models.DateTimeField(null=True, blank=True, db_index=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    revision = models.ForeignKey("wagtailcore.Revision", null=True, on_delete=models.SET_NULL, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    was_read = models.BooleanField(default=False, help_text="Approved by somebody who moderates it")

    objects = StoryPlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(goes_out_at__isnull=False) | Q(comes_down_at__isnull=False), name="a_plan_says_a_time"
            ),
            models.CheckConstraint(
                condition=Q(goes_out_at=None) | Q(comes_down_at=None) | Q(comes_down_at__gt=F("goes_out_at")),
                name="a_story_comes_down_after_it_went_out",
            ),
            models.CheckConstraint(
                condition=Q(revision=None) | Q(goes_out_at__isnull=False), name="what_is_set_aside_has_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.story_id}: {self.words}"

    @property
    def words(self) -> str:
        """What is planned, in words."""
        said = []
        if self.goes_out_at:
            said.append(f"{'goes out' if self.revision_id else 'is to go out'} on {moment(self.goes_out_at)}")
        if self.comes_down_at:
            said.append(f"will be taken down on {moment(self.comes_down_at)}")
        words = " and ".join(said)
        return words[:1].upper() + words[1:]

    @classmethod
    def keep_for_later(cls, story: Any, revision: Any, *, by: Any, was_read: bool) -> "StoryPlan | None":
        """Set a version aside that may be published, where a time was chosen that is still to come; else nothing."""
        plan = cls.objects.select_for_update(of=("self",)).filter(story=story.pk, goes_out_at__isnull=False).first()
        if plan is None or plan.goes_out_at is None:
            return None
        if plan.goes_out_at <= timezone.now():
            plan.forget_going_out()
            return None
        plan.revision, plan.approved_by, plan.was_read = revision, by, was_read
        plan.save()
        return plan

    def forget_going_out(self) -> None:
        """Nothing goes out by itself any more. The day on which it is taken down stays, if there is one."""
        if self.comes_down_at is None:
            self.delete()
            return
        self.goes_out_at = self.revision = self.approved_by = None
        self.was_read = False
        self.save()


def moment(when: datetime) -> str:
    """A day and a time of day, as they are said here: 3 December at 09:00."""
    local = timezone.localtime(when)
    year = "" if local.year == timezone.localtime().year else " Y"
    return f"{date_format(local, f'j F{year}')} at {date_format(local, 'H:i')}"


def is_kept(revision: Any, story: Any) -> bool:
    """Whether a version must stay as it is: it is published, somebody read it, or it waits for its time."""
    if revision.pk == story.live_revision_id or revision.task_states.exists():
        return True
    return StoryPlan.objects.filter(revision=revision.pk).exists()
