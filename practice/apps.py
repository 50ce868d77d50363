"""The practice room as a Django application."""

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    """Set-up of the practice room."""

    name = "practice"

    def ready(self) -> None:
        """Take the seats of Wagtail's own mails about reviews, which lead into the admin: `notify` tells people."""
        from wagtail.models import TaskState, WorkflowState
        from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

        seats = [
            (task_submitted, TaskState, "group_approval_task_submitted_email_notification"),
            (workflow_submitted, WorkflowState, "workflow_state_submitted_email_notification"),
            (workflow_rejected, WorkflowState, "workflow_state_rejected_email_notification"),
            (workflow_approved, WorkflowState, "workflow_state_approved_email_notification"),
        ]
        for signal, sender, seat in seats:
            signal.connect(_say_nothing, sender=sender, dispatch_uid=seat)

        from community.signals import gathering_data, person_leaving
        from practice.leaving import add_stories, clear_drafts

        gathering_data.connect(add_stories, dispatch_uid="stories of a person")
        person_leaving.connect(clear_drafts, dispatch_uid="drafts of a person")


def _say_nothing(**kwargs: object) -> None:
    """Stand where Wagtail would connect a mail: the first receiver with a name keeps it."""
