"""Wagtail's administration of people, with our fields. For administrators only."""

from typing import Any

import django_filters
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, TitleColumn
from wagtail.admin.widgets.boolean_radio_select import BooleanRadioSelect
from wagtail.users.views import users

from community.forms.person_admin import PersonAdminForm
from community.leaving import close_account
from community.models import Person
from hub.refusal import Refused


class PersonFilterSet(WagtailFilterSet):
    """Narrow the list down."""

    is_active = django_filters.BooleanFilter(label="May sign in", widget=BooleanRadioSelect)
    is_editor = django_filters.BooleanFilter(label="Edits the site", widget=BooleanRadioSelect)
    is_superuser = django_filters.BooleanFilter(label="Administrator", widget=BooleanRadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.pop("is_searching", None)
        super().__init__(*args, **kwargs)

    class Meta:
        model = Person
        fields: list[str] = []


class PersonIndexView(users.IndexView):
    """The list of people. Without actions in bulk: each change goes through a verb."""

    add_item_label = "Add a person"
    page_title = "People"
    search_fields = {"name", "email"}

    @property
    def columns(self) -> list[Column]:
        """Name, address, council and powers."""
        return [
            TitleColumn("name", accessor=str, label="Name", sort_key="name", get_url=self.get_edit_url),
            Column("email", label="E-mail", sort_key="email"),
            Column("council", label="Council", accessor="council"),
            BooleanColumn("is_editor", label="Editor", sort_key="is_editor"),
            BooleanColumn("is_superuser", label="Administrator", sort_key="is_superuser"),
            BooleanColumn("is_active", label="May sign in", sort_key="is_active"),
            DateColumn("last_login", label="Last here", sort_key="last_login"),
        ]

    def order_queryset(self, queryset: Any) -> Any:
        """Sort by a column of ours."""
        return queryset.order_by(self.ordering, "pk") if isinstance(self.ordering, str) else queryset

    def get_base_queryset(self) -> Any:
        """Everybody who has not left for good."""
        return Person.objects.filter(left_at=None).select_related("council", "wagtail_userprofile")


class PersonDeleteView(users.DeleteView):
    """Close an account for good, as its owner would: the person goes, what they told stays."""

    page_title = "Close the account for good"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Close it through the verb."""
        try:
            close_account(self.object, by=Person.objects.get(pk=request.user.pk), keep_name=False)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect(self.get_delete_url())
        messages.success(request, "The account is closed.")
        return redirect(self.get_success_url())


class PersonViewSet(users.UserViewSet):
    """The section of the admin."""

    menu_label = "People"
    ordering = "name"
    filterset_class = PersonFilterSet
    index_view_class = PersonIndexView
    delete_view_class = PersonDeleteView
    create_template_name = "wagtailadmin/generic/form.html"
    edit_template_name = "wagtailadmin/generic/edit.html"

    def get_form_class(self, for_update: bool = False) -> type[PersonAdminForm]:
        """One form for both."""
        return PersonAdminForm
