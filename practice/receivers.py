"""What this room does when Wagtail saves a page as a mere page: when it moves one, or unpublishes many at once."""

from typing import Any

from django.db.models import F
from django.db.models.functions import Coalesce
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone
from wagtail.models import Page

from hub import pagecache
from practice.models import StoryPage


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
