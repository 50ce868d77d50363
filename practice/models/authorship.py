"""Who tells a story: as its readers know, as its draft says, and who has handed it over."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable


class StoryAuthor(Orderable):
    """A person who tells a story. The first is the one who began it, unless its authors chose another order."""

    page = ParentalKey("practice.StoryPage", on_delete=models.CASCADE, related_name="authorships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="authorships")

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["page", "person"], name="one_authorship_a_person_and_story")]

    @classmethod
    def stories_of(cls, person: Any) -> Any:
        """The ids of the stories that a person writes, published or not, as a query: told and not handed over."""
        given_up = StoryHandover.objects.filter(person=person).values("page_id")
        mine = [
            kind.objects.filter(person=person)
            .exclude(page_id__in=given_up)
            .order_by()
            .values_list("page_id", flat=True)
            for kind in (cls, StoryWriter)
        ]
        return mine[0].union(mine[1])

    @classmethod
    def stories_told_by(cls, person: Any) -> Any:
        """The ids of the stories that a person is credited with or writes, as a query."""
        mine = [
            kind.objects.filter(person=person).order_by().values_list("page_id", flat=True)
            for kind in (cls, StoryWriter)
        ]
        return mine[0].union(mine[1])


class StoryWriter(models.Model):
    """A person whom the draft names as an author, and who may therefore write it. Readers do not see them before the
    draft is published: until then, `StoryAuthor` has the authors of the published version."""

    page = models.ForeignKey("practice.StoryPage", on_delete=models.CASCADE, related_name="writers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "person"], name="one_writer_a_person_and_story")]

    def __str__(self) -> str:
        return f"{self.person} writes {self.page_id}"


class StoryHandover(models.Model):
    """An author who has handed a story over to somebody else: still credited, whatever version is published, but no
    longer the one who writes it."""

    page = models.ForeignKey("practice.StoryPage", on_delete=models.CASCADE, related_name="handovers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "person"], name="one_handover_a_person_and_story")]

    def __str__(self) -> str:
        return f"{self.person} handed {self.page_id} over to {self.to}"
