"""Which changes are read again by the engine. Each receiver runs in the transaction of the change.

Moves, and changes of a community, say nothing of the stories in it: the whole subtree is named here. Nothing is heard
of `queryset.update` and `bulk_create`: a verb that uses them on something that is searched calls `outbox.enqueue`.

However much hangs on a thing, its change writes no more than a row of the outbox for each; they are read in batches,
after the commit.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver
from taggit.models import Tag
from wagtail.models import Page
from wagtail.signals import post_page_move

from community.models import CommunityPage, CommunityPolicy, Council, Membership, Person, PersonSkill
from community.signals import communities_merged, policy_changed
from practice.models import AttachedText, Repetition, StoryAttachment, StoryAuthor, StoryPage, StoryTag, Topic
from practice.signals import stories_moved, words_changed
from search import outbox
from search.documents import COMMUNITY, COUNCIL, PERSON, STORY, TOPIC

# What saving a draft, a lock or the tree touches. Nothing of it is searched.
QUIET = {
    "draft_title",
    "has_unpublished_changes",
    "latest_revision",
    "latest_revision_created_at",
    "latest_revision_id",
    "locked",
    "locked_at",
    "locked_by",
    "locked_by_id",
    "numchild",
}
QUIET_PERSON = {"last_login", "password", "mail_notices", "email"}


@receiver([post_save, post_delete], sender=Page)
@receiver([post_save, post_delete], sender=StoryPage)
@receiver([post_save, post_delete], sender=CommunityPage)
def page_changed(sender: type, instance: Page, **kwargs: Any) -> None:
    """A story, or a community and its stories. The sender may be the bare Page: when a story expires, for one."""
    if _only(kwargs.get("update_fields"), QUIET):
        return
    model = instance.cached_content_type.model_class()
    if model is StoryPage:
        outbox.enqueue(STORY, [instance.pk])
    elif model is CommunityPage:
        outbox.enqueue(COMMUNITY, [instance.pk])
        if not kwargs.get("created"):
            stories_changed(community=instance.pk)


@receiver(post_page_move)
def page_moved(sender: type, instance: Page, **kwargs: Any) -> None:
    """A page and all below it."""
    below = StoryPage.objects.filter(path__startswith=instance.path)
    outbox.enqueue(STORY, below.order_by().values_list("pk", flat=True))


@receiver([post_save, post_delete], sender=CommunityPolicy)
def policy_saved(sender: type, instance: CommunityPolicy, **kwargs: Any) -> None:
    """Who may see a community and read its stories."""
    _community_opened_or_shut(instance.community_id)


@receiver(policy_changed)
def policy_set(sender: Any, community: CommunityPage, **kwargs: Any) -> None:
    """Who may see a community and read its stories, said by the verb."""
    _community_opened_or_shut(community.pk)


@receiver([post_save, post_delete], sender=Membership)
def membership_changed(sender: type, instance: Membership, **kwargs: Any) -> None:
    """Who facilitates a community: their names stand on its front page."""
    outbox.enqueue(COMMUNITY, [instance.community_id])


@receiver([post_save, post_delete], sender=StoryTag)
@receiver([post_save, post_delete], sender=StoryAuthor)
def part_changed(sender: type, instance: StoryTag | StoryAuthor, **kwargs: Any) -> None:
    """A tag or an author of a story."""
    story = instance.page_id if isinstance(instance, StoryAuthor) else instance.content_object_id
    if story:
        outbox.enqueue(STORY, [story])


@receiver([post_save, post_delete], sender=Repetition)
def repeated(sender: type, instance: Repetition, **kwargs: Any) -> None:
    """How often a story was repeated, and what was said of it."""
    outbox.enqueue(STORY, [instance.story_id])


@receiver([post_save, post_delete], sender=AttachedText)
def words_read(sender: type, instance: AttachedText, **kwargs: Any) -> None:
    """The words of a file that belongs to a story."""
    outbox.enqueue(STORY, StoryAttachment.objects.filter(file=instance.file).values_list("page", flat=True))


@receiver([post_save, post_delete], sender=PersonSkill)
def skill_changed(sender: type, instance: PersonSkill, **kwargs: Any) -> None:
    """A skill of a person."""
    outbox.enqueue(PERSON, [instance.content_object_id])


@receiver(m2m_changed, sender=StoryPage.topics.through)
def topics_changed(sender: type, instance: Any, action: str, **kwargs: Any) -> None:
    """The topics of a story."""
    if isinstance(instance, StoryPage) and action.startswith("post_"):
        outbox.enqueue(STORY, [instance.pk])


@receiver(m2m_changed, sender=Topic.communities.through)
def communities_changed(
    sender: type, instance: Any, action: str, pk_set: set[int] | None, reverse: bool, **kwargs: Any
) -> None:
    """The topics of a community, from either end."""
    if action == "pre_clear" and not reverse:
        pk_set = set(instance.communities.values_list("pk", flat=True))
    outbox.enqueue(COMMUNITY, [instance.pk] if reverse else pk_set or ())


@receiver(post_save, sender=Topic)
@receiver(pre_delete, sender=Topic)
def topic_changed(sender: type, instance: Topic, **kwargs: Any) -> None:
    """The words of a topic, which stand on its stories and communities, and on those of the topics under it."""
    outbox.enqueue(TOPIC, [instance.pk])
    if not kwargs.get("created"):
        outbox.enqueue(TOPIC, instance.children.order_by().values_list("pk", flat=True))
        _communities_changed(Q(topics=instance) | Q(topics__parent=instance))
        stories_changed(Q(topics=instance) | Q(topics__parent=instance))


@receiver(post_save, sender=Tag)
def tag_changed(sender: type, instance: Tag, **kwargs: Any) -> None:
    """The word of a tag, or of a skill."""
    if not kwargs.get("created"):
        _people_changed(skill_items__tag=instance)
        stories_changed(tagged_items__tag=instance)


@receiver(words_changed)
def words_changed_in_bulk(sender: Any, stories: Iterable[int], people: Iterable[int], **kwargs: Any) -> None:
    """A word on many stories, or a skill of many people, said by the verb."""
    outbox.enqueue(STORY, stories)
    outbox.enqueue(PERSON, people)


@receiver(stories_moved)
def stories_moved_in_bulk(sender: Any, stories: Iterable[int], **kwargs: Any) -> None:
    """Where many stories are told, said by the verb."""
    outbox.enqueue(STORY, stories)


@receiver(communities_merged)
def community_grew(sender: Any, into: CommunityPage, **kwargs: Any) -> None:
    """Who is in a community that another one became part of. The stories that were there before are as they were."""
    outbox.enqueue(COMMUNITY, [into.pk])


@receiver(pre_save, sender=Council)
def council_changes(sender: type, instance: Council, **kwargs: Any) -> None:
    """A council that may no longer have been taken over: the one that took over from it is kept in mind."""
    before = Council.objects.filter(predecessors=instance.pk).first() if instance.pk else None
    instance.was_replaced_by = before.pk if before else None  # type: ignore[attr-defined]


@receiver(post_save, sender=Council)
@receiver(pre_delete, sender=Council)
def council_changed(sender: type, instance: Council, **kwargs: Any) -> None:
    """A council. Its name stands on its stories and people, on those of the councils that it took over from, and on
    the councils that took over from it, now or until now."""
    before = getattr(instance, "was_replaced_by", None)
    outbox.enqueue(COUNCIL, _successors([instance.pk, *([before] if before else [])]))
    if not kwargs.get("created"):
        line = list(Council.objects.with_predecessors(instance).values_list("pk", flat=True))
        _people_changed(council__in=line)
        stories_changed(Q(council__in=line) | Q(repetitions__council__in=line))


@receiver(m2m_changed, sender=Council.split_into.through)
def council_split(sender: type, instance: Council, action: str, pk_set: set[int] | None, **kwargs: Any) -> None:
    """A council that was split: its names stand on each of those that share its area."""
    if action == "pre_clear":
        pk_set = set(instance.split_into.values_list("pk", flat=True))
    outbox.enqueue(COUNCIL, _successors([instance.pk, *(pk_set or ())]))


@receiver([post_save, post_delete], sender=Person)
def person_changed(sender: type, instance: Person, **kwargs: Any) -> None:
    """A person, whose name stands on their stories and on the communities that they facilitate."""
    if _only(kwargs.get("update_fields"), QUIET_PERSON):
        return
    outbox.enqueue(PERSON, [instance.pk])
    if not kwargs.get("created"):
        _communities_changed(
            pk__in=Membership.objects.filter(person=instance, role=Membership.Role.FACILITATOR).values("community")
        )
        stories_changed(authorships__person=instance)


def stories_changed(*conditions: Q, **filters: Any) -> None:
    """Have the engine read the published stories again for which this holds."""
    stories = StoryPage.objects.filter(*conditions, **filters).order_by()
    outbox.enqueue(STORY, stories.values_list("pk", flat=True).distinct())


def _community_opened_or_shut(community_id: int) -> None:
    outbox.enqueue(COMMUNITY, [community_id])
    stories_changed(community=community_id)


def _communities_changed(*conditions: Q, **filters: Any) -> None:
    communities = CommunityPage.objects.filter(*conditions, **filters).order_by()
    outbox.enqueue(COMMUNITY, communities.values_list("pk", flat=True).distinct())


def _people_changed(**filters: Any) -> None:
    outbox.enqueue(PERSON, Person.objects.filter(**filters).order_by().values_list("pk", flat=True).distinct())


def _successors(ids: Iterable[int]) -> list[int]:
    """These councils and all that took over from them, however long after."""
    replacements = Council.objects.replacements()
    found = list(dict.fromkeys(ids))
    for each in found:
        found += sorted(new for new in replacements.get(each, ()) if new not in found)
    return found


def _only(changed: Iterable[str] | None, quiet: set[str]) -> bool:
    return bool(changed) and set(changed or ()) <= quiet
