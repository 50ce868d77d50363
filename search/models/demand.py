"""What people looked for, and what they did not find. No row says who."""

from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.urls import reverse
from django.utils import timezone

# So many different people must have asked in one month before others may read of it.
FEWEST_PEOPLE = 3


class WishQuerySet(models.QuerySet["Wish"]):
    """Questions about wishes."""

    def open(self) -> Self:
        """Those that nobody has met, hidden or joined to another."""
        return self.filter(state=Wish.State.OPEN)

    def public(self) -> Self:
        """Those that everybody may read: enough people asked, and no word of a closed community is in it."""
        return self.open().filter(people__gte=FEWEST_PEOPLE, withheld=False)

    def most_wanted_first(self) -> Self:
        """By how many different people asked, the latest of equals first."""
        return self.order_by("-people", "-last_asked", "-pk")

    def seen_by(self, person: Any) -> Self:
        """Those of which `may_be_seen_by(person)` is true."""
        return self.filter(people__gte=FEWEST_PEOPLE, withheld=False).exclude(state=Wish.State.HIDDEN)

    def known_to(self, person: Any) -> Self:
        """Those that this person may read, and those that they asked for themselves."""
        marked = WishMark.objects.filter(person=person).values("wish")
        return self.filter(models.Q(pk__in=self.seen_by(person).order_by().values("pk")) | models.Q(pk__in=marked))


class Wish(models.Model):
    """Something that people looked for and did not find. `key` is the same for all who asked for the same thing."""

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", "Open"
        MET = "met", "Met"
        HIDDEN = "hidden", "Hidden"
        MERGED = "merged", "Joined to another"

    key = models.CharField(max_length=300, unique=True)
    words = models.CharField(max_length=300)
    topic = models.ForeignKey("practice.Topic", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="joined")
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was hidden or joined to another")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    met_by = models.ForeignKey("practice.StoryPage", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    people = models.PositiveIntegerField(default=0, help_text="Different people in the month when most of them asked")
    withheld = models.BooleanField(
        default=False, help_text="A word of it is read in a closed community and nowhere else"
    )
    first_asked = models.DateField(default=timezone.localdate)
    last_asked = models.DateField(default=timezone.localdate)
    notifications = GenericRelation(
        "notifications.Notification", content_type_field="about_type", object_id_field="about_id"
    )

    objects = WishQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "wishes"
        indexes = [models.Index(fields=["state", "-people", "-last_asked"])]

    def __str__(self) -> str:
        return self.words

    def get_absolute_url(self) -> str:
        """Its place on the board."""
        return f"{reverse('wanted')}#wish-{self.pk}"

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it."""
        return self.state == self.State.OPEN and self.people >= FEWEST_PEOPLE and not self.withheld

    def may_be_seen_by(self, person: Any) -> bool:
        """Whether this person may read it."""
        return self.people >= FEWEST_PEOPLE and not self.withheld and self.state != self.State.HIDDEN


class MonthKey(models.Model):
    """The key with which the askers of one month are told apart. When the month is over it goes, and with it the way
    to find out whether somebody asked."""

    month = models.DateField(primary_key=True)
    key = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class WishAsk(models.Model):
    """That somebody asked in a month. `asker` tells two people apart for one wish, and says nothing else."""

    wish = models.ForeignKey(Wish, on_delete=models.CASCADE, related_name="asks")
    month = models.DateField()
    asker = models.CharField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wish", "month", "asker"], name="an_asker_counts_once_a_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.wish_id}"


class WishMark(models.Model):
    """Somebody who wants it too, and is told when it is met. Only they themselves know."""

    wish = models.ForeignKey(Wish, on_delete=models.CASCADE, related_name="marks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="wish_marks")
    created_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wish", "person"], name="one_mark_a_wish_and_person")]

    def __str__(self) -> str:
        return f"{self.person_id} wants {self.wish_id}"


class WishStory(models.Model):
    """A story that was begun for a wish."""

    wish = models.ForeignKey(Wish, on_delete=models.CASCADE, related_name="stories")
    story = models.ForeignKey("practice.StoryPage", on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name_plural = "wish stories"
        constraints = [models.UniqueConstraint(fields=["wish", "story"], name="one_row_a_wish_and_story")]

    def __str__(self) -> str:
        return f"{self.story_id} for {self.wish_id}"


class AskedWords(models.Model):
    """How often something was asked on one day, found nothing, and led to a result that somebody opened."""

    key = models.CharField(max_length=300)
    words = models.CharField(max_length=300)
    day = models.DateField()
    times = models.PositiveIntegerField(default=0)
    nothing = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "asked words"
        constraints = [models.UniqueConstraint(fields=["day", "key"], name="one_count_a_day_and_question")]

    def __str__(self) -> str:
        return f"{self.words} on {self.day}"
