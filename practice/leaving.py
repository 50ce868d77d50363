"""What happens to stories when one of their authors takes a copy of their data, or closes their account for good."""

from typing import Any

from django.db.models import Q

from community.models import Person
from practice.models import (
    Question,
    Remark,
    RemarkAnswer,
    Repetition,
    Report,
    StoryAuthor,
    StoryHandover,
    StoryPage,
    StoryWriter,
    WriterInvitation,
)
from practice.models.completeness import PARTS
from practice.throwing_away import delete_for_good


def add_stories(person: Person, data: dict[str, Any], **signal: Any) -> None:
    """Add every story of a person to the copy of their data, as they wrote it last."""
    data["stories"] = []
    for page in StoryPage.objects.filter(pk__in=StoryAuthor.stories_told_by(person)).order_by("pk"):
        story = page.get_latest_revision_as_object()
        data["stories"].append(
            {
                "id": page.pk,
                "title": story.title,
                "published": page.published_at if page.live else None,
                "summary": story.summary,
                "worth_repeating": story.worth_repeating,
                **{part: getattr(story, part) for part in PARTS},
            }
        )


def add_repeats(person: Person, data: dict[str, Any], **signal: Any) -> None:
    """Add what a person said of repeating stories to the copy of their data."""
    data["repeated"] = [
        {
            "story": said.story_id,
            "council": said.council.name,
            "outcome": said.outcome,
            "since": said.since,
            "changed": said.changed,
            "advice": said.advice,
            "said": said.created_at,
            "hidden": said.hidden_why,
        }
        for said in Repetition.objects.filter(person=person).select_related("council").order_by("pk")
    ]


def add_questions(person: Person, data: dict[str, Any], **signal: Any) -> None:
    """Add what a person asked about stories, with the answers, and what they answered, to the copy of their data."""
    data["questions"] = [
        {"story": each.story_id, "asked": each.asked_at, "words": each.words, "answer": each.answer}
        for each in Question.objects.filter(person=person).order_by("pk")
    ]
    data["answers"] = [
        {"story": each.story_id, "answered": each.answered_at, "answer": each.answer}
        for each in Question.objects.filter(answered_by=person).order_by("pk")
    ]


def add_invitations(person: Person, data: dict[str, Any], **signal: Any) -> None:
    """Add whom a person asked to write with them, and where they are asked, to the copy of their data."""
    data["invited_to_write"] = [
        {
            "story": row.story_id,
            "by_you": row.invited_by_id == person.pk,
            "whom": row.invitee,
            "takes_over": row.takes_over,
            "message": row.message,
            "sent": row.created_at,
        }
        for row in WriterInvitation.objects.filter(
            Q(invited_by=person) | Q(person=person) | Q(email__in=person.confirmed_addresses())
        ).order_by("pk")
    ]
    data["handed_over"] = [
        {"story": row.page_id, "to": str(row.to or ""), "at": row.at}
        for row in StoryHandover.objects.filter(person=person).select_related("to").order_by("pk")
    ]


def clear_invitations(person: Person, **signal: Any) -> None:
    """Take back what this person was asked to write. What they hand over still waits for its answer."""
    addresses = [*person.confirmed_addresses(), person.email]
    WriterInvitation.objects.filter(Q(person=person) | Q(email__in=addresses)).delete()
    WriterInvitation.objects.filter(invited_by=person, takes_over=False).delete()


def add_reports(person: Person, data: dict[str, Any], **signal: Any) -> None:
    """Add what a person reported, and the answers, to the copy of their data."""
    data["reports"] = [
        {
            "story": report.story_id,
            "what is wrong": report.get_reason_display(),
            "words": report.words,
            "reported": report.created_at,
            "answered": report.answered_at,
            "outcome": report.outcome,
            "answer": report.answer,
        }
        for report in Report.objects.filter(person=person).order_by("pk")
    ]


def forget_reports(person: Person, **signal: Any) -> None:
    """Let nobody know any more who reported what. What nobody has answered still waits."""
    Report.objects.filter(person=person).update(person=None)


def add_remarks(person: Person, data: dict[str, Any], **signal: Any) -> None:
    """Add what a person remarked on stories before they went out, in their own words alone."""
    remarks = Remark.objects.filter(by=person).order_by("pk")
    answers = RemarkAnswer.objects.filter(by=person).select_related("remark").order_by("pk")
    data["remarks"] = [
        *(
            {"story": each.story_id, "said": each.created_at, "words": each.words, "suggested": each.suggested}
            for each in remarks
        ),
        *({"story": each.remark.story_id, "said": each.created_at, "words": each.words} for each in answers),
    ]


def clear_drafts(person: Person, **signal: Any) -> None:
    """Throw away the drafts that only this person wrote and never sent. All else stays, with whoever is to decide, and
    so does what somebody else is asked to look after."""
    own = StoryPage.objects.filter(pk__in=StoryAuthor.stories_of(person), live=False, first_published_at=None)
    for story in own:
        others = any(
            kind.objects.filter(page=story).exclude(person=person).exists() for kind in (StoryAuthor, StoryWriter)
        )
        waits = WriterInvitation.objects.open().filter(story=story, takes_over=True).exists()
        if not others and not waits and (story.thrown_away_at or story.state == StoryPage.State.DRAFT):
            delete_for_good(story, by=person)
