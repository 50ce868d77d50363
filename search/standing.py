"""Searches that keep looking: what their owners do with them. What they find is told in `lookout.py`."""

from collections.abc import Iterable
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from community import access
from community.models import Person
from hub.refusal import Refused
from hub.templatetags.look import absolute
from practice.models import Topic
from search import matching
from search.documents import STORY
from search.models import OtherWord, SearchKey, StandingSearch
from search.query import Query

MOST_SEARCHES = 50
LONGEST_NAME = 120
# A question in an address can be as long as browsers allow. One that is kept is no longer than this.
LONGEST_QUESTION = 3000
# The kinds of things that come new to the site and are worth a word to those who wait for them.
NEWS = frozenset({STORY})
SALT = "search.standing.stop"
# Raised when keys are made in another way: those that are kept are made again.
KEYS = 3


def may_be_kept(query: Query) -> bool:
    """Whether there is anything to look for: words or filters, among what comes new."""
    return bool(query.words or query.filters) and query.kind in {None, *NEWS}


def asked_in(query: Query) -> str:
    """The question as it is kept: as in an address, without page and order. Without a kind it asks for all news."""
    kind = None if query.kind in NEWS else query.kind
    return replace(query, kind=kind, page=1, sort=query.usual_sort, councils=()).querystring()


def question_of(search: StandingSearch) -> Query:
    """The question of a standing search, to which nothing is closed yet: see `Query.asked_by`."""
    return Query.of_address(QueryDict(search.asked))


def keep(query: Query, *, by: Person, name: str = "") -> StandingSearch:
    """Keep looking for what this question asks. One that is kept already is answered as it is."""
    if not access.signed_in(by):
        raise PermissionDenied
    if not may_be_kept(query):
        raise Refused("Search for something first: in words, or with filters. We keep looking for stories.")
    asked = asked_in(query)
    if len(asked) > LONGEST_QUESTION:
        raise Refused("This search is too long to keep. Try it with fewer words or filters.")
    with transaction.atomic():
        _hold(by)
        kept = StandingSearch.objects.of(by).filter(asked=asked).first()
        if kept is not None:
            return kept
        _check_room(by)
        name = " ".join((name or query.words.typed).split())[:LONGEST_NAME]
        search = StandingSearch.objects.create(person=by, asked=asked, name=name or "My search")
        write_keys([search])
    return search


def choose(search: StandingSearch, *, by: Person, name: str, how: str) -> None:
    """Give it a name, and say how its owner hears of what it finds."""
    with transaction.atomic():
        held = _held(search, by)
        name = " ".join(name.split())
        if not name:
            raise Refused("Give it a name, so that you know it again.")
        if held.how != how:
            # What was found before is not sent a second time in another way.
            held.found.filter(mailed_at=None).update(mailed_at=timezone.now())
        held.name, held.how = name[:LONGEST_NAME], StandingSearch.How(how)
        held.save(update_fields=["name", "how"])
    search.refresh_from_db()


def pause(search: StandingSearch, *, by: Person) -> None:
    """Look for nothing until it goes on. What comes meanwhile is not told later."""
    _set(search, by, paused_at=timezone.now())


def go_on(search: StandingSearch, *, by: Person) -> None:
    """Look again from now on."""
    _set(search, by, paused_at=None, since=timezone.now())


def delete(search: StandingSearch, *, by: Person) -> None:
    """Stop looking, and forget it after a while."""
    _set(search, by, deleted_at=timezone.now())


def put_back(search: StandingSearch, *, by: Person) -> None:
    """Take a deletion back."""
    with transaction.atomic():
        _hold(by)
        held = StandingSearch.objects.select_for_update().get(pk=search.pk)
        if held.person_id != by.pk:
            raise PermissionDenied
        if held.deleted_at is not None:
            if StandingSearch.objects.of(by).filter(asked=held.asked).exists():
                raise Refused("You keep the same search again already.")
            _check_room(by)
            held.deleted_at, held.since = None, timezone.now()
            held.save(update_fields=["deleted_at", "since"])
    search.refresh_from_db()


# --- Stopped from a letter, without signing in -----------------------------------------------------------------------


def stop_url(searches: Iterable[StandingSearch]) -> str:
    """The whole address where the letters about these searches are stopped without signing in."""
    keys = sorted(search.pk for search in searches)
    return absolute(reverse("stop-search", args=[signing.Signer(salt=SALT).sign_object(keys)]))


def searches_of(token: str) -> list[StandingSearch]:
    """The searches that this token names; none if it is not one of ours, or they are gone."""
    try:
        keys = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature:
        return []
    kept = StandingSearch.objects.filter(pk__in=keys, deleted_at=None, person__is_active=True)
    return list(kept.select_related("person").order_by("name", "pk"))


def stop(searches: Iterable[StandingSearch], *, again: bool = False) -> None:
    """Pause these searches, or let them go on: at the wish of whoever holds the letter."""
    for search in searches:
        (go_on if again else pause)(search, by=search.person)


# --- Keys ------------------------------------------------------------------------------------------------------------


def meanings() -> str:
    """A sign for all words that mean the same by curation: while it stays, keys that were made with it are good."""
    topics = Topic.objects.order_by("pk").values_list("pk", "title", "other_words")
    curated = OtherWord.objects.in_use().order_by("pk").values_list("topic_id", "words")
    return blake2b(repr((KEYS, list(topics), list(curated))).encode(), digest_size=16).hexdigest()


def write_keys(searches: Iterable[StandingSearch], made_with: str = "") -> None:
    """Write the words without which nothing matches these searches."""
    made_with = made_with or meanings()
    keys = {search.pk: matching.keys(question_of(search)) for search in searches}
    with transaction.atomic():
        SearchKey.objects.filter(search__in=list(keys)).delete()
        SearchKey.objects.bulk_create(
            [
                SearchKey(search_id=number, clause=clause, key=key)
                for number, each in keys.items()
                for clause, alternatives in enumerate(each.clauses)
                for key in sorted(alternatives)
            ],
            ignore_conflicts=True,  # somebody else may be at it
            batch_size=500,
        )
        for needed in {each.needed for each in keys.values()}:
            some = [number for number, each in keys.items() if each.needed == needed]
            StandingSearch.objects.filter(pk__in=some).update(needed=needed, keyed_by=made_with)


def write_old_keys() -> int:
    """Make keys again that were made before a change of meaning, and say of how many searches."""
    made_with = meanings()
    old = list(StandingSearch.objects.filter(deleted_at=None).exclude(keyed_by=made_with).only("pk", "asked"))
    for start in range(0, len(old), 500):
        write_keys(old[start : start + 500], made_with)
    return len(old)


# --- Inside ----------------------------------------------------------------------------------------------------------


def _hold(person: Person) -> None:
    """One change of a person's searches at a time, so that the limit holds."""
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)


def _held(search: StandingSearch, by: Any) -> StandingSearch:
    held = StandingSearch.objects.select_for_update().get(pk=search.pk)
    if not held.may_be_seen_by(by):
        raise PermissionDenied
    return held


def _set(search: StandingSearch, by: Person, **values: Any) -> None:
    with transaction.atomic():
        held = _held(search, by)
        for name, value in values.items():
            setattr(held, name, value)
        held.save(update_fields=list(values))
    search.refresh_from_db()


def _check_room(person: Person) -> None:
    if StandingSearch.objects.of(person).count() >= MOST_SEARCHES:
        raise Refused(f"You keep {MOST_SEARCHES} searches already. Delete one that you no longer need, then keep this.")
