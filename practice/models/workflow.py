"""The step of Wagtail's workflow in which a facilitator reads a story."""

from typing import Any

from django.db import models
from wagtail.models import Task, TaskState

from community import access


class CommunityReview(Task):
    """A facilitator of the story's community reads it and decides. The rules are in `practice.moderating`."""

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
