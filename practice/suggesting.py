"""Topics and tags for a draft, from its own words and from the stories that are like it: taken by a click."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from hub.richtext import plain_text
from practice.models import StoryPage, Topic
from practice.models.completeness import PARTS

MOST_TOPICS, MOST_TAGS = 5, 6
# A topic that so many like stories have is worth proposing although none of its words stands in the text.
SHARED_BY = 2
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Suggestions:
    """What may be taken, the likeliest first."""

    topics: list[Topic]
    tags: list[str]

    def __bool__(self) -> bool:
        return bool(self.topics or self.tags)


def suggest(draft: StoryPage, *, like: Iterable[StoryPage]) -> Suggestions:
    """What the draft does not have yet. `like` are stories that its author may read, the nearest first."""
    like = list(like)
    words = text_of(draft)
    has_topics = {topic.pk for topic in draft.topics.all()}
    has_tags = {tag.name.lower() for tag in draft.tags.all()}
    shared = Counter(topic.pk for story in like for topic in story.topics.all())
    weights: dict[int, float] = {}
    topics = {topic.pk: topic for topic in Topic.objects.select_related("parent")}
    for topic in topics.values():
        named = sum(min(3, times_in(words, name)) for name in names_of(topic))
        weight = named + (shared[topic.pk] if named or shared[topic.pk] >= SHARED_BY else 0)
        # The topic below says more than the group that it stands in.
        weights[topic.pk] = weight + (0.5 if weight and topic.parent_id else 0)
    best = sorted((pk for pk in weights if weights[pk] and pk not in has_topics), key=lambda pk: (-weights[pk], pk))
    tags = Counter(tag.name.lower() for story in like for tag in story.tags.all())
    told = {tag: times_in(words, tag) for tag in tags}
    likely = [tag for tag, count in tags.items() if told[tag] or count >= SHARED_BY]
    likely.sort(key=lambda tag: (-told[tag] - tags[tag], tag))
    return Suggestions(
        topics=[topics[pk] for pk in best[:MOST_TOPICS]],
        tags=[tag for tag in likely if tag not in has_tags][:MOST_TAGS],
    )


def text_of(draft: StoryPage) -> str:
    """The words of a draft, in lower case, with a space at each end."""
    parts = [plain_text(getattr(draft, part)) for part in PARTS]
    text = " ".join([draft.title, draft.summary, draft.worth_repeating, *parts]).lower()
    return f" {' '.join(_WORD.findall(text))} "


def names_of(topic: Topic) -> list[str]:
    """What a topic is called."""
    return [name for name in [topic.title, *re.split(r"[\n,;]", topic.other_words)] if name.strip()]


def times_in(text: str, name: str) -> int:
    """How often a name stands in the text, in the singular or the plural.

    >>> times_in(" the food wastes of flats ", "Food waste"), times_in(" seafood waste ", "food waste")
    (1, 0)
    """
    wanted = " ".join(_WORD.findall(name.lower()))
    if len(wanted) < 3:
        return 0
    stem = wanted[:-1] if wanted.endswith("s") and not wanted.endswith("ss") else wanted
    return len(re.findall(rf"(?<= ){re.escape(stem)}(?:s|es)?(?= )", text))
