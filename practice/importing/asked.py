"""What was asked about the stories of an import, and answered."""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from django.utils import timezone

from practice.importing.places import Places
from practice.importing.rows import BadRow, Row, shorten
from practice.models import ImportedRow, Question, StoryPage
from practice.models.question import MOST_ANSWERED, MOST_ASKED


def settle_questions(row: Row, places: Places) -> str | None:
    """Put what was asked about the story of a row below it, once all are there. Answers what was left out.

    A question that came in before is left as it is here, or gone, if somebody took it away.
    """
    asked = row.values.get("questions") or []
    story = StoryPage.objects.filter(source=row.text("slug"), live=True).first() if asked else None
    if story is None:
        return None
    problems = list(_settled(asked, story, places)) if isinstance(asked, list) else ["questions must be a list"]
    return "; ".join(problems) or None


def _settled(asked: list[Any], story: StoryPage, places: Places) -> Iterator[str]:
    authors = set(story.authorships.values_list("person", flat=True))
    for values in asked:
        if not isinstance(values, dict):
            yield "questions must be a list of objects"
            continue
        row = Row(0, values)
        try:
            words, answer = shorten(row.text("text"), MOST_ASKED), shorten(row.text("answer"), MOST_ANSWERED)
            moment, by, answers = row.moment("asked"), row.text("by"), row.text("answered_by")
        except BadRow as error:
            yield f"a question was left out: {error}"
            continue
        person, author = places.people.get(by), places.people.get(answers)
        if not words or person is None or person.pk in authors:
            yield f"a question by {by!r} was left out"
            continue
        answered = bool(answer) and author is not None and author.pk in authors
        moment = min(moment or story.published_at or timezone.now(), timezone.now())
        source = f"{person.pk} {blake2b(words.encode(), digest_size=12).hexdigest()} {story.source}"[:160]
        if ImportedRow.objects.filter(kind="question", source=source).exists():
            continue
        question = Question.objects.create(
            story=story,
            person=person,
            words=words,
            asked_at=moment,
            answer=answer if answered else "",
            answered_by=author if answered else None,
            answered_at=moment if answered else None,
        )
        ImportedRow.objects.create(kind="question", source=source, digest=row.digest, object_id=question.pk)
