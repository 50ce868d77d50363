"""Stories in the Wagtail admin: a list of all of them, their text to mend, and the way to where they are decided."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views import View
from django_filters import ChoiceFilter, DateFromToRangeFilter, ModelChoiceFilter
from wagtail.admin.filters import DateRangePickerWidget
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import PageTitleColumn
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.listing import ExplorableIndexView, IndexView, PageFilterSet
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.admin.viewsets.pages import PageListingViewSet, PageViewSet

from community.models import CommunityPage, Council
from hub.admin_sheets import PlainSheets
from practice.models import StoryAuthor, StoryPage, Topic

# What an editor would do here, the page on which it is done instead, and what that page is told to say.
ELSEWHERE = {
    "unpublish": ("withdraw-story", "Stories are withdrawn here, so that their authors are told and can see why."),
    "delete": ("delete-story", "Stories are deleted here, so that their authors are told."),
    "move": ("move-story", "Stories are moved here, since other people may be able to read them then."),
    "copy": ("story-history", "Stories are not copied: each is told once, at an address of its own."),
    "lock": ("story-history", "Stories are not locked: their authors may always go on writing."),
}


class OnTheWebsite(View):
    """Leads from a page of the admin to the page of the website on which the same is done."""

    what = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Go there, and say why."""
        name, words = ELSEWHERE[self.what]
        messages.info(request, words)
        pk = kwargs.get("page_to_move_id") or kwargs["page_id"]
        return redirect(reverse(name, args=[pk]))


class Shut(View):
    """A page of the admin that does not exist for stories."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse."""
        raise PermissionDenied


class MendView(EditView):
    """The text of a story. Saving it keeps a draft, and a review goes on with what was sent."""

    is_cancelling_workflow = False


class MendEarlierView(RevisionsRevertView):
    """An earlier text of a story. Saving it keeps a draft."""

    is_cancelling_workflow = False


def _elsewhere(what: str) -> type[OnTheWebsite]:
    return type(f"{what.title()}OnTheWebsite", (OnTheWebsite,), {"what": what})


class StoryFilterSet(PageFilterSet):
    """Which stories are listed."""

    state = ChoiceFilter(choices=StoryPage.State.choices, label="State", method="in_state")
    community = ModelChoiceFilter(queryset=CommunityPage.objects.order_by("title"), label="Community")
    topic = ModelChoiceFilter(queryset=Topic.objects.by_group(), label="Topic", method="about")
    council = ModelChoiceFilter(queryset=Council.objects.order_by("name"), label="Council", method="from_council")
    practice_status = ChoiceFilter(choices=StoryPage.Status.choices, label="How it stands")
    published_at = DateFromToRangeFilter(label="Published", widget=DateRangePickerWidget)
    owner = edited_by = site = has_child_pages = None

    class Meta:
        model = StoryPage
        fields: ClassVar[list[str]] = ["state", "community", "topic", "council", "practice_status", "published_at"]

    def in_state(self, stories: Any, name: str, state: str) -> Any:
        """Those of a state."""
        return stories.filter(pk__in=StoryPage.objects.in_state(StoryPage.State(state)).values("pk"))

    def about(self, stories: Any, name: str, topic: Topic) -> Any:
        """Those on a topic, or on one under it."""
        return stories.filter(pk__in=StoryPage.objects.about(topic).values("pk"))

    def from_council(self, stories: Any, name: str, council: Council) -> Any:
        """Those of a council, and of those that it took over from."""
        return stories.filter(pk__in=StoryPage.objects.from_council(council).values("pk"))


class WithStates:
    """Reads along what the columns of a list of stories show."""

    def annotate_queryset(self, pages: Any) -> Any:
        """The state of each story, its community and its council."""
        pages = super().annotate_queryset(pages)  # type: ignore[misc]
        return pages.with_state().prefetch_related("community", "council", "topics", "authorships__person")


class StoryIndexView(PlainSheets, WithStates, IndexView):
    """All stories, with their state as the website tells it."""

    add_item_label = "Write a story"
    list_export: ClassVar[list[str]] = [
        "pk",
        "title",
        "state.label",
        "community.title",
        "council.name",
        "author_names",
        "topic_names",
        "get_practice_status_display",
        "first_published_at",
        "published_at",
        "latest_revision_created_at",
        "full_url",
    ]
    export_headings: ClassVar[dict[str, str]] = {
        "pk": "Number",
        "title": "Title",
        "state.label": "State",
        "community.title": "Community",
        "council.name": "Council",
        "author_names": "Authors",
        "topic_names": "Topics",
        "get_practice_status_display": "How it stands",
        "first_published_at": "First published",
        "published_at": "Published",
        "latest_revision_created_at": "Updated",
        "full_url": "Address",
    }

    def get_base_queryset(self) -> Any:
        """Every story that the editor may see. What was thrown away is its author's alone."""
        return super().get_base_queryset().filter(pk__in=StoryPage.objects.seen_by(self.request.user).values("pk"))

    def search_queryset(self, stories: Any) -> Any:
        """Those with these words in the title, the summary or the name of an author."""
        for word in self.search_query.split() if self.is_searching else ():
            named = StoryAuthor.objects.filter(person__name__icontains=word).values("page")
            stories = stories.filter(Q(title__icontains=word) | Q(summary__icontains=word) | Q(pk__in=named))
        return stories

    def order_queryset(self, stories: Any) -> Any:
        """In the order of the chosen column, while searching too."""
        if self.is_searching and not self.is_explicitly_ordered:
            return stories.order_by("-latest_revision_created_at", "-pk")
        return super().order_queryset(stories)

    def to_row_dict(self, story: StoryPage) -> dict[str, Any]:
        """A row of the file."""
        names = [author.person.name for author in story.authorships.all() if author.person]
        said = {
            "state.label": _state(story),
            "council.name": story.council.name if story.council else "",
            "author_names": ", ".join(names),
            "topic_names": ", ".join(topic.title for topic in story.topics.all()),
            "full_url": f"{settings.SITE_URL}{story.get_absolute_url()}" if story.live else "",
            "community.title": story.community.title if story.community else "",
            "get_practice_status_display": story.get_practice_status_display() if story.practice_status else "",
        }
        return {name: said[name] if name in said else getattr(story, name) for name in self.list_export}

    def get_add_url(self) -> str:
        """Where a story is begun: on the website."""
        return reverse("write")


class UnderCommunityView(WithStates, ExplorableIndexView):
    """The stories of a community. Never in the order of the tree: Wagtail shows that unpaginated, in forty seconds."""

    sort_order_field = None


def _state(story: StoryPage) -> str:
    state = story.state.label
    return f"{state}; newer text: {story.edit_state.label.lower()}" if story.live and story.edit_state else state


COLUMNS: list[Column] = [
    PageTitleColumn("title", label="Title", sort_key="title", classname="title"),
    Column("state", label="State", accessor=_state),
    Column("community", label="Community", accessor="community"),
    Column("council", label="Council", accessor="council"),
    DateColumn("latest_revision_created_at", label="Updated", sort_key="latest_revision_created_at", width="12%"),
]


class StoryViewSet(PageViewSet):
    """What the pages of the admin are for stories."""

    model = StoryPage
    index_view_class = UnderCommunityView
    columns = COLUMNS
    filterset_class = StoryFilterSet
    edit_view_class = MendView
    revisions_revert_view_class = MendEarlierView
    unpublish_view_class = _elsewhere("unpublish")
    delete_view_class = _elsewhere("delete")
    move_view_class = move_confirm_view_class = _elsewhere("move")
    copy_view_class = convert_alias_view_class = _elsewhere("copy")
    lock_view_class = unlock_view_class = _elsewhere("lock")
    set_privacy_view_class = set_page_position_view_class = Shut
    revisions_unschedule_view_class = Shut
    workflow_action_view_class = collect_workflow_action_data_view_class = Shut
    confirm_workflow_cancellation_view_class = workflow_preview_view_class = Shut


class StoryListing(PageListingViewSet):
    """All stories, in the menu of the admin."""

    model = StoryPage
    name = "stories"
    url_prefix = "stories"
    export_filename = "stories"
    menu_label = "Stories"
    menu_order = 150
    icon = "doc-full"
    add_to_admin_menu = True
    index_view_class = StoryIndexView
    filterset_class = StoryFilterSet
    columns = COLUMNS
