"""What standing searches and wishes do when something changes elsewhere. Each receiver runs in that transaction."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from community.models import Person
from community.signals import gathering_data, person_leaving
from hub.later import later
from practice.models import StoryPage, Topic
from practice.signals import story_begun
from search.met import begun
from search.models import OtherWord, StandingSearch, WishMark
from search.watching import renew_keys


@receiver([post_save, post_delete], sender=Topic)
@receiver([post_save, post_delete], sender=OtherWord)
def meaning_changed(sender: type, **kwargs: Any) -> None:
    """Words mean more, or less, than before: keys are made again."""
    if StandingSearch.objects.filter(deleted_at=None).exists():
        later(renew_keys)


@receiver(person_leaving)
def forget_searches(sender: Any, person: Person, **kwargs: Any) -> None:
    """What somebody looked for goes with their account."""
    StandingSearch.objects.filter(person=person).delete()
    WishMark.objects.filter(person=person).delete()


@receiver(gathering_data)
def add_searches(sender: Any, person: Person, data: dict[str, Any], **kwargs: Any) -> None:
    """Add what somebody looks for to the copy of their data."""
    data["searches"] = [
        {"name": search.name, "asked": search.asked, "how": search.how, "kept": search.created_at}
        for search in StandingSearch.objects.of(person).order_by("created_at")
    ]
    marks = WishMark.objects.filter(person=person).select_related("wish").order_by("created_at")
    data["wishes"] = [{"words": mark.wish.words, "since": mark.created_at} for mark in marks]


@receiver(story_begun)
def story_answers(sender: Any, story: StoryPage, answers: str, **kwargs: Any) -> None:
    """A story was begun, perhaps for a wish."""
    begun(story, answers)
