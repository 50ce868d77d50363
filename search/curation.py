"""What facilitators and editors give to search for the whole site: other words for topics, and chosen answers.

Each verb is logged with who did it. What was taken away can be put back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from community.models import Person
from hub.refusal import Refused
from practice.models import StoryPage, Topic
from search.models import ChosenAnswer, OtherWord
from search.models.curation import Curated
from search.questions import key_of
from search.upkeep import may_care
from search.words import SMALL_WORDS, parse, words_in

LONGEST_WORDS = 80
MOST_WORDS_A_TOPIC = 30
MOST_ANSWERS = 3


def add_other_words(topic: Topic, *, by: Person, words: str) -> OtherWord:
    """Another word, or a few, for a topic. Who searches for it finds the topic's stories, at once."""
    words = " ".join(words_in(words))
    if not words or all(word in SMALL_WORDS for word in words.split()):
        raise Refused("Write the word, or the few words, that people use for it.")
    if len(words) > LONGEST_WORDS:
        raise Refused(f"Keep it under {LONGEST_WORDS} letters: a word or two, as people search for them.")
    with _caring(by):
        held = Topic.objects.select_for_update(of=("self",)).get(pk=topic.pk)
        known = {" ".join(words_in(each)) for each in (held.title, *held.other_word_list())}
        row = OtherWord.objects.filter(topic=held, words=words).first()
        if words in known or (row and row.in_use):
            raise Refused(f"“{words}” leads to {held} already.")
        if OtherWord.objects.in_use().filter(topic=held).count() >= MOST_WORDS_A_TOPIC:
            raise Refused(f"{held} has {MOST_WORDS_A_TOPIC} other words already. Take one away first.")
        if row is None:
            row = OtherWord(topic=held, words=words)
        _give(row, by)
        log(instance=held, action="search.add_words", user=by, data={"words": words})
    return row


def choose_answer(words: str, *, by: Person, story: StoryPage) -> ChosenAnswer:
    """Put a story on top of what is found for these words, for those who may read it."""
    key, said = key_of(parse(words), curated=False)
    if not key:
        raise Refused("Write the words that people search for.")
    with _caring(by):
        StoryPage.objects.select_for_update(of=("self",)).filter(pk=story.pk).first()
        if not StoryPage.objects.visible_to(by).filter(pk=story.pk).exists():
            raise Refused("Choose a story that is published and that you may read.")
        others = ChosenAnswer.objects.in_use().filter(key=key).select_for_update()
        row = ChosenAnswer.objects.filter(key=key, story=story).first()
        if row and row.in_use:
            raise Refused("It is chosen for these words already.")
        if len(others) >= MOST_ANSWERS:
            raise Refused(f"{MOST_ANSWERS} stories are chosen for these words already. Take one away first.")
        if row is None:
            row = ChosenAnswer(key=key, words=said, story=story)
        _give(row, by)
        log(instance=story, action="search.choose_answer", user=by, data={"words": said})
    return row


def take_away(row: OtherWord | ChosenAnswer, *, by: Person) -> None:
    """Let search go without it."""
    with _caring(by):
        held = _held(row)
        if not held.in_use:
            raise Refused("It is taken away already.")
        held.removed_by, held.removed_at = by, timezone.now()
        held.save(update_fields=["removed_by", "removed_at"])
        _log(held, by, {OtherWord: "search.remove_words", ChosenAnswer: "search.remove_answer"}[type(held)])


def put_back(row: OtherWord | ChosenAnswer, *, by: Person) -> None:
    """Take back that it was taken away."""
    with _caring(by):
        held = _held(row)
        if held.in_use:
            raise Refused("It is there already.")
        _give(held, by)
        _log(held, by, {OtherWord: "search.add_words", ChosenAnswer: "search.choose_answer"}[type(held)])


def chosen_for(words: Any, person: Any) -> list[StoryPage]:
    """The stories that were chosen for these words, as far as this person may read them; the latest first."""
    key, _ = key_of(words, curated=False)
    if not key:
        return []
    rows = ChosenAnswer.objects.in_use().filter(key=key).order_by("-created_at", "-pk")
    numbers = list(rows.values_list("story", flat=True))
    if not numbers:
        return []
    stories = StoryPage.objects.visible_to(person).for_cards().in_bulk(numbers)
    return [stories[number] for number in numbers if number in stories]


def _give(row: Curated, by: Person) -> None:
    row.by, row.created_at, row.removed_by, row.removed_at = by, timezone.now(), None, None
    row.save()


def _held(row: Any) -> Any:
    return type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)


def _log(row: Any, by: Person, action: str) -> None:
    about = row.topic if isinstance(row, OtherWord) else row.story
    log(instance=about, action=action, user=by, data={"words": row.words})


@contextmanager
def _caring(by: Person) -> Iterator[None]:
    by.forget_memberships()
    if not may_care(by):
        raise PermissionDenied
    with transaction.atomic():
        yield
