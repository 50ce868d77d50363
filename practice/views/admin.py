"""Stories in the Wagtail admin: a list of all of them, their text to mend, and the way to where they are decided."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views import View
from django_filters import ChoiceFilter, ModelChoiceFilter
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import PageTitleColumn
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.listing import ExplorableIndexView, IndexView, PageFilterSet
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.admin.viewsets.pages import PageListingViewSet, PageViewSet

from community.models import CommunityPage
from practice.models import StoryPage

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

    community = ModelChoiceFilter(queryset=CommunityPage.objects.order_by("title"), label="Community")
    practice_status = ChoiceFilter(choices=StoryPage.Status.choices, label="How it stands")

    class Meta:
        model = StoryPage
        fields: ClassVar[list[str]] = ["community", "practice_status"]


class WithStates:
    """Reads along what the columns of a list of stories show."""

    def annotate_queryset(self, pages: Any) -> Any:
        """The state of each story, its community and its council."""
        pages = super().annotate_queryset(pages)  # type: ignore[misc]
        return pages.with_state().prefetch_related("community", "council")


class StoryIndexView(WithStates, IndexView):
    """All stories, with their state as the website tells it."""

    add_item_label = "Write a story"

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
    menu_label = "Stories"
    menu_order = 150
    icon = "doc-full"
    add_to_admin_menu = True
    index_view_class = StoryIndexView
    filterset_class = StoryFilterSet
    columns = COLUMNS
