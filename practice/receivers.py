"""What this room does when Wagtail saves a page as a mere page (when it moves one, or unpublishes many at once), when
a file is published with a story, when somebody has shown that an address is theirs, and when somebody writes a story,
or looks after a community, no longer."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed, user_signed_up
from django.contrib.contenttypes.models import ContentType
from django.db.models import F
from django.db.models.functions import Coalesce
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone
from wagtail.models import Page, WorkflowState
from wagtail.signals import workflow_approved, workflow_cancelled, workflow_rejected

from community import access
from community.models import CommunityPage, Person
from community.signals import membership_changed
from hub import pagecache
from hub.notifications.models import Notification
from hub.notifications.reading import open_everywhere
from practice import co_authors
from practice.attached import read_later
from practice.models import StoryAttachment, StoryAuthor, StoryPage, StoryWriter

# What those who write a story and those who decide about it say to each other. A published story is read by many, so
# that sight of the story alone does not say who may read this.
BETWEEN_THEM = ("story-changes-asked", "story-declined", "story-correction-asked", "remark-answered")


@receiver(post_save, sender=Page)
def keep_columns_in_step(instance: Page, raw: bool = False, **signal: Any) -> None:
    """Keep the columns that lists are read from in step with the page, as `StoryPage.save` does."""
    if raw or not issubclass(instance.specific_class or Page, StoryPage):
        return
    values: dict[str, Any] = {"shown": instance.live, "community": instance.get_parent().pk}
    if instance.live:
        values["published_at"] = Coalesce(F("published_at"), instance.first_published_at or timezone.now())
    StoryPage.objects.filter(pk=instance.pk).update(**values)
    pagecache.bump()


@receiver([workflow_approved, workflow_rejected, workflow_cancelled])
def nothing_waits_to_be_read(instance: WorkflowState, **signal: Any) -> None:
    """Tell nobody any more to read what somebody has decided about, or taken back."""
    open_everywhere("story-submitted", ContentType.objects.get_for_model(StoryPage), int(instance.object_id))


@receiver(post_save, sender=StoryAttachment)
def read_attached_words(instance: StoryAttachment, raw: bool = False, **signal: Any) -> None:
    """Read the words of a file that was published with a story."""
    if not raw:
        read_later(instance)


@receiver(email_confirmed)
def bring_invitations(email_address: EmailAddress, **signal: Any) -> None:
    """Tell whoever confirmed an address which stories they are asked to write."""
    co_authors.welcome(email_address.user)


@receiver(user_signed_up)
def bring_invitations_to_new(user: Person, **signal: Any) -> None:
    """Do the same for an account whose address is confirmed from the start."""
    co_authors.welcome(user)


@receiver(post_delete, sender=StoryWriter)
def forget_what_was_for_writers(instance: StoryWriter, **signal: Any) -> None:
    """Take what was said to those who write a story from whoever writes it no longer, with letters that wait."""
    _forget([instance.page_id], instance.person_id, BETWEEN_THEM)


@receiver(membership_changed)
def forget_what_was_for_facilitators(community: CommunityPage, person: Person, **signal: Any) -> None:
    """Take answers to remarks from whoever looks after a community no longer, but for stories of their own."""
    if not access.facilitates(person, community):
        own = list(StoryAuthor.stories_of(person))
        stories = StoryPage.objects.filter(community=community).exclude(pk__in=own).order_by().values("pk")
        _forget(stories, person.pk, ("remark-answered",))


def _forget(stories: Any, person: int, what: tuple[str, ...]) -> None:
    kind = ContentType.objects.get_for_model(StoryPage)
    Notification.objects.filter(person=person, about_type=kind, about_id__in=stories, what__in=what).delete()
