"""Warning, muting and removing a member: what it does, who is told, and when it ends."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from community import access, handing_over, joining, sanctioning
from community.models import Membership, Sanction
from hub.notifications.models import Notification
from hub.refusal import Refused
from practice import co_authors, confirming, moderating, remarking, repeating, reporting, writing
from practice.passages import paragraphs_of
from tests.cast import Cast, add_member, make_story


@pytest.fixture
def bob(cast: Cast) -> Membership:
    return Membership.objects.get(community=cast.waste, person=cast.bob)


class TestWarning:
    def test_the_person_is_told_why_and_led_to_an_appeal(self, cast: Cast, bob: Membership):
        sanctioning.warn(bob, by=cast.carol, reason="Be kind.")
        notice = Notification.objects.get(person=cast.bob)
        assert (notice.what, notice.words) == ("member-warned", "Be kind.")
        assert notice.url.startswith("/appeals/")

    def test_nobody_else_warns_and_a_reason_is_needed(self, cast: Cast, bob: Membership):
        with pytest.raises(PermissionDenied):
            sanctioning.warn(bob, by=cast.alice, reason="Be kind.")
        with pytest.raises(Refused, match="Say why"):
            sanctioning.warn(bob, by=cast.carol, reason=" ")
        with pytest.raises(Refused, match="yourself"):
            sanctioning.warn(Membership.objects.get(person=cast.carol), by=cast.carol, reason="Me.")


class TestMuting:
    def test_who_is_muted_reads_but_does_not_write_send_repeat_or_report(self, cast: Cast, bob: Membership):
        story = make_story(cast.waste, by=cast.alice, council=cast.ambleford)
        draft = make_story(cast.waste, by=cast.bob, live=False, title="A draft")
        sanctioning.mute(bob, by=cast.carol, reason="Be kind.", days=7)
        assert story.may_be_seen_by(cast.bob)
        for attempt in (
            lambda: writing.start(by=cast.bob, title="A story", community=cast.waste),
            lambda: writing.submit(draft, by=cast.bob),
            lambda: repeating.record(story, by=cast.bob, council=cast.brockhaven, outcome="well"),
            lambda: reporting.report(story, by=cast.bob, reason="wrong", words="It is."),
        ):
            with pytest.raises(Refused, match="but not write in it until"):
                attempt()

    def test_it_ends_by_itself(self, cast: Cast, bob: Membership):
        made = sanctioning.mute(bob, by=cast.carol, reason="Be kind.", days=7)
        assert access.muted_until(cast.bob, cast.waste) == made.until
        Sanction.objects.update(until=timezone.now() - timedelta(seconds=1))
        assert access.muted_until(cast.bob, cast.waste) is None
        writing.start(by=cast.bob, title="A story", community=cast.waste)

    def test_it_holds_in_this_community_alone(self, cast: Cast, bob: Membership):
        from tests.cast import make_community

        parks = make_community("Parks", facilitator=cast.bob)
        sanctioning.mute(bob, by=cast.carol, reason="Be kind.", days=7)
        writing.start(by=cast.bob, title="A story", community=parks)

    def test_leaving_and_coming_back_does_not_end_it(self, cast: Cast, bob: Membership):
        sanctioning.mute(bob, by=cast.carol, reason="Be kind.", days=7)
        joining.leave(cast.waste, person=cast.bob)
        joining.join(cast.waste, person=cast.bob)
        assert access.muted_until(cast.bob, cast.waste)

    def test_a_facilitator_can_end_it(self, cast: Cast, bob: Membership):
        sanctioning.mute(bob, by=cast.carol, reason="Be kind.", days=7)
        with pytest.raises(PermissionDenied):
            sanctioning.unmute(bob, by=cast.bob)
        sanctioning.unmute(bob, by=cast.carol)
        assert access.muted_until(cast.bob, cast.waste) is None
        with pytest.raises(Refused, match="may write already"):
            sanctioning.unmute(bob, by=cast.carol)

    def test_a_new_one_takes_the_place_of_the_old(self, cast: Cast, bob: Membership):
        sanctioning.mute(bob, by=cast.carol, reason="Be kind.", days=90)
        sanctioning.mute(bob, by=cast.carol, reason="Less.", days=3)
        until = access.muted_until(cast.bob, cast.waste)
        assert until is not None
        assert until < timezone.now() + timedelta(days=4)

    def test_a_facilitator_is_not_muted(self, cast: Cast):
        other = add_member(cast.waste, cast.eve, role=Membership.Role.FACILITATOR)
        with pytest.raises(Refused, match="is a facilitator"):
            sanctioning.mute(other, by=cast.carol, reason="Be kind.", days=7)


class TestRemoving:
    def test_it_can_be_said_when_they_may_ask_again(self, cast: Cast, bob: Membership):
        joining.remove(bob, by=cast.carol, reason="Be kind.", ask_after_days=90)
        bob.refresh_from_db()
        assert bob.may_ask_from > timezone.now() + timedelta(days=89)
        with pytest.raises(Refused, match="You can ask again from"):
            joining.ask(cast.waste, person=cast.bob)
        Membership.objects.filter(pk=bob.pk).update(ask_from=timezone.now())
        joining.ask(cast.waste, person=cast.bob)


class TestThePages:
    def test_facilitators_alone_see_who_was_warned_or_muted(self, client: Client, cast: Cast, bob: Membership):
        client.force_login(cast.carol)
        address = f"/communities/{cast.waste.slug}/members/{cast.bob.pk}/"
        assert "Mute Bob Okafor for a time?" in client.get(f"{address}mute/").content.decode()
        assert client.post(f"{address}mute/", {"reason": "", "days": "7"}).status_code == 422
        client.post(f"{address}mute/", {"reason": "Be kind.", "days": "7"})
        client.post(f"{address}warn/", {"reason": "Again: be kind."})
        members = f"/communities/{cast.waste.slug}/members/"
        text = client.get(members).content.decode()
        assert "Muted until" in text
        assert "Warned on" in text
        client.force_login(cast.alice)
        text = client.get(members).content.decode()
        assert "Muted" not in text
        assert "Warned" not in text
        assert client.get(f"{address}mute/").status_code == 403

    def test_somebody_muted_is_told_where_they_write(self, client: Client, cast: Cast, bob: Membership):
        draft = make_story(cast.waste, by=cast.bob, live=False, title="A draft")
        sanctioning.mute(bob, by=cast.carol, reason="Be kind.", days=7)
        client.force_login(cast.bob)
        answer = client.post(f"/write/{draft.pk}/check/", {}, follow=True)
        assert "but not write in it until" in answer.content.decode()


def test_a_mute_leaves_no_other_way_to_publish_or_to_write_to_those_who_look_after_it(cast: Cast):
    story = make_story(cast.waste, by=cast.alice)
    on = paragraphs_of(story)[0]
    said = remarking.remark(story, by=cast.carol, on=on, words="Which Tuesday?")
    withdrawn = make_story(cast.waste, by=cast.alice, title="Taken down")
    moderating.withdraw(withdrawn, by=cast.alice)
    sanctioning.mute(Membership.objects.get(person=cast.alice), by=cast.carol, reason="Be kind.", days=3)
    for attempt in (
        lambda: remarking.answer(said, by=cast.alice, words="You again."),
        lambda: co_authors.invite(story, by=cast.alice, person=cast.bob, message="Look what they did to me."),
        lambda: handing_over.volunteer(cast.waste, person=cast.alice, message="You again."),
        lambda: confirming.say(story, by=cast.alice, answer="stopped"),
        lambda: moderating.restore(withdrawn, by=cast.alice),
    ):
        with pytest.raises(Refused, match="not write in it until"):
            attempt()
