"""Councils in the editors' admin: listed, filtered, searched, edited, and deleted only when nothing points to them."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django_filters import BooleanFilter
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.widgets.boolean_radio_select import BooleanRadioSelect
from wagtail.snippets.views.snippets import DeleteView, IndexView, SnippetViewSet

from community.models import Council
from hub.admin_sheets import PlainSheets


class CouncilDeleteView(DeleteView):
    """Refuses while anything points to it: a merged council stays, and leads to its successor."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Delete it, or say why not."""
        if _is_pointed_to(self.object):
            messages.error(request, "People, stories or other councils point to it. Say which council replaced it.")
            return redirect(self.get_success_url())
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response


class CouncilFilterSet(WagtailFilterSet):
    """Which councils are listed."""

    ended = BooleanFilter(label="Ended", method="narrow_to_ended", widget=BooleanRadioSelect)

    class Meta:
        model = Council
        fields: ClassVar[list[str]] = ["nation", "region", "kind", "ended"]

    def narrow_to_ended(self, councils: Any, name: str, ended: bool) -> Any:
        """Those that are no longer there, or the others."""
        today = Council.objects.current().values("pk")
        return councils.exclude(pk__in=today) if ended else councils.filter(pk__in=today)


class CouncilIndexView(PlainSheets, IndexView):
    """The list, with its file."""

    export_headings: ClassVar[dict[str, str]] = {
        "code": "Code",
        "name": "Name",
        "short_name": "Short name",
        "other_names": "Other names",
        "get_kind_display": "Kind",
        "nation": "Nation",
        "region": "Region",
        "population": "Population",
        "start_date": "From",
        "end_date": "Until",
        "replaced_by": "Replaced by",
    }


class CouncilViewSet(SnippetViewSet):
    """The section of the admin."""

    model = Council
    index_view_class = CouncilIndexView
    filterset_class = CouncilFilterSet
    export_filename = "councils"
    list_export = [
        "code",
        "name",
        "short_name",
        "other_names",
        "get_kind_display",
        "nation",
        "region",
        "population",
        "start_date",
        "end_date",
        "replaced_by",
    ]
    icon = "home"
    menu_label = "Councils"
    add_to_admin_menu = True
    menu_order = 250
    ordering = ["name"]
    list_display = ["name", "short_name", "kind", "region", "replaced_by", BooleanColumn("has_ended", label="Ended")]
    search_fields = ["name", "short_name", "other_names", "code"]
    search_backend_name = None
    delete_view_class = CouncilDeleteView
    panels = [
        FieldRowPanel([FieldPanel("code"), FieldPanel("kind")]),
        FieldPanel("name"),
        FieldPanel("short_name"),
        FieldPanel("other_names"),
        FieldRowPanel([FieldPanel("nation"), FieldPanel("region")]),
        FieldRowPanel([FieldPanel("population"), FieldPanel("area_km2")]),
        FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("start_date"), FieldPanel("end_date")]),
                FieldPanel("replaced_by"),
                FieldPanel("split_into"),
            ],
            heading="Its time",
        ),
    ]


def _is_pointed_to(council: Council) -> bool:
    names = [relation.get_accessor_name() for relation in Council._meta.related_objects]
    return any(getattr(council, str(name)).exists() for name in names if name)
