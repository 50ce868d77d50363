"""What Wagtail does when a review ends well. Named in the settings; imports nothing, since models are not ready."""

from typing import Any


def publish_reviewed(workflow_state: Any, user: Any = None) -> None:
    """Publish the revision that was read, whatever was saved meanwhile, or set it aside until the time that was chosen
    for it. `practice.moderating` checked who may."""
    from practice.models import StoryPlan

    revision = workflow_state.current_task_state.revision
    if not StoryPlan.keep_for_later(workflow_state.content_object, revision, by=user, was_read=True):
        revision.publish(user=user, skip_permission_checks=True)
