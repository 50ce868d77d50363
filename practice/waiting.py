"""The queue of those who look after communities: what waits, since when, and until when an answer was promised.

Stories to read, what readers report and people who ask to join stand in one list, the longest waiting first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any
from urllib.parse import urlencode

from django.db.models import CharField, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from wagtail.models import TaskState, get_default_page_content_type

from community import access, appealing
from community.models import Appeal, CommunityPage, Membership
from practice.models import Report, ReviewState, StoryAuthor, StoryPage
from practice.moderating import others_who_decide
from practice.promises import after_working_days, working_days

SORTS = {
    "new": "New",
    "again": "Sent again",
    "change": "Changes of published stories",
    "report": "Reported",
    "request": "People who ask to join",
    "appeal": "Appeals",
    "late": "Late",
}


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for a decision."""

    key: str
    sort: str  # what the queue can be narrowed by, of SORTS
    kind: str  # what sort of thing it is, in words
    title: str
    address: str
    community: CommunityPage
    since: datetime
    today: date
    who: Any = None
    did: str = "sent it"
    said: str = ""
    place: str = ""
    claimant: Any = None
    story: StoryPage | None = None
    thing: Any = None  # the row: a story, a report, a request, an appeal

    @property
    def sent_on(self) -> date:
        """The day on which it came."""
        return timezone.localdate(self.since)

    @property
    def days(self) -> int:
        """Working days that it has waited."""
        return working_days(self.sent_on, self.today)

    @property
    def due(self) -> date:
        """The day by which its community promised an answer."""
        return after_working_days(self.sent_on, self.community.policy.promise_days)

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
    today = timezone.localdate()
    waiting = [
        *stories_waiting(waiting_for(person), today),
        *reports_waiting(Report.objects.decided_by(person), today),
        *requests_waiting(Membership.objects.filter(community__in=access.facilitated_by(person)), today),
    ]
    if access.is_editor(person):
        waiting += appeals_waiting(Appeal.objects.decided_by(person), today)
    return sorted(waiting, key=lambda each: (each.since, each.key))


def waiting_for(person: Any) -> Any:
    """Stories that this person may decide about, the longest waiting first."""
    if not access.signed_in(person):
        return StoryPage.objects.none()
    shared = others_who_decide(person).values("community")
    own = Q(pk__in=list(StoryAuthor.stories_told_by(person))) & Q(community__in=shared)
    return to_be_read().filter(community__in=access.facilitated_by(person)).exclude(own)


def to_be_read() -> Any:
    """Stories that wait to be read, the longest waiting first.

    Each has its `review_id`, `sent_at`, and `was_read`: whether it was sent back or declined before.
    """
    reviews = ReviewState.objects.filter(
        workflow_state__base_content_type=get_default_page_content_type(),
        workflow_state__object_id=Cast(OuterRef("pk"), CharField(max_length=255)),
    )
    waiting = reviews.waiting()
    return (
        StoryPage.objects.filter(pk__in=ReviewState.objects.waiting().story_ids())
        .annotate(
            review_id=Subquery(waiting.values("pk")[:1]),
            sent_at=Subquery(waiting.values("started_at")[:1]),
            was_read=Exists(reviews.filter(status=TaskState.STATUS_REJECTED)),
        )
        .select_related("community__policy", "council", "plan")
        .prefetch_related("authorships__person")
        .order_by("sent_at", "pk")
    )


def stories_waiting(found: Iterable[StoryPage], today: date) -> list[Waiting]:
    """The stories among these that wait to be read. Each has its `review_id`."""
    stories = list(found)
    reviews = (
        ReviewState.objects.filter(pk__in=[story.review_id for story in stories])  # type: ignore[attr-defined]
        .select_related("revision__user", "claimed_by")
        .defer("revision__content")
        .in_bulk()
    )
    waiting = []
    for story in stories:
        review = reviews.get(story.review_id)  # type: ignore[attr-defined]
        if review is None or story.community is None:
            continue
        again = getattr(story, "was_read", False)
        kind = "Changed and sent again" if again else "New"
        if story.live:
            kind = "Change of a published story, sent again" if again else "Change of a published story"
        waiting.append(
            Waiting(
                key=f"story-{story.pk}",
                sort="change" if story.live else "again" if again else "new",
                kind=kind,
                title=review.revision.object_str,
                address=reverse("review", args=[story.pk]),
                community=story.community,
                since=review.started_at,
                today=today,
                who=review.revision.user,
                said=review.author_note,
                place=story.council.short_name if story.council else "",
                claimant=review.claimant,
                story=story,
                thing=story,
            )
        )
    return waiting


def reports_waiting(reports: Any, today: date) -> list[Waiting]:
    """The things that these reports are about, each once, with what was said first of it."""
    rows = reports.open().select_related(
        "story__community__policy", "story__council", "repetition__person", "person", "claimed_by"
    )
    things: dict[tuple[int, int | None], list[Report]] = {}
    for report in rows:
        things.setdefault((report.story_id, report.repetition_id), []).append(report)
    return [
        Waiting(
            key=f"report-{first.pk}",
            sort="report",
            kind=_reported(first, len(more)),
            title=first.story.title,
            address=reverse("report", args=[first.pk]),
            community=first.story.community,  # type: ignore[arg-type]
            since=first.created_at,
            today=today,
            who=first.person,
            did="reported it",
            said=first.words,
            place=first.story.council.short_name if first.story.council else "",
            claimant=first.claimant,
            thing=first,
        )
        for first, *more in things.values()
    ]


def _reported(first: Report, more: int) -> str:
    what = f"Reported, what {first.repetition.person} said" if first.repetition else "Reported"
    hidden = ", hidden for now" if first.story.hidden_at else ""
    others = f", and by {more} other{'s' if more > 1 else ''}" if more else ""
    return f"{what}{hidden}: {first.get_reason_display().lower()}{others}"


def requests_waiting(memberships: Any, today: date) -> list[Waiting]:
    """Those of these memberships that somebody asked for."""
    rows = memberships.waiting().select_related("community__policy", "person__council", "claimed_by")
    return [
        Waiting(
            key=f"request-{row.pk}",
            sort="request",
            kind="Asks to join",
            title=str(row.person),
            address=reverse("join-request", args=[row.pk]),
            community=row.community,
            since=row.asked_at,
            today=today,
            who=row.person,
            did="asked",
            said=row.message,
            place=row.person.council.short_name if row.person.council else "",
            claimant=row.claimant,
            thing=row,
        )
        for row in rows
    ]


def appeals_waiting(appeals: Any, today: date) -> list[Waiting]:
    """Those of these appeals that nobody has decided."""
    rows = appeals.open().select_related("community__policy", "decision", "person", "claimed_by")
    return [
        Waiting(
            key=f"appeal-{row.pk}",
            sort="appeal",
            kind="Appeal",
            title=appealing.told(row.decision),
            address=reverse("decide-appeal", args=[row.pk]),
            community=row.community,
            since=row.made_at,
            today=today,
            who=row.person,
            did="appealed",
            said=row.words,
            claimant=row.claimant,
            thing=row,
        )
        for row in rows
    ]


def after(waiting: list[Waiting], since: datetime | None, key: str) -> str:
    """The address of what waits longest after this one, of the first one where there is none, or of the queue."""
    others = [each for each in waiting if each.key != key]
    later = [each for each in others if since is not None and (each.since, each.key) > (since, key)]
    return (later or others)[0].address if others else reverse("moderate")


@dataclass(frozen=True)
class Choice:
    """A way to narrow the queue down, and how much it leaves."""

    words: str
    address: str
    count: int
    chosen: bool


def narrowed(waiting: list[Waiting], community: str, sort: str) -> list[Waiting]:
    """What of the queue is of one community and of one sort; nothing chosen leaves all."""
    return [
        item
        for item in waiting
        if (not community or item.community.slug == community)
        and (not sort or item.sort == sort or (sort == "late" and item.late))
    ]


def choices(waiting: list[Waiting], community: str, sort: str) -> list[Choice]:
    """The ways to narrow the queue down that leave something, with how much. Choosing one again gives it up."""
    communities = {item.community.slug: item.community.title for item in waiting}
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


def usual_days(person: Any) -> int | None:
    """Working days within which this person has answered this year, half of the times. None before three answers."""
    answers = ReviewState.objects.filter(
        finished_by=person,
        finished_at__year=timezone.localdate().year,
        status__in=[TaskState.STATUS_APPROVED, TaskState.STATUS_REJECTED],
    ).values_list("started_at", "finished_at")
    days = [working_days(timezone.localdate(sent), timezone.localdate(done)) for sent, done in answers]
    return round(median(days)) if len(days) > 2 else None
