"""Two who report, or who answer, at once: one stands, and the other is told."""

from collections.abc import Callable

import pytest

from practice import reporting
from practice.models import Report, StoryPage
from tests.cast import make_cast, make_story
from tests.practice.steps import second_facilitator
from tests.practice.test_moderating_races import at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.mark.parametrize("turn", range(3))
def test_of_three_answers_at_once_one_stands(turn: int) -> None:
    cast = make_cast()
    cleo = second_facilitator(cast)
    story = make_story(cast.waste, by=cast.alice, council=cast.ambleford)
    made = reporting.report(story, by=cast.bob, reason="wrong", words="It is old.")

    def copy() -> Report:
        return Report.objects.select_related("story").get(pk=made.pk)

    answers: list[Callable[[], None]] = [
        lambda: reporting.leave(copy(), by=cast.carol, words="It is not."),
        lambda: reporting.withdraw(copy(), by=cleo, words="It is."),
        lambda: reporting.ask_the_author(copy(), by=cast.dina, words="Look again."),
    ]
    said = at_once(*answers)
    assert sorted(bool(each) for each in said) == [False, True, True]
    assert all("has answered it already" in each for each in said if each)
    made.refresh_from_db()
    assert StoryPage.objects.get(pk=story.pk).live == (made.outcome != Report.Outcome.WITHDRAWN)


def test_one_person_who_sends_a_report_twice_makes_one() -> None:
    cast = make_cast()
    story = make_story(cast.waste, by=cast.alice, council=cast.ambleford)

    def send() -> None:
        reporting.report(story, by=cast.bob, reason="wrong", words="It is old.")

    said = at_once(send, send)
    assert sorted(bool(each) for each in said) == [False, True]
    assert Report.objects.count() == 1
