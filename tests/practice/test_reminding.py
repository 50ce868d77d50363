"""Reminders: facilitators a day before an answer is due, editors once it is late, each once."""

from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from wagtail.models import PageLogEntry

from community import appealing, standing_in
from community.models import Appeal, CommunityPolicy, Membership
from hub.notifications.models import Notification
from practice import hiding, reminding, reporting
from practice.models import Reminder, Report, ReviewState
from practice.promises import after_working_days, is_working_day, working_days
from tests.cast import Cast, make_story
from tests.practice.steps import send, told

MONDAY = date(2026, 11, 16)
DUE = date(2026, 11, 19)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


@pytest.fixture
def waiting(cast: Cast) -> Any:
    """A story that was sent on a Monday to a community that answers in three working days."""
    CommunityPolicy.objects.update(promise_days=3)
    story = send(cast, "The keys")
    ReviewState.objects.update(started_at=at(MONDAY))
    Notification.objects.all().delete()
    return story


def told_on(cast: Cast, day: date) -> tuple[list[str], list[str]]:
    reminding.remind(day)
    return told(cast.carol), told(cast.dina)


def test_facilitators_are_reminded_the_day_before_it_is_due(cast: Cast, waiting: Any):
    assert told_on(cast, date(2026, 11, 17)) == ([], [])
    assert told_on(cast, date(2026, 11, 18)) == (["answer-due"], [])
    notice = Notification.objects.get()
    assert notice.subject == "“The keys” waits for an answer, promised by Thursday 19 November"
    assert notice.url == f"/moderate/{waiting.pk}/"


def test_editors_are_told_once_it_is_late(cast: Cast, waiting: Any):
    reminding.remind(date(2026, 11, 18))
    assert told_on(cast, DUE) == (["answer-due"], [])
    assert told_on(cast, date(2026, 11, 20)) == (["answer-due"], ["answer-late"])


def test_each_is_told_once_however_often_it_runs(cast: Cast, waiting: Any):
    for day in (date(2026, 11, 18), date(2026, 11, 18), DUE, date(2026, 11, 20), date(2026, 11, 23)):
        reminding.remind(day)
    assert (told(cast.carol), told(cast.dina)) == (["answer-due"], ["answer-late"])
    assert set(Notification.objects.values_list("times", flat=True)) == {1}


def test_stopped_in_the_middle_it_goes_on_where_it_was(cast: Cast, waiting: Any):
    second = send(cast, "By post", by=cast.bob)
    ReviewState.objects.update(started_at=at(MONDAY))
    assert reminding.remind(date(2026, 11, 18)) == 2
    Reminder.objects.filter(key__startswith=f"story-{second.pk} ").delete()
    assert reminding.remind(date(2026, 11, 18)) == 1


def test_who_stands_in_is_reminded_instead(cast: Cast, waiting: Any):
    standing_in.go_away(
        cast.waste,
        by=cast.carol,
        person=cast.carol,
        begins_on=date.today(),
        ends_on=date.today(),
        deputy=cast.bob,
    )
    assert told_on(cast, date(2026, 11, 18)) == ([], [])
    assert "answer-due" in told(cast.bob)


def test_requests_and_reports_are_reminded_of_too(cast: Cast):
    CommunityPolicy.objects.update(promise_days=3)
    Membership.objects.create(community=cast.waste, person=cast.eve, state="asked", asked_at=at(MONDAY))
    reporting.report(make_story(cast.waste, by=cast.alice), by=cast.bob, reason="wrong", words="It is old.")
    Report.objects.update(created_at=at(MONDAY))
    reminding.remind(date(2026, 11, 18))
    assert told(cast.carol).count("answer-due") == 2


def test_editors_are_reminded_of_appeals(cast: Cast):
    CommunityPolicy.objects.update(promise_days=3)
    story = make_story(cast.waste, by=cast.alice)
    hiding.hide(story, by=cast.carol, reason="It may name a tenant.")
    appealing.appeal(PageLogEntry.objects.get(action="practice.hide"), by=cast.alice, words="She agreed.")
    Appeal.objects.update(made_at=at(MONDAY))
    reminding.remind(date(2026, 11, 18))
    assert "answer-due" in told(cast.dina)
    assert "answer-due" not in told(cast.carol)


def test_nobody_is_reminded_of_their_own_story(cast: Cast):
    other = Membership.objects.create(community=cast.waste, person=cast.eve, role="facilitator")
    CommunityPolicy.objects.update(promise_days=3)
    send(cast, "Mine", by=cast.carol)
    ReviewState.objects.update(started_at=at(MONDAY))
    reminding.remind(date(2026, 11, 18))
    assert "answer-due" not in told(cast.carol)
    assert "answer-due" in told(other.person)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-18 09:00", True),
        ("2026-11-18 03:00", False),
        ("2026-11-18 22:00", False),
        ("2026-11-21 09:00", False),
        ("2026-12-28 09:00", False),
    ],
)
def test_nobody_is_reminded_at_night_at_the_weekend_or_on_a_bank_holiday(moment: str, expected: bool):
    assert reminding.is_time(datetime.fromisoformat(moment).replace(tzinfo=UTC)) == expected


def test_bank_holidays_are_no_working_days():
    assert working_days(date(2026, 12, 24), date(2027, 1, 4)) == 4
    assert after_working_days(date(2026, 12, 24), 1) == date(2026, 12, 29)


def test_each_nation_has_its_own(settings: Any):
    found = {}
    for nation in ("ENG", "WLS", "SCT", "NIR"):
        settings.BANK_HOLIDAYS_OF = nation
        found[nation] = [is_working_day(date(2026, *day)) for day in ((7, 13), (8, 3), (8, 31), (11, 30))]
    assert found["ENG"] == found["WLS"] == [True, True, False, True]
    assert (found["SCT"], found["NIR"]) == ([True, False, True, False], [False, True, False, True])


def test_the_command_says_how_many(cast: Cast, waiting: Any):
    out = StringIO()
    call_command("remind_facilitators", now=True, stdout=out)
    assert out.getvalue() == "Reminded of 1 that wait.\n"
