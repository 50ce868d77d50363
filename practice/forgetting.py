"""When a story goes for good, the files and pictures that were given with any version of it go too."""

from django.core.files.storage import default_storage
from django.db import transaction
from wagtail.models import Revision

from hub.models import Picture
from practice.models import AttachedText, StoryPage


def forget_files(story: StoryPage) -> None:
    """Take the files and pictures of every version away, once the transaction that deletes the story is over.

    Called before the deletion, which takes the versions with it. A picture that another story shows stays.
    """
    names = set(story.attachments.values_list("file", flat=True))
    pictures = {story.picture_id, *story.gallery.values_list("picture", flat=True)}
    for revision in story.revisions.iterator(chunk_size=20):
        more_names, more_pictures = given_with(revision)
        names |= more_names
        pictures |= more_pictures

    def forget() -> None:
        AttachedText.objects.filter(file__in=names).delete()
        for name in names:
            default_storage.delete(name)
        for picture in Picture.objects.filter(pk__in=pictures - {None}, stories=None, in_galleries=None):
            picture.delete()

    transaction.on_commit(forget)


def given_with(revision: Revision) -> tuple[set[str], set[int | None]]:
    """The names of the files of a version, and the numbers of its pictures."""
    content = revision.content
    pictures = {content.get("picture"), *(row["picture"] for row in content.get("gallery") or [])} - {None}
    return {row["file"] for row in content.get("attachments") or []}, pictures
