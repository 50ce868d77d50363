"""The versions of a story that are kept: which there are, and having an older one back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.models import Revision, TaskState

from community.models import Person
from hub.models import Picture
from hub.refusal import Refused
from practice import writing
from practice.models import StoryPage

# What an older version gives back. Its authors stay out: who may write is not decided by going back.
GIVEN_BACK = (
    *("title", "summary", "worth_repeating", "problem", "did", "happened", "learned"),
    *("council", "practice_status", "began_on", "ended_on", "took_people", "took_money", "took_time", "credited"),
    *("picture", "picture_alt", "picture_caption", "picture_credit"),
)
MOST_SHOWN = 200


@dataclass(frozen=True)
class Version:
    """One version in the list."""

    pk: int
    when: datetime
    who: Person | None
    is_newest: bool
    is_published: bool
    was_sent: bool


def versions_of(story: StoryPage) -> list[Version]:
    """Every version that is kept, the newest first, without their texts."""
    revisions = story.revisions.select_related("user").defer("content").order_by("-created_at", "-pk")[:MOST_SHOWN]
    sent = set(TaskState.objects.filter(revision__in=story.revisions.all()).values_list("revision", flat=True))
    return [
        Version(
            pk=revision.pk,
            when=revision.created_at,
            who=revision.user,
            is_newest=revision.pk == story.latest_revision_id,
            is_published=story.live and revision.pk == story.live_revision_id,
            was_sent=revision.pk in sent,
        )
        for revision in revisions
    ]


def restore(story: StoryPage, *, by: Person, revision: Revision) -> None:
    """Make a new version of an older one. The newest stays among the versions, and what is published stays as it is."""
    with transaction.atomic():
        held = writing.hold(story)
        if not held.may_be_edited_by(by) or revision.object_id != str(held.pk):
            raise PermissionDenied
        if revision.pk == held.latest_revision_id:
            raise Refused("This is the newest version already.")
        old = writing.version_of(revision)
        values: Any = {name: getattr(old, name) for name in GIVEN_BACK}
        if old.picture_id and not Picture.objects.filter(pk=old.picture_id).exists():
            values |= {"picture": None, "picture_alt": ""}
        values |= {
            "topics": old.topics_in_order(),
            "tags": [tag.name for tag in old.tags.all()],
            "attachments": list(old.attachments.all()),
            "gallery": list(old.gallery.all()),
        }
        writing.save_draft(held, by=by, base_revision=held.latest_revision_id or 0, values=values, beside_the_last=True)
    story.refresh_from_db()
