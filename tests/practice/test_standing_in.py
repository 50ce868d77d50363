"""A facilitator is away and somebody stands in: what they may do meanwhile, who is told, and that it ends by itself."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from community import access, hosting, joining, sanctioning, standing_in
from community.models import Absence, Membership
from hub.refusal import Refused
from practice import moderating
from practice.waiting import queue_of
from tests.cast import Cast
from tests.practice.steps import second_facilitator, send, told


def today(days: int = 0) -> date:
    return timezone.localdate() + timedelta(days=days)


def go_away(cast: Cast, begins: int = 0, ends: int = 7, **given: object) -> Absence:
    values = {"by": cast.carol, "person": cast.carol, "deputy": cast.bob, **given}
    return standing_in.go_away(cast.waste, begins_on=today(begins), ends_on=today(ends), **values)  # type: ignore[arg-type]


class TestADeputy:
    def test_is_told_of_what_is_new_and_decides(self, cast: Cast):
        go_away(cast)
        story = send(cast)
        assert told(cast.bob) == ["standing-in", "story-submitted"]
        assert told(cast.carol) == []
        assert [item.story for item in queue_of(cast.bob)] == [story]
        moderating.approve(story, by=cast.bob, revision=story.latest_revision)  # type: ignore[arg-type]

    def test_sees_what_waits_in_the_inbox(self, client: Client, cast: Cast):
        go_away(cast)
        story = send(cast)
        client.force_login(cast.bob)
        assert f"“{story.title}” waits for you to read it" in client.get("/inbox/").content.decode()
        assert "You stand in for Carol Whitby" in client.get("/moderate/").content.decode()

    def test_does_not_say_who_facilitates_or_how_it_is_set_up(self, cast: Cast):
        go_away(cast)
        alice = Membership.objects.get(community=cast.waste, person=cast.alice)
        for attempt in (
            lambda: joining.promote(alice, by=cast.bob),
            lambda: joining.demote(Membership.objects.get(person=cast.carol), by=cast.bob),
            lambda: hosting.set_policy(cast.waste, by=cast.bob, review_first=False),
            lambda: go_away(cast, by=cast.bob, begins=20, ends=30),
        ):
            with pytest.raises(PermissionDenied):
                attempt()
        sanctioning.warn(alice, by=cast.bob, reason="Be kind.")

    def test_is_one_in_those_days_alone(self, cast: Cast):
        made = go_away(cast, begins=1)
        cast.bob.forget_memberships()
        assert not access.facilitates(cast.bob, cast.waste)
        Absence.objects.update(begins_on=today(-3), ends_on=today())
        cast.bob.forget_memberships()
        assert access.facilitates(cast.bob, cast.waste)
        assert cast.bob.facilitates_somewhere
        assert access.facilitated_by(cast.bob) == [cast.waste.pk]
        Absence.objects.update(ends_on=today(-1))
        cast.bob.forget_memberships()
        assert not access.facilitates(cast.bob, cast.waste)
        assert made.community == cast.waste

    def test_ends_when_the_facilitator_is_none_any_more(self, cast: Cast):
        eve = Membership.objects.create(community=cast.waste, person=cast.eve, role="facilitator")
        go_away(cast)
        joining.demote(Membership.objects.get(person=cast.carol), by=cast.eve)
        cast.bob.forget_memberships()
        assert not access.facilitates(cast.bob, cast.waste)
        assert eve.is_facilitator

    def test_no_longer_decides_when_the_facilitator_is_back(self, cast: Cast):
        made = go_away(cast)
        with pytest.raises(PermissionDenied):
            standing_in.come_back(made, by=cast.alice)
        standing_in.come_back(made, by=cast.carol)
        cast.bob.forget_memberships()
        assert not access.facilitates(cast.bob, cast.waste)
        assert "standing-in-ended" in told(cast.bob)


class TestWhatIsRefused:
    def test_others_do_not_choose_deputies(self, cast: Cast):
        with pytest.raises(PermissionDenied):
            go_away(cast, by=cast.alice)

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"person": "alice"}, "is no facilitator here"),
            ({"deputy": "eve"}, "is no member"),
            ({"deputy": "carol"}, "somebody else"),
            ({"begins": 5, "ends": 3}, "last day"),
            ({"begins": -5, "ends": -3}, "last day"),
            ({"ends": 300}, "half a year"),
        ],
    )
    def test_what_makes_no_sense(self, cast: Cast, given: dict[str, object], words: str):
        people = {name: getattr(cast, who) if isinstance(who, str) else who for name, who in given.items()}
        with pytest.raises(Refused, match=words):
            go_away(cast, **people)  # type: ignore[arg-type]

    def test_twice_at_once(self, cast: Cast):
        go_away(cast)
        with pytest.raises(Refused, match="away in those days already"):
            go_away(cast, begins=3, ends=20, deputy=cast.alice)


class TestThePages:
    def test_members_see_who_stands_in_and_the_facilitator_ends_it(self, client: Client, cast: Cast):
        client.force_login(cast.carol)
        base = f"/communities/{cast.waste.slug}/"
        values = {"person": cast.carol.pk, "begins_on": today(), "ends_on": today(7), "deputy": ""}
        assert client.post(f"{base}away/", values).status_code == 422
        client.post(f"{base}away/", {**values, "deputy": cast.bob.pk})
        made = Absence.objects.get()
        client.force_login(cast.alice)
        text = client.get(f"{base}members/").content.decode()
        assert f"Carol Whitby is away until {made.ends_on:%-d %B}" in text
        assert "Bob Okafor stands in" in text
        assert client.get(f"{base}away/").status_code == 403
        client.force_login(cast.bob)
        assert client.get(f"{base}away/").status_code == 403
        assert "Make a facilitator" not in client.get(f"{base}members/").content.decode()
        client.force_login(cast.carol)
        client.post(f"{base}away/{made.pk}/end/")
        assert not Absence.objects.exists()


class TestWhatADeputyIsNot:
    def test_they_do_not_put_a_facilitator_out(self, cast: Cast):
        go_away(cast)
        cleo = second_facilitator(cast)
        with pytest.raises(Refused, match="who facilitates is for them"):
            joining.remove(Membership.objects.get(person=cleo), by=cast.bob, reason="I want to be alone here.")
        joining.remove(Membership.objects.get(person=cast.alice), by=cast.bob, reason="She sells a product.")

    def test_who_is_muted_does_not_stand_in_until_they_may_write_again(self, cast: Cast):
        go_away(cast)
        bob = Membership.objects.get(person=cast.bob)
        sanctioning.mute(bob, by=cast.dina, reason="Be kind.", days=3)
        cast.bob.forget_memberships()
        assert not access.facilitates(cast.bob, cast.waste)
        send(cast)
        assert "story-submitted" in told(cast.carol)
        sanctioning.unmute(bob, by=cast.dina)
        cast.bob.forget_memberships()
        assert access.facilitates(cast.bob, cast.waste)
