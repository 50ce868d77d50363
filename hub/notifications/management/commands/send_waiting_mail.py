"""`manage.py send_waiting_mail`: send the notices that ought to have gone out by e-mail and did not."""

from typing import Any

from django.core.management.base import BaseCommand

from hub.notifications.mailing import mail_notice, waiting


class Command(BaseCommand):
    """For a mail server or a worker that was away. Can run at any time: nothing is sent twice."""

    help = "Sends notices that could not be mailed in the last three days. Nothing is sent twice."

    def handle(self, *args: Any, **options: Any) -> None:
        """Queue each of them again."""
        keys = list(waiting().values_list("pk", flat=True))
        for pk in keys:
            mail_notice.enqueue(pk)
        self.stdout.write(f"{len(keys)} notices were waiting; what is left now: {waiting().count()}.")
