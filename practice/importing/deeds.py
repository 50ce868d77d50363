"""What people did since with what an import brought in: reports, decisions, remarks, invitations, plans, pictures.

Each row is done once, by the verb that the website calls, and as the person whom it names: what they could not do there
is refused here too. What was done is neither done again nor in another way.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from wagtail.models import PageLogEntry

from community import appealing, inviting, joining, sanctioning, standing_in
from community.models import Appeal, CommunityPage, Membership, Person
from hub.pictures import keep_picture
from practice import co_authors, confirming, moderating, planning, remarking, reporting, writing
from practice.importing.places import Places
from practice.importing.rows import BadRow, Row
from practice.models import ImportedRow, Remark, Repetition, Report, StoryPage, StoryPicture
from practice.passages import PASSAGES, paragraphs_of

KIND = "deed"
ANSWERS: dict[str, Callable[..., None]] = {
    "leave": reporting.leave,
    "ask": reporting.ask_the_author,
    "withdraw": reporting.withdraw,
}


def put_deed(row: Row, places: Places, source: str) -> tuple[int, bool]:
    """Do what the row says, unless it was done before."""
    if ImportedRow.objects.filter(kind=KIND, source=source).exists():
        raise BadRow("it was done already, and is not done in another way: give what is new a slug of its own")
    do = row.choice("did", DEEDS, None)
    if do is None:
        raise BadRow("did is missing")
    made = do(row, places, _person(row, places, "by"))
    return made.pk, True


# --- Readers and those who answer them -------------------------------------------------------------------------------


def _report(row: Row, places: Places, by: Person) -> Any:
    story = _story(row)
    reason = row.choice("reason", {value: value for value in Report.Reason.values}, Report.Reason.OTHER)
    below = None
    if row.text("below"):
        below = Repetition.objects.filter(story=story, person=_person(row, places, "below")).first()
        if below is None:
            raise BadRow("below names somebody who has not repeated this story")
    return reporting.report(story, by=by, reason=reason, words=row.prose("words"), repetition=below)


def _hide(row: Row, places: Places, by: Person) -> Any:
    made = _earlier(Report, row, "report")
    reporting.hide_meanwhile(made, by=by, reason=row.prose("words"))
    return made


def _answer_report(row: Row, places: Places, by: Person) -> Any:
    made = _earlier(Report, row, "report")
    row.choice("answer", ANSWERS, reporting.leave)(made, by=by, words=row.prose("words"))
    return made


def _appeal(row: Row, places: Places, by: Person) -> Any:
    page = _story(row) if row.text("story") else _community(row, places)
    for entry in PageLogEntry.objects.filter(page=page.pk, action__in=appealing.RULES).order_by("-pk"):
        if appealing.decision_for(by, entry.pk):
            return appealing.appeal(entry, by=by, words=row.prose("words"))
    raise BadRow("nothing was decided there against which they could appeal")


def _decide_appeal(row: Row, places: Places, by: Person) -> Any:
    made = _earlier(Appeal, row, "appeal")
    return appealing.decide(made, by=by, granted=bool(row.values.get("granted")), words=row.prose("words"))


# --- Members ---------------------------------------------------------------------------------------------------------


def _warn(row: Row, places: Places, by: Person) -> Any:
    return sanctioning.warn(_membership(row, places), by=by, reason=row.prose("words"))


def _mute(row: Row, places: Places, by: Person) -> Any:
    return sanctioning.mute(_membership(row, places), by=by, reason=row.prose("words"), days=_days(row, "days"))


def _ask_to_join(row: Row, places: Places, by: Person) -> Any:
    return joining.ask(_community(row, places), person=by, message=row.prose("words"))


def _invite(row: Row, places: Places, by: Person) -> Any:
    person = _person(row, places, "person")
    return inviting.invite(_community(row, places), by=by, person=person, message=row.prose("words"))


def _stand_in(row: Row, places: Places, by: Person) -> Any:
    begins = _today() + timedelta(days=_days(row, "begins_in"))
    ends = begins + timedelta(days=_days(row, "days"))
    community, deputy = _community(row, places), _person(row, places, "person")
    return standing_in.go_away(community, by=by, person=by, begins_on=begins, ends_on=ends, deputy=deputy)


# --- Writers and those who read what they send -----------------------------------------------------------------------


def _send(row: Row, places: Places, by: Person) -> Any:
    story = _story(row)
    writing.submit(story, by=by, note=row.prose("words"))
    return story


def _approve(row: Row, places: Places, by: Person) -> Any:
    story = _story(row)
    moderating.approve(story, by=by, revision=story.latest_revision_id or 0, note=row.prose("words"))
    return story


def _plan(row: Row, places: Places, by: Person) -> Any:
    made = planning.plan(
        _story(row), by=by, goes_out_at=_moment(row, "goes_out_in"), comes_down_at=_moment(row, "comes_down_in")
    )
    if made is None:
        raise BadRow("neither goes_out_in nor comes_down_in says when")
    return made


def _invite_writer(row: Row, places: Places, by: Person) -> Any:
    person = _person(row, places, "person")
    return co_authors.invite(
        _story(row), by=by, person=person, message=row.prose("words"), takes_over=bool(row.values.get("takes_over"))
    )


def _remark(row: Row, places: Places, by: Person) -> Any:
    story, begins = _story(row), row.text("paragraph", required=True)
    field = row.choice("part", {name: name for name in PASSAGES}, None)
    paragraphs = (each for each in paragraphs_of(writing.draft_of(story)) if each.field == field)
    on = next((each for each in paragraphs if each.text.startswith(begins)), None)
    if on is None:
        raise BadRow(f"paragraph is {begins!r}, and none of that part begins so")
    said = {name: row.prose(name) for name in ("passage", "words", "suggested")}
    return remarking.remark(story, by=by, on=on, **said)


def _answer_remark(row: Row, places: Places, by: Person) -> Any:
    return remarking.answer(_earlier(Remark, row, "remark"), by=by, words=row.prose("words"))


def _settle_remark(row: Row, places: Places, by: Person) -> Any:
    said = _earlier(Remark, row, "remark")
    remarking.settle(said, by=by)
    return said


def _add_pictures(row: Row, places: Places, by: Person) -> Any:
    story = _story(row)
    gallery = list(writing.draft_of(story).gallery.all())
    for values in row.values.get("pictures") or []:
        if not isinstance(values, dict):
            raise BadRow("pictures is not a list of objects with a file, alt, caption and credit")
        each = Row(row.line, values)
        alt = each.text("alt", limit=250, required=True)
        name = each.text("file", required=True)
        path = places.folder / "pictures" / name
        if "/" in name or not path.is_file():
            raise BadRow(f"file is {name!r}, which is not among the pictures")
        with path.open("rb") as file:
            picture = keep_picture(file, title=alt, by=by)
        said = {"caption": each.text("caption", limit=200), "credit": each.text("credit", limit=120)}
        gallery.append(StoryPicture(picture=picture, alt=alt, **said))
    writing.save_draft(story, by=by, base_revision=story.latest_revision_id or 0, values={"gallery": gallery})
    return story


def _ask_still_so(row: Row, places: Places, by: Person) -> Any:
    story = _story(row)
    confirming.ask(story, by=by)
    return story


DEEDS: dict[str, Callable[[Row, Places, Person], Any]] = {
    "report": _report,
    "hide": _hide,
    "answer_report": _answer_report,
    "appeal": _appeal,
    "decide_appeal": _decide_appeal,
    "warn": _warn,
    "mute": _mute,
    "ask_to_join": _ask_to_join,
    "invite": _invite,
    "stand_in": _stand_in,
    "send": _send,
    "approve": _approve,
    "plan": _plan,
    "invite_writer": _invite_writer,
    "remark": _remark,
    "answer_remark": _answer_remark,
    "settle_remark": _settle_remark,
    "add_pictures": _add_pictures,
    "ask_still_so": _ask_still_so,
}


# --- What a row names ------------------------------------------------------------------------------------------------


def _person(row: Row, places: Places, name: str) -> Person:
    source = row.text(name, required=True)
    if source not in places.people:
        raise BadRow(f"{name} is {source!r}, who is not here")
    return places.people[source]


def _community(row: Row, places: Places) -> CommunityPage:
    slug = row.text("community", required=True)
    if slug not in places.communities:
        raise BadRow(f"community is {slug!r}, which is not here")
    return places.communities[slug]


def _membership(row: Row, places: Places) -> Membership:
    community, person = _community(row, places), _person(row, places, "person")
    membership = Membership.objects.active().filter(community=community, person=person).first()
    if membership is None:
        raise BadRow(f"{person} does not belong to {community}")
    return membership


def _story(row: Row) -> StoryPage:
    source = row.text("story", required=True)
    story = StoryPage.objects.filter(source=source).first()
    if story is None:
        raise BadRow(f"story is {source!r}, which is not here")
    return story


def _earlier(model: Any, row: Row, name: str) -> Any:
    """What an earlier row made."""
    source = row.text(name, required=True)
    done = ImportedRow.objects.filter(kind=KIND, source=source).first()
    made = model.objects.filter(pk=done.object_id).first() if done else None
    if made is None:
        raise BadRow(f"{name} is {source!r}, and no earlier row made that")
    return made


def _today() -> date:
    return timezone.localdate()


def _days(row: Row, name: str) -> int:
    return int(row.number(name) or 0)


def _moment(row: Row, name: str) -> datetime | None:
    """So many days from today, at `at` on the clock, or at eight in the morning."""
    if not row.text(name):
        return None
    try:
        clock = time.fromisoformat(row.text("at") or "08:00")
    except ValueError as error:
        raise BadRow(f"at is {row.text('at')!r}; write it as 07:30") from error
    return timezone.make_aware(datetime.combine(_today() + timedelta(days=_days(row, name)), clock))
