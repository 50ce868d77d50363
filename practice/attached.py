"""Reading the words of the files that belong to published stories, so that the stories are found by them."""

import logging
from typing import Any

from django.utils import timezone
from django_tasks import task

from hub import file_words
from hub.later import later
from practice.models import AttachedText, StoryAttachment

logger = logging.getLogger(__name__)


def read_later(attachment: StoryAttachment) -> None:
    """Read a file once the change that attached it is committed, unless that was done before."""
    name = str(attachment.file)
    if file_words.can_be_read(attachment.content_type) and not AttachedText.objects.filter(file=name).exists():
        later(read_attachment, attachment.pk)


@task()
def read_attachment(pk: int) -> None:
    """Read the words of one file, and keep them. May run twice; a file that is gone is passed over."""
    attachment = StoryAttachment.objects.filter(pk=pk).first()
    if attachment is None:
        return
    try:
        with attachment.file.open("rb") as file:
            state, text = file_words.read_words(file, attachment.content_type)
    except OSError as error:
        logger.warning("the file of attachment %s cannot be opened: %s", pk, error)
        state, text = AttachedText.State.FAILED, ""
    AttachedText.objects.update_or_create(
        file=str(attachment.file), defaults={"state": state, "text": text, "read_at": timezone.now()}
    )


def unread(*, failed_too: bool = False) -> Any:
    """Attachments of published stories whose words have not been read, in the order of their numbers."""
    done = AttachedText.objects.all()
    if failed_too:
        done = done.exclude(state=AttachedText.State.FAILED)
    readable = StoryAttachment.objects.filter(content_type__in=list(file_words.KINDS))
    return readable.exclude(file__in=done.values("file")).order_by("pk")
