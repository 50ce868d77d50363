from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community import inviting, joining
from community.models import CommunityPage, Invitation, Membership, Person
from practice.models import Topic
from tests.cast import Cast, add_member, make_community, make_council, make_person, make_story


def as_(person: Person | None) -> Client:
    client = Client()
    if person:
        client.force_login(person)
    return client


def page(address: str, person: Person | None = None) -> str:
    response = as_(person).get(address)
    assert response.status_code == 200, (address, response.status_code)
    return response.content.decode()


def queries(address: str, person: Person | None) -> int:
    client = as_(person)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as context:
        assert client.get(address).status_code == 200
    return len(context)


@pytest.fixture
def care(cast: Cast) -> CommunityPage:
    """A members-only community where people ask, with a story in it."""
    community = make_community("Adult care", facilitator=cast.carol, visibility="members", joining="ask")
    make_story(community, by=cast.carol, title="The key safe that nobody could open")
    return community


class TestTheList:
    def test_it_counts_what_the_reader_may_know(self, cast: Cast, care: CommunityPage) -> None:
        make_story(cast.waste, by=cast.alice)
        for reader in (None, cast.eve):
            html = page("/communities/", reader)
            assert "3 members, 1 story" in html
            assert "1 member. Members only" in html
        assert "1 member, 1 story. Members only" in page("/communities/", cast.carol)

    def test_a_hidden_one_is_listed_for_its_members_alone(self, cast: Cast) -> None:
        make_community("Whistle", facilitator=cast.carol, visibility="hidden")
        assert "Whistle" not in page("/communities/")
        assert "Whistle" not in page("/communities/", cast.alice)
        assert "Hidden from others" in page("/communities/", cast.carol)

    def test_fifty_take_as_many_queries_as_one(self, cast: Cast) -> None:
        before = [queries("/communities/", person) for person in (None, cast.alice)]
        topic = Topic.objects.create(title="Food waste", slug="food-waste")
        for number in range(49):
            community = make_community(f"Number {number}", facilitator=cast.carol)
            make_story(community, by=cast.carol)
            topic.communities.add(community)
        after = [queries("/communities/", person) for person in (None, cast.alice)]
        # One more for the topics, which there were none of before.
        assert [a - b for a, b in zip(after, before, strict=True)] == [0, 0]


class TestTheFrontPage:
    def test_a_visitor_reads_what_is_open_and_finds_no_form(self, cast: Cast) -> None:
        make_story(cast.waste, by=cast.alice)
        html = page("/communities/waste-and-recycling/")
        assert "We asked the caretakers" in html
        assert "3 members in 2 councils, 1 story" in html
        assert "csrf" not in html
        assert "/account/login/?next=%2Fcommunities%2Fwaste-and-recycling%2F" in html

    def test_of_a_members_only_community_outsiders_read_the_words_and_the_rules(
        self, cast: Cast, care: CommunityPage
    ) -> None:
        CommunityPage.objects.filter(pk=care.pk).update(ground_rules="Name nobody.", introduction="<p>Come in.</p>")
        for reader in (None, cast.eve):
            html = page(care.get_absolute_url(), reader)
            assert "Name nobody." in html
            assert "Come in." in html
            assert "Carol Whitby" in html
            assert "key safe" not in html
            assert "1 story" not in html
            assert "Brockhaven</a>" not in html
        assert "key safe" in page(care.get_absolute_url(), cast.carol)

    def test_each_reader_finds_the_door_that_is_theirs(self, cast: Cast, care: CommunityPage) -> None:
        address = care.get_absolute_url()
        assert "Ask to join" in page(address, cast.eve)
        membership = joining.ask(care, person=cast.eve)
        assert "You asked to join on" in page(address, cast.eve)
        joining.refuse(membership, by=cast.carol, reason="For commissioners alone.")
        html = page(address, cast.eve)
        assert "For commissioners alone." in html
        assert "You can ask to join from" in html
        inviting.invite(care, by=cast.carol, person=cast.eve, message="Sorry. Do come.")
        assert "Sorry. Do come." in page(address, cast.eve)
        assert "Write a story here" in page(address, cast.carol)
        assert "Join this community" in page(cast.waste.get_absolute_url(), cast.eve)

    def test_an_address_that_is_not_there_is_not_there(self, cast: Cast) -> None:
        assert as_(cast.dina).get("/communities/nowhere/").status_code == 404

    def test_more_stories_members_and_councils_take_no_more_queries(self, cast: Cast) -> None:
        make_story(cast.waste, by=cast.alice)
        address = cast.waste.get_absolute_url()
        before = [queries(address, person) for person in (None, cast.alice)]
        for number in range(20):
            person = make_person(f"Person{number} Hill", council=make_council(f"X-{number}", f"Council {number}"))
            add_member(cast.waste, person, role=Membership.Role.FACILITATOR)
            make_story(cast.waste, by=person)
        assert [queries(address, person) for person in (None, cast.alice)] == before


class TestMembers:
    def test_members_see_members_and_others_do_not(self, cast: Cast) -> None:
        address = "/communities/waste-and-recycling/members/"
        assert "Bob Okafor" in page(address, cast.alice)
        assert "Remove" not in page(address, cast.alice)
        assert as_(cast.eve).get(address).status_code == 403
        response = as_(None).get(address)
        assert response["Location"] == f"/account/login/?next={address}"

    def test_the_list_takes_as_many_queries_for_fifty(self, cast: Cast) -> None:
        address = "/communities/waste-and-recycling/members/"
        before = queries(address, cast.carol)
        for number in range(50):
            add_member(cast.waste, make_person(f"Person{number} Hill", council=cast.ambleford))
        assert queries(address, cast.carol) == before

    def test_somebody_whose_account_is_closed_is_not_listed(self, cast: Cast) -> None:
        Person.objects.filter(pk=cast.bob.pk).update(is_active=False)
        assert "Bob Okafor" not in page("/communities/waste-and-recycling/members/", cast.carol)


class TestDeeds:
    def test_joining_and_leaving(self, cast: Cast) -> None:
        client = as_(cast.eve)
        client.post("/communities/waste-and-recycling/join/")
        assert cast.waste.memberships.filter(person=cast.eve, state="active").exists()
        assert "Leave Waste and recycling" in client.get("/communities/waste-and-recycling/leave/").content.decode()
        client.post("/communities/waste-and-recycling/leave/")
        assert not cast.waste.memberships.filter(person=cast.eve).exists()

    def test_nothing_is_done_by_following_a_link(self, cast: Cast) -> None:
        client = as_(cast.carol)
        assert client.get("/communities/waste-and-recycling/join/").status_code == 405
        for verb in ("promote", "remove", "accept", "refuse", "demote"):
            client.get(f"/communities/waste-and-recycling/members/{cast.bob.pk}/{verb}/")
        assert cast.waste.memberships.get(person=cast.bob).role == "member"

    def test_asking_and_answering(self, cast: Cast, care: CommunityPage) -> None:
        as_(cast.eve).post("/communities/adult-care/ask/", {"message": "I commission home care."})
        html = page("/communities/adult-care/members/", cast.carol)
        assert "I commission home care." in html
        as_(cast.carol).post(f"/communities/adult-care/members/{cast.eve.pk}/accept/")
        assert care.memberships.get(person=cast.eve).state == "active"

    def test_a_refusal_without_a_reason_loses_nothing(self, cast: Cast, care: CommunityPage) -> None:
        joining.ask(care, person=cast.eve)
        response = as_(cast.carol).post(f"/communities/adult-care/members/{cast.eve.pk}/refuse/", {"reason": " "})
        assert response.status_code == 422
        assert "<title>Error: " in response.content.decode()
        assert care.memberships.get(person=cast.eve).state == "asked"

    def test_promoting_demoting_and_removing(self, cast: Cast) -> None:
        client, base = as_(cast.carol), f"/communities/waste-and-recycling/members/{cast.bob.pk}/"
        client.post(f"{base}promote/")
        assert cast.waste.memberships.get(person=cast.bob).is_facilitator
        client.post(f"{base}demote/")
        client.post(f"{base}remove/", {"reason": "Sold bins."})
        assert cast.waste.memberships.get(person=cast.bob).state == "removed"

    def test_the_refusal_of_a_verb_is_read_on_the_next_page(self, cast: Cast) -> None:
        response = as_(cast.carol).post("/communities/waste-and-recycling/leave/", follow=True)
        assert "You are its only facilitator." in response.content.decode()

    def test_a_member_decides_nothing_by_address(self, cast: Cast) -> None:
        client = as_(cast.alice)
        for verb in ("promote", "remove", "accept", "refuse", "demote"):
            address = f"/communities/waste-and-recycling/members/{cast.bob.pk}/{verb}/"
            assert client.get(address).status_code == 403
            assert client.post(address, {"reason": "x"}).status_code == 403
        for rest in ("invitations/", "settings/", "settings/policy/", "decisions/", "topics/"):
            assert client.get(f"/communities/waste-and-recycling/{rest}").status_code == 403
        assert client.post(f"/communities/waste-and-recycling/members/{cast.eve.pk}/invite/").status_code == 403

    def test_no_other_verb_is_taken_from_an_address(self, cast: Cast) -> None:
        address = f"/communities/waste-and-recycling/members/{cast.bob.pk}/delete/"
        assert as_(cast.carol).post(address).status_code == 404


class TestInvitations:
    ADDRESS = "/communities/waste-and-recycling/invitations/"

    def test_inviting_an_address_says_the_same_whether_it_has_an_account(self, cast: Cast) -> None:
        client = as_(cast.carol)
        pages = []
        for email in ("eve@eve.example", "bob@bob.example", "gina@gloaming.example"):
            html = client.post(self.ADDRESS, {"email": email, "message": ""}, follow=True).content.decode()
            pages.append(html.count(email))
            assert f"Invited: {email}." in html
        assert len(set(pages)) == 1
        assert Invitation.objects.filter(person=None).count() == 3

    def test_what_was_typed_stays_when_it_is_refused(self, cast: Cast) -> None:
        response = as_(cast.carol).post(self.ADDRESS, {"email": "gina", "message": "Come."})
        assert response.status_code == 422
        assert "Come." in response.content.decode()

    def test_people_are_looked_up_by_name_and_members_are_not_among_them(self, cast: Cast) -> None:
        html = page(f"{self.ADDRESS}?who=e", cast.carol)
        assert "Eve Lindqvist" not in html  # one letter finds nobody
        html = page(f"{self.ADDRESS}?who=lind", cast.carol)
        assert "Eve Lindqvist" in html
        assert "Bob Okafor" not in page(f"{self.ADDRESS}?who=okafor", cast.carol)

    def test_an_address_is_shown_to_nobody_when_a_person_was_invited(self, cast: Cast) -> None:
        as_(cast.carol).post(f"/communities/waste-and-recycling/members/{cast.eve.pk}/invite/")
        html = page(self.ADDRESS, cast.carol)
        assert "Eve Lindqvist" in html
        assert "eve@eve.example" not in html

    def test_the_invited_answer_on_their_own_page(self, cast: Cast) -> None:
        invitation = inviting.invite(cast.waste, by=cast.carol, person=cast.eve, message="Do come.")
        assert "Do come." in page("/communities/yours/", cast.eve)
        as_(cast.eve).post(f"/communities/yours/{invitation.pk}/accept/")
        assert cast.waste.memberships.filter(person=cast.eve, state="active").exists()

    def test_an_invitation_of_somebody_else_is_not_there(self, cast: Cast) -> None:
        invitation = inviting.invite(cast.waste, by=cast.carol, person=cast.eve)
        for person in (None, cast.bob, cast.carol, cast.dina):
            assert as_(person).post(f"/communities/yours/{invitation.pk}/accept/").status_code == 404
        assert as_(cast.eve).post(f"/communities/yours/{invitation.pk}/shout/").status_code == 404

    def test_a_facilitator_of_another_community_takes_nothing_back(self, cast: Cast) -> None:
        make_community("Elsewhere", facilitator=cast.eve)
        invitation = inviting.invite(cast.waste, by=cast.carol, email="gina@gloaming.example")
        address = f"/communities/elsewhere/invitations/{invitation.pk}/take-back/"
        assert as_(cast.eve).post(address).status_code == 404
        assert as_(cast.carol).post(f"{self.ADDRESS}{invitation.pk}/take-back/").status_code == 302
        assert not Invitation.objects.exists()


class TestSettings:
    ABOUT = {"purpose": "We share rounds.", "introduction": "Bring a number.", "ground_rules": "One\nTwo", "hue": "235"}

    def test_what_it_says_is_saved_and_published(self, cast: Cast) -> None:
        base = {"base_revision": cast.waste.latest_revision_id or ""}
        as_(cast.carol).post("/communities/waste-and-recycling/settings/", {**self.ABOUT, **base})
        html = page("/communities/waste-and-recycling/")
        assert "We share rounds." in html
        assert "<p>Bring a number.</p>" in html
        assert 'data-hue="235"' in html

    def test_somebody_who_saved_first_is_not_overwritten_and_nothing_typed_is_lost(self, cast: Cast) -> None:
        address = "/communities/waste-and-recycling/settings/"
        as_(cast.carol).post(address, {**self.ABOUT, "base_revision": ""})
        response = as_(cast.dina).post(address, {**self.ABOUT, "purpose": "Mine.", "base_revision": ""})
        assert response.status_code == 409
        html = response.content.decode()
        assert "Mine." in html
        assert "We share rounds." in html
        latest = CommunityPage.objects.get(pk=cast.waste.pk).latest_revision_id
        assert f'value="{latest}"' in html

    def test_a_colour_that_is_not_offered_is_refused(self, cast: Cast) -> None:
        response = as_(cast.carol).post(
            "/communities/waste-and-recycling/settings/", {**self.ABOUT, "hue": "30", "base_revision": ""}
        )
        assert response.status_code == 422

    def test_opening_a_closed_community_asks_first_with_the_number_of_stories(
        self, cast: Cast, care: CommunityPage
    ) -> None:
        client, address = as_(cast.carol), "/communities/adult-care/settings/policy/"
        wanted = {"visibility": "open", "joining": "anyone", "review_first": "on", "promise_days": "4"}
        html = client.post(address, wanted).content.decode()
        assert "Its one story would be published." in html
        care.policy.refresh_from_db()
        assert care.policy.visibility == "members"
        client.post(address, {**wanted, "known": "open"})
        care.policy.refresh_from_db()
        assert (care.policy.visibility, care.policy.joining, care.policy.promise_days) == ("open", "anyone", 4)
        assert "key safe" in page(care.get_absolute_url())

    def test_what_cannot_be_promised_is_refused(self, cast: Cast) -> None:
        for days in ("0", "-1", "900", "soon", ""):
            response = as_(cast.carol).post(
                "/communities/waste-and-recycling/settings/policy/",
                {"visibility": "open", "joining": "anyone", "promise_days": days},
            )
            assert response.status_code == 422, days

    def test_topics_are_chosen_from_the_curated_ones(self, cast: Cast) -> None:
        group = Topic.objects.create(title="Waste", slug="waste")
        topic = Topic.objects.create(title="Food waste", slug="food-waste", parent=group)
        address = "/communities/waste-and-recycling/topics/"
        as_(cast.carol).post(address, {"topics": [topic.pk]})
        assert "Food waste" in page("/communities/waste-and-recycling/")
        assert as_(cast.carol).post(address, {"topics": [99999]}).status_code == 422
        as_(cast.carol).post(address, {})
        assert "Food waste" not in page("/communities/waste-and-recycling/")


class TestFounding:
    GIVEN = {"title": "Coast", "purpose": "We hold the sea back.", "visibility": "open", "joining": "ask", "hue": "195"}

    def test_an_editor_makes_a_community(self, cast: Cast) -> None:
        response = as_(cast.dina).post("/communities/new/", {**self.GIVEN, "facilitators": "EVE@eve.example"})
        assert response["Location"] == "/communities/coast/settings/"
        community = CommunityPage.objects.get(slug="coast")
        assert (community.policy.joining, community.hue) == ("ask", 195)
        assert [row.person for row in community.memberships.facilitators()] == [cast.eve]

    def test_nobody_else_does(self, cast: Cast) -> None:
        assert as_(cast.carol).get("/communities/new/").status_code == 403
        assert as_(cast.carol).post("/communities/new/", self.GIVEN).status_code == 403
        assert as_(None).get("/communities/new/")["Location"] == "/account/login/?next=/communities/new/"

    def test_what_is_wrong_is_said_and_nothing_is_made(self, cast: Cast) -> None:
        for wrong in ({"slug": "new"}, {"slug": "waste-and-recycling"}, {"facilitators": "nobody@x.example"}):
            response = as_(cast.dina).post("/communities/new/", {**self.GIVEN, **wrong})
            assert response.status_code == 422
        assert CommunityPage.objects.count() == 1


class TestDecisions:
    def test_facilitators_read_who_decided_what_and_why(self, cast: Cast) -> None:
        joining.remove(cast.waste.memberships.get(person=cast.bob), by=cast.carol, reason="Sold bins.")
        html = page("/communities/waste-and-recycling/decisions/", cast.carol)
        assert "removed Bob Okafor" in html
        assert "Sold bins." in html

    def test_the_name_of_somebody_who_has_gone_goes_with_them(self, cast: Cast) -> None:
        joining.remove(cast.waste.memberships.get(person=cast.bob), by=cast.carol, reason="Sold bins.")
        cast.bob.delete()
        html = page("/communities/waste-and-recycling/decisions/", cast.carol)
        assert "Bob Okafor" not in html
        assert "removed somebody who has left the site" in html

    def test_fifty_take_as_many_queries_as_one(self, cast: Cast) -> None:
        address = "/communities/waste-and-recycling/decisions/"
        joining.join(cast.waste, person=cast.eve)
        before = queries(address, cast.carol)
        for number in range(50):
            joining.join(cast.waste, person=make_person(f"Person{number} Hill"))
        assert queries(address, cast.carol) == before


@pytest.mark.parametrize("who", ["alice", "carol", "dina"])
def test_every_page_of_a_community_has_one_first_heading_and_a_title(
    cast: Cast, who: str, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    person = getattr(cast, who)
    rests = ["", "leave/", "members/"]
    if who != "alice":
        rests += ["invitations/", "settings/", "settings/policy/", "decisions/", "topics/"]
    addresses = [f"/communities/waste-and-recycling/{rest}" for rest in rests]
    make_community("Care", joining="ask")
    for address in ["/communities/", "/communities/yours/", "/communities/care/ask/", *addresses]:
        html = page(address, person)
        assert html.count("<h1") == 1, address
        assert html.count("<title>") == 1, address


def test_whoever_need_not_ask_is_led_to_the_front_page(cast: Cast) -> None:
    make_community("Den", joining="invite")
    care = make_community("Care", joining="ask")
    add_member(care, cast.alice)
    for person, slug, words in (
        (cast.eve, "waste-and-recycling", "there is no need to ask"),
        (cast.eve, "den", "by invitation"),
        (cast.alice, "care", "You are a member already"),
    ):
        answer = as_(person).get(f"/communities/{slug}/ask/", follow=True)
        assert answer.redirect_chain == [(f"/communities/{slug}/", 302)]
        assert words in answer.text
