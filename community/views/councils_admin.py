"""Councils in the editors' admin: listed, filtered, searched, edited, and deleted only when nothing points to them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.views.snippets import DeleteView, SnippetViewSet

from community.models import Council


class CouncilDeleteView(DeleteView):
    """Refuses while anything points to it: a merged council stays, and leads to its successor."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Delete it, or say why not."""
        if _is_pointed_to(self.object):
            messages.error(request, "People, stories or other councils point to it. Say which council replaced it.")
            return redirect(self.get_success_url())
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response


class CouncilViewSet(SnippetViewSet):
    """The section of the admin."""

    model = Council
    icon = "home"
    menu_label = "Councils"
    add_to_admin_menu = True
    menu_order = 250
    ordering = ["name"]
    list_display = ["name", "short_name", "kind", "region", "replaced_by", BooleanColumn("has_ended", label="Ended")]
    list_filter = ["nation", "region", "kind"]
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
