"""Stories: what a practitioner tells, and its tags."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalManyToManyField
from wagtail.fields import RichTextField
from wagtail.models import Page, PageManager, Revision, TaskState, WorkflowState

from community import access
from community.models.community import RICH_TEXT
from hub.richtext import clean_html, with_addresses
from practice.models import states
from practice.models.authorship import StoryAuthor, StoryHandover, StoryWriter
from practice.models.completeness import PARTS, missing_from
from practice.models.panels import STORY_PANELS, MendForm
from practice.models.permissions import StoryPermissions
from practice.models.plan import StoryPlan, is_kept
from practice.models.repetition import Repeats
from practice.models.stories import StoryQuerySet
from practice.models.tag import WordsOfToday
from practice.models.titles import title_key
from practice.models.topic import TopicsInOrder


class StoryPage(TopicsInOrder, WordsOfToday, Page):
    """One practice, told by those who did it.

    `shown`, `published_at`, `title_key` and `community` are kept here from Wagtail's own columns, because lists of ten
    thousand stories are read from one partial index on them.
    """

    State = states.State
    Status = states.Status

    summary = models.CharField(max_length=280, blank=True)
    council = models.ForeignKey(
        "community.Council", null=True, blank=True, on_delete=models.PROTECT, related_name="stories"
    )
    worth_repeating = models.CharField("the part worth repeating", max_length=300, blank=True)
    problem = RichTextField("what was wrong", features=RICH_TEXT, blank=True)
    did = RichTextField("what we did", features=RICH_TEXT, blank=True)
    happened = RichTextField("what happened", features=RICH_TEXT, blank=True)
    learned = RichTextField("what we learned", features=RICH_TEXT, blank=True)
    took_people = models.CharField("people", max_length=200, blank=True)
    took_money = models.CharField("money", max_length=200, blank=True)
    took_time = models.CharField("time", max_length=200, blank=True)
    began_on = models.DateField("began", null=True, blank=True, help_text="The first day of the month")
    ended_on = models.DateField("until", null=True, blank=True, help_text="The first day of the month")
    practice_status = models.CharField(max_length=10, choices=Status.choices, blank=True, db_index=True)
    topics = ParentalManyToManyField("practice.Topic", blank=True, related_name="stories")
    topic_order = models.JSONField(default=list, blank=True, editable=False, help_text="Ids of topics, as chosen")
    tags = ClusterTaggableManager(through="practice.StoryTag", blank=True)
    picture = models.ForeignKey("hub.Picture", null=True, blank=True, on_delete=models.SET_NULL, related_name="stories")
    picture_alt = models.CharField("what the picture shows", max_length=250, blank=True)
    picture_caption = models.CharField(max_length=200, blank=True)
    picture_credit = models.CharField("who made the picture", max_length=120, blank=True)
    credited = models.CharField(
        "also credited", max_length=300, blank=True, help_text="People without an account here, by name"
    )
    correction = models.CharField("what was corrected", max_length=300, blank=True)
    corrected_on = models.DateField(null=True, blank=True)
    based_on = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="grew_into")

    community = models.ForeignKey(
        "community.CommunityPage", null=True, editable=False, on_delete=models.PROTECT, related_name="stories"
    )
    shown = models.BooleanField(default=False, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    title_key = models.CharField(max_length=80, editable=False, default="")
    thrown_away_at = models.DateTimeField(null=True, editable=False, db_index=True)
    thrown_away_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    hidden_at = models.DateTimeField(null=True, editable=False, help_text="While facilitators look at a report")
    source = models.CharField("id in the import", max_length=160, blank=True, editable=False)

    objects = PageManager.from_queryset(StoryQuerySet)()

    parent_page_types = ["community.CommunityPage"]
    subpage_types: list[str] = []
    is_creatable = False  # in the admin: a story is begun on the website
    preview_modes: list[tuple[str, str]] = []
    content_panels = STORY_PANELS
    promote_panels: list[Any] = []
    settings_panels: list[Any] = []
    base_form_class = MendForm
    may_be_incomplete = False  # while the admin keeps a draft
    served_at = ""  # the token of the link that shows this draft, which then serves its picture too

    class Meta:
        verbose_name = "story"
        verbose_name_plural = "stories"
        indexes = [
            # Partial: with `shown` as a column of the index, SQLite sorts in a temporary table instead.
            models.Index("published_at", "page_ptr", condition=Q(shown=True), name="shown_stories"),
            models.Index("community", "published_at", "page_ptr", condition=Q(shown=True), name="shown_by_community"),
            models.Index("council", "published_at", condition=Q(shown=True), name="shown_by_council"),
            models.Index("title_key", "page_ptr", condition=Q(shown=True), name="shown_by_title"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source"], condition=~Q(source=""), name="one_story_a_source_id"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the columns that lists are read from in step with the page."""
        if not kwargs.get("update_fields"):
            self.shown = self.live
            self.hidden_at = None if self.live else self.hidden_at
            self.title_key = title_key(self.title)
            if self.path:
                self.community_id = self.get_parent().pk
            if self.live and self.published_at is None:
                self.published_at = self.first_published_at or timezone.now()
        super().save(*args, **kwargs)

    def save_revision(self, *args: Any, overwrite_revision: Any = None, **kwargs: Any) -> Any:
        """Keep a revision, of clean text; one that somebody read or that was published is never written over."""
        for part in PARTS:
            setattr(self, part, clean_html(with_addresses(getattr(self, part))))
        with transaction.atomic():
            if overwrite_revision is not None:
                now = StoryPage.objects.select_for_update().get(pk=self.pk)
                if is_kept(overwrite_revision, now):
                    overwrite_revision = None
            return super().save_revision(*args, overwrite_revision=overwrite_revision, **kwargs)

    def missing(self) -> dict[str, str]:
        """What must be written before it can be sent, by field: a title, a summary, a council and any one part."""
        return missing_from(self)

    def clean(self) -> None:
        """Refuse to publish a story that lacks something. A draft may lack what it likes until it is sent."""
        super().clean()
        if not self.may_be_incomplete and (missing := self.missing()):
            raise ValidationError(missing)

    def permissions_for_user(self, user: Any) -> StoryPermissions:
        """What this editor may do to it in the Wagtail admin."""
        return StoryPermissions(user, self)

    def get_absolute_url(self) -> str:
        """Its address, which holds for ever: the number decides, the words may change."""
        return reverse("story", args=[self.pk, self.readable_slug])

    @property
    def readable_slug(self) -> str:
        """The readable end of its address."""
        return slugify(self.title)[:80].strip("-") or "story"

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        """Tell Wagtail the address on the website, which does not follow the page tree."""
        parts = super().get_url_parts(request)
        return parts and (parts[0], parts[1], self.get_absolute_url())

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Answer nothing at the address in the page tree, so that there is one door and one check."""
        raise Http404

    def picture_address(self, width: int) -> str:
        """Where its lead picture is served in one width. The number of the picture makes a new one a new address."""
        if self.served_at:
            return reverse("shared-picture", args=[self.served_at, width])
        return f"{reverse('story-picture', args=[self.pk, width])}?v={self.picture_id}"

    @property
    def repeats(self) -> Repeats:
        """How often it was repeated, where that was read along (`for_cards`)."""
        return Repeats.of(getattr(self, "repeats_read", ()))

    @property
    def audience(self) -> str:
        """Who may read it once it is published."""
        return self.community.stories_audience if self.community else access.community_audience(0)

    @property
    def state(self) -> states.State:
        """Where it stands: for a published story whether it can be read, for any other how far it has come."""
        if self.live:
            return self.State.LIVE
        if self.hidden_at:
            return self.State.HIDDEN
        return self.State.WITHDRAWN if self.first_published_at else self.edit_state or self.State.DRAFT

    @property
    def taken_away(self) -> bool:
        """Whether it was published once and is not now: withdrawn, or hidden for a while."""
        return not self.live and self.first_published_at is not None

    @property
    def edit_state(self) -> states.State | None:
        """How far the text that is not published has come, or None where nothing is but what was published."""
        if self.live and not self.has_unpublished_changes:
            return None
        status, decision, read = self._latest_review()
        if status == WorkflowState.STATUS_IN_PROGRESS:
            return self.State.IN_REVIEW
        if status == WorkflowState.STATUS_NEEDS_CHANGES:
            return self.State.CHANGES_REQUESTED
        if self.is_set_aside:
            return self.State.PLANNED
        if decision == TaskState.STATUS_REJECTED and read == self.latest_revision_id:
            return self.State.DECLINED
        return None if self.first_published_at and not self.live else self.State.DRAFT

    @property
    def is_set_aside(self) -> bool:
        """Whether a version of it may be published, and waits for its time."""
        if hasattr(self, "planned"):
            return self.planned is not None
        return StoryPlan.objects.set_aside().filter(story=self.pk).exists()

    def _latest_review(self) -> tuple[str | None, str | None, int | None]:
        if hasattr(self, "review_status"):
            return self.review_status, self.review_decision, self.review_read
        latest = self.workflow_states.order_by("-created_at", "-pk").values_list(
            "status", "current_task_state__status", "current_task_state__revision"
        )
        return latest.first() or (None, None, None)

    def is_told_by(self, person: Any) -> bool:
        """Whether this person is named as an author, in the published version or in the draft."""
        if not access.signed_in(person):
            return False
        return any(kind.objects.filter(page=self.pk, person=person).exists() for kind in (StoryAuthor, StoryWriter))

    def is_author(self, person: Any) -> bool:
        """Whether this person tells it and has not handed it over."""
        return self.is_told_by(person) and not StoryHandover.objects.filter(page=self.pk, person=person).exists()

    def may_be_edited_by(self, person: Any) -> bool:
        """Whether this person may change the draft: its authors and the editors, until it is thrown away."""
        return self.thrown_away_at is None and self.may_be_brought_back_by(person)

    def may_be_brought_back_by(self, person: Any) -> bool:
        """Whether this person may have it back, if it was thrown away."""
        return access.is_editor(person) or self.is_author(person)

    def may_be_moderated_by(self, person: Any) -> bool:
        """Whether this person decides about it: the facilitators of its community, and the editors of the site."""
        return self.community is not None and access.facilitates(person, self.community)

    def may_be_seen_by(self, person: Any) -> bool:
        """Whether this person may read it: who may read the published version; its authors; and, once it was sent,
        those who moderate it."""
        if self.live and access.may_see(person, self.audience):
            return True
        if self.may_be_edited_by(person):
            return True
        if self.thrown_away_at:
            return False
        return self.state != self.State.DRAFT and self.may_be_moderated_by(person)

    def revisions_seen_by(self, person: Any) -> "models.QuerySet[Revision]":
        """The versions that this person may read whatever is published: all for its authors, what was sent to be read
        for those who moderate it."""
        revisions: models.QuerySet[Revision] = self.revisions.all()
        if self.may_be_edited_by(person):
            return revisions
        if self.thrown_away_at is None and self.may_be_moderated_by(person):
            return revisions.filter(pk__in=TaskState.objects.filter(revision__in=revisions).values("revision"))
        return revisions.none()
