"""Archiving a community and opening it again, handing it over, and what happens when nobody looks after it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from community import archiving, handing_over, inviting, joining
from community.leaving import close_account
from community.models import CommunityPage, HandOver, Membership, Person
from community.unattended import ask_for_facilitators, unattended
from hub.refusal import Refused
from practice import collecting, moderating, writing
from practice.models import StoryPage
from tests.cast import Cast, add_member, make_community, make_person, make_story

Role = Membership.Role


def client_of(person: object | None) -> Client:
    client = Client()
    if person:
        client.force_login(person)  # type: ignore[arg-type]
    return client


def page(path: str, person: object | None = None) -> str:
    answer = client_of(person).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def fresh(community: CommunityPage) -> CommunityPage:
    return CommunityPage.objects.select_related("policy").get(pk=community.pk)


class TestArchiving:
    def test_facilitators_and_editors_archive_it_and_open_it_again_and_members_are_told(self, cast: Cast) -> None:
        for person in (cast.alice, cast.eve):
            with pytest.raises(PermissionDenied):
                archiving.archive(cast.waste, by=person)
            with pytest.raises(PermissionDenied):
                archiving.reopen(cast.waste, by=person)
        archiving.archive(cast.waste, by=cast.carol, why="The scheme has ended.")
        assert cast.alice.notifications.get().words == "The scheme has ended."
        assert not cast.carol.notifications.exists()
        with pytest.raises(Refused, match="already"):
            archiving.archive(cast.waste, by=cast.carol)
        archiving.reopen(cast.waste, by=cast.dina)
        assert fresh(cast.waste).policy.archived_at is None
        with pytest.raises(Refused, match="already"):
            archiving.reopen(cast.waste, by=cast.carol)

    def test_nothing_new_is_added(self, cast: Cast) -> None:
        draft = make_story(cast.waste, by=cast.alice, title="Begun", live=False)
        waiting = make_story(cast.waste, by=cast.alice, title="Sent", live=False)
        writing.submit(waiting, by=cast.alice)
        parks = make_community("Parks", facilitator=cast.carol)
        elsewhere = make_story(parks, by=cast.carol)
        invitation = inviting.invite(cast.waste, by=cast.carol, person=cast.eve)
        archiving.archive(cast.waste, by=cast.carol)
        waste = fresh(cast.waste)
        for attempt in (
            lambda: writing.start(by=cast.alice, title="New", community=waste),
            lambda: writing.submit(StoryPage.objects.get(pk=draft.pk), by=cast.alice),
            lambda: moderating.approve(waiting, by=cast.carol, revision=waiting.latest_revision),
            lambda: moderating.move(elsewhere, by=cast.carol, to=waste),
            lambda: collecting.begin(by=cast.carol, community=waste, title="Start here"),
            lambda: joining.join(waste, person=cast.frank),
            lambda: inviting.invite(waste, by=cast.carol, email="new@council.example"),
            lambda: inviting.accept(invitation, person=cast.eve),
        ):
            with pytest.raises(Refused, match="is archived"):
                attempt()

    def test_it_can_be_read_says_so_and_leads_on_to_where_people_write(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice, title="Told before")
        parks = make_community("Parks", facilitator=cast.bob)
        archiving.archive(cast.waste, by=cast.carol, why="It grew into another one.", write_in=parks)
        html = page(cast.waste.get_absolute_url())
        assert "This community was archived on" in html
        assert "It grew into another one." in html
        assert 'Write instead in <a href="/communities/parks/">' in html
        assert "Told before" in html
        assert "Join this community" not in html
        assert client_of(None).get(story.get_absolute_url()).status_code == 200
        assert "Write a story here" not in page(cast.waste.get_absolute_url(), cast.alice)

    def test_it_is_not_suggested_or_offered_where_people_write(self, cast: Cast) -> None:
        make_community("Parks", facilitator=cast.alice)
        archiving.archive(cast.waste, by=cast.carol)
        assert "Waste and recycling" not in page("/write/", cast.alice)
        assert "Waste and recycling" not in page("/write/", cast.eve)
        html = page("/communities/")
        assert html.index(">Archived<") < html.index("Waste and recycling")

    def test_a_hidden_community_where_people_write_is_named_only_to_those_who_may_find_it(self, cast: Cast) -> None:
        numbat = make_community("Numbat", facilitator=cast.carol, visibility="hidden")
        archiving.archive(cast.waste, by=cast.carol, write_in=numbat)
        assert "Numbat" not in page(cast.waste.get_absolute_url())
        assert "Numbat" not in page(cast.waste.get_absolute_url(), cast.alice)
        assert "Numbat" in page(cast.waste.get_absolute_url(), cast.carol)
        other = make_community("Quoll", facilitator=cast.bob, visibility="hidden")
        parks = make_community("Parks", facilitator=cast.carol)
        with pytest.raises(Refused, match="that you can find"):
            archiving.archive(parks, by=cast.carol, write_in=other)

    def test_the_page_says_what_will_happen_and_does_it(self, cast: Cast) -> None:
        make_story(cast.waste, by=cast.alice)
        address = f"{cast.waste.get_absolute_url()}archive/"
        carol = client_of(cast.carol)
        html = carol.get(address).content.decode()
        assert "Its published story stays where it is" in html
        assert "3 members are told" in html
        assert "is archived" in carol.post(address, {"why": ""}, follow=True).content.decode()
        assert "Open it again?" in carol.get(address).content.decode()
        assert carol.post(address, {"why": "twice"}).status_code == 409
        assert "is open again" in carol.post(address, {"do": "reopen"}, follow=True).content.decode()


class TestHandingOver:
    def test_a_member_takes_it_on_and_the_facilitator_steps_back(self, cast: Cast) -> None:
        offered = handing_over.offer(cast.waste, by=cast.carol, to=cast.alice, message="Please", steps_back=True)
        assert cast.alice.notifications.get().words == "Please"
        assert not cast.waste.memberships.get(person=cast.alice).is_facilitator
        handing_over.accept(offered, person=cast.alice)
        roles = {row.person: row.role for row in cast.waste.memberships.all()}
        assert (roles[cast.alice], roles[cast.carol]) == (Role.FACILITATOR, Role.MEMBER)
        assert "You are a member again" in cast.carol.notifications.get().words
        assert not HandOver.objects.exists()
        assert not cast.alice.notifications.filter(what="hand-over-offered").exists()

    def test_a_member_says_no_and_nothing_changes(self, cast: Cast) -> None:
        offered = handing_over.offer(cast.waste, by=cast.carol, to=cast.alice, steps_back=True)
        handing_over.decline(offered, person=cast.alice)
        assert cast.waste.memberships.facilitators().get().person == cast.carol
        assert "rather not" in cast.carol.notifications.get().subject

    def test_it_is_offered_by_facilitators_to_members_once(self, cast: Cast) -> None:
        for person in (cast.alice, cast.eve):
            with pytest.raises(PermissionDenied):
                handing_over.offer(cast.waste, by=person, to=cast.bob)
        for to, words in ((cast.eve, "not a member"), (cast.carol, "facilitator already")):
            with pytest.raises(Refused, match=words):
                handing_over.offer(cast.waste, by=cast.dina, to=to)
        handing_over.offer(cast.waste, by=cast.dina, to=cast.bob)
        with pytest.raises(Refused, match="asked already"):
            handing_over.offer(cast.waste, by=cast.carol, to=cast.bob)

    def test_an_offer_is_answered_by_the_one_whom_it_is_to_while_it_stands(self, cast: Cast) -> None:
        offered = handing_over.offer(cast.waste, by=cast.carol, to=cast.alice)
        with pytest.raises(Refused, match="taken back, or answered"):
            handing_over.accept(offered, person=cast.bob)
        joining.promote(cast.waste.memberships.get(person=cast.bob), by=cast.carol)
        joining.demote(cast.waste.memberships.get(person=cast.carol), by=cast.bob)
        with pytest.raises(Refused, match="does not facilitate"):
            handing_over.accept(offered, person=cast.alice)
        HandOver.objects.update(created_at=timezone.now() - timedelta(days=31))
        with pytest.raises(Refused, match="taken back, or answered"):
            handing_over.accept(offered, person=cast.alice)

    def test_it_is_taken_back(self, cast: Cast) -> None:
        offered = handing_over.offer(cast.waste, by=cast.carol, to=cast.alice)
        with pytest.raises(PermissionDenied):
            handing_over.take_back(offered, by=cast.bob)
        address = f"{cast.waste.get_absolute_url()}hand-over/{offered.pk}/take-back/"
        assert client_of(cast.alice).post(address).status_code == 403
        assert "Taken back" in client_of(cast.carol).post(address, follow=True).content.decode()
        assert not HandOver.objects.exists()

    def test_a_member_offers_themselves_and_those_who_decide_are_told(self, cast: Cast) -> None:
        with pytest.raises(PermissionDenied):
            handing_over.volunteer(cast.waste, person=cast.eve)
        handing_over.volunteer(cast.waste, person=cast.alice, message="Two hours a week")
        for person in (cast.carol, cast.dina):
            assert person.notifications.get().words == "Two hours a week"
        with pytest.raises(Refused, match="said so already"):
            handing_over.volunteer(cast.waste, person=cast.alice)
        html = page(f"{cast.waste.get_absolute_url()}members/", cast.dina)
        assert "Two hours a week" in html
        assert "Two hours a week" not in page(f"{cast.waste.get_absolute_url()}members/", cast.bob)
        joining.promote(cast.waste.memberships.get(person=cast.alice), by=cast.dina)
        assert not HandOver.objects.exists()

    def test_both_sides_do_it_on_pages(self, cast: Cast) -> None:
        address = cast.waste.get_absolute_url()
        carol, alice = client_of(cast.carol), client_of(cast.alice)
        row = cast.waste.memberships.get(person=cast.alice)
        assert carol.post(f"{address}hand-over/", {"to": ""}).status_code == 422
        assert "has been asked" in carol.post(f"{address}hand-over/", {"to": row.pk}, follow=True).content.decode()
        assert "asks you to facilitate" in alice.get(address).content.decode()
        assert "Yes, I will" in alice.get(f"{address}facilitate/").content.decode()
        answer = alice.post(f"{address}facilitate/", {"answer": "yes"}, follow=True).content.decode()
        assert "from now on" in answer
        assert "You are a facilitator" in alice.get(f"{address}facilitate/").content.decode()
        assert "I would facilitate it" in page(f"{address}facilitate/", cast.bob)

    def test_who_closes_their_account_leaves_no_offer_behind(self, cast: Cast) -> None:
        handing_over.volunteer(cast.waste, person=cast.alice)
        handing_over.offer(cast.waste, by=cast.carol, to=cast.bob)
        joining.promote(cast.waste.memberships.get(person=cast.alice), by=cast.carol)
        close_account(cast.carol, by=cast.carol, keep_name=False)
        assert not HandOver.objects.exists()


class TestNobodyLooksAfterIt:
    @pytest.fixture
    def waste(self, cast: Cast) -> CommunityPage:
        """Carol facilitates it alone, and was not here for long."""
        long_ago = timezone.now() - timedelta(days=100)
        Membership.objects.update(since=long_ago)
        Person.objects.update(last_login=long_ago, date_joined=long_ago)
        return cast.waste

    def test_one_whose_facilitator_was_here_lately_is_looked_after(self, cast: Cast, waste: CommunityPage) -> None:
        assert list(unattended()) == [waste]
        Person.objects.filter(pk=cast.carol.pk).update(last_login=timezone.now() - timedelta(days=50))
        assert not unattended().exists()
        assert list(unattended(timezone.now() + timedelta(days=11))) == [waste]

    def test_what_a_facilitator_did_counts_as_well(self, cast: Cast, waste: CommunityPage) -> None:
        inviting.invite(waste, by=cast.carol, email="new@council.example")
        assert not unattended().exists()

    def test_one_without_a_facilitator_who_may_sign_in_is_not(self, cast: Cast, waste: CommunityPage) -> None:
        Person.objects.filter(pk=cast.carol.pk).update(last_login=timezone.now(), is_active=False)
        assert list(unattended()) == [waste]
        Person.objects.filter(pk=cast.carol.pk).update(is_active=True)
        waste.memberships.filter(person=cast.carol).delete()
        assert list(unattended()) == [waste]

    def test_members_are_asked_the_facilitator_is_reminded_and_editors_are_told(
        self, cast: Cast, waste: CommunityPage
    ) -> None:
        call_command("ask_for_facilitators")
        assert cast.alice.notifications.get().what == "facilitator-wanted"
        assert cast.carol.notifications.get().what == "facilitator-missed"
        assert "2 members were asked" in cast.dina.notifications.get().words
        assert not cast.eve.notifications.exists()
        assert "The site asked the members" in page(f"{waste.get_absolute_url()}decisions/", cast.dina)

    def test_nobody_is_asked_twice_within_thirty_days(self, cast: Cast, waste: CommunityPage) -> None:
        now = timezone.now()
        assert [ask_for_facilitators(now + timedelta(days=days)) for days in (0, 0, 1, 29, 31)] == [1, 0, 0, 0, 1]
        assert cast.alice.notifications.get().times == 2

    def test_an_archived_one_asks_nobody(self, cast: Cast, waste: CommunityPage) -> None:
        archiving.archive(waste, by=cast.dina)
        assert ask_for_facilitators() == 0

    def test_an_editor_appoints_one_and_it_is_looked_after(self, cast: Cast, waste: CommunityPage) -> None:
        grace = make_person("Grace Hopper")
        add_member(waste, grace)
        joining.promote(waste.memberships.get(person=grace), by=cast.dina)
        assert not unattended().exists()


def test_only_those_who_answer_for_it_see_its_future(cast: Cast) -> None:
    for name in ("future", "archive", "hand-over", "merge"):
        address = f"{cast.waste.get_absolute_url()}{name}/"
        assert client_of(None).get(address).status_code == 302
        assert client_of(cast.alice).get(address).status_code == 403
        assert client_of(cast.carol).get(address).status_code == 200
