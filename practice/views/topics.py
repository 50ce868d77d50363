"""The pages of topics, and of the free words that stories are tagged with."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe
from taggit.models import Tag

from community import access
from hub.freshness import checked_each_time
from hub.keyset import page_of
from hub.pagecache import whole_page
from hub.readers import for_readers
from practice import topics as counting
from practice.models import FormerSlug, StoryPage, TagChange, Topic
from practice.models.stories import StoryQuerySet
from practice.narrowing import tags_seen_by
from practice.views.shared import for_all_who_read_the_same


@dataclass(frozen=True)
class Told:
    """A topic or a tag with its page, for all who may read the same communities."""

    title: str
    summary: str
    slug: str
    address: str
    html: SafeString


@whole_page()
@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    """The tree of topics, with how many stories there are about each."""

    def make() -> SafeString:
        stories = StoryPage.objects.visible_to(request.user)
        context = {"groups": counting.groups_of(stories), "tags": list(counting.tags_beside(stories)[:3])}
        return render_to_string("practice/topics_tree.html", context)

    tree = for_all_who_read_the_same(request, make, "topics")
    return _answer(request, "practice/topics.html", {"tree": tree})


@whole_page("after", "before")
@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """One topic or group of topics: its stories, and who knows about it."""

    def make() -> Told:
        topic = Topic.objects.select_related("parent").get(slug=slug)
        stories = StoryPage.objects.visible_to(request.user).about(topic)
        communities = counting.communities_telling(stories)
        context = {
            "topic": topic,
            "hue": communities[0].hue if communities else counting.PLAIN_HUE,
            "communities": communities,
            "people": counting.people_who_know(stories),
            "children": list(topic.children.all()),
            "siblings": list(topic.parent.children.exclude(pk=topic.pk)) if topic.parent else [],
            "more": f"?topic={topic.slug}",
            **_page(request, stories),
        }
        html = render_to_string("practice/topic_told.html", context)
        return Told(topic.title, topic.summary, topic.slug, topic.get_absolute_url(), html)

    try:
        told = for_all_who_read_the_same(request, make, "topic", slug, _place(request))
    except Topic.DoesNotExist:
        former = FormerSlug.objects.select_related("topic").filter(slug=slug, tag=None).first()
        return _moved(former.topic.get_absolute_url() if former and former.topic else None)
    return _answer(request, "practice/topic.html", {"topic": told})


@whole_page("after", "before")
@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """The stories with one free word. A word that no story has which this person may read is not there for them."""

    def make() -> Told:
        tag = tags_seen_by(request.user).get(slug=slug)
        stories = StoryPage.objects.visible_to(request.user).tagged(tag.slug)
        context = {
            "tag": tag,
            "people": counting.people_who_know(stories),
            "tags": list(counting.tags_beside(stories, without=tag.slug)),
            "more": f"?tag={tag.slug}",
            **_page(request, stories),
        }
        html = render_to_string("practice/tag_told.html", context)
        return Told(tag.name, "", tag.slug, reverse("tag", args=[tag.slug]), html)

    try:
        told = for_all_who_read_the_same(request, make, "tag", slug, _place(request))
    except Tag.DoesNotExist:
        former = FormerSlug.objects.filter(slug=slug, topic=None, tag__in=tags_seen_by(request.user)).first()
        if former and former.tag:
            return _moved(reverse("tag", args=[former.tag.slug]), public=False)
        became = TagChange.objects.standing().filter(slug=slug).exclude(topic=None).order_by("pk").last()
        return _moved(became.topic.get_absolute_url() if became and became.topic else None)
    return _answer(request, "practice/tag.html", {"tag": told})


def _page(request: HttpRequest, stories: StoryQuerySet) -> dict[str, Any]:
    """One page of these stories, newest first, and all of them in numbers."""
    page = page_of(stories.newest_first().for_cards(), request.GET)
    return {"stories": page.rows, "short": counting.in_short(stories), **page.addresses()}


def _place(request: HttpRequest) -> tuple[str | None, str | None]:
    """Where in the list the reader stands."""
    return request.GET.get("after"), request.GET.get("before")


def _answer(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page, kept by a visitor's browser for everybody and by another for itself."""
    response = render(request, template, context)
    return for_readers(checked_each_time(request, response, public=not access.signed_in(request.user)))


def _moved(address: str | None, *, public: bool = True) -> HttpResponse:
    """To the address of today, which is asked again each time; 404 where there is none."""
    if address is None:
        raise Http404
    response = HttpResponsePermanentRedirect(address)
    response["Cache-Control"] = "public, no-cache" if public else "private, no-cache"
    return response
