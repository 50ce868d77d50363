"""What was found, with the rows that the page shows of it, and why each is here. No markup."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, QuerySet, prefetch_related_objects
from django.utils.html import escape
from django.utils.safestring import SafeString

from community.models import CommunityPage, Council, Person
from practice.models import StoryPage, Topic
from search import likeness
from search.choices import address, counted
from search.documents import COMMUNITY, COUNCIL, KIND_WORDS, PERSON, STORY, TOPIC
from search.engines.base import Hit
from search.finding import Called, Finding
from search.query import FROM_MY_COUNCIL, Sort

# How many of each other kind stand beside the stories.
BESIDE = 3
UNMARKED = SafeString("")


@dataclass(frozen=True, slots=True)
class Result:
    """A hit with its row. `why` is a sentence on why it is here; `told` a story that tells it."""

    thing: Any
    title: SafeString = UNMARKED
    snippet: SafeString = UNMARKED
    why: str = ""
    with_gist: bool = False
    told: StoryPage | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """The best hits of another kind, and the way to all of them."""

    kind: str
    heading: str
    results: Sequence[Result]
    total: int
    url: str  # of all of them, when there are more than these

    @property
    def all(self) -> str:
        """How many there are: 12 people."""
        return counted(self.total, self.kind)


def results(finding: Finding, person: Any) -> list[Result]:
    """The hits with their rows, in one query for all of them. What was withdrawn this moment is not among them."""
    query, kind = finding.query, finding.query.kind or STORY
    shown = _with_rows(kind, finding.answer.hits, person)
    if kind != STORY:
        return [_result(kind, hit, row) for hit, row in shown]
    found = []
    for number, (hit, story) in enumerate(shown):
        best = number == 0 and query.sort is Sort.BEST and query.page == 1
        found.append(_result(kind, hit, story, with_gist=best and not _is_snippet(story, hit)))
    return _with_likeness(found, person, query.sort) if query.sort in FROM_MY_COUNCIL else found


def beside(finding: Finding, shown: Sequence[Result], person: Any) -> list[Beside]:
    """The best of the other kinds. Whoever told the best stories knows about it too, and fills the places of people."""
    groups = []
    for kind in KIND_WORDS:
        if kind == (finding.query.kind or STORY) or not finding.query.others:
            continue
        found = [
            _result(kind, hit, row)
            for hit, row in _with_rows(kind, finding.answer.others.get(kind, ())[:BESIDE], person)
        ]
        if kind == PERSON and not found and finding.called:
            groups += _called(finding.called, person)
            continue
        if kind == PERSON and finding.query.words.clauses:
            found += _authors(shown, {result.thing.pk for result in found}, BESIDE - len(found))
        if found:
            total = finding.answer.kinds.get(kind, 0)
            url = address(replace(finding.query, kind=kind, sort=finding.query.usual_sort, councils=(), page=1))
            groups.append(Beside(kind, HEADINGS[kind], found, total, url if total > len(found) else ""))
    return groups


def _called(called: Called, person: Any) -> list[Beside]:
    found = [_result(PERSON, hit, row) for hit, row in _with_rows(PERSON, called.answer.hits, person)]
    total = called.answer.total
    heading = f"Or somebody called {called.query.words.typed.title()}?"
    url = address(called.query) if total > len(found) else ""
    return [Beside(PERSON, heading, found, total, url)] if found else []


HEADINGS = {
    PERSON: "People who know about this",
    COMMUNITY: "Communities",
    TOPIC: "Topics",
    COUNCIL: "Councils",
}

# How the rows of a kind are read, as the asker may see them. Each is a fixed number of queries for any number of rows.
ROWS: dict[str, Callable[[Any], QuerySet[Any]]] = {
    STORY: lambda person: StoryPage.objects.visible_to(person).for_cards(),
    PERSON: lambda person: (
        Person.objects.visible_to(person).select_related("council").prefetch_related("skill_items__tag")
    ),
    COMMUNITY: lambda person: CommunityPage.objects.visible_to(person).with_member_count().select_related("policy"),
    TOPIC: lambda person: Topic.objects.select_related("parent"),
    COUNCIL: lambda person: Council.objects.annotate(people_here=Count("people")),
}


def _with_rows(kind: str, hits: Iterable[Hit], person: Any) -> list[tuple[Hit, Any]]:
    hits = [hit for hit in hits if hit.kind == kind]
    if not hits:
        return []
    rows = ROWS[kind](person).in_bulk([hit.id for hit in hits])
    return [(hit, rows[hit.id]) for hit in hits if hit.id in rows]


def _result(kind: str, hit: Hit, row: Any, *, with_gist: bool = False) -> Result:
    snippet = UNMARKED if kind == PERSON and _plain(hit.snippet) == _position(row) else hit.snippet
    return Result(row, hit.marked_title, snippet, WHY[kind](hit, row), with_gist)


def _why_story(hit: Hit, story: StoryPage) -> str:
    reasons = []
    if hit.near:
        reasons.append("near in meaning")
    if hit.attached:
        reasons.append("in an attachment")
    if matched := list(dict.fromkeys(hit.matched)):
        reasons.append(f"found under {', '.join(matched)}")
    return _sentence(reasons)


def _why_person(hit: Hit, person: Person) -> str:
    skills = {item.tag.name for item in person.skill_items.all()}
    named = [name for name in dict.fromkeys(hit.matched) if name in skills]
    return f"Knows about {_listed(named)}" if named else ""


def _why_topic(hit: Hit, topic: Topic) -> str:
    shown = {topic.title, topic.parent.title if topic.parent else ""}
    named = [name for name in dict.fromkeys(hit.matched) if name not in shown]
    return f"Also found as {_listed(named)}" if named else ""


def _why_council(hit: Hit, council: Council) -> str:
    named = [name for name in dict.fromkeys(hit.matched) if name not in {council.name, council.short_name}]
    return f"Also found as {_listed(named)}" if named else ""


WHY: dict[str, Callable[[Hit, Any], str]] = {
    STORY: _why_story,
    PERSON: _why_person,
    COMMUNITY: _why_story,
    TOPIC: _why_topic,
    COUNCIL: _why_council,
}


def _authors(shown: Sequence[Result], known: set[int], most: int) -> list[Result]:
    """The authors of the best stories, each with the story, as far as there are places for them."""
    found: dict[int, Result] = {}
    for result in shown:
        for authorship in result.thing.authorships.all():
            person = authorship.person
            if person.is_active and person.pk not in known:
                found.setdefault(person.pk, Result(person, told=result.thing))
    authors = list(found.values())[:most]
    prefetch_related_objects([each.thing for each in authors], "council")
    return authors


def _with_likeness(found: Iterable[Result], person: Any, sort: Sort) -> list[Result]:
    """The same with what the council of each has in common with that of whoever asks, or how far it is."""
    mine = getattr(person, "council", None)
    if mine is None:
        return list(found)
    here = mine.successor()
    say = likeness.away if sort is Sort.NEAREST else likeness.sentence

    def explained(result: Result) -> Result:
        council = result.thing.council
        sentence = say(here, council) if council else ""
        return replace(result, why=_sentence([each for each in (sentence, result.why) if each]))

    return [explained(result) for result in found]


def _is_snippet(story: StoryPage, hit: Hit) -> bool:
    return _plain(hit.snippet) == escape(story.worth_repeating)


def _position(person: Person) -> str:
    """What stands under the name of a person anyway."""
    place = person.council.short_name if person.council else ""
    return escape(", ".join(each for each in (person.role_title, place) if each))


def _plain(snippet: SafeString) -> str:
    return snippet.replace("<mark>", "").replace("</mark>", "")


def _sentence(parts: Sequence[str]) -> str:
    words = "; ".join(parts)
    return words[:1].upper() + words[1:]


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
