"""The register of councils, and the page of each."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, F, IntegerField, Q
from django.db.models.functions import Abs, Cast
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from community.models import Council, Person
from hub.pagecache import whole_page
from hub.readers import for_readers

ON_A_PAGE = 150
PEOPLE_SHOWN = 12
ALIKE_SHOWN = 3


@dataclass(frozen=True)
class Choice:
    """One value to narrow the list down by, and how many councils would be left."""

    value: str
    words: str
    count: int
    chosen: bool


@whole_page("q", "nation", "region", "kind", "ended", "page")
@require_safe
def councils(request: HttpRequest) -> HttpResponse:
    """Every council, narrowed down by nation, region, kind and words."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    ended = request.GET.get("ended") == "1"
    everything = Council.objects.all() if ended else Council.objects.current()
    for word in words.split()[:6]:
        everything = everything.filter(
            Q(name__icontains=word) | Q(short_name__icontains=word) | Q(other_names__icontains=word)
        )
    chosen = {
        field: [value.replace("\0", "")[:60] for value in request.GET.getlist(field)]
        for field in ("nation", "region", "kind")
    }
    found = _narrowed(everything, chosen)
    page = Paginator(found.order_by("short_name", "pk"), ON_A_PAGE).get_page(request.GET.get("page"))
    here = dict(
        Person.objects.visible_to(request.user)
        .filter(council__in=[council.pk for council in page])
        .order_by()
        .values_list("council")
        .annotate(Count("pk"))
    )
    for council in page:
        council.people_here = here.get(council.pk, 0)  # type: ignore[attr-defined]
    parameters = request.GET.copy()
    parameters.pop("page", None)
    response = render(
        request,
        "community/councils.html",
        {
            "page": page,
            "words": words,
            "ended": ended,
            "nations": _choices(everything, chosen, "nation"),
            "regions": _choices(everything, chosen, "region"),
            "kinds": _choices(everything, chosen, "kind"),
            "narrowed": bool(words or ended or any(chosen.values())),
            "kept": parameters.urlencode(),
        },
    )
    return for_readers(response)


@whole_page()
@require_safe
def council(request: HttpRequest, code: str, slug: str = "") -> HttpResponse:
    """The page of a council, with what its predecessors left it. A council that was replaced leads to its successor."""
    asked = get_object_or_404(Council.objects.select_related("replaced_by"), code__iexact=code.replace("\0", ""))
    shown = asked.successor()
    if shown != asked or slug != shown.slug:
        return HttpResponsePermanentRedirect(shown.get_absolute_url())
    line = Council.objects.with_predecessors(shown)
    people = (
        Person.objects.visible_to(request.user)
        .with_something_to_show()
        .filter(council__in=line)
        .select_related("council")
        .order_by("name", "pk")
    )
    response = render(
        request,
        "community/council.html",
        {
            "council": shown,
            "predecessors": line.exclude(pk=shown.pk).order_by("-end_date", "name"),
            "successors": shown.split_into.order_by("name"),
            "people": people[:PEOPLE_SHOWN],
            "people_count": people.count(),
            "alike": _most_like(shown),
        },
    )
    return for_readers(response)


def _narrowed(councils: Any, chosen: dict[str, list[str]], but: str = "") -> Any:
    for field, values in chosen.items():
        if values and field != but:
            councils = councils.filter(**{f"{field}__in": values})
    return councils


def _choices(councils: Any, chosen: dict[str, list[str]], field: str) -> list[Choice]:
    """The values of a field, counted among what the other fields leave."""
    left = _narrowed(councils, chosen, but=field)
    counts = dict(left.order_by().values_list(field).annotate(Count("pk")))
    words = dict(Council.Kind.choices) if field == "kind" else {}
    values = [value for value in Council.Kind.values if value in counts] if field == "kind" else sorted(counts)
    return [Choice(value, words.get(value, value), counts[value], value in chosen[field]) for value in values if value]


def _most_like(council: Council) -> Any:
    """The councils of the same kind that are closest in population."""
    if council.population is None:
        return Council.objects.none()
    apart = Abs(Cast(F("population"), IntegerField()) - council.population)
    alike = Council.objects.current().filter(kind=council.kind, population__isnull=False).exclude(pk=council.pk)
    return alike.annotate(apart=apart).order_by("apart", "name")[:ALIKE_SHOWN]
