"""The queue of those who read stories: what waits, since when, and until when an answer was promised."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.utils import timezone
from wagtail.models import TaskState

from community import access
from community.models import CommunityPage, Membership
from practice.models import ReviewState, StoryPage
from practice.moderating import waiting_for

SATURDAY = 5


@dataclass(frozen=True)
class Waiting:
    """One story that waits to be read."""

    story: StoryPage
    review: ReviewState
    today: date

    @property
    def title(self) -> str:
        """Its title, as it was sent."""
        return self.review.revision.object_str

    @property
    def sent_on(self) -> date:
        """The day on which it was sent, or sent again."""
        return timezone.localdate(self.review.started_at)

    @property
    def sort(self) -> str:
        """What the queue can be narrowed by: new, sent again, or a change of what is published."""
        return "change" if self.story.live else "again" if getattr(self.story, "was_read", False) else "new"

    @property
    def kind(self) -> str:
        """What sort of thing waits, in words."""
        again = getattr(self.story, "was_read", False)
        if self.story.live:
            return "Change of a published story, sent again" if again else "Change of a published story"
        return "Changed and sent again" if again else "New"

    @property
    def days(self) -> int:
        """Working days that it has waited."""
        return working_days(self.sent_on, self.today)

    @property
    def due(self) -> date:
        """The day by which its community promised an answer."""
        return after_working_days(self.sent_on, self.story.community.policy.promise_days)  # type: ignore[union-attr]

    @property
    def late(self) -> int:
        """Working days since an answer was due."""
        return working_days(self.due, self.today)

    @property
    def how_long(self) -> str:
        """How long it has waited, and until when an answer was promised, in words."""
        waited = {0: "Today", 1: "1 day"}.get(self.days, f"{self.days} days")
        if self.late:
            return f"{waited}, {self.late} day{'s' if self.late > 1 else ''} late"
        near = self.due - self.today < timedelta(days=7)
        due = "today" if self.due == self.today else f"{self.due:%A}" if near else f"{self.due:%-d %B}"
        return f"{waited}, due {due}"


def queue_of(person: Any) -> list[Waiting]:
    """What waits for this person, the longest waiting first."""
    stories = list(waiting_for(person))
    reviews = (
        ReviewState.objects.filter(pk__in=[story.review_id for story in stories])
        .select_related("revision__user", "claimed_by")
        .defer("revision__content")
        .in_bulk()
    )
    today = timezone.localdate()
    return [Waiting(story, reviews[story.review_id], today) for story in stories if story.review_id in reviews]


@dataclass(frozen=True)
class Choice:
    """A way to narrow the queue down, and how much it leaves."""

    words: str
    address: str
    count: int
    chosen: bool


SORTS = {"new": "New", "again": "Sent again", "change": "Changes of published stories", "late": "Late"}


def narrowed(waiting: list[Waiting], community: str, sort: str) -> list[Waiting]:
    """What of the queue is of one community and of one sort; nothing chosen leaves all."""
    return [
        item
        for item in waiting
        if (not community or item.story.community.slug == community)  # type: ignore[union-attr]
        and (not sort or item.sort == sort or (sort == "late" and item.late))
    ]


def choices(waiting: list[Waiting], community: str, sort: str) -> list[Choice]:
    """The ways to narrow the queue down that leave something, with how much. Choosing one again gives it up."""
    communities = {item.story.community.slug: item.story.community.title for item in waiting}  # type: ignore[union-attr]
    ways = []
    if len(communities) > 1 or community:
        for slug, title in sorted(communities.items(), key=lambda each: each[1]):
            chosen = slug == community
            count = len(narrowed(waiting, slug, sort))
            ways.append(Choice(title, _address("" if chosen else slug, sort), count, chosen))
    for name, words in SORTS.items():
        chosen, count = name == sort, len(narrowed(waiting, community, name))
        if chosen or 0 < count < len(waiting):
            ways.append(Choice(words, _address(community, "" if chosen else name), count, chosen))
    return ways


def _address(community: str, sort: str) -> str:
    return "?" + urlencode({name: value for name, value in (("community", community), ("sort", sort)) if value})


def requests_to_join(person: Any) -> Sequence[CommunityPage]:
    """The communities that this person facilitates in which people wait for an answer, each with `asking`, how many."""
    asked = Membership.objects.filter(state=Membership.State.ASKED, community__in=access.facilitated_by(person))
    counts = dict(asked.order_by().values_list("community").annotate(Count("pk")))
    communities = list(CommunityPage.objects.filter(pk__in=counts).order_by("title"))
    for community in communities:
        community.asking = counts[community.pk]
    return communities


def usual_days(person: Any) -> int | None:
    """Working days within which this person has answered this year, half of the times. None before three answers."""
    answers = ReviewState.objects.filter(
        finished_by=person,
        finished_at__year=timezone.localdate().year,
        status__in=[TaskState.STATUS_APPROVED, TaskState.STATUS_REJECTED],
    ).values_list("started_at", "finished_at")
    days = [working_days(timezone.localdate(sent), timezone.localdate(done)) for sent, done in answers]
    return round(median(days)) if len(days) > 2 else None


def working_days(since: date | datetime, until: date) -> int:
    """Days from Monday to Friday after the first and up to the second.

    >>> working_days(date(2026, 11, 20), date(2026, 11, 24)), working_days(date(2026, 11, 24), date(2026, 11, 20))
    (2, 0)
    """
    weeks, rest = divmod((until - since).days, 7)
    if weeks < 0:
        return 0
    return weeks * 5 + sum((since + timedelta(days=day)).weekday() < SATURDAY for day in range(1, rest + 1))


def after_working_days(since: date, days: int) -> date:
    """The day so many working days later.

    >>> after_working_days(date(2026, 11, 20), 5)
    datetime.date(2026, 11, 27)
    """
    day = since
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < SATURDAY
    return day
