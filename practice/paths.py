"""Reading on along a collection: where a story stands in it for this reader, and which come before and after."""

from dataclasses import dataclass
from typing import Any

from hub.numbers import number_in
from practice.models import Collection, StoryPage

WORD = "path"  # the name in the address


@dataclass(frozen=True)
class Place:
    """Where a story stands in a collection, among those that the reader may read."""

    collection: Collection
    number: int
    total: int
    note: str
    before: StoryPage | None
    after: StoryPage | None

    @property
    def along(self) -> str:
        """What is put at the end of the address of a story, so that its page knows the way."""
        return along(self.collection)


def along(collection: Collection) -> str:
    """The end of the address of each story on this path."""
    return f"?{WORD}={collection.pk}"


def place_of(story: int, asked: str, person: Any) -> Place | None:
    """The place of a story (by id) on the path that an address names. None where there is no such path for them."""
    collection = Collection.objects.visible_to(person).filter(pk=number_in(asked)).first() if asked else None
    if collection is None:
        return None
    items = list(collection.items.all())
    readable = StoryPage.objects.visible_to(person).only("title").in_bulk([item.story_id for item in items])
    items = [item for item in items if item.story_id in readable]
    here = next((number for number, item in enumerate(items) if item.story_id == story), None)
    if here is None:
        return None
    return Place(
        collection=collection,
        number=here + 1,
        total=len(items),
        note=items[here].note,
        before=readable[items[here - 1].story_id] if here else None,
        after=readable[items[here + 1].story_id] if here + 1 < len(items) else None,
    )
