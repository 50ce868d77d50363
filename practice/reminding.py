"""Reminding those who promised an answer: facilitators a day before it is due, editors of the site once it is late.

Each thing is told once in each stage, in a transaction of its own: run again, or stopped in the middle and run again,
it goes on where it was.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from community.models import Appeal, Membership, Person
from hub.notifications.notify import notify
from practice import moderating
from practice.models import Reminder, Report, StoryPage
from practice.promises import is_working_day, working_days
from practice.waiting import Waiting, appeals_waiting, reports_waiting, requests_waiting, stories_waiting, to_be_read

FIRST_HOUR, LAST_HOUR = 7, 19
KEPT_FOR = timedelta(days=400)
Stage = Reminder.Stage


def is_time(now: datetime) -> bool:
    """Whether people are at work: nobody is reminded at night, at the weekend or on a bank holiday."""
    here = timezone.localtime(now)
    return is_working_day(here.date()) and FIRST_HOUR <= here.hour < LAST_HOUR


def remind(today: date | None = None) -> int:
    """Remind of all that is due or late and was not told yet. Returns how many things that were."""
    today = today or timezone.localdate()
    Reminder.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()
    waiting = [
        *stories_waiting(to_be_read(), today),
        *reports_waiting(Report.objects.all(), today),
        *requests_waiting(Membership.objects.all(), today),
        *appeals_waiting(Appeal.objects.all(), today),
    ]
    staged = [(item, stage) for item in waiting if (stage := stage_of(item))]
    known = set(Reminder.objects.filter(key__in=[key_of(item) for item, _ in staged]).values_list("key", "stage"))
    return sum(_tell(item, stage) for item, stage in staged if (key_of(item), stage) not in known)


def stage_of(item: Waiting) -> str:
    """How urgent it is: late, or due on this working day or the next; nothing on the day on which it came."""
    if item.late:
        return Stage.LATE
    return Stage.NEAR if item.days and working_days(item.today, item.due) <= 1 else ""


def key_of(item: Waiting) -> str:
    """What names a thing that waits, and since when: sent again it is reminded of again."""
    return f"{item.key} {item.since:%Y%m%d%H%M%S}"


def _tell(item: Waiting, stage: str) -> bool:
    """Remind of one thing, if nobody else has done so meanwhile."""
    with transaction.atomic():
        _, new = Reminder.objects.get_or_create(key=key_of(item), stage=stage)
        if not new:
            return False
        days = item.community.policy.promise_days
        promised = f"{days} working day{'s' if days > 1 else ''}"
        if stage == Stage.LATE:
            people = _editors()
            subject = f"{item.community}: “{item.title}” has waited longer than the {promised} that were promised"
        else:
            people = _deciders(item)
            subject = f"“{item.title}” waits for an answer, promised by {item.due:%A %-d %B}"
        notify(
            [person for person in people if not _is_own(item, person)],
            "answer-late" if stage == Stage.LATE else "answer-due",
            about=item.thing,
            subject=subject,
            url=item.address,
            words=f"{item.kind}. {item.community}.",
            action="Look at it",
        )
    return True


def _deciders(item: Waiting) -> list[Person]:
    """Who is on duty: the facilitators who are not away, and who stands in. Editors decide about appeals."""
    if isinstance(item.thing, Appeal):
        return _editors()
    rows = Membership.objects.on_duty().filter(community=item.community.pk).select_related("person")
    return [row.person for row in rows]


def _editors() -> list[Person]:
    return list(Person.objects.filter(is_editor=True, is_active=True))


def _is_own(item: Waiting, person: Person) -> bool:
    """Whether somebody else decides about it, since it is this person's own."""
    if isinstance(item.thing, StoryPage):
        return moderating.is_own(item.thing, person) and not moderating.decides_alone(person, item.community.pk)
    if isinstance(item.thing, Appeal):
        return bool(item.thing.person_id == person.pk)
    return isinstance(item.thing, Report) and item.thing.is_about_own(person)
