"""What this room does when Wagtail saves a page as a mere page (when it moves one, or unpublishes many at once), when
a file is published with a story, and when somebody has shown that an address is theirs."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed, user_signed_up
from django.db.models import F
from django.db.models.functions import Coalesce
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone
from wagtail.models import Page

from community.models import Person
from hub import pagecache
from practice import co_authors
from practice.attached import read_later
from practice.models import StoryAttachment, StoryPage


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
