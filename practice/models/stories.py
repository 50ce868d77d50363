"""Questions about stories."""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Cast
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.query import PageQuerySet

from community import access
from community.models import CommunityPage, Council
from practice.models import states
from practice.models.authorship import StoryAuthor
from practice.models.completeness import PARTS
from practice.models.plan import StoryPlan
from practice.models.repetition import Repetition
from practice.models.tag import StoryTag
from practice.models.topic import Topic

if TYPE_CHECKING:
    from practice.models.story import StoryPage


class StoryQuerySet(PageQuerySet):
    """Questions about stories. Each is chainable; only `visible_to` and `editable_by` decide who may see what."""

    def visible_to(self, person: Any) -> Self:
        """Published stories that this person may read."""
        return self.filter(shown=True).exclude(community__in=access.closed_communities(person))

    def seen_by(self, person: Any) -> Self:
        """Those of which `may_be_seen_by(person)` is true, asked in one query with whatever it is part of."""
        if access.is_editor(person):
            return self.filter(thrown_away_at=None)
        if not access.signed_in(person):
            return self.filter(shown=True, community__policy__visibility="open")
        reviewed = [WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES]
        sent = (  # what `state != DRAFT` says of one story
            Q(first_published_at__isnull=False)
            | Q(review_status__in=reviewed)
            | Q(planned__isnull=False)
            | Q(review_decision=TaskState.STATUS_REJECTED, review_read=models.F("latest_revision"))
        )
        return self.with_state().filter(
            Q(thrown_away_at=None),
            Q(shown=True, community__policy__visibility="open")
            | Q(shown=True, community__in=access.own_communities(person))
            | Q(sent, community__in=access.own_communities(person, facilitated=True))
            | Q(pk__in=StoryAuthor.stories_of(person)),
        )

    def editable_by(self, person: Any) -> Self:
        """Stories in any state that this person is an author of; every story for an editor."""
        kept = self.filter(thrown_away_at=None)
        if access.is_editor(person):
            return kept
        return kept.filter(pk__in=StoryAuthor.stories_of(person)) if access.signed_in(person) else self.none()

    def about(self, *topics: Topic) -> Self:
        """Stories on any of these topics or on a topic under one of them."""
        through = self.model.topics.through.objects.filter(Q(topic__in=topics) | Q(topic__parent__in=topics))
        return self.filter(pk__in=through.values("storypage"))

    def tagged(self, *slugs: str) -> Self:
        """Stories with any of these tags."""
        return self.filter(pk__in=StoryTag.objects.filter(tag__slug__in=slugs).values("content_object"))

    def from_council(self, *councils: Council) -> Self:
        """Stories of any of these councils and of those that they took over from."""
        return self.filter(council__in=Council.objects.with_predecessors(*councils))

    def in_regions(self, *regions: str) -> Self:
        """Stories of councils in any of these regions."""
        return self.filter(council__in=Council.objects.filter(region__in=regions).values("pk"))

    def readable_with(self, story: "StoryPage") -> Self:
        """Published stories that everybody may read who may read this one: the public ones, and its neighbours."""
        closed = [pk for pk in access.closed_communities(None) if pk != story.community_id]
        return self.filter(shown=True).exclude(community__in=closed)

    def in_communities(self, *communities: CommunityPage) -> Self:
        """Stories of any of these communities."""
        return self.filter(community__in=communities)

    def standing(self, *statuses: str) -> Self:
        """Stories of a practice that stands in any of these ways today."""
        return self.filter(practice_status__in=statuses)

    def written_by(self, person: Any) -> Self:
        """Stories that this person is named as an author of in the published version."""
        return self.filter(authorships__person=person)

    def newest_first(self) -> Self:
        """In the order of publication, the latest first. Has an index of its own."""
        return self.order_by("-published_at", "-pk")

    def oldest_first(self) -> Self:
        """In the order of publication, the earliest first. The same index, read from its other end."""
        return self.order_by("published_at", "pk")

    def by_title(self) -> Self:
        """By title, without regard to capitals, accents and what stands before the first letter. Has an index."""
        return self.order_by("title_key", "pk")

    def with_state(self) -> Self:
        """With what `state` and `edit_state` of each need, read along. Without it each of them asks once a story."""
        latest = (
            WorkflowState.objects.filter(
                base_content_type=ContentType.objects.get_for_model(Page),
                object_id=Cast(OuterRef("pk"), models.CharField(max_length=255)),
            )
            .order_by("-created_at", "-pk")
            .annotate(decision=models.F("current_task_state__status"), read=models.F("current_task_state__revision"))
        )
        planned = StoryPlan.objects.set_aside().filter(story=OuterRef("pk")).values("pk")
        return self.annotate(
            planned=Subquery(planned),
            **{f"review_{name}": Subquery(latest.values(name)[:1]) for name in ("status", "decision", "read")},
        )

    def in_state(self, state: states.State) -> Self:
        """Those whose `state` is this one."""
        away = Q(live=False, first_published_at__isnull=False)
        begun = self.with_state().filter(live=False, hidden_at=None, first_published_at=None)
        reading = Q(review_status=WorkflowState.STATUS_IN_PROGRESS)
        asked = Q(review_status=WorkflowState.STATUS_NEEDS_CHANGES)
        declined = Q(review_decision=TaskState.STATUS_REJECTED, review_read=models.F("latest_revision"))
        # A row of no review has nothing to compare with, and is none of these.
        decided = begun.filter(reading | asked | Q(planned__isnull=False) | declined).values("pk")
        rest = begun.filter(planned=None).exclude(pk__in=begun.filter(reading | asked).values("pk"))
        found: dict[states.State, Self] = {
            states.State.LIVE: self.filter(live=True),
            states.State.HIDDEN: self.filter(live=False, hidden_at__isnull=False),
            states.State.WITHDRAWN: self.filter(away, hidden_at=None),
            states.State.IN_REVIEW: begun.filter(reading),
            states.State.CHANGES_REQUESTED: begun.filter(asked),
            states.State.PLANNED: begun.filter(planned__isnull=False).exclude(
                pk__in=begun.filter(reading | asked).values("pk")
            ),
            states.State.DECLINED: rest.filter(declined),
            states.State.DRAFT: begun.exclude(pk__in=decided),
        }
        return found[state]

    def for_cards(self) -> Self:
        """With all that a card of a list shows read along, and without the long texts."""
        return (
            self.select_related("community", "council")
            .defer(*PARTS, "search_description", "community__introduction", "community__ground_rules")
            .prefetch_related(
                models.Prefetch("authorships", StoryAuthor.objects.select_related("person")),
                models.Prefetch("topics", Topic.objects.select_related("parent")),
                models.Prefetch("repetitions", Repetition.objects.shown().for_counting(), to_attr="repeats_read"),
                models.Prefetch("community__topics", Topic.objects.only("title")),
            )
        )
