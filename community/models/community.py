"""Communities of practice: a page, and the policy that says who may see it, join it and publish in it."""

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest
from django.urls import reverse
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.fields import RichTextField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from community import access
from community.models.life import Merger
from community.models.membership import Membership
from hub.refusal import Refused
from hub.richtext import clean_html, with_addresses

RICH_TEXT = ["h3", "h4", "bold", "italic", "ol", "ul", "link", "blockquote"]
# Addresses under /communities/ that belong to the site.
RESERVED_SLUGS = frozenset({"new", "yours"})


class CommunityQuerySet(PageQuerySet):
    """Questions about communities."""

    def visible_to(self, person: Any) -> Self:
        """Communities that may be found: all but the hidden ones, and those of which the person is a member."""
        return self.filter(live=True).exclude(pk__in=access.hidden_communities(person))

    def seen_by(self, person: Any) -> Self:
        """Those of which `may_be_seen_by(person)` is true, asked in one query with whatever it is part of."""
        if access.is_editor(person):
            return self.filter(live=True)
        found = [CommunityPolicy.Visibility.OPEN, CommunityPolicy.Visibility.MEMBERS]
        return self.filter(live=True).filter(
            models.Q(policy__visibility__in=found) | models.Q(pk__in=access.own_communities(person))
        )

    def unarchived(self) -> Self:
        """Communities that something new may be told in."""
        return self.filter(policy__archived_at=None)

    def joined_by(self, person: Any) -> Self:
        """Communities that this person is an active member of. Chain `visible_to` of whoever looks."""
        return self.filter(pk__in=Membership.objects.active().filter(person=person).values("community"))

    def with_member_count(self) -> Self:
        """With the number of active members as `member_count`."""
        counted = (
            Membership.objects.present()
            .filter(community=OuterRef("pk"))
            .order_by()
            .values("community")
            .annotate(number=Count("pk"))
            .values("number")
        )
        return self.annotate(member_count=Coalesce(Subquery(counted), 0))


class CommunityPage(Page):
    """A community of practice. Stories are its children. Its address never changes, and it always has a policy."""

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
        FieldPanel("title"),  # Wagtail's own panel writes the address along, which is not to be written here
        FieldPanel("purpose"),
        FieldPanel("introduction"),
        FieldPanel("ground_rules"),
        FieldPanel("hue"),
        HelpPanel(heading="Who may see it and join it", template="community/admin_policy.html"),
    ]
    preview_modes: list[Any] = []  # its front page is more than its words: members, stories, doors
    # No panel for the address, for publishing on a date or for Wagtail's own privacy: the policy says who may see it.
    promote_panels: list[Any] = []
    settings_panels: list[Any] = []
    private_page_options: list[str] = []

    class Meta:
        verbose_name = "community"
        verbose_name_plural = "communities"

    def clean(self) -> None:
        """Hold the address still, since it is in links and mails that nobody can change. Make what was written safe."""
        super().clean()
        self.introduction = clean_html(with_addresses(self.introduction))
        stored = CommunityPage.objects.filter(pk=self.pk).values_list("slug", flat=True).first() if self.pk else None
        if stored is not None and stored != self.slug:
            raise ValidationError(f"The address of a community never changes. It stays “{stored}”.")
        if stored is None and self.slug in RESERVED_SLUGS:
            raise ValidationError(f"The address “{self.slug}” belongs to the site itself. Choose another one.")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give a new community its policy: hidden and by invitation, until a verb says otherwise."""
        founding = self._state.adding
        if not founding and Merger.objects.filter(community=self.pk).exists():
            self.live = False  # it is part of another one for good
        super().save(*args, **kwargs)
        if founding:
            CommunityPolicy.objects.get_or_create(community=self)

    def _get_autogenerated_slug(self, base_slug: str) -> str:
        return super()._get_autogenerated_slug(f"{base_slug}-community" if base_slug in RESERVED_SLUGS else base_slug)

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

    def may_be_seen_by(self, person: Any) -> bool:
        """Whether this person may find it and read its front page."""
        return self.live and access.may_see(person, self.audience)

    def may_be_read_by(self, person: Any) -> bool:
        """Whether this person may read what is in it: its stories and its list of members' councils."""
        return self.live and access.may_see(person, self.stories_audience)

    def membership_of(self, person: Any) -> Membership | None:
        """What stands between it and this person, in whatever state."""
        return self.memberships.filter(person=person).first() if access.signed_in(person) else None

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
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    archived_why = models.CharField(max_length=300, blank=True, editable=False)
    write_in = models.ForeignKey(
        CommunityPage, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    asked_for_facilitator_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name_plural = "community policies"

    def __str__(self) -> str:
        return f"{self.get_visibility_display()}; {self.get_joining_display()}"

    def must_not_be_archived(self) -> None:
        """Refuse what is new in a community that is archived."""
        if self.archived_at:
            raise Refused(f"{self.community.title} is archived: what was told can be read, and nothing new is added.")

    @classmethod
    def held(cls, community: CommunityPage) -> Self:
        """The policy as it is now, held until the end of the transaction.

        Every verb that changes who belongs to a community takes it first, so that two of them cannot both see another
        facilitator who would stay. The community that was passed knows the fresh policy afterwards.
        """
        policy = cls.objects.select_for_update().get(community=community)
        community.policy = policy
        return policy
