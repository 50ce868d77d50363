"""Communities in the editors' admin: a list of all of them, and the way to where they are looked after."""

from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django_filters import BooleanFilter, ChoiceFilter
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.admin.ui.tables.pages import PageTitleColumn
from wagtail.admin.views.pages.listing import IndexView, PageFilterSet
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.admin.widgets.boolean_radio_select import BooleanRadioSelect

from community.models import CommunityPage, CommunityPolicy, Membership
from hub.admin_sheets import PlainSheets


class CommunityFilterSet(PageFilterSet):
    """Which communities are listed."""

    visibility = ChoiceFilter("policy__visibility", choices=CommunityPolicy.Visibility.choices, label="Who may see it")
    joining = ChoiceFilter("policy__joining", choices=CommunityPolicy.Joining.choices, label="Who may join")
    review_first = BooleanFilter("policy__review_first", label="Stories are read first", widget=BooleanRadioSelect)
    unattended = BooleanFilter(label="Without a facilitator", method="narrow_to_unattended", widget=BooleanRadioSelect)
    archived = BooleanFilter(
        "policy__archived_at", lookup_expr="isnull", exclude=True, label="Archived", widget=BooleanRadioSelect
    )
    owner = edited_by = site = has_child_pages = None

    class Meta:
        model = CommunityPage
        fields: ClassVar[list[str]] = ["visibility", "joining", "review_first", "unattended", "archived"]

    def narrow_to_unattended(self, communities: Any, name: str, unattended: bool) -> Any:
        """Those that nobody looks after, or the others."""
        attended = Membership.objects.facilitators().values("community")
        return communities.exclude(pk__in=attended) if unattended else communities.filter(pk__in=attended)


def _visibility(community: CommunityPage) -> str:
    said: str = community.policy.get_visibility_display().partition(":")[0]
    return f"{said}, archived" if community.policy.archived_at else said


class CommunityIndexView(PlainSheets, IndexView):
    """All communities, with their policy, their members and how many stories are under them."""

    add_item_label = "Found a community"
    list_export: ClassVar[list[str]] = [
        "title",
        "purpose",
        "visibility",
        "joining",
        "review_first",
        "promise_days",
        "members",
        "facilitators",
        "stories",
        "first_published_at",
        "archived_at",
        "address",
    ]
    export_headings: ClassVar[dict[str, str]] = {
        "title": "Title",
        "purpose": "Purpose",
        "visibility": "Who may see it",
        "joining": "Who may join",
        "review_first": "Stories are read first",
        "promise_days": "Answers within working days",
        "members": "Members",
        "facilitators": "Facilitators",
        "stories": "Stories in any state",
        "first_published_at": "Founded",
        "archived_at": "Archived",
        "address": "Address",
    }

    def get_add_url(self) -> str:
        """Where a community is founded: on the website."""
        return reverse("new-community")

    def get_base_queryset(self) -> Any:
        """Every community that the editor may see."""
        return super().get_base_queryset().filter(pk__in=CommunityPage.objects.seen_by(self.request.user).values("pk"))

    def annotate_queryset(self, pages: Any) -> Any:
        """What the columns show, read along."""
        facilitators = (
            Membership.objects.facilitators()
            .filter(community=OuterRef("pk"))
            .order_by()
            .values("community")
            .annotate(number=Count("pk"))
            .values("number")
        )
        counted = super().annotate_queryset(pages).with_member_count().select_related("policy")
        return counted.annotate(facilitator_count=Coalesce(Subquery(facilitators), 0))

    def search_queryset(self, communities: Any) -> Any:
        """Those with these words in the title or the purpose."""
        for word in self.search_query.split() if self.is_searching else ():
            communities = communities.filter(Q(title__icontains=word) | Q(purpose__icontains=word))
        return communities

    def order_queryset(self, communities: Any) -> Any:
        """In the order of the chosen column, while searching too."""
        if self.is_searching and not self.is_explicitly_ordered:
            return communities.order_by("title", "pk")
        return super().order_queryset(communities)

    def to_row_dict(self, community: CommunityPage) -> dict[str, Any]:
        """A row of the file."""
        policy: Any = community.policy
        said = {
            "visibility": policy.get_visibility_display().partition(":")[0],
            "joining": policy.get_joining_display(),
            "review_first": policy.review_first,
            "promise_days": policy.promise_days,
            "archived_at": policy.archived_at,
            "members": community.member_count,
            "facilitators": community.facilitator_count,
            "stories": community.numchild,
            "address": f"{settings.SITE_URL}{community.get_absolute_url()}",
        }
        return {name: said[name] if name in said else getattr(community, name) for name in self.list_export}


class CommunityListing(PageListingViewSet):
    """All communities, in the menu of the admin."""

    model = CommunityPage
    name = "communities"
    url_prefix = "communities"
    export_filename = "communities"
    menu_label = "Communities"
    menu_order = 160
    icon = "group"
    add_to_admin_menu = True
    index_view_class = CommunityIndexView
    filterset_class = CommunityFilterSet
    columns: ClassVar[list[Column]] = [
        PageTitleColumn("title", label="Title", sort_key="title", classname="title"),
        Column("visibility", label="Who may see it", accessor=_visibility),
        Column("joining", label="Who may join", accessor="policy.get_joining_display"),
        BooleanColumn("review_first", label="Read first", accessor="policy.review_first"),
        Column("members", label="Members", accessor="member_count"),
        Column("facilitators", label="Facilitators", accessor="facilitator_count"),
        Column("stories", label="Stories", accessor="numchild"),
        DateColumn("latest_revision_created_at", label="Updated", sort_key="latest_revision_created_at", width="12%"),
    ]


def places_of(community: CommunityPage) -> list[tuple[str, str]]:
    """Where the website lets an editor look after a community: words, and the address."""
    return [
        ("Who may see it and join it", reverse("community-settings", args=[community.slug])),
        ("Its members", reverse("community-members", args=[community.slug])),
        ("Archive it or open it again", reverse("archive-community", args=[community.slug])),
        ("Merge it into another", reverse("merge-community", args=[community.slug])),
    ]
