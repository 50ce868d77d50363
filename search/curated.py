"""What the pages for facilitators show of other words and chosen answers: who gave them, and what can be put back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from practice.models import Topic
from search.models import ChosenAnswer, OtherWord

LATELY = timedelta(days=30)
MOST_GONE = 30


@dataclass(frozen=True)
class Group:
    """A topic with the other words that it was given, beside those that stand on it."""

    topic: Topic
    rows: list[OtherWord]
    own: list[str]


def words_by_topic() -> list[Group]:
    """Every topic that has other words by curation, with who gave them."""
    rows: Iterable[OtherWord] = OtherWord.objects.in_use().select_related("topic", "by")
    rows = rows.order_by("topic__title", "topic", "words")  # type: ignore[attr-defined]
    groups = ((topic, list(some)) for topic, some in groupby(rows, key=lambda row: row.topic))
    return [Group(topic, some, topic.other_word_list()) for topic, some in groups]


def words_taken_away() -> "QuerySet[OtherWord]":
    """What was taken away lately, the latest first."""
    gone = OtherWord.objects.filter(removed_at__gt=timezone.now() - LATELY)
    return gone.select_related("topic", "removed_by").order_by("-removed_at")[:MOST_GONE]


def answers(person: Any) -> "QuerySet[ChosenAnswer]":
    """The chosen answers whose story this person may read."""
    rows = ChosenAnswer.objects.in_use().visible_to(person)
    return rows.select_related("by", "story__community", "story__council").order_by("words", "-created_at")


def answers_taken_away(person: Any) -> "QuerySet[ChosenAnswer]":
    """Those taken away lately."""
    gone = ChosenAnswer.objects.visible_to(person).filter(removed_at__gt=timezone.now() - LATELY)
    return gone.select_related("story", "removed_by").order_by("-removed_at")[:MOST_GONE]
