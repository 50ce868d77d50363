"""What is done to the words on stories: another name, two made one, taken away, made a topic; and taking it back.

Editors do so everywhere, facilitators with words that stand on stories of their communities alone. Each verb changes
every published story with the word in one transaction: a few statements in bulk, however many they are. Search reads
them again from its outbox; versions and drafts come out with the word of today (`practice.models.tag`).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify
from taggit.models import Tag
from wagtail.log_actions import log
from wagtail.models import Revision

from community import access
from community.models import Person, PersonSkill
from hub import pagecache
from hub.refusal import Refused
from practice.models import FormerSlug, StoryPage, StoryTag, TagChange, Topic
from practice.models.tag import MAY_BE_UNDONE_FOR
from practice.narrowing import tags_seen_by
from practice.signals import tag_moved, words_changed

Kind = TagChange.Kind
BEYOND = "This word stands, or stood, beyond the communities that you facilitate. The editors of the site change it."
GONE = "Somebody else has changed this word meanwhile. Look at the list again."


def changed_by(person: Any) -> Any:
    """The words that this person may change: for an editor all; else those on stories of their communities alone."""
    if access.is_editor(person):
        return Tag.objects.all()
    own = access.facilitated_by(person)
    rows = StoryTag.objects.all()
    return Tag.objects.filter(
        pk__in=rows.filter(content_object__community__in=own, content_object__shown=True).values("tag")
    ).exclude(
        Q(pk__in=rows.exclude(content_object__community__in=own).values("tag"))
        | Q(pk__in=PersonSkill.objects.values("tag"))
    )


def checked_name(tag: Tag, name: str) -> tuple[str, str]:
    """The name and the slug that a tag would have. Raises Refused if it cannot have them."""
    name = " ".join(name.split())
    slug = slugify(name, allow_unicode=True)
    if not slug:
        raise Refused("Give the tag a name with letters or numbers in it.")
    if len(name) > 60:
        raise Refused("A word on a story has 60 characters at most.")
    return name, slug


def rename(tag: Tag, *, by: Person, name: str) -> TagChange:
    """Give a tag another name, and so another address; the old one leads to it.

    A name that only stories have which this person may not read is not said to be taken: the two become one.
    """
    with transaction.atomic():
        held = _held(tag, by)
        name, slug = checked_name(held, name)
        if (name, slug) == (held.name, held.slug):
            raise Refused("That is its name already.")
        if other := Tag.objects.filter(Q(slug=slug) | Q(name__iexact=name)).exclude(pk=held.pk).first():
            if access.is_editor(by) or tags_seen_by(by).filter(pk=other.pk).exists():
                raise Refused(f"There is a tag “{other.name}” already. Merge the two instead.")
            return _merge(held, other, by)
        stories = StoryTag.objects.filter(tag=held, content_object__shown=True).count()
        change = _change(Kind.RENAMED, held, by, became=name, tag=held, stories=stories)
        _name(held, name, slug)
        log(instance=held, action="practice.rename_tag", user=by, data={"before": change.name, "after": name})
    return change


def merge(tag: Tag, *, into: Tag, by: Person) -> TagChange:
    """Make two words one: all that has the first has the second from now on, and so has its address."""
    if tag.pk == into.pk:
        raise Refused("That is the same word. Choose the other one that stays.")
    with transaction.atomic():
        # Always in the same order, so that two merges cannot wait for each other.
        list(Tag.objects.select_for_update().filter(pk__in=[tag.pk, into.pk]).order_by("pk"))
        held = _held(tag, by)
        other = Tag.objects.filter(pk=into.pk).first()
        if other is None or not (access.is_editor(by) or tags_seen_by(by).filter(pk=other.pk).exists()):
            raise Refused(GONE)
        return _merge(held, other, by)


def retire(tag: Tag, *, by: Person) -> TagChange:
    """Take a word off every story. People who name it as a skill keep it."""
    with transaction.atomic():
        held = _held(tag, by)
        stories = _stories_of(held)
        slugs = list(FormerSlug.objects.filter(tag=held).values_list("slug", flat=True))
        change = _change(Kind.RETIRED, held, by, stories=len(stories), moved={"stories": stories, "slugs": slugs})
        log(instance=held, action="practice.retire_tag", user=by, data={"stories": len(stories)})
        _take_off(held)
        _tell(stories)
    return change


def promote(tag: Tag, *, by: Person, topic: Topic | None = None, title: str = "", group: Topic | None = None) -> Topic:
    """Make a word a topic, a new one or one that is there. Its stories are about it from now on. For editors."""
    if not access.is_editor(by):
        raise PermissionDenied
    with transaction.atomic():
        held = _held(tag, by)
        moved: dict[str, Any] = {"new": topic is None, "other_word": False}
        topic = topic or _new_topic(title or held.name, group)
        if held.name.casefold() not in {name.casefold() for name in [topic.title, *topic.other_word_list()]}:
            topic.other_words = "\n".join([*topic.other_word_list(), held.name])
            topic.save()
            moved["other_word"] = True
        stories = moved["stories"] = _stories_of(held)
        about = StoryPage.topics.through
        there = set(about.objects.filter(topic=topic).values_list("storypage", flat=True))
        moved["about"] = [pk for pk in stories if pk not in there]
        about.objects.bulk_create([about(storypage_id=pk, topic_id=topic.pk) for pk in moved["about"]], batch_size=500)
        log(instance=held, action="practice.promote_tag", user=by, data={"topic": topic.slug, "stories": len(stories)})
        moved["slugs"] = list(FormerSlug.objects.filter(tag=held).values_list("slug", flat=True))
        changes = TagChange.objects.filter(tag=held)
        moved["changes"] = list(changes.values_list("pk", flat=True))
        changes.update(tag=None, topic=topic)
        _change(Kind.PROMOTED, held, by, became=topic.title, topic=topic, stories=len(stories), moved=moved)
        _take_off(held)
        _tell(stories)
        pagecache.bump()
    return topic


def as_of_today(names: Iterable[str], *, by: Any, beside: StoryPage) -> list[str]:
    """What an author typed, with words that were renamed or merged in the words of today, where they may know them."""
    names = list(names)
    known = {tag.name for tag in beside.tags.all()}
    slugs = {slugify(name, allow_unicode=True): name for name in names if name not in known}
    if not slugs:
        return names
    there = set(Tag.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    former = FormerSlug.objects.filter(slug__in=set(slugs) - there, topic=None, tag__in=tags_seen_by(by))
    today = {slugs[each.slug]: each.tag.name for each in former.select_related("tag") if each.tag}
    return list(dict.fromkeys(today.get(name, name) for name in names))


def may_undo(change: TagChange, person: Any) -> bool:
    """Whether this person may take a change back now."""
    return not _why_it_stays(change, person)


@transaction.atomic
def undo(change: TagChange, *, by: Person) -> None:
    """Take a change back: the word stands again where it stood. Within ten minutes, unless it was changed again."""
    held = TagChange.objects.select_for_update().get(pk=change.pk)
    if held.by_id != by.pk and not access.is_editor(by):
        raise PermissionDenied
    if why := _why_it_stays(held, by):
        raise Refused(why)
    if Tag.objects.filter(Q(slug=held.slug) | Q(name__iexact=held.name)).exclude(pk=_may_stand(held)).exists():
        raise Refused(f"Somebody has begun to use “{held.name}” anew, so it stays as it is.")
    if held.kind == Kind.RENAMED:
        tag = Tag.objects.select_for_update().get(pk=held.tag_id)
        _name(tag, held.name, held.slug)
    else:
        if held.kind == Kind.PROMOTED:
            _be_no_topic(held)
        tag = _bring_back(held)
    held.undone_at = timezone.now()
    held.save(update_fields=["undone_at"])
    log(instance=tag, action="practice.undo_tag", user=by, data={"done": held.words})


# --- Inside ----------------------------------------------------------------------------------------------------------


def _held(tag: Tag, by: Person) -> Tag:
    by.forget_memberships()
    held = Tag.objects.select_for_update().filter(pk=tag.pk).first()
    if held is None:
        raise Refused(GONE)
    if not changed_by(by).filter(pk=held.pk).exists():
        if not access.facilitated_by(by):
            raise PermissionDenied
        raise Refused(BEYOND)
    return held


def _change(kind: str, old: Tag, by: Person, **fields: Any) -> TagChange:
    return TagChange.objects.create(kind=kind, number=old.pk, name=old.name, slug=old.slug, by=by, **fields)


def _name(tag: Tag, name: str, slug: str) -> None:
    """Give it this name, and let the address that it had lead to the one that it has."""
    before, tag.name, tag.slug = tag.slug, name, slug
    tag.save()
    FormerSlug.objects.filter(slug=slug, topic=None).delete()
    if before != slug:
        FormerSlug.objects.update_or_create(slug=before, topic=None, defaults={"tag": tag})
        tag_moved.send(sender=Tag, before=before, tag=tag)


def _merge(tag: Tag, into: Tag, by: Person) -> TagChange:
    moved: dict[str, Any] = {}
    for rows, names in (
        (StoryTag.objects.all(), ("stories", "both")),
        (PersonSkill.objects.all(), ("people", "shared")),
    ):
        mine = rows.filter(tag=tag).order_by()
        twice = mine.filter(content_object__in=rows.filter(tag=into).values("content_object"))
        moved[names[1]] = sorted(set(twice.values_list("content_object", flat=True)))
        rows.filter(pk__in=list(twice.values_list("pk", flat=True)))._raw_delete(rows.db)
        moved[names[0]] = sorted(set(mine.values_list("content_object", flat=True)))
        mine.update(tag=into)
    former = FormerSlug.objects.filter(tag=tag)
    moved["slugs"] = list(former.values_list("slug", flat=True))
    former.update(tag=into)
    FormerSlug.objects.update_or_create(slug=tag.slug, topic=None, defaults={"tag": into})
    FormerSlug.objects.filter(slug=into.slug, topic=None).delete()
    changes = TagChange.objects.filter(tag=tag)
    moved["changes"] = list(changes.values_list("pk", flat=True))
    changes.update(tag=into)
    stories = [*moved["stories"], *moved["both"]]
    change = _change(Kind.MERGED, tag, by, became=into.name, tag=into, stories=len(stories), moved=moved)
    log(instance=into, action="practice.merge_tags", user=by, data={"from": tag.name, "stories": len(stories)})
    before = tag.slug
    tag.delete()
    tag_moved.send(sender=Tag, before=before, tag=into)
    _tell(stories, [*moved["people"], *moved["shared"]])
    pagecache.bump()
    return change


def _stories_of(tag: Tag) -> list[int]:
    return sorted(set(StoryTag.objects.filter(tag=tag).values_list("content_object", flat=True)))


def _take_off(tag: Tag) -> None:
    """Take a word off all stories, and away. Where people have it as a skill, that stays under a number of its own."""
    rows = StoryTag.objects.filter(tag=tag)
    rows._raw_delete(rows.db)
    skilled = list(PersonSkill.objects.filter(tag=tag).values_list("content_object", flat=True))
    name, slug = tag.name, tag.slug
    tag.delete()
    if skilled:
        _give_skill(Tag.objects.create(name=name, slug=slug), skilled)
    pagecache.bump()


def _give_skill(tag: Tag, people: Iterable[int]) -> None:
    PersonSkill.objects.bulk_create([PersonSkill(tag=tag, content_object_id=pk) for pk in people])
    pagecache.bump()


def _new_topic(title: str, group: Topic | None) -> Topic:
    title = " ".join(title.split())
    title = title[:1].upper() + title[1:]
    slug = slugify(title)[:80]
    if not slug:
        raise Refused("Give the topic a name with letters in it.")
    if Topic.objects.filter(Q(slug=slug) | Q(title__iexact=title)).exists():
        raise Refused(f"There is a topic “{title}” already. Choose it from the list.")
    if group and group.parent_id:
        raise Refused(f"“{group}” is no group: it stands in one. Choose a group.")
    return Topic.objects.create(title=title, slug=slug, parent=group)


def _tell(stories: Sequence[int], people: Sequence[int] = ()) -> None:
    words_changed.send(sender=Tag, stories=stories, people=people)


def _why_it_stays(change: TagChange, person: Any) -> str:
    if change.undone_at:
        return "It was taken back already."
    if change.at < timezone.now() - MAY_BE_UNDONE_FOR:
        return "It was done more than ten minutes ago, and people go by it now. Change it the other way."
    numbers = [change.number, *([change.tag_id] if change.tag_id else [])]
    later = TagChange.objects.filter(pk__gt=change.pk, undone_at=None).filter(
        Q(number__in=numbers) | (Q(tag=change.tag_id) if change.tag_id else Q(pk=None))
    )
    became = {Kind.RETIRED: True, Kind.PROMOTED: change.topic_id}.get(Kind(change.kind), change.tag_id)
    if not became or later.exists():
        return "It was changed again since then."
    if change.kind == Kind.PROMOTED and change.moved.get("new") and _stands_for_more(change):
        return f"“{change.topic}” is used as a topic by now, so it stays one."
    return ""


def _stands_for_more(change: TagChange) -> bool:
    """Whether a topic that a word became is what more is about than the stories that had the word."""
    topic = change.topic
    assert topic is not None
    about = set(StoryPage.topics.through.objects.filter(topic=topic).values_list("storypage", flat=True))
    written = Revision.objects.filter(created_at__gte=change.at).values_list("content__topics", flat=True)
    if about - set(change.moved["about"]) or any(topic.pk in (topics or []) for topics in written):
        return True
    words = TagChange.objects.filter(topic=topic).exclude(pk__in=[change.pk, *change.moved["changes"]])
    # What points to it, also from higher rooms: topics under it, other words that were given to search.
    others = [each for each in Topic._meta.related_objects if each.related_model is not StoryPage]
    return (
        words.exists()
        or topic.communities.exists()
        or any(each.field.model._default_manager.filter(**{each.field.name: topic}).exists() for each in others)
    )


def _be_no_topic(change: TagChange) -> None:
    """Take the topic away that a word became; one that was there before is as it was."""
    topic = Topic.objects.select_for_update().get(pk=change.topic_id or 0)
    TagChange.objects.filter(pk__in=change.moved["changes"]).update(topic=None)
    TagChange.objects.filter(pk=change.pk).update(topic=None)
    pagecache.bump()
    if change.moved["new"]:
        topic.delete()
        return
    about = StoryPage.topics.through.objects.filter(topic=topic)
    for some in _in_batches(change.moved["about"]):
        rows = about.filter(storypage__in=some)
        rows._raw_delete(rows.db)
    if change.moved["other_word"]:
        words = [word for word in topic.other_word_list() if word.casefold() != change.name.casefold()]
        topic.other_words = "\n".join(words)
        topic.save()


def _may_stand(change: TagChange) -> int | None:
    """The tag that may have the old name while a change is undone: the one that is renamed back, or kept as a skill."""
    if change.kind == Kind.RENAMED:
        return change.tag_id
    kept = Tag.objects.filter(slug=change.slug).exclude(pk__in=StoryTag.objects.values("tag")).first()
    return kept.pk if kept and change.kind in (Kind.RETIRED, Kind.PROMOTED) else None


def _bring_back(change: TagChange) -> Tag:
    """Make the word again under its old number, on what it stood on."""
    moved = change.moved
    kept = Tag.objects.filter(pk=_may_stand(change) or 0).first()
    skilled = list(PersonSkill.objects.filter(tag=kept).values_list("content_object", flat=True)) if kept else []
    if kept:
        kept.delete()
    tag = Tag.objects.create(pk=change.number, name=change.name, slug=change.slug)
    _give_skill(tag, [*skilled, *_there(Person, moved.get("shared", []))])
    stories = _there(StoryPage, [*moved.get("stories", []), *moved.get("both", [])])
    alone = set(moved.get("stories", []))
    if change.tag_id:
        for rows, ids in ((StoryTag.objects.all(), alone), (PersonSkill.objects.all(), set(moved.get("people", [])))):
            for some in _in_batches(sorted(ids)):
                rows.filter(tag=change.tag_id, content_object__in=some).update(tag=tag)
    has = set(StoryTag.objects.filter(tag=tag).values_list("content_object", flat=True))
    again = [pk for pk in stories if pk not in has and (change.tag_id is None or pk not in alone)]
    StoryTag.objects.bulk_create([StoryTag(tag=tag, content_object_id=pk) for pk in again], batch_size=500)
    FormerSlug.objects.filter(slug=tag.slug, topic=None).delete()
    for slug in moved.get("slugs", []):
        FormerSlug.objects.update_or_create(slug=slug, topic=None, defaults={"tag": tag})
    TagChange.objects.filter(pk__in=moved.get("changes", [])).update(tag=tag)
    _tell(stories, [*moved.get("people", []), *moved.get("shared", [])])
    pagecache.bump()
    return tag


def _there(model: Any, ids: Iterable[int]) -> list[int]:
    """Those of these that are still there."""
    found: list[int] = []
    for some in _in_batches(sorted(ids)):
        found += model.objects.filter(pk__in=some).order_by("pk").values_list("pk", flat=True)
    return found


def _in_batches(ids: Sequence[int], size: int = 500) -> Iterable[Sequence[int]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
