"""What the board of wishes shows. Every row is public; what a signed-in person has to do with it is beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value

from community import access
from practice.models import StoryPage, Topic
from search import demand
from search.demand import closed_names
from search.finding import Finding
from search.matching import stems
from search.models import Wish, WishMark
from search.models.demand import FEWEST_PEOPLE
from search.query import Query
from search.questions import remembered

AT_A_TIME = 30
MOST_MET = 6
ORDERS = {"most": "asked by most people", "newest": "asked last"}


@dataclass(frozen=True)
class Met:
    """A wish that somebody has met."""

    wish: Wish
    story: StoryPage


def board(person: Any, *, order: str = "most", topic: str = "", page: str = "1") -> "Page[Wish]":
    """A page of the public wishes. Each has `mine`, whether this person wants it too, and `waiting`, how many do."""
    wishes = _with_marks(Wish.objects.public(), person)
    if topic:
        wishes = wishes.filter(topic__slug=topic)
    wishes = wishes.order_by("-last_asked", "-pk") if order == "newest" else wishes.most_wanted_first()
    found = Paginator(wishes, AT_A_TIME).get_page(page)
    found.object_list = without_closed_names(found.object_list)
    return found


def topics() -> "QuerySet[Topic]":
    """The topics that wishes are about, with how many."""
    asked = Wish.objects.public().exclude(topic=None).order_by().values_list("topic", flat=True)
    return Topic.objects.filter(pk__in=asked).order_by("title")


def about(topics: Iterable[int], *, most: int = 8) -> list[Wish]:
    """The public wishes on some topics (by id) or on topics under them, the most wanted first."""
    topics = list(topics)
    wishes = Wish.objects.public().filter(Q(topic__in=topics) | Q(topic__parent__in=topics))
    return without_closed_names(wishes.select_related("topic").most_wanted_first()[:most])


def met_lately(person: Any) -> list[Met]:
    """The wishes that were met last, by stories that this person may read."""
    wishes = Wish.objects.seen_by(person).filter(state=Wish.State.MET).exclude(met_by=None)
    seen = StoryPage.objects.visible_to(person).order_by().values("pk")
    rows = without_closed_names(wishes.filter(met_by__in=seen).order_by("-last_asked", "-pk")[:MOST_MET])
    stories = StoryPage.objects.visible_to(person).for_cards().in_bulk([wish.met_by_id for wish in rows])
    return [Met(wish, stories[wish.met_by_id]) for wish in rows if wish.met_by_id in stories]


def taken_away() -> list[Wish]:
    """The wishes that were hidden or joined to others, the last asked first, for those who may put them back."""
    gone = Wish.objects.filter(state__in=[Wish.State.HIDDEN, Wish.State.MERGED], withheld=False)
    gone = gone.filter(people__gte=FEWEST_PEOPLE).select_related("into", "decided_by")
    return without_closed_names(gone.order_by("-last_asked", "-pk")[:AT_A_TIME])


def wish_for(query: Query, person: Any) -> Wish | None:
    """The public wish for what this question asks, or one that this person asked for, if there is one."""
    asked = remembered(query.words) if query.words.clauses else None
    if asked is None:
        return None
    wish = _with_marks(Wish.objects.filter(key=asked.key), person).first()
    if wish is None or wish.mine:
        return wish  # type: ignore[no-any-return]
    return next(iter(without_closed_names([wish])), None) if wish.is_public else None


def may_be_asked_for(finding: Finding) -> str:
    """The words that somebody may put on the board: of a search whose words, and nothing else, found nothing."""
    counted = demand.counted_of(finding)
    if counted is None or not counted.wish:
        return ""
    return (finding.query if finding.in_other_words else finding.asked).words.typed


def without_closed_names(wishes: Any) -> list[Wish]:
    """These wishes without those that have a word of the name of a hidden community, as names are now."""
    hidden = closed_names()
    if not hidden:
        return list(wishes)
    return [wish for wish in wishes if not hidden.intersection(stems(wish.words))]


def _with_marks(wishes: Any, person: Any) -> Any:
    mine: Any = Value(False)
    if access.signed_in(person):
        mine = Exists(WishMark.objects.filter(wish=OuterRef("pk"), person=person))
    return wishes.select_related("topic").annotate(mine=mine, waiting=Count("marks"))
