"""Finding people, and the page of each."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
)
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from taggit.models import Tag

from community import access
from community.models import CommunityPage, Council, Membership, Person, PersonSkill
from hub.pagecache import whole_page
from hub.readers import for_readers

ON_A_PAGE = 24


@whole_page("q", "council", "skill", "community", "kind", "page")
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Find a person by words, council, skill, community or kind of council."""
    everybody = Person.objects.visible_to(request.user).with_something_to_show()
    words = request.GET.get("q", "").replace("\0", "").strip()[:200]
    # A word that stands on stories alone is no skill: its name may be for those who read them.
    skills = Tag.objects.filter(pk__in=PersonSkill.objects.filter(content_object__in=everybody).values("tag"))
    skill = skills.filter(slug=request.GET.get("skill", "").replace("\0", "")[:100]).first()
    council = Council.objects.filter(code__iexact=request.GET.get("council", "").replace("\0", "")[:20]).first()
    open_to_them = CommunityPage.objects.visible_to(request.user).exclude(
        pk__in=access.closed_communities(request.user)
    )
    communities = list(open_to_them.order_by("title"))
    chosen_communities = [item for item in communities if item.slug in request.GET.getlist("community")]
    kinds = [kind for kind in request.GET.getlist("kind") if kind in Council.Kind.values]
    found = everybody.matching(words)
    if skill:
        found = found.skilled_in(skill.slug)
    if council:
        found = found.working_for(council)
    narrowed = found
    if chosen_communities:
        narrowed = narrowed.members_of(*chosen_communities)
    if kinds:
        narrowed = narrowed.filter(council__kind__in=kinds)
    listed = narrowed.select_related("council").prefetch_related("skills").order_by("name", "pk")
    page = Paginator(listed, ON_A_PAGE).get_page(request.GET.get("page"))
    response = render(
        request,
        "community/people.html",
        {
            "page": page,
            "words": words,
            "skill": skill,
            "council": council,
            "communities": _community_choices(communities, found, chosen_communities),
            "kinds": _kind_choices(found, kinds),
            "narrowed": bool(words or skill or council or chosen_communities or kinds),
            "kept": _kept(request),
        },
    )
    return for_readers(response)


@whole_page()
@require_safe
def person(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """The page of a person."""
    shown = get_object_or_404(
        Person.objects.visible_to(request.user).select_related("council").prefetch_related("skills"), pk=pk
    )
    if slug != shown.slug:
        return HttpResponsePermanentRedirect(shown.get_absolute_url())
    memberships = list(
        Membership.objects.active()
        .filter(person=shown, community__in=CommunityPage.objects.visible_to(request.user).values("pk"))
        .exclude(community__in=access.closed_communities(request.user))
        .select_related("community")
        .order_by("community__title")
    )
    facilitated = [item.community.title for item in memberships if item.is_facilitator]
    response = render(
        request,
        "community/person.html",
        {"person": shown, "memberships": memberships, "facilitated": facilitated, "is_me": request.user == shown},
    )
    return for_readers(response, but=[shown.pk])


@require_safe
def portrait(request: HttpRequest, pk: int, picture: int) -> HttpResponseBase:
    """The portrait of a person, small. A profile is public, and so is the portrait in it."""
    shown = get_object_or_404(Person.objects.visible_to(request.user).select_related("portrait"), pk=pk)
    if shown.portrait_id != picture:
        raise Http404
    try:
        rendition = shown.portrait.get_rendition("fill-192x192|format-webp")  # type: ignore[union-attr]
        response = FileResponse(rendition.file.open("rb"), content_type="image/webp")
    except OSError as error:
        raise Http404("The file of the portrait is gone.") from error
    response["Cache-Control"] = "public, max-age=86400"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response


def _community_choices(
    communities: list[CommunityPage], found: Any, chosen: list[CommunityPage]
) -> list[dict[str, Any]]:
    members = Membership.objects.active().filter(person__in=found.order_by().values("pk"), community__in=communities)
    counts = dict(members.order_by().values_list("community").annotate(Count("pk")))
    return [
        {"value": item.slug, "words": item.title, "count": counts.get(item.pk, 0), "chosen": item in chosen}
        for item in communities
    ]


def _kind_choices(found: Any, chosen: list[str]) -> list[dict[str, Any]]:
    counts = dict(found.order_by().values_list("council__kind").annotate(Count("pk")))
    return [
        {"value": value, "words": words, "count": counts.get(value, 0), "chosen": value in chosen}
        for value, words in Council.Kind.choices
        if counts.get(value) or value in chosen
    ]


def _kept(request: HttpRequest) -> str:
    """The parameters of this list without the page, for the links to other pages."""
    parameters = request.GET.copy()
    parameters.pop("page", None)
    return parameters.urlencode()
