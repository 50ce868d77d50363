"""What standing searches and wishes do when something changes elsewhere. Each receiver runs in that transaction."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from taggit.models import Tag

from community.models import CommunityPage, Merger, Person
from community.signals import communities_merged, gathering_data, person_leaving
from hub import pagecache
from hub.later import later
from practice.models import StoryPage, Topic
from practice.narrowing import tags_seen_by
from practice.signals import story_begun, story_merged, story_parted, tag_moved
from search.former import lead_on
from search.fulfilment import begun
from search.lookout import renew_keys
from search.models import ChosenAnswer, OtherWord, StandingSearch, Wish, WishMark


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


@receiver(communities_merged)
def follow_community(sender: Any, community: CommunityPage, into: CommunityPage, **kwargs: Any) -> None:
    """A community became part of another: searches that were kept for it look there."""
    merger = Merger.objects.select_related("community__policy", "into__policy").get(community=community)

    def may_know(person: Any) -> bool:
        person.forget_memberships()
        return merger.known_to(person) and merger.into.may_be_seen_by(person)

    lead_on("community", community.slug, into.slug, may_know=may_know)


@receiver(tag_moved)
def follow_word(sender: Any, before: str, tag: Tag, **kwargs: Any) -> None:
    """A word on stories has another address: searches that were kept for it look for that."""
    lead_on("tag", before, tag.slug, may_know=lambda person: tags_seen_by(person).filter(pk=tag.pk).exists())


@receiver(story_begun)
def story_answers(sender: Any, story: StoryPage, answers: str, **kwargs: Any) -> None:
    """A story was begun, perhaps for a wish."""
    begun(story, answers)


@receiver(story_merged)
def follow_the_story(sender: Any, story: StoryPage, into: StoryPage, moved: dict[str, Any], **kwargs: Any) -> None:
    """What led to a story that was merged leads to the other one: chosen answers, and wishes that it met."""
    answers = ChosenAnswer.objects.filter(story=story)
    answers = answers.exclude(key__in=ChosenAnswer.objects.filter(story=into).values("key"))
    wishes = Wish.objects.filter(met_by=story)
    moved["search"] = {
        "answers": _lead(answers, into),
        "wishes": list(wishes.values_list("pk", flat=True)),
    }
    wishes.update(met_by=into)
    pagecache.bump()


@receiver(story_parted)
def lead_back(sender: Any, story: StoryPage, into: StoryPage, moved: dict[str, Any], **kwargs: Any) -> None:
    """The merger was undone: what led to the story leads to it again."""
    mine = moved.get("search", {})
    _lead(ChosenAnswer.objects.filter(pk__in=mine.get("answers", []), story=into), story)
    Wish.objects.filter(pk__in=mine.get("wishes", []), met_by=into).update(met_by=story)
    pagecache.bump()


def _lead(answers: QuerySet[ChosenAnswer], to: StoryPage) -> list[int]:
    rows = list(answers)
    for answer in rows:
        answer.story = to
        answer.save(update_fields=["story"])
    return [answer.pk for answer in rows]
