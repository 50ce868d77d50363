"""Communities of practice: a page, and the policy that says who may see it, join it and publish in it."""

from typing import Any, Self

from django.db import models
from django.http import Http404, HttpRequest
from django.urls import reverse
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from community import access

RICH_TEXT = ["h3", "h4", "bold", "italic", "ol", "ul", "link", "blockquote"]


class CommunityQuerySet(PageQuerySet):
    """Questions about communities."""

    def visible_to(self, person: Any) -> Self:
        """Communities that may be found: all but the hidden ones, and those of which the person is a member."""
        return self.filter(live=True).exclude(pk__in=access.hidden_communities(person))


class CommunityPage(Page):
    """A community of practice. Stories are its children. Its address never changes."""

    purpose = models.CharField(max_length=200, help_text="One sentence: what its members do together")
    introduction = RichTextField(features=RICH_TEXT, blank=True)
    ground_rules = models.TextField(blank=True, help_text="One rule a line")
    hue = models.PositiveSmallIntegerField(
        default=310, help_text="Its colour, as an angle from 0 to 359. Keep colours 25 apart and off 15 to 50"
    )
    source = models.CharField("id in the import", max_length=160, blank=True, editable=False)

    objects = PageManager.from_queryset(CommunityQuerySet)()

    parent_page_types = ["hub.HomePage"]
    subpage_types = ["practice.StoryPage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("purpose"),
        FieldPanel("introduction"),
        FieldPanel("ground_rules"),
        FieldPanel("hue"),
    ]
    promote_panels: list[Any] = []

    class Meta:
        verbose_name = "community"
        verbose_name_plural = "communities"

    def get_absolute_url(self) -> str:
        """Its front page on the website."""
        return reverse("community", args=[self.slug])

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        """Tell Wagtail the address on the website, which does not follow the page tree."""
        parts = super().get_url_parts(request)
        return parts and (parts[0], parts[1], self.get_absolute_url())

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Answer nothing at the address in the page tree, so that there is one door and one check."""
        raise Http404

    @property
    def audience(self) -> str:
        """Who may find it: everybody, unless it is hidden."""
        hidden = self.policy.visibility == CommunityPolicy.Visibility.HIDDEN
        return access.community_audience(self.pk) if hidden else access.PUBLIC

    @property
    def stories_audience(self) -> str:
        """Who may read what is published in it: everybody, or its members."""
        is_open = self.policy.visibility == CommunityPolicy.Visibility.OPEN
        return access.PUBLIC if is_open else access.community_audience(self.pk)

    def ground_rule_lines(self) -> list[str]:
        """The ground rules, one by one."""
        return [line.strip() for line in self.ground_rules.splitlines() if line.strip()]


class CommunityPolicy(models.Model):
    """Who may see a community, join it and publish in it.

    Kept outside the page's revisions, so that publishing an old draft of the page cannot open it again. Changed only by
    `community.hosting.set_policy`. A community without a policy counts as hidden.
    """

    class Visibility(models.TextChoices):
        """Who may see it."""

        OPEN = "open", "Open: anyone can read it"
        MEMBERS = "members", "Members only: anyone can find it and read its rules, members read the rest"
        HIDDEN = "hidden", "Hidden: for anyone else it is not there"

    class Joining(models.TextChoices):
        """How people become members."""

        ANYONE = "anyone", "Anyone can join"
        ASK = "ask", "People ask, a facilitator answers"
        INVITE = "invite", "By invitation"

    community = models.OneToOneField(CommunityPage, on_delete=models.CASCADE, related_name="policy")
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.HIDDEN)
    joining = models.CharField(max_length=10, choices=Joining.choices, default=Joining.INVITE)
    review_first = models.BooleanField("a facilitator reads each story before it is published", default=True)
    promise_days = models.PositiveSmallIntegerField("answers within so many working days", default=5)

    class Meta:
        verbose_name_plural = "community policies"

    def __str__(self) -> str:
        return f"{self.get_visibility_display()}; {self.get_joining_display()}"
