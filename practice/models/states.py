"""Where a story stands on its way to readers, and how the practice stands that it tells."""

from django.db import models


class State(models.TextChoices):
    """Where the story stands on its way to readers."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "Being read"
    CHANGES_REQUESTED = "changes_requested", "Changes asked for"
    DECLINED = "declined", "Declined"
    PLANNED = "planned", "Goes out later"
    LIVE = "live", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"
    HIDDEN = "hidden", "Hidden for now"


class Status(models.TextChoices):
    """How the practice stands today."""

    RUNNING = "running", "Still running"
    CHANGED = "changed", "Running, changed"
    STOPPED = "stopped", "Stopped"
    PLANNED = "planned", "Planned"
