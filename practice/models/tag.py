"""The free words on a story, and what became of words that were changed."""

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from modelcluster.fields import ParentalKey
from taggit.models import Tag, TaggedItemBase

from community import access

# A change of a word can be taken back for so long, unless the word was changed again.
MAY_BE_UNDONE_FOR = timedelta(minutes=10)


class StoryTag(TaggedItemBase):
    """A free word on a story."""

    content_object = ParentalKey("practice.StoryPage", on_delete=models.CASCADE, related_name="tagged_items")


class TagChangeQuerySet(models.QuerySet["TagChange"]):
    """Questions about changes of words."""

    def standing(self) -> Self:
        """Those that nobody has taken back."""
        return self.filter(undone_at=None)

    def gone(self, numbers: Any) -> Self:
        """Those by which the words with these numbers ceased to be."""
        return self.standing().filter(number__in=numbers).exclude(kind=TagChange.Kind.RENAMED)

    def seen_by(self, person: Any) -> Self:
        """Those that this person may read of: their own; all of them for an editor."""
        return self.all() if access.is_editor(person) else self.filter(by=person)


class TagChange(models.Model):
    """Something that was done to a word on stories: what it was, what it is now, and what it takes to undo it.

    `tag` and `topic` say what it is today: they follow when that is changed in its turn, so that no chain is walked.
    Versions of stories know a word by its number, and so come out with what it is today.
    """

    class Kind(models.TextChoices):
        """What was done."""

        RENAMED = "renamed", "Renamed"
        MERGED = "merged", "Merged"
        RETIRED = "retired", "Retired"
        PROMOTED = "promoted", "Made a topic"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    number = models.BigIntegerField(db_index=True)
    name = models.CharField(max_length=100)
    slug = models.CharField(max_length=100, db_index=True)
    became = models.CharField(max_length=120, blank=True)
    tag = models.ForeignKey(Tag, null=True, on_delete=models.SET_NULL, related_name="+")
    topic = models.ForeignKey("practice.Topic", null=True, on_delete=models.SET_NULL, related_name="+")
    stories = models.PositiveIntegerField(default=0)
    moved = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = TagChangeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name}: {self.kind}"

    def may_be_seen_by(self, person: Any) -> bool:
        """Whether this person may read of it: who did it, and the editors of the site."""
        return access.is_editor(person) or (access.signed_in(person) and self.by_id == person.pk)

    @property
    def words(self) -> str:
        """What was done, as it follows the name of whoever did it."""
        if self.kind == self.Kind.RENAMED:
            return f"renamed “{self.name}” to “{self.became}”"
        if self.kind == self.Kind.MERGED:
            return f"merged “{self.name}” into “{self.became}”"
        if self.kind == self.Kind.PROMOTED:
            return f"made “{self.name}” the topic “{self.became}”"
        return f"retired “{self.name}”"


class TagsApart(models.Model):
    """Two words of which somebody said that they are not the same: nobody is asked again."""

    one = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="two_tags_are_told_apart_once"),
            models.CheckConstraint(condition=models.Q(one__lt=models.F("other")), name="the_older_tag_stands_first"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} is not {self.other_id}"


class WordsOfToday:
    """What a version of a story says in words that were changed since: it comes out with what they are today."""

    @classmethod
    def from_serializable_data(cls, data: dict[str, Any], *args: Any, **options: Any) -> Any:
        """Make the object of a version."""
        return super().from_serializable_data(in_words_of_today(data), *args, **options)  # type: ignore[misc]


def in_words_of_today(data: dict[str, Any]) -> dict[str, Any]:
    """The content of a version with each word that is gone replaced by what it became."""
    items: list[dict[str, Any]] = data.get("tagged_items") or []
    became = {change.number: change for change in TagChange.objects.gone([item["tag"] for item in items])}
    if not became:
        return data
    topics = list(data.get("topics") or [])
    kept: dict[int, dict[str, Any]] = {item["tag"]: item for item in items if item["tag"] not in became}
    for item in items:
        if change := became.get(item["tag"]):
            if change.tag_id:
                kept.setdefault(change.tag_id, {**item, "tag": change.tag_id})
            elif change.topic_id and change.topic_id not in topics:
                topics.append(change.topic_id)
    return {**data, "tagged_items": list(kept.values()), "topics": topics}
