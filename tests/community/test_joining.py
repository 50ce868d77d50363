from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from wagtail.models import PageLogEntry

from community import access, joining
from community.models import CommunityPage, Membership, Person
from community.signals import membership_changed
from hub.refusal import Refused
from tests.cast import Cast, add_member, make_community, make_person

State = Membership.State


def state_of(community: CommunityPage, person: Person) -> str | None:
    return Membership.objects.filter(community=community, person=person).values_list("state", flat=True).first()


def told(person: Person) -> list[str]:
    return list(person.notifications.order_by("pk").values_list("what", flat=True))


def asked(community: CommunityPage, person: Person) -> Membership:
    return joining.ask(community, person=person, message="I run the depot at Brockhaven.")


@pytest.fixture
def care(cast: Cast) -> CommunityPage:
    """A members-only community where people ask."""
    return make_community("Adult care", facilitator=cast.carol, visibility="members", joining="ask")


class TestJoining:
    def test_anyone_joins_an_open_community_and_its_facilitators_hear_of_it(self, cast: Cast) -> None:
        joining.join(cast.waste, person=cast.eve)
        assert access.is_member(cast.eve, cast.waste)
        assert told(cast.carol) == ["member-joined"]
        entry = PageLogEntry.objects.get(action="community.join")
        assert (entry.user, entry.page_id) == (cast.eve, cast.waste.pk)

    def test_joining_twice_is_the_same_as_once(self, cast: Cast) -> None:
        first = joining.join(cast.waste, person=cast.eve)
        assert joining.join(cast.waste, person=cast.eve) == first
        assert told(cast.carol) == ["member-joined"]

    @pytest.mark.parametrize("way", ["ask", "invite"])
    def test_nobody_joins_by_themselves_where_people_ask_or_are_invited(self, cast: Cast, way: str) -> None:
        community = make_community("Coast", joining=way)
        with pytest.raises(Refused):
            joining.join(community, person=cast.eve)
        assert state_of(community, cast.eve) is None

    def test_a_hidden_community_cannot_be_joined_by_who_knows_its_address(self, cast: Cast) -> None:
        community = make_community("Whistle", visibility="hidden", joining="anyone")
        with pytest.raises(PermissionDenied):
            joining.join(community, person=cast.eve)

    def test_nobody_joins_without_an_active_account(self, cast: Cast) -> None:
        cast.eve.is_active = False
        for nobody in (cast.eve, None):
            with pytest.raises(PermissionDenied):
                joining.join(cast.waste, person=nobody)  # type: ignore[arg-type]

    def test_an_editor_joins_anywhere(self, cast: Cast) -> None:
        community = make_community("Whistle", facilitator=cast.carol, visibility="hidden", joining="invite")
        joining.join(community, person=cast.dina)
        assert access.is_member(cast.dina, community)

    def test_who_was_removed_cannot_walk_in_again(self, cast: Cast) -> None:
        membership = joining.join(cast.waste, person=cast.eve)
        joining.remove(membership, by=cast.carol, reason="Sold bins.")
        with pytest.raises(Refused, match="let you in again"):
            joining.join(cast.waste, person=cast.eve)

    def test_a_request_becomes_a_membership_when_anyone_can_join_by_then(self, cast: Cast, care: CommunityPage) -> None:
        asked(care, cast.eve)
        care.policy.joining = "anyone"
        care.policy.save()
        joining.join(care, person=cast.eve)
        assert state_of(care, cast.eve) == State.ACTIVE

    def test_the_change_is_told_to_other_rooms(self, cast: Cast) -> None:
        heard: list[Any] = []

        def hear(sender: Any, community: CommunityPage, person: Person, **kwargs: Any) -> None:
            heard.append((community, person))

        membership_changed.connect(hear)
        try:
            joining.join(cast.waste, person=cast.eve)
            joining.leave(cast.waste, person=cast.eve)
        finally:
            membership_changed.disconnect(hear)
        assert heard == [(cast.waste, cast.eve)] * 2


class TestAsking:
    def test_a_request_waits_for_the_facilitators_who_read_its_message(self, cast: Cast, care: CommunityPage) -> None:
        membership = asked(care, cast.eve)
        assert membership.state == State.ASKED
        assert not access.is_member(cast.eve, care)
        notice = cast.carol.notifications.get()
        assert (notice.what, notice.words) == ("membership-asked", "I run the depot at Brockhaven.")

    def test_a_second_request_is_refused_while_the_first_waits(self, cast: Cast, care: CommunityPage) -> None:
        asked(care, cast.eve)
        with pytest.raises(Refused, match="asked already"):
            asked(care, cast.eve)

    def test_a_member_does_not_ask(self, cast: Cast, care: CommunityPage) -> None:
        with pytest.raises(Refused, match="member already"):
            asked(care, cast.carol)

    def test_nobody_asks_where_anyone_can_join_or_where_people_are_invited(self, cast: Cast) -> None:
        for way in ("anyone", "invite"):
            community = make_community(f"Coast {way}", joining=way)
            with pytest.raises(Refused):
                asked(community, cast.eve)

    def test_nobody_asks_a_hidden_community(self, cast: Cast) -> None:
        community = make_community("Whistle", visibility="hidden", joining="ask")
        with pytest.raises(PermissionDenied):
            asked(community, cast.eve)

    def test_who_was_refused_may_ask_again_after_thirty_days(self, cast: Cast, care: CommunityPage) -> None:
        joining.refuse(asked(care, cast.eve), by=cast.carol, reason="For commissioners alone.")
        with pytest.raises(Refused, match="You can ask again from"):
            asked(care, cast.eve)
        Membership.objects.filter(person=cast.eve).update(decided_at=timezone.now() - timedelta(days=31))
        membership = asked(care, cast.eve)
        assert (membership.state, membership.answer) == (State.ASKED, "")

    def test_who_was_removed_may_ask_again_even_where_anyone_can_join(self, cast: Cast) -> None:
        membership = joining.join(cast.waste, person=cast.eve)
        joining.remove(membership, by=cast.carol, reason="Sold bins.")
        Membership.objects.filter(person=cast.eve).update(decided_at=timezone.now() - timedelta(days=31))
        assert asked(cast.waste, cast.eve).state == State.ASKED


class TestAnswering:
    def test_an_accepted_person_is_a_member_and_is_told(self, cast: Cast, care: CommunityPage) -> None:
        joining.accept(asked(care, cast.eve), by=cast.carol)
        cast.eve.forget_memberships()
        assert access.is_member(cast.eve, care)
        assert told(cast.eve) == ["membership-accepted"]
        assert PageLogEntry.objects.get(action="community.accept").data["person"] == cast.eve.pk

    def test_a_refused_person_is_told_why(self, cast: Cast, care: CommunityPage) -> None:
        joining.refuse(asked(care, cast.eve), by=cast.carol, reason="For commissioners alone.")
        notice = cast.eve.notifications.get()
        assert (notice.what, notice.words) == ("membership-refused", "For commissioners alone.")
        assert not access.is_member(cast.eve, care)

    def test_a_refusal_needs_a_reason(self, cast: Cast, care: CommunityPage) -> None:
        with pytest.raises(Refused, match="Say why"):
            joining.refuse(asked(care, cast.eve), by=cast.carol, reason="  ")
        assert state_of(care, cast.eve) == State.ASKED

    def test_a_refused_person_hears_nothing_of_a_community_that_was_hidden_meanwhile(
        self, cast: Cast, care: CommunityPage
    ) -> None:
        membership = asked(care, cast.eve)
        care.policy.visibility = "hidden"
        care.policy.save()
        joining.refuse(membership, by=cast.carol, reason="For commissioners alone.")
        assert told(cast.eve) == []

    @pytest.mark.parametrize("verb", ["accept", "refuse"])
    def test_a_request_is_answered_once(self, cast: Cast, care: CommunityPage, verb: str) -> None:
        membership = asked(care, cast.eve)
        joining.accept(membership, by=cast.carol)
        with pytest.raises(Refused, match="member already"):
            getattr(joining, verb)(membership, by=cast.carol, **({"reason": "No."} if verb == "refuse" else {}))

    def test_a_request_that_was_taken_back_is_not_answered(self, cast: Cast, care: CommunityPage) -> None:
        membership = asked(care, cast.eve)
        joining.leave(care, person=cast.eve)
        with pytest.raises(Refused, match="taken their request back"):
            joining.accept(membership, by=cast.carol)
        assert state_of(care, cast.eve) is None

    def test_the_request_of_a_closed_account_is_not_accepted(self, cast: Cast, care: CommunityPage) -> None:
        membership = asked(care, cast.eve)
        Person.objects.filter(pk=cast.eve.pk).update(is_active=False)
        with pytest.raises(Refused, match="closed"):
            joining.accept(membership, by=cast.carol)


class TestWhoDecides:
    VERBS: list[tuple[Callable[..., Any], dict[str, str]]] = [
        (joining.accept, {}),
        (joining.refuse, {"reason": "No."}),
        (joining.promote, {}),
        (joining.demote, {}),
        (joining.remove, {"reason": "No."}),
    ]

    @pytest.mark.parametrize(("verb", "words"), VERBS)
    def test_neither_members_nor_others_decide(
        self, cast: Cast, verb: Callable[..., Any], words: dict[str, str]
    ) -> None:
        make_community("Elsewhere", facilitator=cast.eve)
        membership = cast.waste.memberships.get(person=cast.bob)
        for person in (cast.alice, cast.bob, cast.eve):
            with pytest.raises(PermissionDenied):
                verb(membership, by=person, **words)

    def test_a_facilitator_who_was_demoted_a_moment_ago_decides_nothing(self, cast: Cast) -> None:
        membership = cast.waste.memberships.get(person=cast.alice)
        joining.promote(membership, by=cast.carol)
        assert access.facilitates(cast.carol, cast.waste)  # she has the answer in her hand
        joining.demote(cast.waste.memberships.get(person=cast.carol), by=cast.alice)
        with pytest.raises(PermissionDenied):
            joining.promote(cast.waste.memberships.get(person=cast.bob), by=cast.carol)

    def test_editors_decide_everywhere(self, cast: Cast) -> None:
        membership = joining.promote(cast.waste.memberships.get(person=cast.bob), by=cast.dina)
        assert membership.is_facilitator


class TestPromotingAndDemoting:
    def test_a_promoted_member_facilitates_and_is_told(self, cast: Cast) -> None:
        joining.promote(cast.waste.memberships.get(person=cast.bob), by=cast.carol)
        cast.bob.forget_memberships()
        assert access.facilitates(cast.bob, cast.waste)
        assert told(cast.bob) == ["facilitator-made"]

    def test_only_members_are_promoted_and_only_once(self, cast: Cast, care: CommunityPage) -> None:
        with pytest.raises(Refused, match="not a member"):
            joining.promote(asked(care, cast.eve), by=cast.carol)
        with pytest.raises(Refused, match="already"):
            joining.promote(care.memberships.get(person=cast.carol), by=cast.carol)

    def test_a_demoted_facilitator_stays_a_member_and_is_told(self, cast: Cast) -> None:
        membership = joining.promote(cast.waste.memberships.get(person=cast.bob), by=cast.carol)
        joining.demote(membership, by=cast.carol)
        cast.bob.forget_memberships()
        assert access.is_member(cast.bob, cast.waste)
        assert not access.facilitates(cast.bob, cast.waste)
        assert told(cast.bob) == ["facilitator-made", "facilitator-ended"]

    def test_a_member_is_not_demoted(self, cast: Cast) -> None:
        with pytest.raises(Refused, match="not a facilitator"):
            joining.demote(cast.waste.memberships.get(person=cast.bob), by=cast.carol)


class TestTheLastFacilitator:
    def test_cannot_leave(self, cast: Cast) -> None:
        with pytest.raises(Refused, match="only facilitator"):
            joining.leave(cast.waste, person=cast.carol)

    def test_cannot_be_demoted_or_removed_even_by_an_editor(self, cast: Cast) -> None:
        membership = cast.waste.memberships.get(person=cast.carol)
        with pytest.raises(Refused, match="only facilitator"):
            joining.demote(membership, by=cast.dina)
        with pytest.raises(Refused, match="only facilitator"):
            joining.remove(membership, by=cast.dina, reason="Away.")

    def test_leaves_after_handing_over_and_the_others_are_told(self, cast: Cast) -> None:
        joining.promote(cast.waste.memberships.get(person=cast.bob), by=cast.carol)
        joining.leave(cast.waste, person=cast.carol)
        assert not access.is_member(cast.carol, cast.waste)
        assert "facilitator-left" in told(cast.bob)

    def test_somebody_whose_account_is_closed_does_not_count(self, cast: Cast) -> None:
        ghost = make_person("Ghost Hill")
        add_member(cast.waste, ghost, role=Membership.Role.FACILITATOR)
        Person.objects.filter(pk=ghost.pk).update(is_active=False)
        with pytest.raises(Refused, match="only facilitator"):
            joining.leave(cast.waste, person=cast.carol)


class TestLeaving:
    def test_a_member_leaves_and_the_log_remembers(self, cast: Cast) -> None:
        joining.leave(cast.waste, person=cast.bob)
        assert state_of(cast.waste, cast.bob) is None
        assert PageLogEntry.objects.get(action="community.leave").user == cast.bob

    def test_a_request_is_taken_back_with_what_was_said_of_it(self, cast: Cast, care: CommunityPage) -> None:
        asked(care, cast.eve)
        joining.leave(care, person=cast.eve)
        assert state_of(care, cast.eve) is None
        assert told(cast.carol) == []

    def test_who_is_no_member_does_not_leave(self, cast: Cast) -> None:
        with pytest.raises(Refused, match="not a member"):
            joining.leave(cast.waste, person=cast.eve)

    def test_leaving_does_not_wash_a_removal_away(self, cast: Cast) -> None:
        joining.remove(cast.waste.memberships.get(person=cast.bob), by=cast.carol, reason="Sold bins.")
        with pytest.raises(Refused):
            joining.leave(cast.waste, person=cast.bob)
        assert state_of(cast.waste, cast.bob) == State.REMOVED


class TestRemoving:
    def test_a_removed_member_is_told_why_and_has_no_part_any_more(self, cast: Cast) -> None:
        joining.remove(cast.waste.memberships.get(person=cast.bob), by=cast.carol, reason="Sold bins.")
        cast.bob.forget_memberships()
        assert not access.is_member(cast.bob, cast.waste)
        notice = cast.bob.notifications.get()
        assert notice.words == "Sold bins."
        assert notice.url.startswith("/appeals/")

    def test_a_removed_facilitator_is_no_facilitator(self, cast: Cast) -> None:
        membership = joining.promote(cast.waste.memberships.get(person=cast.bob), by=cast.carol)
        joining.remove(membership, by=cast.carol, reason="Moved on.")
        cast.bob.forget_memberships()
        assert not access.facilitates(cast.bob, cast.waste)

    def test_who_is_removed_from_a_hidden_community_is_told_without_its_name(self, cast: Cast) -> None:
        community = make_community("Whistle", facilitator=cast.carol, visibility="hidden")
        membership = add_member(community, cast.bob)
        joining.remove(membership, by=cast.carol, reason="Moved to another council.")
        notice = cast.bob.notifications.get()
        assert "Whistle" not in notice.subject
        assert "whistle" not in notice.url
        assert notice.words == "Moved to another council."

    def test_a_removal_needs_a_reason(self, cast: Cast) -> None:
        with pytest.raises(Refused, match="Say why"):
            joining.remove(cast.waste.memberships.get(person=cast.bob), by=cast.carol, reason="")

    def test_nobody_removes_themselves(self, cast: Cast) -> None:
        with pytest.raises(Refused, match="Leave"):
            joining.remove(cast.waste.memberships.get(person=cast.carol), by=cast.carol, reason="Off.")

    def test_only_members_are_removed(self, cast: Cast, care: CommunityPage) -> None:
        with pytest.raises(Refused, match="not a member"):
            joining.remove(asked(care, cast.eve), by=cast.carol, reason="No.")
