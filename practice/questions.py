"""The questions that a story answers, one at a time: enough for a story in ten minutes, and some that can wait.

The same fields stand on the page that shows all of them at once; this says which belong together, in which order, and
how an answer may read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from community.models import Person
from practice.models import StoryPage
from practice.models.habit import WritingHabit
from practice.outline import outline_of


@dataclass(frozen=True)
class Question:
    """One question: its place in the address, its words, the fields that answer it, and its part of the whole page."""

    key: str
    ask: str
    fields: tuple[str, ...]
    anchor: str
    hint: str = ""

    @property
    def is_one_text(self) -> bool:
        """Whether it is answered in one text, which then bears its words."""
        return len(self.fields) == 1


QUESTIONS = (
    Question("for-whom", "What changed, and for whom?", ("title", "summary"), "head"),
    Question("what-you-did", "What did you do?", ("did",), "did"),
    Question("how-you-know", "What happened, and how do you know?", ("happened",), "happened"),
    Question(
        "to-a-colleague",
        "What would you tell a colleague?",
        ("worth_repeating", "learned"),
        "worth",
        "One who wants to do the same next week, somewhere else.",
    ),
    # Who has ten minutes may stop here.
    Question("before", "What was wrong?", ("problem",), "problem"),
    Question(
        "what-it-took",
        "What did it take?",
        ("took_people", "took_money", "took_time"),
        "took",
        "A guess is better than nothing: it is what colleagues are asked first.",
    ),
    Question("where-and-when", "Where and when?", ("council", "practice_status", "began_on", "ended_on"), "where"),
    Question("how-it-is-found", "How is it found?", ("topics", "tags"), "found"),
)
ENOUGH = 4
BY_KEY = {question.key: question for question in QUESTIONS}
BY_ANCHOR = {question.anchor: question for question in QUESTIONS} | {"learned": BY_KEY["to-a-colleague"]}

EXAMPLES = {
    "title": "We asked the caretakers before we ordered the caddies",
    "summary": "Food waste in 11 blocks of flats. Our first attempt was dead by Christmas. The second began with nine "
    "caretakers at their tea break, and settled at a little under a kilo a flat each week.",
    "worth_repeating": "Get the landlord’s yes to half an hour a week in writing. Then take floor plans and stickers "
    "to the caretakers’ tea break, put each bin where the sticker goes and let them hand out the caddies.",
    "problem": "In 2021 we put food bins into six blocks, with a caddy, a roll of liners and a leaflet to every door, "
    "delivered in one day. By Christmas five of the six were abandoned.",
    "did": "In September I went to the caretakers’ tea break with floor plans and a sheet of stickers. Each put a "
    "sticker where a bin would not be in the way. Two said no; we left their blocks out until spring.",
    "happened": "We weighed the bins of eleven blocks for eight weeks: 0.94 kg a flat. In two blocks it never rose "
    "above 0.3, and we do not know why.",
    "learned": "I would ask the caretakers first again. I would leave the leaflet out: nobody remembered it.",
    "took_people": "One officer two days a week, nine caretakers half an hour a week each",
    "took_money": "£11,400 to start, then £3,300 a year",
    "took_time": "Seven months, one of them spent waiting for a yes",
}


def after(question: Question) -> Question | None:
    """The next one."""
    place = QUESTIONS.index(question) + 1
    return QUESTIONS[place] if place < len(QUESTIONS) else None


def before(question: Question) -> Question | None:
    """The one before."""
    place = QUESTIONS.index(question)
    return QUESTIONS[place - 1] if place else None


def answered(content: Mapping[str, Any]) -> set[str]:
    """The keys of the questions that have an answer."""
    done = {part.anchor for part in outline_of(content) if part.done}
    return {question.key for question in QUESTIONS if question.anchor in done}


def address_of(story: StoryPage, anchor: str, *, one_at_a_time: bool) -> str:
    """Where a part of a story is written."""
    question = BY_ANCHOR.get(anchor)
    if one_at_a_time and question:
        return reverse("draft-question", args=[story.pk, question.key])
    return f"{reverse('draft', args=[story.pk])}#{anchor}"


def where_to_write(story: StoryPage, person: Person, content: Mapping[str, Any]) -> str:
    """Where this person goes on: at the first question without an answer, or on the page with all of them."""
    if not writes_one_at_a_time(person):
        return reverse("draft", args=[story.pk])
    done = answered(content)
    open_ones = [question for question in QUESTIONS if question.key not in done]
    question = open_ones[0] if open_ones else QUESTIONS[0]
    return reverse("draft-question", args=[story.pk, question.key])


def writes_one_at_a_time(person: Person) -> bool:
    """How this person likes to write. One question at a time, until they say otherwise."""
    habit = WritingHabit.objects.filter(person=person).first()
    return habit is None or habit.one_at_a_time


def remember_habit(person: Person, *, one_at_a_time: bool) -> None:
    """Remember how this person likes to write."""
    WritingHabit.objects.update_or_create(person=person, defaults={"one_at_a_time": one_at_a_time})
