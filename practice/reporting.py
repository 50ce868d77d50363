"""Saying that something is wrong with a story, or with what somebody said below it; and answering that.

Who reported is told to those who answer, and to nobody else: it stands in no log, and in nothing that an author reads.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log

from community import access
from community.models import Membership, Person
from community.sanctioning import must_not_be_muted
from hub.notifications.notify import notify, take_back
from hub.refusal import Refused
from practice import hiding, moderating, repeating
from practice.models import Repetition, Report, StoryPage
from practice.models.workflow import UNDO_WITHIN

Outcome = Report.Outcome
SETTLED = (
    "It was merged into another story that tells the same, and its own text is not shown any more. If the other one "
    "says it too, please report that one."
)


def open_report(story: StoryPage, person: Person, repetition: Repetition | None = None) -> Report | None:
    """What this person has reported of it already, and nobody has answered."""
    return Report.objects.open().filter(story=story, repetition=repetition, person=person).first()


@transaction.atomic
def report(story: StoryPage, *, by: Person, reason: str, words: str, repetition: Repetition | None = None) -> Report:
    """Say what is wrong with a published story, or with what somebody said of repeating it."""
    held = StoryPage.objects.select_for_update(of=("self",)).select_related("community__policy").get(pk=story.pk)
    if not access.signed_in(by) or not held.live or not access.may_see(by, held.audience):
        raise PermissionDenied
    if repetition and (repetition.story_id != held.pk or repetition.hidden_at):
        raise PermissionDenied
    must_not_be_muted(by, held.community)
    if not words.strip():
        raise Refused("Say what is wrong, and where, so that it can be found.")
    if open_report(held, by, repetition):
        raise Refused("You have reported this already. A facilitator will answer.")
    made = Report.objects.create(
        story=held, repetition=repetition, person=by, reason=Report.Reason(reason), words=words.strip()
    )
    notify(
        deciders(made),
        "report-made",
        about=made,
        subject=f"A reader reports “{held.title}”",
        url=reverse("report", args=[made.pk]),
        by=by,
        words=f"{made.get_reason_display()}. {made.words}",
        action="Look at it",
    )
    return made


def deciders(made: Report) -> list[Person]:
    """Those who are told of it: the facilitators whose own it is not, or else the editors of the site."""
    rows = Membership.objects.on_duty().filter(community=made.story.community_id).select_related("person")
    people = [row.person for row in rows if not made.is_about_own(row.person)]
    return people or [
        person for person in Person.objects.filter(is_active=True, is_editor=True) if not made.is_about_own(person)
    ]


def hide_meanwhile(made: Report, *, by: Person, reason: str) -> None:
    """Hide the reported story at once. The report stays open, and whoever reported it is told."""
    with _held(made, by) as reports:
        hiding.hide(reports[0].story, by=by, reason=reason)
        _tell(reports, "report-hidden", "is hidden while facilitators look at what you reported", by)
    made.story.refresh_from_db()


def leave(made: Report, *, by: Person, words: str) -> None:
    """Answer that it stays as it is, and why. A story that was hidden is shown again."""
    with _held(made, by, words, "Say why it stays as it is: whoever reported it reads that.") as reports:
        story = reports[0].story
        if story.hidden_at:
            hiding.show_again(story, by=by)
        _answer(reports, Outcome.NOTHING, by, words, "stays as it is")


def ask_the_author(made: Report, *, by: Person, words: str) -> None:
    """Answer that its authors are asked to correct it. A story that was hidden stays so until a new version is read."""
    if made.repetition_id:
        raise Refused("What somebody said of repeating it stays, or is hidden.")
    with _held(made, by, words, "Say what should be corrected: its authors read that.") as reports:
        story = reports[0].story
        hiding.tell_authors(
            story, "story-correction-asked", f"Please correct “{story.title}”", by, words, "Go on writing"
        )
        _answer(reports, Outcome.ASKED, by, words, "will be corrected: its author was asked")


def withdraw(made: Report, *, by: Person, words: str) -> None:
    """Answer by withdrawing the story, or by hiding what was said below it. Whoever told it is told why."""
    with _held(made, by, words, "Say why: those who told it read that.") as reports:
        story, repetition = reports[0].story, reports[0].repetition
        if repetition:
            if not repetition.hidden_at:
                repeating.hide(repetition, by=by, reason=words)
            _answer(reports, Outcome.HIDDEN, by, words, "is hidden")
        else:
            if story.live or story.hidden_at:
                moderating.withdraw(story, by=by, reason=words)
            _answer(reports, Outcome.WITHDRAWN, by, words, "is withdrawn")


def settle(story: StoryPage, *, by: Person) -> list[int]:
    """Answer all that waits of a story that gives way to another one, whose text nobody reads any more. In its merger.

    What is about something that `by` told waits on for somebody else. Returns what was answered.
    """
    rows = Report.objects.open().filter(story=story).select_for_update(of=("self",))
    reports = [
        each
        for each in rows.select_related("story__community__policy", "repetition__person", "person")
        if not each.is_about_own(by)
    ]
    if reports:
        done = "is not shown any more: the story was merged into another one"
        _answer(reports, Outcome.MERGED, by, SETTLED, done, letter_after=UNDO_WITHIN)
    return [each.pk for each in reports]


def wait_again(reports: Iterable[int], *, by: Person) -> None:
    """Let reports wait that were answered by a merger which is undone. Whoever has read the answer is told."""
    rows = Report.objects.select_for_update(of=("self",)).filter(pk__in=list(reports), outcome=Outcome.MERGED)
    for each in rows.select_related("story__community__policy", "repetition", "person"):
        each.answered_at, each.answered_by, each.outcome, each.answer = None, None, "", ""
        each.save()
        answers = each.notifications.filter(what="report-answered")
        if not take_back(answers):
            _tell([each], "report-waits", "is shown again, and what you reported waits for an answer", by)


@contextmanager
def _held(made: Report, by: Person, words: str = "given", needed: str = "") -> Iterator[list[Report]]:
    """Every open report of the same thing, held until the end of the transaction, for somebody who may answer."""
    by.forget_memberships()
    if not words.strip():
        raise Refused(needed)
    with transaction.atomic():
        StoryPage.objects.select_for_update(of=("self",)).get(pk=made.story_id)
        rows = Report.objects.select_for_update(of=("self",)).select_related(
            "story__community__policy", "repetition__person", "person"
        )
        now = rows.get(pk=made.pk)
        if not now.story.may_be_moderated_by(by):
            raise PermissionDenied
        if now.is_about_own(by):
            raise Refused(
                "It is about what you told yourself, so somebody else decides: another facilitator or an editor."
            )
        if not now.is_open:
            raise Refused(f"{now.answered_by or 'Somebody'} has answered it already, so nothing more was decided.")
        yield list(rows.open().about_the_same(now))


def _answer(reports: list[Report], outcome: str, by: Person, words: str, subject: str, **more: Any) -> None:
    """Keep the answer on each of the reports, and tell those who made them."""
    for each in reports:
        each.answered_at, each.answered_by, each.outcome, each.answer = timezone.now(), by, outcome, words.strip()
        each.claimed_by = each.claimed_at = None
        each.save()
    data = {"reason": words.strip(), "outcome": str(outcome), "repeat": reports[0].repetition_id is not None}
    log(StoryPage.objects.get(pk=reports[0].story_id), "practice.answer_report", user=by, data=data)
    _tell(reports, "report-answered", subject, by, words, **more)


def _tell(reports: list[Report], what: str, done: str, by: Person, words: str = "", **more: Any) -> None:
    for each in reports:
        thing = "What you reported" if each.repetition_id else "The story"
        if access.may_see(each.person, each.story.audience):  # else its community was closed or hidden since
            thing += f"{' below' if each.repetition_id else ''} “{each.story.title}”"
        notify(
            [each.person] if each.person else [],
            what,
            about=each,
            subject=f"{thing} {done}",
            url=reverse("your-report", args=[each.pk]),
            by=by,
            words=words.strip(),
            action="See your report",
            **more,
        )
