"""The page of a story, and the list of all of them."""

from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from community import access
from hub.freshness import checked_each_time
from hub.pagecache import kept_while, whole_page
from hub.readers import for_one, for_readers
from practice import paths, reading
from practice.facets import facets_for
from practice.models import StoryMerge, StoryPage
from practice.models.completeness import PARTS
from practice.models.stories import StoryQuerySet
from practice.narrowing import ORDERS, PARAMETERS, Narrowing
from practice.views.shared import for_all_who_read_the_same

MOST_WAYS_OUT = 6


class SeenBy(NamedTuple):
    """Why a page is not seen by everybody who may read the community, in words."""

    state: str
    words: str


@whole_page(paths.WORD)
@require_safe
def story(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """A story, for those who may read it; a draft or a withdrawn one for its authors and those who moderate it.

    Others are told that it was withdrawn, if they could have read it.
    """
    person = request.user
    try:
        pieces = reading.published_pieces(pk)
    except StoryPage.DoesNotExist:
        return _managed(request, pk, slug)
    if not access.may_see(person, pieces.audience) or person.pk in pieces.managers or access.is_editor(person):
        return _managed(request, pk, slug)
    answer = _answer(request, pieces, slug, public=pieces.audience == access.PUBLIC)
    if paths.WORD in request.GET:  # which paths there are depends on more than what one may read
        return for_one(answer)
    return for_readers(answer, but=pieces.managers)


def _managed(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """A story for somebody who may do more than read it; 404 for anyone else."""
    work = reading.work_on(pk)
    story = get_object_or_404(StoryPage.objects.select_related("community__policy").defer(*PARTS), pk=pk)
    if to := _merged_into(request, story):
        moved = HttpResponsePermanentRedirect(to.get_absolute_url())
        moved["Cache-Control"] = "private, no-cache"
        return moved
    if not story.may_be_seen_by(request.user):
        return _withdrawn(request, story)
    if story.live and access.may_see(request.user, story.audience):
        try:
            pieces = reading.published_pieces(story.pk)
        except StoryPage.DoesNotExist as withdrawn_meanwhile:
            raise Http404 from withdrawn_meanwhile
        public = pieces.audience == access.PUBLIC
    else:
        shown = story if story.live else reading.version_for(request.user, story)
        others = StoryPage.objects.visible_to(request.user)
        pieces, public = reading.pieces_of(reading.Reading(shown, others=others)), False
    may_edit = story.may_be_edited_by(request.user)
    context: dict[str, Any] = {
        "story": story,
        "seen_by": _seen_by(story),
        "may_edit": may_edit,
        "newer_draft": may_edit and story.live and story.has_unpublished_changes,
        "missing": pieces.missing if story.is_author(request.user) else [],
    }
    answer = _answer(request, pieces, slug, public=public, **context)
    return for_one(kept_while(answer, partial(reading.work_on, pk), work)) if story.live else answer


def _merged_into(request: HttpRequest, story: StoryPage) -> StoryPage | None:
    """Where a story went: for those who may read that one, and could read this one while it was published, or may see
    it anyway."""
    merged, person = StoryMerge.of(story), request.user
    if merged is None or not merged.into.live or not access.may_see(person, merged.into.audience):
        return None
    could_read = story.first_published_at is not None and access.may_see(person, story.audience)
    return merged.into if could_read or story.may_be_seen_by(person) else None


def _withdrawn(request: HttpRequest, story: StoryPage) -> HttpResponse:
    """410 without a word of the story, for those who could read it while it was published; 404 for anyone else.

    While it is hidden it may come back: 404 then, with a page that says so to those who could read it.
    """
    if not story.taken_away or not access.may_see(request.user, story.audience):
        raise Http404
    template, status = ("hidden", 404) if story.hidden_at else ("withdrawn", 410)
    context = {"community": story.community}
    response = render(request, f"practice/story_{template}.html", context, status=status)
    response.own_page = True  # type: ignore[attr-defined]
    response["Cache-Control"] = "private, no-store"
    return response


def _answer(request: HttpRequest, pieces: reading.Pieces, slug: str, *, public: bool, **context: Any) -> HttpResponse:
    """The page, or the way to the address with the right words: asked again each time, as a title may change back."""
    place = paths.place_of(pieces.pk, request.GET.get(paths.WORD, ""), request.user)
    if slug != pieces.slug:
        moved = HttpResponsePermanentRedirect(pieces.address + (place.along if place else ""))
        moved["Cache-Control"] = "public, no-cache" if public else "private, no-cache"
        return moved
    response = render(request, "practice/story.html", {"pieces": pieces, "public": public, "place": place, **context})
    everybody = public and not access.signed_in(request.user)
    return checked_each_time(request, response, public=everybody, changed=pieces.changed_at)


def _seen_by(story: StoryPage) -> SeenBy | None:
    """What state a story is in that is not published, and who sees its page."""
    if story.live:
        return None
    readers = "its authors"
    if story.state != StoryPage.State.DRAFT:
        readers += f", the facilitators of {story.community.title if story.community else 'its community'}"
    return SeenBy(StoryPage.State(story.state).label, f"Only {readers} and the editors of the site see this page.")


@dataclass(frozen=True)
class StoryList:
    """A list of stories, made into its page for all who may read the same communities."""

    title: str
    address: str
    feed: str
    html: SafeString


@whole_page(*PARAMETERS)
@require_safe
def stories(request: HttpRequest) -> HttpResponse:
    """All stories that this person may read, narrowed down as the address says."""

    def make() -> StoryList:
        return _story_list(request.GET, request.user)

    asked = tuple((name, tuple(request.GET.getlist(name))) for name in PARAMETERS if name in request.GET)
    found = for_all_who_read_the_same(request, make, "stories", asked)
    response = render(request, "practice/stories.html", {"found": found})
    return for_readers(checked_each_time(request, response, public=not access.signed_in(request.user)))


def _story_list(query: QueryDict, person: Any) -> StoryList:
    """Make the list: one page of it, what it was narrowed down to, and what it could be."""
    narrowing = Narrowing.asked(query, person)
    everything = StoryPage.objects.visible_to(person)
    narrowed = narrowing.narrow(everything)
    page = narrowing.page(narrowed, query)
    total = narrowed.count()
    end = narrowing.address().removesuffix(".")
    feed = f"{reverse('stories-feed')}{end}"
    context = {
        "narrowing": narrowing,
        "facets": facets_for(person, narrowing),
        "stories": page.rows,
        "total": total,
        "of": everything.count() if narrowing.choices else total,
        "chips": [(choice.label, narrowing.address(without=choice)) for choice in narrowing.choices],
        "orders": [
            (words, narrowing.address(order=order), order == narrowing.order) for order, words in ORDERS.items()
        ],
        "feed": feed,
        **page.addresses(narrowing.parameters()),
    }
    if not total:
        context["ways_out"] = _ways_out(everything, narrowing)
    labels = ", ".join(choice.label for choice in narrowing.choices[:4])
    return StoryList(
        title=f"Stories: {labels}" if labels else "Stories",
        address=f"{reverse('stories')}{end}",
        feed=feed,
        html=render_to_string("practice/stories_found.html", context),
    )


def _ways_out(everything: StoryQuerySet, narrowing: Narrowing) -> list[tuple[str, str, int]]:
    """Where nothing matches: each choice that could be given up, where that leads, and how many stories are there."""
    if len(narrowing.choices) < 2:
        return []
    ways = []
    for choice in narrowing.choices[:MOST_WAYS_OUT]:
        number = narrowing.without(choice).narrow(everything).count()
        if number:
            ways.append((choice.label, narrowing.address(without=choice), number))
    return ways
