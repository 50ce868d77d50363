"""The search page, and the feed of a search."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from hub import fragments
from practice.models import StoryPage
from practice.views.feeds import ENTRIES, StoryFeed, answer_with
from search import choices, demand, outbox, results
from search.documents import KIND_WORDS, STORY
from search.fallback import newest_matching
from search.finding import Finding, find, find_exactly
from search.kept import NotKept, kept
from search.query import Query, Sort
from search.similar import stories_near, stories_nearer

# Where nothing has the words, so many stories of their meaning are shown.
MOST_NEAR = 5
# Above hits that have the words, so many that say it in others.
MOST_NEARER = 3
NEEDS_COUNCIL = "an order that needs your council"


@dataclass(frozen=True)
class Shown:
    """A search as it is shown: what was found, and the part of the page that is the same for all who may see it."""

    finding: Finding
    html: SafeString

    @property
    def title(self) -> str:
        """The title of the page."""
        query, total = self.finding.query, self.finding.answer.total
        words = query.words.typed if query.words else ""
        said = "search is resting" if self.finding.away else choices.counted(total, query.kind or STORY)
        return f"“{words if len(words) <= 60 else f'{words[:59]}…'}”: {said}" if words else "Search"


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """One box, what it finds, and how to narrow it down. Everything stands in the address; nothing is an error."""
    query = Query.from_request(request)
    if query.kind in {None, STORY}:  # what fits of the other kinds stands beside the stories
        query = replace(query, kind=STORY, others=results.BESIDE if query.words or query.filters else 0)
    outbox.catch_up()
    shown = _shown(query, request.user)
    finding = shown.finding
    demand.noticed(request, finding)
    context = {
        "section": "search",
        "title": shown.title,
        "found": shown.html,
        "finding": finding,
        "query": finding.query,
        "asked": query,
        "ignored": [*_wordless(query), *(words for words in query.ignored if words != NEEDS_COUNCIL)],
        "misnamed": choices.misnamed(query, request.user),
        "needs_council": NEEDS_COUNCIL in query.ignored,
        "feed": choices.feed_address(finding.query) if finding.answer.total else "",
    }
    return render(request, "search/search.html", context)


def _wordless(query: Query) -> list[str]:
    """What is said of a question in which nothing can be looked for, such as a picture of a bicycle."""
    typed = query.words.typed
    nothing = typed and not query.words and not query.words.ignored
    return [f"“{typed if len(typed) <= 60 else f'{typed[:59]}…'}”, which has no letters or figures"] if nothing else []


def _shown(query: Query, person: Any) -> Shown:
    """The search as it is shown to all who may see the same."""

    def make() -> Shown:
        shown = _made(query, person)
        if shown.finding.away:
            raise NotKept(shown)
        return shown

    key = query.querystring(), query.others, query.audiences, query.closed, query.councils, query.ignored
    shown: Shown = kept(fragments.asked, key, make)
    return shown


def _made(query: Query, person: Any) -> Shown:
    finding = find(query)
    if finding.away:
        stories = newest_matching(query, person)
        context: dict[str, Any] = {"results": [results.Result(story) for story in stories]}
        kind = STORY
    else:
        found = results.results(finding, person)
        kind = finding.query.kind or STORY
        context = {
            "results": found,
            "beside": results.beside(finding, found if kind == STORY else (), person),
            "facets": choices.facets(finding),
            "kinds": choices.kinds(finding),
            "orders": choices.orders(finding.query),
            "steps": choices.steps(finding),
            "ways_out": choices.ways_out(finding),
            "fewer_words": choices.fewer_words(finding),
            "near": _near(finding, person) if kind == STORY else [],
        }
    context |= {
        "finding": finding,
        "query": finding.query,
        "kind": kind,
        "template": f"search/hits_{kind}.html",
        "counted": choices.counted(finding.answer.total, kind),
        "kind_words": KIND_WORDS[kind].lower(),
        "chips": choices.chips(finding),
        "clear_url": choices.address(finding.query.without_filters()),
        "feed": choices.feed_address(finding.query),
    }
    return Shown(finding, render_to_string("search/found.html", context))


def _near(finding: Finding, person: Any) -> list[results.Result]:
    query, answer = finding.query, finding.answer
    if answer.total:
        stories = stories_nearer(query, [hit.id for hit in answer.hits], person=person, most=MOST_NEARER)
    else:
        stories = stories_near(query, person=person, most=MOST_NEAR)
    return [results.Result(story) for story in stories]


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The newest public stories of a search, for feed readers. They have no session, so nothing else is in it."""
    asked = Query.from_request(request)
    query = Query.ask(asked.words.typed, person=None, filters=asked.filters)
    if asked.words.typed and not query.words:
        raise Http404  # words that say nothing: it would become a feed of everything
    outbox.catch_up()
    finding = find_exactly(replace(query, kind=STORY, sort=Sort.NEWEST, size=ENTRIES))
    if finding.away:
        response = HttpResponse("Search is resting for a moment.", status=503, content_type="text/plain")
        response["Retry-After"] = "60"
        return response
    ids = [hit.id for hit in finding.answer.hits]
    rows = StoryPage.objects.visible_to(None).for_cards().in_bulk(ids)
    words = [f"“{query.words.typed}”"] if query.words.typed else []
    atom = StoryFeed.about(
        ", ".join([*words, *(chip.words for chip in choices.chips(finding))]),
        link=choices.address(query),
        address=choices.feed_address(query),
    )
    atom.tell(rows[id] for id in ids if id in rows)
    return answer_with(atom, request)
