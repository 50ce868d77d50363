"""How editors manage topics and tags in the Wagtail admin."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from taggit.models import Tag
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from hub.admin_sheets import PlainSheets
from hub.refusal import Refused
from practice import tags
from practice.models import Topic


class PlainIndexView(PlainSheets, IndexView):
    """A list of the admin with its file."""

    export_headings: ClassVar[dict[str, str]] = {
        "title": "Title",
        "parent": "Under",
        "slug": "In the address",
        "stories_about": "Stories",
        "on_stories": "Stories",
        "summary": "Summary",
        "other_words": "Other words",
        "name": "Name",
    }


class TopicViewSet(SnippetViewSet):
    """The tree of topics: by group, with how many stories each has."""

    model = Topic
    index_view_class = PlainIndexView
    export_filename = "topics"
    list_export = ["title", "parent", "slug", "stories_about", "summary", "other_words"]
    icon = "tag"
    menu_label = "Topics"
    add_to_admin_menu = True
    list_display = ["title", "parent", Column("stories_about", label="Stories"), Column("slug", label="In the address")]
    list_filter = {"parent": ["exact"], "communities": ["exact"]}
    list_per_page = 60
    search_fields = ["title", "slug", "summary", "other_words"]
    search_backend_name = None
    ordering = None
    panels = [
        FieldPanel("title"),
        FieldPanel("slug", help_text="The word in its address. An address that it had before leads to the new one"),
        FieldPanel("parent", widget=forms.Select),
        FieldPanel("summary"),
        FieldPanel("other_words"),
        FieldPanel("communities", widget=forms.CheckboxSelectMultiple),
    ]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Topic]":
        """Topics under their groups, with the number of stories in any state."""
        return Topic.objects.by_group().annotate(stories_about=Count("stories"))

    @classmethod
    def index_address(cls) -> str:
        """Where the list is."""
        return reverse("wagtailsnippets_practice_topic:list")


class TagForm(WagtailAdminModelForm):
    """A tag by its name; the address follows the name."""

    class Meta:
        model = Tag
        fields = ["name"]

    def clean_name(self) -> str:
        """Say what is wrong with a name, as the verb would."""
        try:
            name, slug = tags.checked_name(self.instance, self.cleaned_data["name"])
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        if Tag.objects.filter(Q(slug=slug) | Q(name__iexact=name)).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(f"There is a tag “{name}” already. Merge the two on the website, under /tags/.")
        return name

    def save(self, commit: bool = True) -> Any:
        """A tag that exists is renamed by the verb, which keeps its old address."""
        if commit and self.instance.pk:
            if "name" in self.changed_data:
                tags.rename(Tag.objects.get(pk=self.instance.pk), by=self.for_user, name=self.cleaned_data["name"])
            return Tag.objects.get(pk=self.instance.pk)
        return super().save(commit)


class TagViewSet(SnippetViewSet):
    """The free words on stories and people, to mend their spelling."""

    model = Tag
    index_view_class = PlainIndexView
    export_filename = "tags"
    list_export = ["name", "slug", "on_stories"]
    icon = "tag"
    menu_label = "Tags"
    list_display = ["name", Column("on_stories", label="Stories"), Column("slug", label="In the address")]
    search_fields = ["name"]
    search_backend_name = None
    panels = [FieldPanel("name")]

    def get_form_class(self, for_update: bool = False) -> type[TagForm]:
        """The form that knows the verb."""
        return TagForm

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Tag]":
        """Tags by name, with the number of stories in any state."""
        return Tag.objects.annotate(on_stories=Count("practice_storytag_items")).order_by("name")
