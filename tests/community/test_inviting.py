from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from community import access, inviting, joining
from community.models import CommunityPage, Invitation, Membership
from hub.refusal import Refused
from tests.cast import Cast, make_community, make_person

STRANGER = "gina@gloaming.example"


@pytest.fixture
def whistle(cast: Cast) -> CommunityPage:
    """A hidden community, by invitation."""
    return make_community("Whistle", facilitator=cast.carol, visibility="hidden", joining="invite")


def invite_stranger(community: CommunityPage, cast: Cast) -> Invitation:
    return inviting.invite(community, by=cast.carol, email=STRANGER, message="Come and see.")


class TestInviting:
    def test_an_address_without_an_account_gets_a_letter(
        self, cast: Cast, whistle: CommunityPage, django_capture_on_commit_callbacks
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            invite_stranger(whistle, cast)
        (letter,) = mail.outbox
        assert letter.to == [STRANGER]
        assert "Whistle" in letter.subject
        assert "Come and see." in letter.body
        assert "/account/signup/?next=/communities/yours/" in letter.body

    def test_a_letter_that_was_taken_back_before_it_left_is_not_sent(self, cast: Cast, whistle: CommunityPage) -> None:
        invitation = invite_stranger(whistle, cast)
        pk = invitation.pk
        inviting.take_back(invitation, by=cast.carol)
        inviting.mail_invitation.call(pk)
        assert mail.outbox == []

    def test_who_has_confirmed_the_address_is_told_in_the_site(self, cast: Cast, whistle: CommunityPage) -> None:
        inviting.invite(whistle, by=cast.carol, email="EVE@eve.example ")
        notice = cast.eve.notifications.get()
        assert (notice.what, notice.url) == ("invited", "/communities/yours/")

    def test_nothing_that_a_facilitator_sees_says_whether_an_address_has_an_account(
        self, cast: Cast, whistle: CommunityPage
    ) -> None:
        known = inviting.invite(whistle, by=cast.carol, email="eve@eve.example")
        unknown = invite_stranger(whistle, cast)
        member = inviting.invite(whistle, by=cast.carol, email="carol@carol.example")
        for invitation in (known, unknown, member):
            assert invitation.person is None
            assert invitation.invitee == invitation.email
            with pytest.raises(Refused, match=f"{invitation.email} is invited already"):
                inviting.invite(whistle, by=cast.carol, email=invitation.email.upper())

    def test_a_person_is_invited_without_their_address_being_told(self, cast: Cast, whistle: CommunityPage) -> None:
        invitation = inviting.invite(whistle, by=cast.carol, person=cast.eve)
        assert (invitation.email, invitation.invitee) == ("", "Eve Lindqvist")
        assert cast.eve.notifications.get().what == "invited"

    def test_members_and_those_who_asked_are_not_invited(self, cast: Cast) -> None:
        with pytest.raises(Refused, match="member already"):
            inviting.invite(cast.waste, by=cast.carol, person=cast.bob)
        care = make_community("Care", facilitator=cast.carol, joining="ask")
        joining.ask(care, person=cast.eve)
        with pytest.raises(Refused, match="asked to join"):
            inviting.invite(care, by=cast.carol, person=cast.eve)

    def test_only_facilitators_and_editors_invite(self, cast: Cast) -> None:
        make_community("Elsewhere", facilitator=cast.eve)
        for person in (cast.alice, cast.eve):
            with pytest.raises(PermissionDenied):
                inviting.invite(cast.waste, by=person, email=STRANGER)
        assert inviting.invite(cast.waste, by=cast.dina, email=STRANGER).invited_by == cast.dina

    @pytest.mark.parametrize("email", ["", "gina", "gina@", "a@b.example, c@d.example", "x" * 300 + "@d.example"])
    def test_what_is_no_address_is_refused(self, cast: Cast, email: str) -> None:
        with pytest.raises(Refused, match="e-mail address"):
            inviting.invite(cast.waste, by=cast.carol, email=email)

    def test_an_invitation_that_ended_is_sent_anew(self, cast: Cast, whistle: CommunityPage) -> None:
        invitation = invite_stranger(whistle, cast)
        Invitation.objects.update(created_at=timezone.now() - timedelta(days=31))
        assert invite_stranger(whistle, cast) == invitation
        assert Invitation.objects.get().is_open

    def test_a_day_has_its_limit_even_for_who_takes_them_back(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(inviting, "MOST_A_DAY", 2)
        for _ in range(2):
            inviting.take_back(inviting.invite(cast.waste, by=cast.carol, email=STRANGER), by=cast.carol)
        with pytest.raises(Refused, match="tomorrow"):
            inviting.invite(cast.waste, by=cast.carol, email=STRANGER)


class TestAnswering:
    def test_an_invited_person_becomes_a_member_of_a_hidden_community(self, cast: Cast, whistle: CommunityPage) -> None:
        invitation = inviting.invite(whistle, by=cast.carol, person=cast.eve)
        inviting.accept(invitation, person=cast.eve)
        assert access.is_member(cast.eve, whistle)
        assert not Invitation.objects.exists()
        assert cast.carol.notifications.get().what == "invitation-accepted"

    def test_it_is_accepted_with_the_address_that_it_was_sent_to_once_that_is_confirmed(
        self, cast: Cast, whistle: CommunityPage
    ) -> None:
        invitation = invite_stranger(whistle, cast)
        gina = make_person("Gina Gale", email=STRANGER)
        EmailAddress.objects.filter(user=gina).update(verified=False)
        with pytest.raises(PermissionDenied):
            inviting.accept(invitation, person=gina)
        EmailAddress.objects.filter(user=gina).update(verified=True)
        inviting.accept(invitation, person=gina)
        assert access.is_member(gina, whistle)

    def test_confirming_an_address_brings_what_waited_for_it_into_the_inbox_once(
        self, cast: Cast, whistle: CommunityPage
    ) -> None:
        invite_stranger(whistle, cast)
        gina = make_person("Gina Gale", email=STRANGER)
        for _ in range(2):
            email_confirmed.send(EmailAddress, request=None, email_address=EmailAddress.objects.get(user=gina))
        assert gina.notifications.get().what == "invited"

    @pytest.mark.parametrize("verb", [inviting.accept, inviting.decline])
    def test_nobody_answers_for_another(self, cast: Cast, whistle: CommunityPage, verb) -> None:
        invitation = inviting.invite(whistle, by=cast.carol, person=cast.eve)
        with pytest.raises(PermissionDenied):
            verb(invitation, person=cast.bob)
        assert Invitation.objects.exists()

    def test_an_invitation_that_ended_is_not_accepted(self, cast: Cast, whistle: CommunityPage) -> None:
        invitation = inviting.invite(whistle, by=cast.carol, person=cast.eve)
        Invitation.objects.update(created_at=timezone.now() - timedelta(days=31))
        invitation.refresh_from_db()
        with pytest.raises(Refused, match="ended"):
            inviting.accept(invitation, person=cast.eve)

    def test_an_invitation_that_was_taken_back_is_not_accepted_nor_seen(
        self, cast: Cast, whistle: CommunityPage
    ) -> None:
        invitation = inviting.invite(whistle, by=cast.carol, person=cast.eve)
        copy = Invitation.objects.get()
        inviting.take_back(invitation, by=cast.carol)
        with pytest.raises(PermissionDenied):
            inviting.accept(copy, person=cast.eve)
        assert not cast.eve.notifications.exists()

    def test_an_invitation_lifts_a_removal(self, cast: Cast) -> None:
        joining.remove(cast.waste.memberships.get(person=cast.bob), by=cast.carol, reason="Sold bins.")
        inviting.accept(inviting.invite(cast.waste, by=cast.carol, person=cast.bob), person=cast.bob)
        assert cast.waste.memberships.get(person=cast.bob).state == Membership.State.ACTIVE

    def test_a_member_who_accepts_stays_what_they_are(self, cast: Cast) -> None:
        inviting.accept(inviting.invite(cast.waste, by=cast.carol, email="carol@carol.example"), person=cast.carol)
        assert cast.waste.memberships.get(person=cast.carol).is_facilitator

    def test_a_declined_invitation_is_gone_and_does_not_say_who_declined(
        self, cast: Cast, whistle: CommunityPage
    ) -> None:
        inviting.decline(inviting.invite(whistle, by=cast.carol, email="eve@eve.example"), person=cast.eve)
        assert not Invitation.objects.exists()
        assert not cast.carol.notifications.exists()

    def test_only_facilitators_take_back(self, cast: Cast) -> None:
        invitation = inviting.invite(cast.waste, by=cast.carol, email=STRANGER)
        with pytest.raises(PermissionDenied):
            inviting.take_back(invitation, by=cast.alice)
