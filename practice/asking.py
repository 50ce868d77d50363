"""Asking the authors of a published story, answering, and taking a question away."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from community import access
from community.models import Person
from community.sanctioning import must_not_be_muted
from hub.notifications.notify import notify
from hub.refusal import Refused
from practice import credits, writing
from practice.models import Question, StoryPage


def why_not(story: StoryPage, person: Person) -> str:
    """Why this person cannot ask about this story, which they may read; or nothing."""
    if story.is_told_by(person):
        return "This is your own story. What colleagues ask comes to you."
    if not who_answers(story):
        return "Nobody who told this story is here any more, so nobody would answer."
    return ""


def who_answers(story: StoryPage) -> list[Person]:
    """Its authors, without those who handed it over or have left."""
    gone = credits.handed_over(story)
    people = (person for person in credits.writers_of(story) if person.is_active and person.pk not in gone)
    return sorted(people, key=lambda person: person.pk)


@transaction.atomic
def ask(story: StoryPage, *, by: Person, words: str) -> Question:
    """Ask the authors of a published story. They are told."""
    story = writing.hold(story)
    if not access.signed_in(by) or not story.live or not access.may_see(by, story.audience):
        raise PermissionDenied
    must_not_be_muted(by, story.community)  # type: ignore[arg-type]
    if reason := why_not(story, by):
        raise Refused(reason)
    words = words.strip()
    if not words:
        raise Refused("Say what you would like to know.")
    if Question.objects.filter(story=story, person=by, words=words).exists():
        raise Refused("You have asked this already. It stands below the story.")
    question = Question.objects.create(story=story, person=by, words=words)
    log(story, "practice.ask_question", user=by)
    notify(
        who_answers(story),
        "question-asked",
        about=question,
        subject=f"{by} asks about “{story.title}”",
        url=question.get_absolute_url(),
        by=by,
        words=words,
        action="Answer",
    )
    return question


@transaction.atomic
def answer(question: Question, *, by: Person, words: str) -> Question:
    """Answer what was asked about one's own story, or put the answer right. Whoever asked is told the first time."""
    story = writing.hold(question.story)
    question = Question.objects.select_for_update(of=("self",)).select_related("person").get(pk=question.pk)
    if not story.live or not story.is_author(by):
        raise PermissionDenied
    must_not_be_muted(by, story.community)  # type: ignore[arg-type]
    words = words.strip()
    if not words:
        raise Refused("Write your answer first.")
    first = question.answered_at is None
    question.story = story
    question.answer, question.answered_by = words, by
    question.answered_at = question.answered_at or timezone.now()
    question.save(update_fields=["answer", "answered_by", "answered_at"])
    log(story, "practice.answer_question", user=by)
    if first:
        notify(
            [question.person],
            "question-answered",
            about=question,
            subject=f"{by} answered your question about “{story.title}”",
            url=question.get_absolute_url(),
            by=by,
            words=words,
            action="Read it on the site",
        )
    return question


@transaction.atomic
def take_away(question: Question, *, by: Person, reason: str = "") -> None:
    """Take a question away with its answer: one's own, or, with a reason that is told, as a facilitator."""
    story, person, reason = writing.hold(question.story), question.person, reason.strip()
    if person != by:
        if not story.may_be_moderated_by(by):
            raise PermissionDenied
        if not reason:
            raise Refused("Give a reason, so that they know why.")
    question.delete()
    data = {} if person == by else {"person": person.pk, "whom": str(person), "reason": reason}
    log(story, "practice.take_away_question", user=by, data=data)
    if person != by:
        notify(
            [person],
            "question-taken-away",
            about=story,
            subject=f"What you asked about “{story.title}” was taken away",
            url=story.get_absolute_url(),
            by=by,
            words=reason,
            action="See the story",
        )
