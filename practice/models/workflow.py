"""The step of Wagtail's workflow in which a facilitator reads a story, and what is kept of each reading.

How the state of a story lies in Wagtail's rows, so that the admin shows the same:

- in review: its workflow state is in progress; the current `ReviewState` holds the revision that is read.
- changes asked for: the workflow state needs changes, the review is rejected; sending it again resumes the workflow.
- declined: the workflow state is cancelled and the review is rejected and `declined`.
- taken back, withdrawn, deleted while in review: the workflow state and the review are cancelled.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models.functions import Cast
from wagtail.models import Task, TaskState, WorkflowState
from wagtail.models.workflows import TaskStateQuerySet

from community import access
from community.models.claimed import Claimed

# A decision may be taken back for so long; letters about it wait until then.
UNDO_WITHIN = timedelta(minutes=10)

if TYPE_CHECKING:
    from practice.models.story import StoryPage


class ReviewQuerySet(TaskStateQuerySet):
    """Questions about readings."""

    def waiting(self) -> Self:
        """Those that nobody has decided, the longest waiting first."""
        return self.filter(status=TaskState.STATUS_IN_PROGRESS).order_by("started_at", "pk")

    def of_story(self, story: "StoryPage") -> Self:
        """Every reading of one story, the first one first."""
        return self.filter(workflow_state__in=WorkflowState.objects.for_instance(story)).order_by("started_at", "pk")

    def story_ids(self) -> Any:
        """The ids of the stories that are read, as a query."""
        ids = Cast("workflow_state__object_id", models.BigIntegerField())
        return self.order_by().annotate(story_id=ids).values_list("story_id", flat=True)


class ReviewState(Claimed, TaskState):
    """One reading of one revision: what the author said when they sent it, and what the facilitator decided."""

    author_note = models.TextField("what the author says about it", max_length=600, blank=True)
    declined = models.BooleanField(default=False, help_text="Rejected for good, not sent back for changes")

    replaced = models.ForeignKey(
        "wagtailcore.Revision",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="What was published before this version was approved",
    )

    hidden_at = models.DateTimeField(
        null=True, editable=False, help_text="Since when it was hidden, before this version was approved"
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "reading of a story"
        verbose_name_plural = "readings of stories"

    @property
    def undo_until(self) -> Any:
        """Until when what was decided may be taken back, and letters about it wait."""
        return self.finished_at and self.finished_at + UNDO_WITHIN


class CommunityReview(Task):
    """A facilitator of the story's community reads it and decides. The rules are in `practice.moderating`."""

    task_state_class = ReviewState

    class Meta:
        verbose_name = "review by a facilitator"

    @classmethod
    def get_description(cls) -> str:
        """What the admin says of it."""
        return "A facilitator of the story's community reads it on the website and decides"

    def user_can_access_editor(self, page: Any, user: Any) -> bool:
        """Only editors of the site use the admin."""
        return access.is_editor(user)

    def locked_for_user(self, page: Any, user: Any) -> bool:
        """Never: an author may go on writing, since the reviewed revision is the one that is published."""
        return False

    def get_actions(self, page: Any, user: Any) -> list[Any]:
        """Decisions are taken on the website, where the rules are checked."""
        return []

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> models.QuerySet[TaskState]:
        """What waits for this person in the admin's own list: nothing, since the website has the queue."""
        return TaskState.objects.none()


def review_in_progress(story: "StoryPage") -> ReviewState | None:
    """The reading that waits for a decision."""
    return (
        ReviewState.objects.of_story(story).waiting().select_related("workflow_state", "revision", "claimed_by").first()
    )


def stop_review(story: "StoryPage", *, by: Any) -> bool:
    """Cancel the workflow, if there is one. Says whether there was."""
    state = story.current_workflow_state
    if state is not None:
        state.cancel(user=by)
    return state is not None
