"""What facilitators do with collections: begin one, say what it is, put stories into it in an order, take it away."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from community import access
from community.models import CommunityPage, Person
from hub import pagecache
from hub.refusal import Refused
from practice.models import Collection, CollectionItem, StoryPage
from practice.models.collection import KEPT_FOR

MOST_STORIES = 60


def begin(
    *, by: Person, community: CommunityPage | None, title: str, introduction: str = "", for_members: bool = False
) -> Collection:
    """Make a collection of a community; without one, of the whole site, which is for editors."""
    if not (access.facilitates(by, community) if community else access.is_editor(by)):
        raise PermissionDenied
    if community:
        community.policy.must_not_be_archived()
    with transaction.atomic():
        made = Collection.objects.create(
            title=title, introduction=introduction, community=community, for_members=for_members and bool(community)
        )
        _log(made, by, f"began the collection “{made}”")
    return made


def describe(collection: Collection, *, by: Person, title: str, introduction: str, for_members: bool) -> None:
    """Change what it says of itself, and whom it is for."""
    with transaction.atomic():
        held = _held(collection, by)
        held.title, held.introduction = title, introduction
        held.for_members = for_members and held.community_id is not None
        held.save()
        _log(held, by, f"changed what the collection “{held}” says")


def put(collection: Collection, story: StoryPage, *, by: Person, note: str = "") -> CollectionItem:
    """Put a story at the end, or give it another note where it stands already."""
    with transaction.atomic():
        held = _held(collection, by)
        if not StoryPage.objects.visible_to(by).filter(pk=story.pk).exists():
            raise Refused("Only a published story can stand in a collection.")
        items = list(held.items.all())
        there = next((item for item in items if item.story_id == story.pk), None)
        if there is None:
            if len(items) >= MOST_STORIES:
                raise Refused(f"A collection holds {MOST_STORIES} stories at most. A path that long is not walked.")
            there = CollectionItem(collection=held, story=story, place=items[-1].place + 1 if items else 1)
            _log(held, by, f"put {_title(held, story)} into the collection “{held}”")
        there.note = note
        there.save()
    return there


def take_out(collection: Collection, story: StoryPage, *, by: Person) -> None:
    """Take a story out. It stays where it was told."""
    with transaction.atomic():
        held = _held(collection, by)
        item = held.items.filter(story=story).first()
        if item:
            item.delete()
            _log(held, by, f"took {_title(held, story)} out of the collection “{held}”")


def shift(collection: Collection, story: StoryPage, *, by: Person, steps: int) -> None:
    """Move a story up (below zero) or down in the order."""
    with transaction.atomic():
        held = _held(collection, by)
        items = list(held.items.all())
        here = next((number for number, item in enumerate(items) if item.story_id == story.pk), None)
        if here is None:
            raise Refused("That story is not in this collection any more.")
        items.insert(min(max(here + steps, 0), len(items) - 1), items.pop(here))
        _number(items)


def take_away(collection: Collection, *, by: Person) -> None:
    """Take the collection away. Its stories stay, and it can be brought back for a month."""
    with transaction.atomic():
        held = _held(collection, by)
        held.taken_away_at = timezone.now()
        held.save()
        _log(held, by, f"took away the collection “{held}”")


def bring_back(collection: Collection, *, by: Person) -> None:
    """Let a collection stand again that was taken away."""
    with transaction.atomic():
        held = _held(collection, by, taken_away=True)
        held.taken_away_at = None
        held.save()
        _log(held, by, f"brought back the collection “{held}”")


def empty_bin(now: datetime | None = None) -> int:
    """Delete for good what was taken away a month ago. Returns how many collections that were."""
    old = Collection.objects.filter(taken_away_at__lt=(now or timezone.now()) - KEPT_FOR)
    gone = old.count()
    old.delete()
    return gone


def _held(collection: Collection, by: Person, *, taken_away: bool = False) -> Collection:
    """The collection, locked, for somebody who tends it: one that stands, or one that can be brought back."""
    by.forget_memberships()
    held = Collection.objects.select_for_update(of=("self",)).filter(pk=collection.pk).first()
    if held is not None and not held.may_be_tended_by(by):
        raise PermissionDenied
    if held is None or (held.taken_away_at and not taken_away):
        raise Refused("This collection was taken away in the meantime.")
    if taken_away and not held.may_be_brought_back:
        raise Refused("It stands already." if held.taken_away_at is None else "It was taken away too long ago.")
    return held


def _title(collection: Collection, story: StoryPage) -> str:
    """Its title, as far as all may read it who read the log: not that of a story from another closed community."""
    known = story.audience == access.PUBLIC or story.community_id == collection.community_id
    return f"“{story}”" if known else "a story of another community"


def _number(items: Sequence[CollectionItem]) -> None:
    for place, item in enumerate(items, 1):
        item.place = place
    CollectionItem.objects.bulk_update(items, ["place"])
    pagecache.bump()


def _log(collection: Collection, by: Person, done: str) -> None:
    """Write it into the log of the community, where its facilitators read what was decided."""
    log(collection.community or collection, "community.collect", user=by, data={"done": done})
