"""Who tells a story: as its readers know, and as its draft says."""

from typing import Any

from django.conf import settings
from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable


class StoryAuthor(Orderable):
    """A person who tells a story. The first is the one who began it."""

    page = ParentalKey("practice.StoryPage", on_delete=models.CASCADE, related_name="authorships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="authorships")

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["page", "person"], name="one_authorship_a_person_and_story")]

    @classmethod
    def stories_of(cls, person: Any) -> Any:
        """The ids of the stories that a person is an author of, published or not, as a query."""
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
