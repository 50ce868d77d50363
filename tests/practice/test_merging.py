"""Two communities become one: who may, what goes along, who sees more than before, and where old addresses lead."""

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client
from wagtail.models import Page, PageLogEntry

from community import hosting, inviting, joining
from community.models import CommunityPage, HandOver, Invitation, Membership, Merger
from hub.refusal import Refused
from practice import collecting, writing
from practice.merging import Merging, merge_communities
from practice.models import Feature, StoryPage, Topic
from search.documents import STORY, read
from tests.cast import Cast, add_member, make_community, make_person, make_story

State, Role = Membership.State, Membership.Role


@pytest.fixture
def bins(cast: Cast) -> CommunityPage:
    """An open community that Carol facilitates too."""
    return make_community("Bins", facilitator=cast.carol)


def merge(community: CommunityPage, into: CommunityPage, by: object, **options: str) -> None:
    for each in (community, into):
        each.refresh_from_db()
    merge_communities(community, into=into, by=by, **options)  # type: ignore[arg-type]


def knowingly(community: CommunityPage, into: CommunityPage, by: object) -> None:
    merge(community, into, by, known=Merging.of(community, into).known)


def client_of(person: object | None) -> Client:
    client = Client()
    if person:
        client.force_login(person)  # type: ignore[arg-type]
    return client


def goes_to(path: str, person: object | None = None) -> str | int:
    answer = client_of(person).get(path)
    return answer["Location"] if answer.status_code == 301 else answer.status_code


class TestWhoMay:
    def test_only_who_answers_for_both(self, cast: Cast, bins: CommunityPage) -> None:
        parks = make_community("Parks", facilitator=cast.bob)
        for person, community, into in (
            (cast.carol, bins, parks),
            (cast.carol, parks, bins),
            (cast.alice, bins, cast.waste),
        ):
            with pytest.raises(PermissionDenied):
                merge(community, into, person)
        merge(bins, parks, cast.dina)
        assert Merger.objects.get().into == parks

    def test_not_with_itself_not_twice_and_not_into_an_archived_one(self, cast: Cast, bins: CommunityPage) -> None:
        with pytest.raises(Refused, match="same community"):
            merge(bins, bins, cast.carol)
        bins.policy.archived_at = "2026-01-01T00:00Z"
        bins.policy.save()
        with pytest.raises(Refused, match="archived"):
            merge(cast.waste, bins, cast.carol)
        merge(bins, cast.waste, cast.carol)
        with pytest.raises(Refused, match="part of another"):
            merge(bins, cast.waste, cast.dina)


class TestStories:
    def test_all_move_whatever_their_state_keep_their_address_and_say_so_in_their_history(
        self, cast: Cast, bins: CommunityPage
    ) -> None:
        there = make_story(cast.waste, by=cast.bob, title="There before")
        live = make_story(bins, by=cast.alice, title="Told")
        draft = make_story(bins, by=cast.alice, title="Begun", live=False)
        waiting = make_story(bins, by=cast.alice, title="Sent", live=False)
        add_member(bins, cast.alice)
        writing.submit(waiting, by=cast.alice)
        address = live.get_absolute_url()
        knowingly(bins, cast.waste, cast.carol)
        for story in (there, live, draft, waiting):
            story = StoryPage.objects.get(pk=story.pk)
            assert story.community == cast.waste
            assert story.get_parent().specific == cast.waste
            assert story.url_path == f"{cast.waste.url_path}{story.slug}/"
        assert client_of(None).get(address).status_code == 200
        assert read(STORY, [live.pk])[live.pk].community.value == cast.waste.slug
        entry = PageLogEntry.objects.get(page=live.pk, action="wagtail.move")
        assert (entry.user, entry.data["source"]["title"]) == (cast.carol, "Bins")
        assert StoryPage.objects.get(pk=waiting.pk).state == StoryPage.State.IN_REVIEW
        assert not any(Page.find_problems())
        call_command("fixtree", interactive=False, verbosity=0)

    def test_a_draft_can_be_published_where_it_came_to(self, cast: Cast, bins: CommunityPage) -> None:
        add_member(bins, cast.alice)
        draft = make_story(bins, by=cast.alice, live=False)
        merge(bins, cast.waste, cast.carol)
        draft = StoryPage.objects.get(pk=draft.pk)
        draft.latest_revision.publish()
        assert StoryPage.objects.visible_to(None).get(pk=draft.pk).community == cast.waste
        make_story(cast.waste, by=cast.alice, title="Told after")
        assert not any(Page.find_problems())

    def test_it_takes_as_many_statements_for_thirty_stories_as_for_one(
        self, cast: Cast, bins: CommunityPage, django_assert_max_num_queries
    ) -> None:
        for number in range(30):
            make_story(bins, by=cast.alice, title=f"Story {number}")
        for each in (bins, cast.waste):
            each.refresh_from_db()
        with django_assert_max_num_queries(130):
            merge_communities(bins, into=cast.waste, by=cast.carol)

    def test_topics_collections_and_what_stands_out_go_along(self, cast: Cast, bins: CommunityPage) -> None:
        food, flats = (Topic.objects.create(title=name, slug=name) for name in ("food", "flats"))
        food.communities.set([bins, cast.waste])
        flats.communities.set([bins])
        story = make_story(bins, by=cast.alice)
        path = collecting.begin(by=cast.carol, community=bins, title="Start here")
        collecting.put(path, story, by=cast.carol)
        feature = Feature.objects.create(community=bins, story=story, kind="pinned", reason="Short", until="2999-01-01")
        merge(bins, cast.waste, cast.carol)
        path.refresh_from_db()
        assert path.community == cast.waste
        assert set(Topic.objects.filter(communities=cast.waste)) == {food, flats}
        feature.refresh_from_db()
        assert feature.community == cast.waste


class TestPeople:
    def test_members_come_along_and_the_higher_role_is_kept(self, cast: Cast, bins: CommunityPage) -> None:
        add_member(bins, cast.eve)
        add_member(bins, cast.bob, role=Role.FACILITATOR)
        merge(bins, cast.waste, cast.carol)
        roles = {row.person: row.role for row in cast.waste.memberships.active()}
        assert roles == {
            cast.alice: Role.MEMBER,
            cast.bob: Role.FACILITATOR,
            cast.carol: Role.FACILITATOR,
            cast.eve: Role.MEMBER,
        }
        assert not bins.memberships.exists()
        assert cast.eve.notifications.get().subject == "Bins is part of Waste and recycling now"

    def test_requests_and_invitations_are_carried_over_once(self, cast: Cast, bins: CommunityPage) -> None:
        hosting.set_policy(bins, by=cast.carol, joining="ask")
        grace, alan = make_person("Grace Hopper"), make_person("Alan Turing")
        joining.ask(bins, person=grace, message="I would like to")
        joining.ask(bins, person=cast.alice)
        inviting.invite(bins, by=cast.carol, email="new@council.example")
        inviting.invite(bins, by=cast.carol, email="both@council.example")
        inviting.invite(cast.waste, by=cast.carol, email="both@council.example")
        inviting.invite(bins, by=cast.carol, person=alan)
        inviting.invite(bins, by=cast.carol, person=cast.bob)
        merge(bins, cast.waste, cast.carol)
        assert cast.waste.memberships.get(person=grace).message == "I would like to"
        assert cast.waste.membership_of(cast.alice).state == State.ACTIVE
        assert sorted(Invitation.objects.values_list("email", flat=True)) == [
            "",
            "both@council.example",
            "new@council.example",
        ]
        assert Invitation.objects.get(person=alan).community == cast.waste

    def test_who_asked_over_there_and_belonged_here_is_a_member(self, cast: Cast, bins: CommunityPage) -> None:
        hosting.set_policy(cast.waste, by=cast.carol, joining="ask")
        joining.ask(cast.waste, person=cast.eve)
        add_member(bins, cast.eve)
        merge(bins, cast.waste, cast.carol)
        assert cast.waste.membership_of(cast.eve).state == State.ACTIVE

    def test_a_removal_stands_on_either_side(self, cast: Cast, bins: CommunityPage) -> None:
        grace = make_person("Grace Hopper")
        for person in (cast.bob, cast.eve):
            add_member(bins, person)
        joining.remove(bins.memberships.get(person=cast.eve), by=cast.carol, reason="Sold things")
        joining.remove(cast.waste.memberships.get(person=cast.bob), by=cast.carol, reason="Rude")
        add_member(bins, grace)
        merge(bins, cast.waste, cast.carol)
        assert cast.waste.membership_of(cast.bob).state == State.REMOVED
        assert cast.waste.membership_of(cast.eve).answer == "Sold things"
        told = cast.bob.notifications.get(what="communities-merged")
        assert "You were refused or removed there before" in told.words


class TestWhoSeesMore:
    @pytest.mark.parametrize(
        ("here", "there", "words"),
        [
            ("open", "open", []),
            ("members", "open", ["1 story of Bins will be open to everybody"]),
            ("hidden", "open", ["1 story of Bins will be open to everybody", "which is hidden, will be named"]),
            ("open", "members", ["1 story of Waste and recycling will be open to 1 more person"]),
            ("members", "members", ["1 story of Bins will be open to 2 more people", "1 story of Waste"]),
        ],
    )
    def test_it_is_refused_unless_it_is_said_in_figures(
        self, cast: Cast, bins: CommunityPage, here: str, there: str, words: list[str]
    ) -> None:
        add_member(bins, cast.eve)
        make_story(bins, by=cast.alice)
        make_story(cast.waste, by=cast.alice)
        hosting.set_policy(bins, by=cast.dina, visibility=here)
        hosting.set_policy(cast.waste, by=cast.dina, visibility=there)
        shown = Merging.of(bins, cast.waste).shows
        assert len(shown) == len(words)
        for sentence, expected in zip(shown, words, strict=True):
            assert expected in sentence
        if words:
            with pytest.raises(Refused, match="Say that this is meant"):
                merge(bins, cast.waste, cast.carol)
            assert not Merger.objects.exists()
            assert StoryPage.objects.filter(community=bins).exists()
        knowingly(bins, cast.waste, cast.carol)
        assert StoryPage.objects.filter(community=cast.waste).count() == 2

    def test_figures_that_have_changed_are_read_again(self, cast: Cast, bins: CommunityPage) -> None:
        hosting.set_policy(bins, by=cast.dina, visibility="members")
        make_story(bins, by=cast.alice)
        known = Merging.of(bins, cast.waste).known
        make_story(bins, by=cast.alice)
        with pytest.raises(Refused, match="changed since you read them"):
            merge(bins, cast.waste, cast.carol, known=known)

    def test_what_waits_is_shown_to_more_facilitators_and_that_is_said(self, cast: Cast, bins: CommunityPage) -> None:
        add_member(bins, cast.alice)
        add_member(cast.waste, cast.eve, role=Role.FACILITATOR)
        writing.submit(make_story(bins, by=cast.alice, live=False), by=cast.alice)
        assert "will be open to the facilitators of both" in Merging.of(bins, cast.waste).known

    def test_nobody_reads_more_than_the_merger_says(self, cast: Cast, bins: CommunityPage) -> None:
        story = make_story(bins, by=cast.carol)
        hosting.set_policy(bins, by=cast.dina, visibility="hidden")
        hosting.set_policy(cast.waste, by=cast.dina, visibility="members")
        knowingly(bins, cast.waste, cast.carol)
        readers = {
            person
            for person in (cast.alice, cast.eve, None)
            if StoryPage.objects.visible_to(person).filter(pk=story.pk)
        }
        assert readers == {cast.alice}


class TestAddresses:
    def test_every_page_of_the_old_one_leads_to_the_new_one(self, cast: Cast, bins: CommunityPage) -> None:
        merge(bins, cast.waste, cast.carol)
        assert goes_to("/communities/bins/") == cast.waste.get_absolute_url()
        assert goes_to("/communities/bins/members/") == cast.waste.get_absolute_url()
        assert client_of(cast.eve).post("/communities/bins/join/").status_code == 404
        html = client_of(None).get("/communities/").content.decode()
        assert "Bins" not in html
        assert "community=bins" not in html

    def test_chains_lead_there_in_one_step(self, cast: Cast, bins: CommunityPage) -> None:
        parks = make_community("Parks", facilitator=cast.carol)
        merge(bins, parks, cast.carol)
        merge(parks, cast.waste, cast.carol)
        assert goes_to("/communities/bins/") == goes_to("/communities/parks/") == cast.waste.get_absolute_url()

    @pytest.mark.parametrize("into", ["open", "hidden"])
    def test_a_hidden_ones_address_is_not_there_for_those_who_did_not_belong(
        self, cast: Cast, bins: CommunityPage, into: str
    ) -> None:
        hosting.set_policy(bins, by=cast.dina, visibility="hidden")
        hosting.set_policy(cast.waste, by=cast.dina, visibility=into)
        add_member(bins, cast.bob)
        grace = make_person("Grace Hopper")
        knowingly(bins, cast.waste, cast.carol)
        for person in (None, cast.eve, grace, cast.alice):
            for path in ("/communities/bins/", "/communities/bins/members/", "/stories/?community=bins"):
                answer = client_of(person).get(path)
                assert answer.status_code == (200 if "?" in path else 404)
                assert "Location" not in answer.headers
        for person in (cast.bob, cast.carol, cast.dina):
            assert goes_to("/communities/bins/", person) == cast.waste.get_absolute_url()

    def test_an_open_ones_address_does_not_tell_the_name_of_a_hidden_one(self, cast: Cast, bins: CommunityPage) -> None:
        hosting.set_policy(cast.waste, by=cast.dina, visibility="hidden")
        merge(bins, cast.waste, cast.carol)
        assert goes_to("/communities/bins/") == goes_to("/communities/bins/", cast.eve) == 404
        assert goes_to("/communities/bins/", cast.alice) == cast.waste.get_absolute_url()

    def test_lists_that_were_narrowed_down_by_the_old_name_still_are(self, cast: Cast, bins: CommunityPage) -> None:
        make_story(bins, by=cast.alice, title="From the bins")
        parks = make_community("Parks", facilitator=cast.bob)
        make_story(parks, by=cast.bob, title="From the parks")
        merge(bins, cast.waste, cast.carol)
        html = client_of(None).get("/stories/?community=bins").content.decode()
        assert "From the bins" in html
        assert "From the parks" not in html

    def test_it_does_not_come_back_by_the_admin_and_its_address_is_never_given_again(
        self, cast: Cast, bins: CommunityPage
    ) -> None:
        merge(bins, cast.waste, cast.carol)
        gone = CommunityPage.objects.get(pk=bins.pk)
        gone.get_latest_revision_as_object().save_revision().publish()
        assert not CommunityPage.objects.get(pk=bins.pk).live
        with pytest.raises(Refused, match="taken"):
            hosting.found(by=cast.dina, title="Bins", purpose="Again")


class TestPage:
    def test_it_says_in_figures_what_will_happen_and_asks(self, cast: Cast, bins: CommunityPage) -> None:
        hosting.set_policy(bins, by=cast.dina, visibility="members")
        make_story(bins, by=cast.alice)
        carol = client_of(cast.carol)
        assert "Waste and recycling" in carol.get("/communities/bins/merge/").content.decode()
        html = carol.get(f"/communities/bins/merge/?into={cast.waste.slug}").content.decode()
        assert "1 published story moves" in html
        assert "1 story of Bins will be open to everybody" in html
        assert "“Open: anyone can read it”, not “Members only" in BeautifulSoup(html, "html.parser").text
        known = Merging.of(bins, cast.waste).known
        given = {"into": cast.waste.slug, "known": known, "typed": " bins "}
        for wrong in (given, {**given, "knowingly": "1", "typed": "Waste"}, {**given, "knowingly": "1", "typed": ""}):
            answer = carol.post("/communities/bins/merge/", wrong)
            assert answer.status_code == 422
            assert "<title>Error: " in answer.content.decode()
        given["knowingly"] = "1"
        answer = carol.post("/communities/bins/merge/", given, follow=True)
        assert "is part of Waste and recycling now" in answer.content.decode()

    def test_a_community_that_one_does_not_facilitate_cannot_be_chosen(self, cast: Cast, bins: CommunityPage) -> None:
        hidden = make_community("Numbat", facilitator=cast.bob, visibility="hidden")
        answer = client_of(cast.carol).get(f"/communities/bins/merge/?into={hidden.slug}")
        assert answer.status_code == 422
        assert "Numbat" not in answer.content.decode()
        assert client_of(cast.bob).get(f"/communities/{hidden.slug}/merge/").status_code == 200
        assert (
            "You facilitate no other community"
            in client_of(cast.bob).get(f"/communities/{hidden.slug}/merge/").content.decode()
        )

    def test_offers_to_facilitate_the_old_one_go(self, cast: Cast, bins: CommunityPage) -> None:
        add_member(bins, cast.eve)
        HandOver.objects.create(community=bins, person=cast.eve, by=cast.carol)
        merge(bins, cast.waste, cast.carol)
        assert not HandOver.objects.exists()
