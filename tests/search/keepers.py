"""People who keep searches, and what reaches them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from community.models import Person
from hub.notifications.models import Notification
from practice.models import StoryPage
from search import letters, standing
from search.models import StandingSearch
from search.query import Query
from tests.search.conftest import Committed

How = StandingSearch.How


def keep(person: Person, text: str = "caddies", how: str = How.SITE, **filters: list[str]) -> StandingSearch:
    search = standing.keep(Query.ask(text, person=person, filters=filters), by=person)
    StandingSearch.objects.filter(pk=search.pk).update(how=how)
    search.refresh_from_db()
    return search


def lines(person: Person) -> list[str]:
    return list(Notification.objects.of(person).values_list("subject", flat=True))


def edit(story: StoryPage, committed: Committed, **values: Any) -> None:
    with committed():
        story = StoryPage.objects.get(pk=story.pk)
        for name, value in values.items():
            setattr(story, name, value)
        story.save_revision().publish()


def morning(days=1):
    """What the clock does on a later morning."""
    at = timezone.localtime() + timedelta(days=days)
    return letters.send_due(at.replace(hour=8))
