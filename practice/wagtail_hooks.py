"""What the Wagtail admin shows of stories. The verbs of the website are the truth there too."""

from typing import Any

from wagtail import hooks
from wagtail.log_actions import LogFormatter


class Reasoned(LogFormatter):
    """An entry of the audit log with the reason that was given."""

    said = ""

    def format_message(self, log_entry: Any) -> str:
        """What was done, and why."""
        reason = log_entry.data.get("reason")
        return f"{self.said}: “{reason}”" if reason else self.said


LOG_ACTIONS = {
    "practice.approve_own": ("Approve one's own", "Approved their own story, being the only facilitator"),
    "practice.decline": ("Decline", "Declined"),
    "practice.withdraw": ("Withdraw", "Withdrew it from its readers"),
    "practice.restore": ("Restore", "Published it again as it was"),
    "practice.delete": ("Delete a story", "Deleted the story"),
}


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """What the verbs of the room write into the audit log."""
    for action, (label, said) in LOG_ACTIONS.items():
        actions.register_action(action)(type("_Reasoned", (Reasoned,), {"label": label, "said": said}))
