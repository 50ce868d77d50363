"""Work for later: a Django task that starts only once the change that asked for it is committed."""

from typing import Any

from django.db import transaction
from django_tasks.base import Task


def later(task: "Task[..., Any]", *args: Any) -> None:
    """Queue a task in this transaction. With no worker it runs right after the commit, in this process.

    The worker's queue is a table, so the row is committed or rolled back with the change itself: nothing is lost when
    the process dies in between. A task that fails never reaches whoever made the change.
    """
    if task.get_backend().supports_defer:
        task.enqueue(*args)
    else:
        transaction.on_commit(lambda: _now(task, *args), robust=True)


def _now(task: "Task[..., Any]", *args: Any) -> None:
    task.enqueue(*args)
