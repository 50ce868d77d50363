"""What a reader reports: a story, or what somebody said of repeating it. And what came of that."""

from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.utils import timezone

from community import access
from community.models.claimed import Claimed
from practice.models.authorship import StoryAuthor


class ReportQuerySet(models.QuerySet["Report"]):
    """Questions about reports."""

    def open(self) -> Self:
        """Those that nobody has answered, the longest waiting first."""
        return self.filter(answered_at=None).order_by("created_at", "pk")

    def about_the_same(self, report: "Report") -> Self:
        """Those that are about the same thing as this one."""
        return self.filter(story=report.story_id, repetition=report.repetition_id)

    def decided_by(self, person: Any) -> Self:
        """Those that this person answers: of the communities that they look after, never about what is their own."""
        if not access.signed_in(person):
            return self.none()
        own = Q(story__in=list(StoryAuthor.stories_told_by(person))) | Q(story__owner=person)
        rows = self.filter(story__community__in=access.facilitated_by(person))
        return rows.exclude(Q(repetition=None) & own).exclude(repetition__person=person)

    def seen_by(self, person: Any) -> Self:
        """Those of which `may_be_seen_by(person)` is true, asked in one query with whatever it is part of."""
        if access.is_editor(person):
            decided = Q()
        else:
            decided = Q(story__community__in=access.own_communities(person, facilitated=True))
        authored = Q(story__in=StoryAuthor.objects.filter(person=person).values("page")) | Q(
            story__writers__person=person
        )
        own = Q(repetition=None) & (authored | Q(story__owner=person))
        decides = self.filter(decided).exclude(own).exclude(repetition__person=person)
        return self.filter(Q(person=person) | Q(pk__in=decides.order_by().values("pk")))


class Report(Claimed):
    """One reader says what is wrong with one thing. Whoever told the thing never learns who said so."""

    class Reason(models.TextChoices):
        """What is wrong."""

        PERSONAL = "personal", "It shows somebody’s personal data"
        WRONG = "wrong", "It is wrong, or out of date"
        UNKIND = "unkind", "It is unkind"
        ELSEWHERE = "elsewhere", "It is not a story of practice"
        COPYRIGHT = "copyright", "It uses what belongs to somebody else"
        OTHER = "other", "Something else"

    class Outcome(models.TextChoices):
        """What came of it."""

        NOTHING = "nothing", "It stays as it is"
        ASKED = "asked", "Its author was asked to correct it"
        HIDDEN = "hidden", "It was hidden"
        WITHDRAWN = "withdrawn", "It was withdrawn"
        MERGED = "merged", "It was merged into another story"

    story = models.ForeignKey("practice.StoryPage", on_delete=models.CASCADE, related_name="reports")
    repetition = models.ForeignKey(
        "practice.Repetition", null=True, blank=True, on_delete=models.CASCADE, related_name="reports"
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="reports")
    reason = models.CharField("what is wrong", max_length=10, choices=Reason.choices)
    words = models.TextField(max_length=1000)
    created_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    answer = models.TextField(max_length=1000, blank=True)
    notifications = GenericRelation(
        "notifications.Notification", content_type_field="about_type", object_id_field="about_id"
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "story"],
                condition=Q(answered_at=None, repetition=None),
                name="one_open_report_a_person_and_story",
            ),
            models.UniqueConstraint(
                fields=["person", "repetition"],
                condition=Q(answered_at=None) & ~Q(repetition=None),
                name="one_open_report_a_person_and_repetition",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, outcome="") | ~Q(answered_at=None) & ~Q(outcome=""),
                name="an_answered_report_has_an_outcome",
            ),
        ]
        indexes = [models.Index(fields=["created_at"], condition=Q(answered_at=None), name="open_reports")]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.story_id}"

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered it."""
        return self.answered_at is None

    def is_about_own(self, person: Any) -> bool:
        """Whether it is about what this person told, so that others decide."""
        if self.repetition is not None:
            return bool(self.repetition.person_id == person.pk)
        return person.pk == self.story.owner_id or self.story.is_told_by(person)

    def may_be_decided_by(self, person: Any) -> bool:
        """Whether this person answers it: who looks after the community, but nobody about what is their own."""
        return self.story.may_be_moderated_by(person) and not self.is_about_own(person)

    def may_be_seen_by(self, person: Any) -> bool:
        """Whether this person may know of it: the one who reported, and those who answer."""
        if not access.signed_in(person):
            return False
        return person.pk == self.person_id or self.may_be_decided_by(person)
