"""Letters about what standing searches found: one a person, grouped by search, of what they may see just then."""

import logging
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from community.models import Person
from hub.letters import letter
from hub.notifications.mailing import WAITS, address_of
from hub.notifications.notify import notify
from hub.templatetags.look import absolute
from practice.models import StoryPage
from search import standing
from search.documents import STORY
from search.models import Found, StandingSearch

log = logging.getLogger(__name__)

# Who hears at once gets no second letter sooner than this: what comes meanwhile is in one.
QUIET = timedelta(minutes=15)
# When the letters of a day and of a week go out.
MORNING = time(7)
# A letter names so many stories of a search, and says how many more there are.
MOST_STORIES = 10


@dataclass(frozen=True)
class News:
    """What one search found, in one letter."""

    search: StandingSearch
    stories: list[StoryPage]
    count: int

    @property
    def more(self) -> int:
        """How many stories the letter does not name."""
        return self.count - len(self.stories)

    @property
    def url(self) -> str:
        """The page of the search, as a whole address."""
        return absolute(self.search.get_absolute_url())

    @property
    def stop_url(self) -> str:
        """Where this search alone is stopped."""
        return standing.stop_url([self.search])


@task()
def mail_found(person_pk: int, how: str, failures: int = 0) -> None:
    """Send one person what their searches of one kind found and was not sent. May run twice, even at once."""
    person = Person.objects.filter(pk=person_pk, is_active=True).first()
    if person is None:
        return
    if how == StandingSearch.How.AT_ONCE and _wrote_just_now(person):
        _again_in(QUIET, person_pk, how, failures)
        return
    news, claimed = _claim(person, how)
    if not news or not (address := address_of(person)):
        return
    try:
        _letter(person, how, news, address).send()
    except Exception as error:
        Found.objects.filter(pk__in=claimed).update(mailed_at=None)
        log.exception("mail_found_failed person=%s error=%s", person_pk, type(error).__name__)
        if failures < len(WAITS):
            _again_in(WAITS[failures], person_pk, how, failures + 1)


def send_due(now: datetime | None = None) -> int:
    """Write the letters of the day and of the week that are due, and those that waited; say to how many people."""
    now = now or timezone.now()
    written = 0
    for how, since in ((StandingSearch.How.AT_ONCE, now), *((how, last_time(how, now)) for how in _DIGESTS)):
        due = StandingSearch.objects.looking().filter(how=how, mailed_at__lt=since)
        people = Found.objects.to_mail().filter(search__in=due).order_by().values_list("search__person", flat=True)
        for pk in people.distinct():
            mail_found.enqueue(pk, how.value)
            written += 1
    return written


def last_time(how: str, now: datetime) -> datetime:
    """When letters of this kind were to go out last: this morning or yesterday's, on a Monday or any day."""
    here = timezone.localtime(now)
    day = here.date() if here.time() >= MORNING else here.date() - timedelta(days=1)
    if how == StandingSearch.How.WEEKLY:
        day -= timedelta(days=day.weekday())
    return timezone.make_aware(datetime.combine(day, MORNING))


_DIGESTS = (StandingSearch.How.DAILY, StandingSearch.How.WEEKLY)


def _claim(person: Person, how: str) -> tuple[list[News], list[int]]:
    """What is to be told now, marked as told. Whoever marks it sends it; the inbox has a line for each digest."""
    now = timezone.now()
    with transaction.atomic():
        finds = Found.objects.to_mail().filter(search__person=person, search__how=how, kind=STORY)
        rows = list(finds.select_for_update(of=("self",)).select_related("search").order_by("found_at", "pk"))
        stories = StoryPage.objects.visible_to(person).for_cards().in_bulk([row.object_id for row in rows])
        by_search: dict[StandingSearch, list[StoryPage]] = {}
        for row in rows:
            if row.object_id in stories:
                by_search.setdefault(row.search, []).append(stories[row.object_id])
        claimed = [row.pk for row in rows if row.object_id in stories]
        Found.objects.filter(pk__in=claimed).update(mailed_at=now)
        StandingSearch.objects.filter(person=person, how=how).update(mailed_at=now)
        if how in _DIGESTS:
            for search, found in by_search.items():
                notify(
                    [person],
                    "search-news",
                    about=search,
                    subject=f"{len(found)} new for “{search.name}”",
                    url=search.get_absolute_url(),
                    action="See them" if len(found) > 1 else "See it",
                    mail=False,
                )
            Found.objects.filter(pk__in=claimed, told_at=None).update(told_at=now)
    ordered = sorted(by_search.items(), key=lambda item: (item[0].name.casefold(), item[0].pk))
    return [News(search, found[:MOST_STORIES], len(found)) for search, found in ordered], claimed


def _wrote_just_now(person: Person) -> bool:
    lately = timezone.now() - QUIET
    return Found.objects.filter(
        search__person=person, search__how=StandingSearch.How.AT_ONCE, mailed_at__gt=lately
    ).exists()


def _again_in(wait: timedelta, person_pk: int, how: str, failures: int) -> None:
    """Try later, where there is a worker; else `send_found` does."""
    if mail_found.get_backend().supports_defer:
        mail_found.using(run_after=timezone.now() + wait).enqueue(person_pk, how, failures)


def _letter(person: Person, how: str, news: list[News], address: str) -> EmailMultiAlternatives:
    stop = standing.stop_url([each.search for each in news])
    return letter(
        "searches",
        to=address,
        subject=_subject(news),
        context={
            "person": person,
            "news": news,
            "preview": _preview(news),
            "rhythm": _RHYTHMS[StandingSearch.How(how)],
            "searches_url": absolute(reverse("searches")),
            "stop_url": stop,
        },
        headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )


_RHYTHMS = {
    StandingSearch.How.AT_ONCE: "as soon as there is something",
    StandingSearch.How.DAILY: "in the morning, on days when there is something",
    StandingSearch.How.WEEKLY: "on Mondays, when there is something",
}


def _subject(news: list[News]) -> str:
    count = sum(each.count for each in news)
    if count == 1:
        return f"New for “{news[0].search.name}”: {news[0].stories[0].title}"
    if len(news) == 1:
        return f"{count} new stories for “{news[0].search.name}”"
    different = {story.pk for each in news for story in each.stories}
    many = len(different) if not any(each.more for each in news) else count
    return f"{many} new stor{'y' if many == 1 else 'ies'} for {len(news)} of your searches"


def _preview(news: list[News]) -> str:
    titles: list[Any] = [story.title for each in news for story in each.stories]
    return "; ".join(dict.fromkeys(titles))[:140]
