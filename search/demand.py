"""What people looked for and did not find: how it is counted, and what is done with it. It never says who.

Somebody who asks is told from others by a sign that is made with the key of the month, for each wish another one. When
the month is over the key goes and the signs go; what stays is how many different people asked in the month when most of
them did. A wish is public when that is at least three, and no word of it is read in closed communities alone.
"""

import logging
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from hashlib import blake2b
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from community import access
from community.models import CommunityPage, Person
from hub import fragments
from hub.limits import client_address, network_of
from hub.refusal import Refused
from practice.models import Topic
from search.documents import STORY
from search.engines import engine
from search.engines.base import EngineAway
from search.finding import Finding
from search.matching import stems
from search.models import AskedWords, MonthKey, Wish, WishAsk, WishMark
from search.models.demand import FEWEST_PEOPLE
from search.query import Query
from search.questions import Asked, remembered
from search.words import Words, words_in

logger = logging.getLogger(__name__)

# Whoever searches does not wait for what is only counted: when the database is busy for longer, it is left out.
PATIENCE_MS = 250
# Counts are kept for so long, and a wish after it was last asked.
COUNTED_FOR = timedelta(days=400)
WISHED_FOR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Counted:
    """What one search says: what was asked, and whether nothing had it."""

    asked: Asked
    nothing: bool
    wish: bool


def noticed(request: HttpRequest, finding: Finding) -> None:
    """Count a search. Never raises, and keeps nobody waiting."""
    counted = counted_of(finding)
    if counted is None:
        return
    person = request.user
    who = sign_of(person) if person.is_authenticated else f"address {network_of(client_address(request))}"
    try:
        with _impatiently(), transaction.atomic():
            count(counted, who)
    except DatabaseError as error:
        logger.warning("a search was not counted: %s", type(error).__name__)


def counted_of(finding: Finding) -> Counted | None:
    """What is counted of a search: its first page, when it had words that may be remembered, and no filter amiss."""
    query = finding.query if finding.in_other_words else finding.asked
    if finding.away or query.page > 1 or query.unknown or not query.words.clauses:
        return None
    asked = remembered(query.words)
    if asked is None:
        return None
    stories = finding.answer.total if query.kind == STORY else finding.answer.kinds.get(STORY, 0)
    nothing = not stories or finding.some_words
    # With filters, the words may well be in other stories; for people and councils nobody can write one.
    return Counted(asked, nothing, wish=nothing and not query.filters and query.kind in {None, STORY})


def count(counted: Counted, who: str, *, day: date | None = None) -> None:
    """Count what was asked on a day, and what was wished for in its month."""
    day = day or timezone.localdate()
    asked, nothing = counted.asked, int(counted.nothing)
    rows = AskedWords.objects.filter(day=day, key=asked.key)
    more = {"times": F("times") + 1, "nothing": F("nothing") + nothing}
    if not rows.update(**more):
        first = {"words": asked.words, "times": 1, "nothing": nothing}
        _, made = AskedWords.objects.get_or_create(day=day, key=asked.key, defaults=first)
        if not made:  # somebody else was first
            rows.update(**more)
    if counted.wish:
        _wish(asked, who, day)


def opened(words: str) -> None:
    """Count that somebody opened a result of a search for these words today. Nothing is kept of who, or which."""
    asked = remembered(Query.of_site(words).words)
    if asked is not None:
        with _impatiently():
            today = AskedWords.objects.filter(day=timezone.localdate(), key=asked.key)
            today.update(opened=F("opened") + 1)


def sign_of(person: Any) -> str:
    """What stands for somebody with an account while it is counted who asked."""
    return f"person {person.pk}"


# --- What people do with a wish --------------------------------------------------------------------------------------


def want(wish: Wish, *, by: Person) -> None:
    """Leave one's mark: to be told when it is met."""
    if not access.signed_in(by):
        raise PermissionDenied
    with transaction.atomic():
        held = Wish.objects.select_for_update().get(pk=wish.pk)
        if not held.is_public:
            raise Refused("Nobody can wish for this any more.")
        WishMark.objects.get_or_create(wish=held, person=by)


def ask_for(words: Words, *, by: Person) -> Wish:
    """Leave one's mark on what one looked for and did not find, whoever else did: to be told when it is met.

    It is on the board when enough people looked for it. Nobody learns from the answer whether others did.
    """
    if not access.signed_in(by):
        raise PermissionDenied
    asked = remembered(words)
    if asked is None:
        raise Refused("This cannot be asked for here: it is too long, or may be about a person.")
    with transaction.atomic():
        _wish(asked, sign_of(by), timezone.localdate())
        wish = Wish.objects.select_related("into", "met_by").get(key=asked.key)
        wish = wish.into or wish
        if wish.state == Wish.State.MET and wish.met_by and wish.met_by.may_be_seen_by(by):
            raise Refused(f"Somebody tells it now: “{wish.met_by.title}”.")
        WishMark.objects.get_or_create(wish=wish, person=by)
    return wish


def want_no_more(wish: Wish, *, by: Person) -> None:
    """Take one's mark away."""
    if not access.signed_in(by):
        raise PermissionDenied
    WishMark.objects.filter(wish=wish, person=by).delete()


# --- Words of closed communities -------------------------------------------------------------------------------------


def is_withheld(words: str) -> bool:
    """Whether one of these words is read in closed communities and nowhere else. When in doubt, it is."""
    if closed_names().intersection(stems(words)):
        return True
    try:
        return any(fragments.numbers.kept(("closed word", word), partial(_is_closed, word)) for word in words_in(words))
    except EngineAway:
        return True


def _is_closed(word: str) -> bool:
    asked = replace(Query.of_visitor(word), size=1)
    if any(engine().search(asked).kinds.values()):
        return False
    audiences = frozenset({access.PUBLIC, access.MEMBERS, *map(access.community_audience, _communities())})
    return any(engine().search(replace(asked, audiences=audiences)).kinds.values())


def closed_names() -> set[str]:
    """The words in the names of hidden communities that are in the name of no other, as the index has them."""
    hidden, others = set[str](), set[str]()
    for title, visibility in CommunityPage.objects.values_list("title", "policy__visibility"):
        (others if visibility in {"open", "members"} else hidden).update(stems(title))
    topics = {stem for title in Topic.objects.values_list("title", flat=True) for stem in stems(title)}
    return hidden - others - topics - {stem for word in _PLAIN for stem in stems(word)}


# Words that stand in the name of a community and tell nothing of it.
_PLAIN = ("and", "of", "for", "the", "in", "on", "people", "services", "service", "council", "councils", "community")


# --- Tidying ---------------------------------------------------------------------------------------------------------


def tidy(today: date | None = None) -> int:
    """Forget who could be told apart in the months that are over, and what is too old. Says how many rows went."""
    today = today or timezone.localdate()
    month = today.replace(day=1)
    gone = 0
    for rows in (
        WishAsk.objects.filter(month__lt=month),
        MonthKey.objects.filter(month__lt=month),
        AskedWords.objects.filter(day__lt=today - COUNTED_FOR),
        # Below three people it was nobody's business, and is not kept beyond its month.
        Wish.objects.filter(people__lt=FEWEST_PEOPLE, last_asked__lt=month, marks=None, state=Wish.State.OPEN),
        Wish.objects.filter(last_asked__lt=today - WISHED_FOR),
    ):
        count, _ = rows.delete()
        gone += count
    look_again(Wish.objects.open().filter(people__gte=FEWEST_PEOPLE))
    return gone


def look_again(wishes: Iterable[Wish]) -> None:
    """See whether a word of these is read in closed communities alone, now."""
    for wish in wishes:
        withheld = is_withheld(wish.words)
        if withheld != wish.withheld:
            Wish.objects.filter(pk=wish.pk).update(withheld=withheld)


# --- Inside ----------------------------------------------------------------------------------------------------------


def _wish(asked: Asked, who: str, day: date) -> None:
    wish, _ = Wish.objects.get_or_create(
        key=asked.key,
        defaults={"words": asked.words, "topic": topic_of(asked.words), "first_asked": day, "last_asked": day},
    )
    if wish.into is not None:
        wish = wish.into
    month = day.replace(day=1)
    _, made = WishAsk.objects.get_or_create(wish=wish, month=month, asker=_sign(wish, who, month))
    if not made:
        return
    people = WishAsk.objects.filter(wish=wish, month=month).count()
    values: dict[str, Any] = {"last_asked": max(day, wish.last_asked)}
    if people > wish.people:
        values["people"] = people
        if people >= FEWEST_PEOPLE:
            values["withheld"] = is_withheld(wish.words)
    if wish.state == Wish.State.MET and (wish.met_by is None or not wish.met_by.live):
        values |= {"state": Wish.State.OPEN, "met_by": None}
    Wish.objects.filter(pk=wish.pk).update(**values)


def _sign(wish: Wish, who: str, month: date) -> str:
    """What tells two people apart who ask for the same thing in the same month."""
    key, _ = MonthKey.objects.get_or_create(month=month, defaults={"key": secrets.token_bytes(32)})
    return blake2b(f"{wish.pk} {who}".encode(), key=bytes(key.key), digest_size=16).hexdigest()


def topic_of(words: str) -> Topic | None:
    """The topic whose title, or an other word for it, is said in these words; the longest of several."""
    asked = set(stems(words))
    best, most = None, 0
    for topic in Topic.objects.prefetch_related("curated_words").order_by("pk"):
        texts = [topic.title, *topic.other_word_list(), *(each.words for each in topic.curated_words.all())]
        shared = max(len(said) if (said := set(stems(text))) <= asked else 0 for text in texts)
        if shared > most:
            best, most = topic, shared
    return best


def _communities() -> list[int]:
    return list(CommunityPage.objects.order_by().values_list("pk", flat=True))


@contextmanager
def _impatiently() -> Iterator[None]:
    """Give up soon when somebody else writes for long."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (usual,) = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")
