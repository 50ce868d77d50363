"""The vectors of stories in the database: which are wanted, and how they are made.

A row counts the changes of its story and says of which one its vector is. Whoever makes vectors may be killed at any
time: what lacks is found again.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from hub.richtext import plain_text
from practice.models import StoryPage
from practice.models.completeness import PARTS
from search.meaning.encoding import Encoder, Vector, packed
from search.meaning.language import is_english
from search.models import Vector as Row

# More characters than the model reads of any text.
OPENING = 2000
BATCH = 20


@dataclass(frozen=True, slots=True)
class Progress:
    """How many published stories there are, and of how many the vector is made."""

    stories: int
    made: int


@dataclass(frozen=True, slots=True)
class Text:
    """What is embedded of a story. When the rule for it changes, or `vector_of`, so does `folder.RULE`."""

    title: str
    opening: str

    def __str__(self) -> str:
        return f"{self.title}\n{self.opening}"


def lacking(recipe: str) -> "QuerySet[StoryPage, int]":
    """The ids of the published stories without a vector of this recipe that is of the story as it is."""
    made = Row.objects.made(recipe).filter(pk=OuterRef("pk"))
    return StoryPage.objects.filter(~Exists(made), shown=True).order_by("pk").values_list("pk", flat=True)


def progress(recipe: str) -> Progress:
    """How far it is."""
    stories = StoryPage.objects.filter(shown=True).order_by().count()
    return Progress(stories, stories - lacking(recipe).order_by().count())


def make(ids: Iterable[int], encoder: Encoder, *, going_on: Callable[[], bool] = lambda: True) -> int:
    """Make the vectors of these stories, and answer how many texts were embedded.

    What is the same text by the same recipe is not embedded again; what is not published loses its row.
    """
    embedded = 0
    for batch in _batches(ids):
        seen = dict(Row.objects.filter(pk__in=batch).values_list("pk", "changes"))  # before the texts are read
        texts = _texts(batch)
        for id in batch:
            if not going_on():
                return embedded
            if id in texts:
                embedded += _make(id, seen.get(id, 0), texts[id], encoder)
            else:
                Row.objects.filter(pk=id, changes=seen.get(id, 0)).delete()
    return embedded


def clear_left_over() -> int:
    """Throw away the vectors of what is not published any more."""
    published = StoryPage.objects.filter(pk=OuterRef("pk"), shown=True)
    return Row.objects.filter(~Exists(published)).delete()[0]


def read(ids: Sequence[int], recipe: str) -> dict[int, bytes]:
    """The vectors of these stories, as far as there are any of this recipe."""
    rows = Row.objects.usable(recipe).filter(pk__in=ids).values_list("pk", "vector")
    return {pk: bytes(vector) for pk, vector in rows}


def vector_of(text: Text, encoder: Encoder) -> Vector:
    """What a story means: the mean of its title, and of title and opening together.

    In an opening of two hundred words the few of the title are lost, and people ask for what a title says.
    """
    return (encoder.encode(text.title) + encoder.encode(str(text))) / np.float32(2)


def _make(id: int, change: int, text: Text, encoder: Encoder) -> bool:
    recipe, digest = encoder.folder.recipe, hashlib.sha256(str(text).encode()).hexdigest()[:16]
    if Row.objects.filter(pk=id, recipe=recipe, digest=digest).update(made=change):
        return False
    english = is_english(str(text))
    vector = packed(vector_of(text, encoder)) if english else b""
    row = Row(story=id, made=change, made_at=timezone.now(), recipe=recipe, digest=digest, vector=vector)
    fields = ["made", "made_at", "recipe", "digest", "vector"]
    Row.objects.bulk_create([row], update_conflicts=True, unique_fields=["story"], update_fields=fields)
    return english


def _texts(ids: Sequence[int]) -> dict[int, Text]:
    """The title and the opening of each of these stories that is published."""
    stories = StoryPage.objects.filter(pk__in=ids, shown=True).only("title", "summary", *PARTS)
    return {story.pk: text_of(story) for story in stories}


def text_of(story: StoryPage) -> Text:
    """What is embedded of a story."""
    parts = (plain_text(getattr(story, part)) for part in PARTS)
    opening = "\n".join(part for part in parts if part) or story.summary
    return Text(story.title, opening[:OPENING])


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    waiting = iter(ids)
    while batch := list(islice(waiting, BATCH)):
        yield batch
