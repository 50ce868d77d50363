"""Wagtail's admin, without the mail that it would send about reviews."""

from wagtail.admin.apps import WagtailAdminAppConfig


class QuietAdminConfig(WagtailAdminAppConfig):
    """Wagtail's own set-up, then silence.

    Wagtail's own letters go to every administrator and link into the admin, where authors have nothing to open. People
    are told by hub.notifications instead.
    """

    def ready(self) -> None:
        """Take away the receivers that Wagtail has just connected."""
        super().ready()
        from wagtail import signals
        from wagtail.models import TaskState, WorkflowState

        for signal, sender, what in (
            (signals.task_submitted, TaskState, "group_approval_task_submitted"),
            (signals.workflow_submitted, WorkflowState, "workflow_state_submitted"),
            (signals.workflow_rejected, WorkflowState, "workflow_state_rejected"),
            (signals.workflow_approved, WorkflowState, "workflow_state_approved"),
        ):
            signal.disconnect(sender=sender, dispatch_uid=f"{what}_email_notification")
