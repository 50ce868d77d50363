"""Which changes are read again by the engine. Each receiver runs in the transaction of the change.

Moves, and changes of a community, say nothing of the stories in it: the whole subtree is named here. Nothing is heard
of `queryset.update` and `bulk_create`: a verb that uses them on something that is searched calls `outbox.enqueue`.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from django.dispatch import receiver
from taggit.models import Tag
from wagtail.models import Page
from wagtail.signals import post_page_move

from community.models import CommunityPage, CommunityPolicy, Council, Person
from community.signals import policy_changed
from practice.models import StoryAuthor, StoryPage, StoryTag, Topic
from search import outbox
from search.documents import STORY

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
QUIET_PERSON = {"last_login", "password", "mail_notices"}


@receiver([post_save, post_delete], sender=Page)
@receiver([post_save, post_delete], sender=StoryPage)
@receiver([post_save, post_delete], sender=CommunityPage)
def page_changed(sender: type, instance: Page, **kwargs: Any) -> None:
    """A story, or all stories of a community. The sender may be the bare Page: when a story expires, for one."""
    if _only(kwargs.get("update_fields"), QUIET):
        return
    model = instance.cached_content_type.model_class()
    if model is StoryPage:
        outbox.enqueue(STORY, [instance.pk])
    elif model is CommunityPage and not kwargs.get("created"):
        stories_changed(community=instance.pk)


@receiver(post_page_move)
def page_moved(sender: type, instance: Page, **kwargs: Any) -> None:
    """A page and all below it."""
    below = StoryPage.objects.filter(path__startswith=instance.path)
    outbox.enqueue(STORY, below.order_by().values_list("pk", flat=True))


@receiver([post_save, post_delete], sender=CommunityPolicy)
def policy_saved(sender: type, instance: CommunityPolicy, **kwargs: Any) -> None:
    """Who may read a community's stories."""
    stories_changed(community=instance.community_id)


@receiver(policy_changed)
def policy_set(sender: Any, community: CommunityPage, **kwargs: Any) -> None:
    """Who may read a community's stories, said by the verb."""
    stories_changed(community=community.pk)


@receiver([post_save, post_delete], sender=StoryTag)
@receiver([post_save, post_delete], sender=StoryAuthor)
def part_changed(sender: type, instance: StoryTag | StoryAuthor, **kwargs: Any) -> None:
    """A tag or an author of a story."""
    story = instance.page_id if isinstance(instance, StoryAuthor) else instance.content_object_id
    if story:
        outbox.enqueue(STORY, [story])


@receiver(m2m_changed, sender=StoryPage.topics.through)
def topics_changed(sender: type, instance: Any, action: str, **kwargs: Any) -> None:
    """The topics of a story."""
    if isinstance(instance, StoryPage) and action.startswith("post_"):
        outbox.enqueue(STORY, [instance.pk])


@receiver(post_save, sender=Topic)
@receiver(pre_delete, sender=Topic)
def topic_changed(sender: type, instance: Topic, **kwargs: Any) -> None:
    """The words of a topic, which stand on its stories and on those of the topics under it."""
    if not kwargs.get("created"):
        stories_changed(Q(topics=instance) | Q(topics__parent=instance))


@receiver(post_save, sender=Tag)
def tag_changed(sender: type, instance: Tag, **kwargs: Any) -> None:
    """The word of a tag."""
    if not kwargs.get("created"):
        stories_changed(tagged_items__tag=instance)


@receiver(post_save, sender=Council)
def council_changed(sender: type, instance: Council, **kwargs: Any) -> None:
    """A council, whose name stands on its stories and on those of the councils that it took over from."""
    if not kwargs.get("created"):
        old, older = Q(council__replaced_by=instance), Q(council__replaced_by__replaced_by=instance)
        stories_changed(Q(council=instance) | old | older)


@receiver(post_save, sender=Person)
def person_changed(sender: type, instance: Person, **kwargs: Any) -> None:
    """A person, whose name stands on their stories."""
    if not kwargs.get("created") and not _only(kwargs.get("update_fields"), QUIET_PERSON):
        stories_changed(authorships__person=instance)


def stories_changed(*conditions: Q, **filters: Any) -> None:
    """Have the engine read the published stories again for which this holds."""
    stories = StoryPage.objects.filter(*conditions, **filters).order_by()
    outbox.enqueue(STORY, stories.values_list("pk", flat=True).distinct())


def _only(changed: Iterable[str] | None, quiet: set[str]) -> bool:
    return bool(changed) and set(changed or ()) <= quiet
