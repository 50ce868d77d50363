"""Two people at once, in two threads with a connection each. They hold on SQLite and on PostgreSQL."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from community import inviting, joining, leaving
from community.models import CommunityPage, Invitation, Membership, Person
from hub.refusal import Refused
from tests.cast import Cast, make_cast, make_community


@pytest.fixture
def cast(transactional_db: None, django_db_serialized_rollback: None) -> Cast:
    return make_cast()


def at_once(*deeds: Callable[[], Any]) -> list[str]:
    """Do all of it at the same time. What came of each: its refusal, or nothing."""
    barrier, outcomes = Barrier(len(deeds)), [""] * len(deeds)

    def run(number: int, deed: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(10)
            deed()
        except Refused as refusal:
            outcomes[number] = str(refusal)
        except BaseException as error:
            outcomes[number] = f"{type(error).__name__}: {error}"
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def test_of_two_facilitators_who_leave_at_the_same_time_one_stays(cast: Cast) -> None:
    joining.promote(cast.waste.memberships.get(person=cast.bob), by=cast.carol)

    def leaves(person: Person) -> Callable[[], Any]:
        return lambda: joining.leave(CommunityPage.objects.get(pk=cast.waste.pk), person=fresh(person))

    outcomes = at_once(leaves(cast.carol), leaves(cast.bob))
    assert sorted(bool(outcome) for outcome in outcomes) == [False, True], outcomes
    assert any("only facilitator" in outcome for outcome in outcomes), outcomes
    assert Membership.objects.facilitators().filter(community=cast.waste).count() == 1


def test_of_two_facilitators_one_of_whom_closes_their_account_one_stays(cast: Cast) -> None:
    joining.promote(cast.waste.memberships.get(person=cast.bob), by=cast.carol)
    outcomes = at_once(
        lambda: joining.leave(CommunityPage.objects.get(pk=cast.waste.pk), person=fresh(cast.carol)),
        lambda: leaving.close_account(fresh(cast.bob), by=fresh(cast.bob), keep_name=False),
    )
    assert sorted(bool(outcome) for outcome in outcomes) == [False, True], outcomes
    assert Membership.objects.facilitators().filter(community=cast.waste).count() == 1


def test_of_two_facilitators_who_remove_each_other_one_stays(cast: Cast) -> None:
    joining.promote(cast.waste.memberships.get(person=cast.bob), by=cast.carol)

    def removes(by: Person, whom: Person) -> Callable[[], Any]:
        membership = Membership.objects.get(community=cast.waste, person=whom)
        return lambda: joining.remove(membership, by=fresh(by), reason="Quarrel.")

    outcomes = at_once(removes(cast.carol, cast.bob), removes(cast.bob, cast.carol))
    assert sorted(bool(outcome) for outcome in outcomes) == [False, True], outcomes
    assert Membership.objects.facilitators().filter(community=cast.waste).count() == 1


def test_a_request_that_is_accepted_and_refused_at_the_same_time_is_answered_once(cast: Cast) -> None:
    care = make_community("Care", facilitator=cast.carol, joining="ask")
    asked = joining.ask(care, person=cast.eve)
    outcomes = at_once(
        lambda: joining.accept(Membership.objects.get(pk=asked.pk), by=fresh(cast.carol)),
        lambda: joining.refuse(Membership.objects.get(pk=asked.pk), by=fresh(cast.dina), reason="No."),
    )
    assert sorted(bool(outcome) for outcome in outcomes) == [False, True], outcomes
    assert cast.eve.notifications.count() == 1


def test_a_person_who_joins_twice_at_once_is_one_member(cast: Cast) -> None:
    def joins() -> None:
        joining.join(CommunityPage.objects.get(pk=cast.waste.pk), person=fresh(cast.eve))

    assert at_once(joins, joins) == ["", ""]
    assert cast.waste.memberships.filter(person=cast.eve).count() == 1
    assert cast.carol.notifications.count() == 1


def test_an_invitation_accepted_while_it_is_taken_back_does_one_of_the_two(cast: Cast) -> None:
    pk = inviting.invite(cast.waste, by=cast.carol, person=cast.eve).pk
    outcomes = at_once(
        lambda: inviting.accept(Invitation.objects.get(pk=pk), person=fresh(cast.eve)),
        lambda: inviting.take_back(Invitation.objects.get(pk=pk), by=fresh(cast.carol)),
    )
    member = cast.waste.memberships.filter(person=cast.eve).exists()
    assert not Invitation.objects.exists()
    assert member == (outcomes[0] == ""), outcomes
