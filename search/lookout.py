"""What becomes of a thing that reached the engine: standing searches that match it keep it, and their owners are told.

Each step looks at the thing as it is then. Only those who may see it are told, at the moment of telling; what was
withdrawn meanwhile is not told. What a search found once it does not find again.
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django_tasks import task

from community import access
from hub.later import later
from hub.notifications.notify import notify
from practice.models import StoryAuthor, StoryPage
from search import documents, standing
from search.documents import STORY, Document
from search.finds import quoted
from search.fulfilment import meet
from search.letters import mail_found
from search.matching import OneDocument
from search.models import Found, StandingSearch, Wish
from search.query import Query

log = logging.getLogger(__name__)

# A document with more different words than databases take in one question is compared with every search.
MOST_KEYS = 20_000
AT_ONCE = (StandingSearch.How.SITE, StandingSearch.How.AT_ONCE)


def delivered(kind: str, ids: Sequence[int]) -> None:
    """Look, after this transaction or in the worker, at things that the engine has just taken."""
    if kind not in standing.NEWS or not ids:
        return
    if StandingSearch.objects.looking().exists() or Wish.objects.open().exists():
        later(look_at, kind, list(ids))


@task()
def look_at(kind: str, ids: list[int]) -> None:
    """Match these things as they are now, and tell who waits for them. May run twice, even at once."""
    for document in documents.read(kind, ids).values():
        found = match(document)
        meet(document)  # who also keeps a search that finds it hears of both at once
        if found:
            tell(document.kind, document.id)


@task()
def renew_keys() -> None:
    """Make the keys again that a change of meaning made old. Until then their searches are compared with everything."""
    standing.write_old_keys()


def match(document: Document) -> int:
    """Keep for every standing search that this document is new to it, if it matches, and say for how many."""
    waiting = _might_match(document)
    if waiting is None:
        return 0
    one = OneDocument(document)
    try:
        made_with = standing.meanings()
        keys = list(one.keys())
        good, old = waiting.filter(keyed_by=made_with), waiting.exclude(keyed_by=made_with)
        if len(keys) <= MOST_KEYS:
            fulfilled = Count("keys__clause", distinct=True)
            good = good.filter(keys__key__in=keys).annotate(fulfilled=fulfilled).filter(fulfilled__gte=F("needed"))
        candidates = {number: asked for some in (good, old) for number, asked in some.values_list("pk", "asked")}
        yes = {asked for asked in set(candidates.values()) if one.is_found_by(_question(asked, made_with))}
    finally:
        one.close()
    found = [
        Found(search_id=number, kind=document.kind, object_id=document.id)
        for number, question in candidates.items()
        if question in yes
    ]
    Found.objects.bulk_create(found, ignore_conflicts=True, batch_size=500)
    return len(found)


def tell(kind: str, number: int) -> None:
    """Bring what was found to the inboxes of those who want it at once, and have letters written to some of them."""
    with transaction.atomic():
        finds = Found.objects.filter(kind=kind, object_id=number, told_at=None)
        finds = finds.filter(search__in=StandingSearch.objects.looking().filter(how__in=AT_ONCE))
        rows = list(finds.select_for_update(of=("self",)).select_related("search__person").order_by("search__name"))
        story = StoryPage.objects.filter(pk=number, shown=True).first()
        if not rows or story is None:
            return
        names = defaultdict(list)
        for row in rows:
            names[row.search.person].append(row.search.name)
        together = defaultdict(list)
        for person, each in names.items():
            together[tuple(each)].append(person)
        for titles, people in together.items():
            notify(
                people,
                "search-found",
                about=story,
                subject=f"New for {quoted(titles)}: {story.title}",
                url=story.get_absolute_url(),
                action="Read it",
                mail=False,
            )
        Found.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=timezone.now())
        for pk in {row.search.person_id for row in rows if row.search.how == StandingSearch.How.AT_ONCE}:
            later(mail_found, pk, StandingSearch.How.AT_ONCE.value)


def _might_match(document: Document) -> "QuerySet[StandingSearch] | None":
    """The searches to which this document could be new, whose owners may see it and did not write it."""
    if document.kind not in standing.NEWS or document.published is None:
        return None
    waiting = StandingSearch.objects.looking().filter(since__lte=document.published).order_by()
    before = Found.objects.filter(search=OuterRef("pk"), kind=document.kind, object_id=document.id)
    waiting = waiting.exclude(Exists(before))
    if document.audience not in {access.PUBLIC, access.MEMBERS}:
        waiting = waiting.filter(person__in=access.people_of(document.audience).values("pk"))
    if document.kind == STORY:
        waiting = waiting.exclude(person__in=StoryAuthor.objects.filter(page=document.id).values("person"))
    return waiting if waiting.exists() else None


@lru_cache(maxsize=10_000)
def _question(asked: str, made_with: str) -> Query:
    """The question, taken apart once while words mean the same."""
    return Query.of_address(QueryDict(asked))
