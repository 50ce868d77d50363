"""Closing an account for good, and taking a copy before."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.exceptions import PermissionDenied
from django.test import Client
from wagtail.models import PageLogEntry

from community import decisions, hosting, inviting, joining
from community.leaving import close_account
from community.models import Membership, Person
from community.profiles import change_profile, data_of
from hub.models import Picture
from hub.refusal import Refused
from practice.models import StoryAuthor, StoryPage
from tests.cast import PASSWORD, Cast, add_member, make_story
from tests.hub.test_pictures import a_picture


@pytest.fixture
def gone(cast: Cast) -> Person:
    change_profile(cast.alice, by=cast.alice, values={"biography": "Bins.", "skills": ["rounds"]}, portrait=a_picture())
    TOTP.activate(cast.alice, generate_totp_secret())
    make_story(cast.waste, by=cast.alice)
    close_account(cast.alice, by=cast.alice, keep_name=False)
    return Person.objects.get(pk=cast.alice.pk)


def test_what_we_knew_of_them_goes(gone: Person) -> None:
    assert (gone.name, gone.biography, gone.council, gone.portrait) == ("A former member", "", None, None)
    assert gone.email.endswith("@left.invalid")
    assert not gone.is_active
    assert not gone.has_usable_password()
    assert not gone.skills.exists()
    assert not Picture.objects.exists()
    assert not EmailAddress.objects.filter(user=gone).exists()
    assert not gone.authenticator_set.exists()
    assert not Membership.objects.filter(person=gone).exists()


def test_what_they_told_stays_and_belongs_to_somebody(gone: Person) -> None:
    story = StoryPage.objects.visible_to(None).get()
    assert story.owner == gone
    assert [str(authorship.person) for authorship in story.authorships.all()] == ["A former member"]


def test_their_page_is_gone(gone: Person, client: Client) -> None:
    assert client.get(f"/people/{gone.pk}/", follow=True).status_code == 404
    assert "A former member" not in client.get("/people/").text


def test_their_address_is_free_again(gone: Person, client: Client) -> None:
    assert Person.objects.create_user("alice@alice.example").pk != gone.pk


def test_they_may_leave_their_name_with_their_stories(cast: Cast) -> None:
    close_account(cast.alice, by=cast.alice, keep_name=True)
    assert Person.objects.get(pk=cast.alice.pk).name == "Alice Marlow"


def test_the_only_facilitator_hands_over_first(cast: Cast) -> None:
    with pytest.raises(Refused, match="Nobody else facilitates Waste and recycling"):
        close_account(cast.carol, by=cast.carol, keep_name=True)
    add_member(cast.waste, cast.eve, role=Membership.Role.FACILITATOR)
    close_account(cast.carol, by=cast.carol, keep_name=True)


def test_the_only_administrator_stays(cast: Cast) -> None:
    with pytest.raises(Refused, match="no other administrator"):
        close_account(cast.frank, by=cast.frank, keep_name=True)


@pytest.mark.parametrize("who", ["bob", "carol", "dina"])
def test_nobody_closes_the_account_of_somebody_else(cast: Cast, who: str) -> None:
    with pytest.raises(PermissionDenied):
        close_account(cast.alice, by=getattr(cast, who), keep_name=True)


def test_drafts_that_were_never_sent_go_and_others_stay(cast: Cast) -> None:
    alone = make_story(cast.waste, by=cast.alice, live=False)
    shared = make_story(cast.waste, by=cast.alice, live=False)
    StoryAuthor.objects.create(page=shared, person=cast.bob, sort_order=1)
    told = make_story(cast.waste, by=cast.alice)
    close_account(cast.alice, by=cast.alice, keep_name=False)
    assert set(StoryPage.objects.values_list("pk", flat=True)) == {shared.pk, told.pk}
    assert alone.pk not in StoryPage.objects.values_list("pk", flat=True)


class TestThePages:
    @pytest.fixture
    def alice(self, client: Client, cast: Cast) -> Client:
        client.force_login(cast.alice)
        return client

    def confirmed(self, client: Client) -> None:
        client.post("/account/reauthenticate/", {"password": PASSWORD})

    def test_the_password_is_asked_for_first(self, alice: Client) -> None:
        for address in ("/account/close/", "/account/data/worth-repeating.json"):
            assert alice.get(address)["Location"].startswith("/account/reauthenticate/")

    def test_an_account_is_closed_when_one_is_sure(self, alice: Client, cast: Cast) -> None:
        self.confirmed(alice)
        assert alice.post("/account/close/", {"credit": "former"}).status_code == 422
        answer = alice.post("/account/close/", {"credit": "former", "sure": "on"})
        assert answer["Location"] == "/"
        assert answer["Clear-Site-Data"] == '"storage"'
        assert not Person.objects.get(pk=cast.alice.pk).is_active
        assert not alice.get("/people/").wsgi_request.user.is_authenticated

    def test_a_refusal_is_shown(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.carol)
        self.confirmed(client)
        page = client.post("/account/close/", {"credit": "name", "sure": "on"})
        assert page.status_code == 422
        assert "Hand it over" in page.text

    def test_a_copy_holds_what_we_keep(self, alice: Client, cast: Cast) -> None:
        make_story(cast.waste, by=cast.alice, live=False, title="A draft of mine")
        self.confirmed(alice)
        answer = alice.get("/account/data/worth-repeating.json")
        assert "attachment" in answer["Content-Disposition"]
        data = answer.json()
        assert data["person"]["email"] == cast.alice.email
        assert data["communities"][0]["community"] == "Waste and recycling"
        assert data["stories"][0]["title"] == "A draft of mine"
        assert "password" not in answer.text


def test_an_address_that_was_invited_goes_from_the_log_with_its_account(cast: Cast):
    inviting.invite(cast.waste, by=cast.carol, email=cast.eve.email)
    email = cast.eve.email
    close_account(cast.eve, by=cast.eve, keep_name=True)
    entry = PageLogEntry.objects.get(action="community.invite")
    assert email not in str(entry.data)
    assert "somebody who has left" in decisions.sentence(entry)


def test_a_copy_of_ones_data_does_not_tell_what_a_hidden_community_is_called_by_now(cast: Cast):
    membership = Membership.objects.get(person=cast.bob, community=cast.waste)
    joining.remove(membership, by=cast.carol, reason="He sells a product.")
    assert data_of(cast.bob)["communities"][0]["community"] == cast.waste.title
    hosting.set_policy(cast.waste, by=cast.carol, visibility="hidden")
    assert data_of(Person.objects.get(pk=cast.bob.pk))["communities"][0]["community"].startswith("A community that")
