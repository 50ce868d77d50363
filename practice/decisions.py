"""Everything that was decided in communities, about members and about stories: one log, to be narrowed and exported.

The rows are Wagtail's audit log. What the room of communities wrote is told by it; this room tells of stories.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from wagtail.models import PageLogEntry

from community import access
from community import decisions as of_members
from community.models import CommunityPage, Person
from hub.numbers import number_in
from practice.history import TELL, without_hidden_names
from practice.models import StoryPage

MEMBERS = (
    *("join", "ask", "take_back", "leave", "accept", "refuse", "promote", "demote", "invite"),
    *("accept_invitation", "decline_invitation", "take_back_invitation"),
)
# Ways to narrow the log down: a name in the address, its words, and the actions.
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "read": (
        "Stories that were read",
        (
            *("wagtail.workflow.approve", "wagtail.workflow.reject"),
            *("practice.approve_own", "practice.decline", "practice.undo_decision", "practice.read_again"),
        ),
    ),
    "taken": (
        "Hidden, withdrawn, moved, deleted",
        (
            *("practice.hide", "practice.show", "practice.withdraw", "practice.restore", "practice.delete"),
            *("wagtail.move", "practice.hide_repeat", "practice.show_repeat", "practice.take_away_question"),
        ),
    ),
    "reports": ("Reports and appeals", ("practice.answer_report", "community.decide_appeal")),
    "sanctions": ("Warned, muted, removed", tuple(f"community.{n}" for n in ("warn", "mute", "unmute", "remove"))),
    "members": ("Who came and went", tuple(f"community.{name}" for name in MEMBERS)),
}
OF_STORIES = tuple(
    action for _, actions in KINDS.values() for action in actions if action.startswith(("practice.", "wagtail."))
)
# What one verb writes beside the entry that says more.
SAID_BY = {"wagtail.workflow.reject": "practice.decline", "wagtail.workflow.approve": "practice.approve_own"}


@dataclass(frozen=True)
class Line:
    """One line of the log. The names are as they were then."""

    at: datetime
    by: Person | None
    name: str
    action: str
    words: str
    about: str
    address: str
    community: str
    reason: str
    changes: list[str]


@dataclass(frozen=True)
class Asked:
    """How the log is narrowed down, as an address says it. What is not understood is left out."""

    kind: str = ""
    person: int = 0
    since: date | None = None
    until: date | None = None

    @classmethod
    def of(cls, query: QueryDict) -> "Asked":
        """Read it from an address."""

        def day(name: str) -> date | None:
            try:
                return parse_date(query.get(name, ""))
            except ValueError:
                return None

        kind, person = query.get("kind", ""), number_in(query.get("person", ""))
        return cls(kind if kind in KINDS else "", person, day("since"), day("until"))

    def parameters(self) -> list[tuple[str, str]]:
        """What an address says of it."""
        given = (("kind", self.kind), ("person", self.person), ("since", self.since), ("until", self.until))
        return [(name, str(value)) for name, value in given if value]

    @property
    def address(self) -> str:
        """The end of an address with the same choices."""
        return f"?{urlencode(self.parameters())}" if self.parameters() else ""

    def narrow(self, entries: "QuerySet[PageLogEntry]") -> "QuerySet[PageLogEntry]":
        """These entries, narrowed down."""
        if self.kind:
            entries = entries.filter(action__in=KINDS[self.kind][1])
        if self.person:
            entries = entries.filter(Q(user_id=self.person) | Q(data__person=self.person))
        if self.since:
            entries = entries.filter(timestamp__date__gte=self.since)
        return entries.filter(timestamp__date__lte=self.until) if self.until else entries


def entries_of(community: CommunityPage) -> "QuerySet[PageLogEntry]":
    """What was decided in one community, the latest first: about it, its members, and the stories that are in it."""
    stories = StoryPage.objects.filter(community=community).order_by().values("pk")
    return _told_once(
        Q(page=community.pk, action__in=of_members.SENTENCES)
        | Q(page__in=stories, action__in=OF_STORIES)
        | Q(action="practice.delete", data__community=community.pk)
    )


def all_entries() -> "QuerySet[PageLogEntry]":
    """What was decided anywhere, the latest first. For editors of the site."""
    community, story = (ContentType.objects.get_for_model(model) for model in (CommunityPage, StoryPage))
    return _told_once(
        Q(content_type=community, action__in=of_members.SENTENCES) | Q(content_type=story, action__in=OF_STORIES)
    )


def _told_once(condition: Q) -> "QuerySet[PageLogEntry]":
    entries = PageLogEntry.objects.filter(condition)
    for action, better in SAID_BY.items():
        beside = PageLogEntry.objects.filter(page=OuterRef("page"), uuid=OuterRef("uuid"), action=better)
        entries = entries.exclude(Q(action=action) & Exists(beside))
    return entries.order_by("-timestamp", "-pk")


def deciders(entries: "QuerySet[PageLogEntry]") -> list[Person]:
    """Those who decided any of it."""
    return list(Person.objects.filter(pk__in=entries.order_by().values("user_id")).order_by("name", "pk"))


def lines_of(entries: Iterable[PageLogEntry], person: Any) -> list[Line]:
    """These entries in words, with what is linked read at once. A story is linked where this person may see it."""
    entries = list(entries)
    without_hidden_names(entries, person)
    people = Person.objects.in_bulk({each.user_id for each in entries} - {None})
    told = dict(zip((e.pk for e in entries), _words(entries), strict=True))
    pages = {each.page_id for each in entries}
    communities = CommunityPage.objects.in_bulk(pages)
    stories = StoryPage.objects.filter(pk__in=pages).select_related("community").defer("problem", "did", "happened")
    by_pk = {story.pk: story for story in stories}
    seen = set(StoryPage.objects.seen_by(person).filter(pk__in=by_pk).values_list("pk", flat=True))
    lines = []
    for each in entries:
        story, community = by_pk.get(each.page_id), communities.get(each.page_id)
        words, reason, changes = told[each.pk]
        by = people.get(each.user_id)
        where = story.community.title if story and story.community else community.title if community else ""
        lines.append(
            Line(
                at=each.timestamp,
                by=by,
                name=_name(each, by),
                action=each.action,
                words=words,
                about="" if community else each.label,
                address=reverse("story-history", args=[story.pk]) if story and story.pk in seen else "",
                community=where or each.data.get("community_title", ""),
                reason=reason,
                changes=changes,
            )
        )
    return lines


def _name(entry: PageLogEntry, by: Person | None) -> str:
    """How whoever decided it was called then, as long as we still know them."""
    if by is not None:
        return entry.data.get("by") or str(by)
    return "Somebody who has left" if entry.user_id else "The site"


def _words(entries: list[PageLogEntry]) -> Iterator[tuple[str, str, list[str]]]:
    members = iter(of_members.told([each for each in entries if each.action in of_members.SENTENCES]))
    for each in entries:
        if each.action in of_members.SENTENCES:
            line = next(members)
            yield line.words, line.reason, line.changes
        elif each.action == "practice.delete":
            yield "deleted it", each.data.get("reason", ""), []
        else:
            words, reason = TELL[each.action](each.data)
            yield words, reason, []


COLUMNS = ("When", "Community", "Who decided", "What", "About", "Why", "Changes")


def rows_of(entries: "QuerySet[PageLogEntry]", person: Any) -> Iterator[tuple[str, ...]]:
    """The log as rows of a table, read some at a time."""
    yield COLUMNS
    batch: list[PageLogEntry] = []
    for each in entries.iterator(chunk_size=500):
        batch.append(each)
        if len(batch) == 500:
            yield from _rows(batch, person)
            batch = []
    yield from _rows(batch, person)


def _rows(batch: list[PageLogEntry], person: Any) -> Iterator[tuple[str, ...]]:
    for line in lines_of(batch, person):
        at = timezone.localtime(line.at).strftime("%Y-%m-%d %H:%M")
        yield at, line.community, line.name, line.words, line.about, line.reason, "; ".join(line.changes)


def may_read_all(person: Any) -> bool:
    """Whether this person may read what was decided everywhere."""
    return access.is_editor(person)
