"""Work for later: a Django task that starts only once the change that asked for it is committed."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks.base import Task


def later(task: "Task[..., Any]", *args: Any, after: timedelta = timedelta()) -> None:
    """Queue a task in this transaction, to be run not before so long. With no worker it runs right after the commit, in
    this process: a task that must wait looks at the clock itself.

    The worker's queue is a table, so the row is committed or rolled back with the change itself: nothing is lost when
    the process dies in between. A task that fails never reaches whoever made the change.
    """
    if task.get_backend().supports_defer:
        (task.using(run_after=timezone.now() + after) if after else task).enqueue(*args)
    else:
        transaction.on_commit(lambda: _now(task, *args), robust=True)


def _now(task: "Task[..., Any]", *args: Any) -> None:
    task.enqueue(*args)
