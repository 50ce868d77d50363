"""How a community is doing, for those who facilitate it: what came in each month, and what goes stale.

Seven queries, whatever there is. Nothing in it says who did what: only how many.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, CharField, Count, DateTimeField, IntegerField, Q, QuerySet, When
from django.db.models.functions import Cast, Coalesce, Greatest
from django.utils import timezone
from django.utils.dateformat import format as format_date
from wagtail.models import Page, PageLogEntry, TaskState

from community.models import CommunityPage, Membership
from hub.charts.templatetags.charts import Figure
from practice.models import Repetition, ReviewState, StoryPage
from practice.models.stories import StoryQuerySet
from practice.promises import working_days

MONTHS = 12
STALE_AFTER = timedelta(days=365)
PLANNED_FOR = timedelta(days=180)
MOST_STALE = 25
Status = StoryPage.Status


@dataclass(frozen=True)
class Chart:
    """One small chart: its heading, what it says in a sentence, its bars, and what a column of its table is called."""

    name: str
    heading: str
    sentence: str
    column: str
    figures: list[Figure]
    most: int = 0


class Health:
    """The last twelve months of a community, this one included."""

    def __init__(self, community: CommunityPage) -> None:
        self.community = community
        self.today = timezone.localdate()

    @cached_property
    def months(self) -> list[date]:
        """The first days of the months, the earliest first."""
        number = self.today.year * 12 + self.today.month - 1
        return [date(each // 12, each % 12 + 1, 1) for each in range(number - MONTHS + 1, number + 1)]

    @property
    def since(self) -> datetime:
        """The moment at which they begin."""
        return timezone.make_aware(datetime.combine(self.months[0], time()))

    @property
    def charts(self) -> list[Chart]:
        """All of them."""
        return [self.new_stories, self.answers, self.active_members, self.repeats]

    @cached_property
    def new_stories(self) -> Chart:
        """Stories that were published, by month."""
        stories = StoryPage.objects.filter(community=self.community, shown=True, published_at__gte=self.since)
        numbers = self._counted(stories.order_by(), "published_at")
        total = sum(numbers.values())
        return Chart(
            "new", "New stories", f"{_many(total, 'story', 'stories')} in twelve months.", "Stories", self._of(numbers)
        )

    @cached_property
    def answers(self) -> Chart:
        """How many of those who sent a story were answered within the promise, by the month of the answer."""
        promise = self.community.policy.promise_days
        inside, all_of_them = Counter[date](), Counter[date]()
        here = timezone.get_current_timezone()
        days = Counter((sent.astimezone(here).date(), done.astimezone(here).date()) for sent, done in self._readings())
        for (sent, done), many in days.items():
            all_of_them[done.replace(day=1)] += many
            inside[done.replace(day=1)] += many * (working_days(sent, done) <= promise)
        figures = []
        for month in self.months:
            many, kept = all_of_them[month], inside[month]
            value = round(100 * kept / many) if many else None
            figures.append(_figure(month, value, f"{kept} of {many}" if many else "none was due"))
        total, kept = sum(all_of_them.values()), sum(inside.values())
        within = "1 working day" if promise == 1 else f"{promise} working days"
        sentence = f"{kept} of {_many(total, 'answer', 'answers')} came within {within}, as promised."
        return Chart("answers", "Answers within the promise, in %", sentence, "Within the promise", figures, 100)

    @cached_property
    def active_members(self) -> Chart:
        """Members who told, sent, read, decided or repeated something, by month."""
        members = Membership.objects.present().filter(community=self.community).values("person")
        stories = StoryPage.objects.filter(community=self.community).order_by().values("pk")
        entries = PageLogEntry.objects.filter(timestamp__gte=self.since, user__in=members)
        entries = entries.filter(Q(page__in=stories) | Q(page=self.community.pk)).order_by()
        done = entries.values_list(self._month_of("timestamp"), "user").distinct()
        said = Repetition.objects.filter(story__community=self.community, created_at__gte=self.since)
        said = said.filter(person__in=members).order_by()
        people: dict[date, set[int]] = defaultdict(set)
        for month, person in [*done, *said.values_list(self._month_of("created_at"), "person").distinct()]:
            people[self.months[month]].add(person)
        everybody = set().union(*people.values()) if people else set()
        numbers = {month: len(who) for month, who in people.items()}
        of = self.community.memberships.present().count()  # type: ignore[attr-defined]
        sentence = f"{len(everybody)} of {_many(of, 'member', 'members')} wrote, read or decided something."
        return Chart("active", "Active members", sentence, "Members", self._of(numbers))

    @cached_property
    def repeats(self) -> Chart:
        """Repeats of its stories, by the month in which they were told."""
        said = Repetition.objects.shown().filter(story__community=self.community, story__shown=True)
        numbers = self._counted(said.filter(created_at__gte=self.since).order_by(), "created_at")
        total = sum(numbers.values())
        return Chart("repeats", "Repeats", f"{_many(total, 'repeat', 'repeats')} told.", "Repeats", self._of(numbers))

    @cached_property
    def stale(self) -> list[StoryPage]:
        """The stories that nobody has confirmed or changed for longest, so far as that is too long. At most a few."""
        return list(going_stale(self.community).for_cards().select_related("still_so")[: MOST_STALE + 1])

    @property
    def stale_shown(self) -> list[StoryPage]:
        """Those that the page shows."""
        return self.stale[:MOST_STALE]

    @property
    def more_stale(self) -> bool:
        """Whether there are more."""
        return len(self.stale) > MOST_STALE

    def _readings(self) -> Iterable[tuple[datetime, datetime]]:
        """When each story of the last months was sent, and when it was answered."""
        ids = Cast("pk", CharField(max_length=255))
        stories = StoryPage.objects.filter(community=self.community).order_by().values(number=ids)
        rows = ReviewState.objects.filter(
            finished_at__gte=self.since,
            status__in=[TaskState.STATUS_APPROVED, TaskState.STATUS_REJECTED],
            workflow_state__base_content_type=ContentType.objects.get_for_model(Page),
            workflow_state__object_id__in=stories,
        ).values_list("started_at", "finished_at")
        return [(sent, done) for sent, done in rows if done]

    def _month_of(self, moment: str) -> Case:
        """In which of the months a moment lies, by its number, as the database compares it.

        Its own function for the month is Python on SQLite, called for each row.
        """
        ends = [timezone.make_aware(datetime.combine(each, time())) for each in self.months[1:]]
        whens = [When(**{f"{moment}__lt": end}, then=number) for number, end in enumerate(ends)]
        return Case(*whens, default=len(ends), output_field=IntegerField())

    def _counted(self, rows: QuerySet[Any], moment: str) -> dict[date, int]:
        """How many of these rows each month has."""
        months = rows.values_list(self._month_of(moment)).annotate(Count("pk"))
        return {self.months[month]: number for month, number in months}

    def _of(self, numbers: dict[date, int]) -> list[Figure]:
        return [_figure(month, numbers.get(month, 0), str(numbers.get(month, 0))) for month in self.months]


def going_stale(community: CommunityPage) -> StoryQuerySet:
    """Published stories that were neither changed nor confirmed for a year, the longest first; a plan for half a year.

    What was stopped does not go stale.
    """
    now = timezone.now()
    stories = StoryPage.objects.filter(community=community, shown=True).exclude(practice_status=Status.STOPPED)
    told = Coalesce("last_published_at", "published_at", output_field=DateTimeField())
    confirmed = Coalesce("still_so__answered_at", told, output_field=DateTimeField())
    stories = stories.annotate(true_at=Greatest(confirmed, told, output_field=DateTimeField()))
    plan = Q(practice_status=Status.PLANNED, true_at__lt=now - PLANNED_FOR)
    return stories.filter(plan | Q(true_at__lt=now - STALE_AFTER)).order_by("true_at", "pk")


def _figure(month: date, value: int | None, words: str) -> Figure:
    return Figure(format_date(month, "F Y"), format_date(month, "M"), value, words)


def _many(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
