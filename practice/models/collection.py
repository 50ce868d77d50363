"""Stories that somebody put in an order for others: "Start here", "Before the winter"."""

from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from community import access
from hub.richtext import clean_html

# So long can one that was taken away be brought back.
KEPT_FOR = timedelta(days=30)


class CollectionQuerySet(models.QuerySet["Collection"]):
    """Questions about collections."""

    def standing(self) -> Self:
        """Those that nobody took away."""
        return self.filter(taken_away_at=None)

    def taken_away(self) -> Self:
        """Those that can still be brought back, the latest first."""
        return self.filter(taken_away_at__gt=timezone.now() - KEPT_FOR).order_by("-taken_away_at")

    def visible_to(self, person: Any) -> Self:
        """Collections that this person may read. What they hold is asked for apart: not all of it may be for them."""
        return self.standing().readable_by(person)

    def readable_by(self, person: Any) -> Self:
        """The same with those that were taken away, for those who may bring them back."""
        if access.is_editor(person):
            return self.all()
        own = list(person.memberships_by_community) if access.signed_in(person) else []
        shut = Q(community__in=access.closed_communities(person))
        return self.exclude(shut).exclude(Q(for_members=True) & ~Q(community__in=own))

    def readable_with(self, story: Any) -> Self:
        """Those that everybody may read who may read this story: the public ones, and what is for its neighbours."""
        closed = [pk for pk in access.closed_communities(None) if pk != story.community_id]
        of_members = Q(for_members=True)
        if story.audience != access.PUBLIC:
            of_members &= ~Q(community=story.community_id)
        return self.standing().exclude(community__in=closed).exclude(of_members)

    def tended_by(self, person: Any) -> Self:
        """Those that this person may change."""
        if access.is_editor(person):
            return self.all()
        return self.filter(community__in=access.facilitated_by(person))

    def with_something_for(self, person: Any) -> Self:
        """Those that hold a story which this person may read."""
        from practice.models.story import StoryPage

        readable = StoryPage.objects.visible_to(person).values("pk")
        return self.filter(pk__in=CollectionItem.objects.filter(story__in=readable).values("collection"))

    def with_numbers(self, person: Any) -> Self:
        """With how many of their stories this person may read, as `number`."""
        from practice.models.story import StoryPage

        readable = StoryPage.objects.visible_to(person).values("pk")
        return self.annotate(number=models.Count("items", filter=Q(items__story__in=readable), distinct=True))


class Collection(models.Model):
    """An introduced path through stories, tended by a community, or by the editors for the whole site."""

    title = models.CharField(max_length=120)
    introduction = models.TextField(blank=True)
    community = models.ForeignKey(
        "community.CommunityPage", null=True, blank=True, on_delete=models.CASCADE, related_name="collections"
    )
    for_members = models.BooleanField("only for members of the community", default=False)
    stories = models.ManyToManyField("practice.StoryPage", through="practice.CollectionItem", related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    taken_away_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CollectionQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(community__isnull=False) | Q(for_members=False), name="members_are_of_a_community"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep only what is safe to show."""
        self.introduction = clean_html(self.introduction)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("collection", args=[self.pk, self.readable_slug])

    @property
    def readable_slug(self) -> str:
        """The readable end of its address, which may change."""
        return slugify(self.title)[:60] or "collection"

    @property
    def may_be_brought_back(self) -> bool:
        """Whether it was taken away so lately that it is still kept."""
        return self.taken_away_at is not None and self.taken_away_at > timezone.now() - KEPT_FOR

    def may_be_seen_by(self, person: Any) -> bool:
        """Whether this person may read it."""
        return Collection.objects.visible_to(person).filter(pk=self.pk).exists()

    def may_be_tended_by(self, person: Any) -> bool:
        """Whether this person may change it: the facilitators of its community, and the editors of the site."""
        if self.community_id is None:
            return access.is_editor(person)
        return access.facilitates(person, self.community_id)


class CollectionItem(models.Model):
    """One story in a collection, with a word on why it stands there."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="items")
    story = models.ForeignKey("practice.StoryPage", on_delete=models.CASCADE, related_name="collected")
    note = models.CharField(max_length=300, blank=True)
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["place", "pk"]
        constraints = [models.UniqueConstraint(fields=["collection", "story"], name="a_story_stands_once_in_it")]

    def __str__(self) -> str:
        return f"{self.place} of {self.collection_id}: {self.story_id}"
