"""How facilitators arrange the front page of their community, and whom one may ask there."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community import arranging, decisions, joining
from community.models import Arrangement, CommunityPage, Membership, PersonToAsk
from community.profiles import data_of
from hub.notifications.models import Notification
from hub.refusal import Refused
from practice import collecting
from practice.models import Collection
from tests.cast import Cast, add_member, make_community, make_person, make_story

pytestmark = pytest.mark.django_db
ADDRESS = "/communities/waste-and-recycling/"


def page(person: Any, address: str = ADDRESS) -> str:
    client = Client()
    if person:
        client.force_login(person)
    response = client.get(address)
    assert response.status_code == 200
    return response.text


def of(community: CommunityPage, person: Any) -> Membership:
    return Membership.objects.get(community=community, person=person)


@pytest.fixture
def waste(cast: Cast) -> CommunityPage:
    """Waste, with words and a story."""
    CommunityPage.objects.filter(pk=cast.waste.pk).update(introduction="<p>Come in.</p>", ground_rules="Name nobody.")
    make_story(cast.waste, by=cast.alice)
    cast.waste.refresh_from_db()
    return cast.waste


class TestArranging:
    def test_what_is_tried_out_is_seen_by_nobody_else_until_it_is_published(
        self, cast: Cast, waste: CommunityPage
    ) -> None:
        arranging.show(waste, "introduction", by=cast.carol, shown=False)
        assert "Come in." in page(None)
        assert "Come in." not in page(cast.carol, f"{ADDRESS}front/preview/")
        arranging.publish(waste, by=cast.carol)
        assert "Come in." not in page(None)

    def test_parts_stand_in_the_order_that_was_published(self, cast: Cast, waste: CommunityPage) -> None:
        assert page(None).index("Come in.") < page(None).index("Newest stories")
        arranging.move(waste, "newest", by=cast.carol, steps=-9)
        arranging.publish(waste, by=cast.carol)
        assert page(None).index("Newest stories") < page(None).index("Come in.")

    @pytest.mark.usefixtures("page_cache")
    def test_a_kept_page_follows_what_is_published(self, cast: Cast, waste: CommunityPage) -> None:
        for _ in range(3):
            assert "Name nobody." in page(None)
        arranging.show(waste, "rules", by=cast.carol, shown=False)
        arranging.publish(waste, by=cast.carol)
        assert "Name nobody." not in page(None)

    def test_an_earlier_arrangement_is_taken_up_from_the_log(self, cast: Cast, waste: CommunityPage) -> None:
        arranging.show(waste, "rules", by=cast.carol, shown=False)
        arranging.publish(waste, by=cast.carol)
        arranging.take_up(waste, arranging.earlier(waste)[0].entry, by=cast.carol)
        assert "Name nobody." not in page(None)
        arranging.publish(waste, by=cast.carol)
        assert "Name nobody." in page(None)
        lines = [line.words for line in decisions.told(decisions.decisions_of(waste))]
        assert lines == ["arranged the front page", "arranged the front page"]

    def test_an_entry_of_another_community_is_not_taken_up(self, cast: Cast, waste: CommunityPage) -> None:
        parks = make_community("Parks", facilitator=cast.carol)
        arranging.show(parks, "rules", by=cast.carol, shown=False)
        arranging.publish(parks, by=cast.carol)
        with pytest.raises(Refused):
            arranging.take_up(waste, arranging.earlier(parks)[0].entry, by=cast.carol)

    def test_going_back_leaves_nothing_to_publish(self, cast: Cast, waste: CommunityPage) -> None:
        arranging.show(waste, "rules", by=cast.carol, shown=False)
        arranging.show(waste, "rules", by=cast.carol, shown=True)
        with pytest.raises(Refused):
            arranging.publish(waste, by=cast.carol)
        arranging.show(waste, "rules", by=cast.carol, shown=False)
        arranging.start_over(waste, by=cast.carol)
        with pytest.raises(Refused):
            arranging.publish(waste, by=cast.carol)

    def test_a_part_that_is_not_there_is_refused(self, cast: Cast, waste: CommunityPage) -> None:
        with pytest.raises(Refused):
            arranging.move(waste, "fireworks", by=cast.carol, steps=1)

    @pytest.mark.parametrize(
        "kept", [None, [], {"middle": ["newest", "gone", "newest"], "hidden": ["gone"], "start": "x"}]
    )
    def test_what_was_kept_by_another_version_is_completed(self, kept: Any) -> None:
        front = Arrangement.of(kept)
        assert sorted(front.middle) == sorted(Arrangement().middle)
        assert front.hidden == frozenset()
        assert front.start is None

    @pytest.mark.parametrize("role", ["alice", "bob", "eve"])
    def test_nobody_else_arranges(self, cast: Cast, waste: CommunityPage, role: str) -> None:
        somebody = getattr(cast, role)
        for act in (
            lambda: arranging.move(waste, "rules", by=somebody, steps=1),
            lambda: arranging.show(waste, "rules", by=somebody, shown=False),
            lambda: arranging.start_with(waste, by=somebody, collection=None),
            lambda: arranging.publish(waste, by=somebody),
            lambda: arranging.start_over(waste, by=somebody),
            lambda: arranging.take_up(waste, 1, by=somebody),
            lambda: arranging.name_to_ask(waste, by=somebody, membership=of(waste, cast.alice), words="bins"),
        ):
            with pytest.raises(PermissionDenied):
                act()


class TestWhereToStart:
    @pytest.fixture
    def path(self, cast: Cast, waste: CommunityPage) -> Collection:
        made = collecting.begin(by=cast.carol, community=waste, title="The first four", introduction="<p>Read on.</p>")
        collecting.put(made, make_story(waste, by=cast.alice, title="Caddies first"), by=cast.carol)
        arranging.start_with(waste, by=cast.carol, collection=made.pk)
        arranging.publish(waste, by=cast.carol)
        return made

    def test_newcomers_are_led_to_it_and_it_stands_once(self, path: Collection) -> None:
        html = page(None)
        assert "Start here" in html
        assert "Read the 1 story in order" in html
        assert html.count(">The first four<") == 1

    def test_one_for_members_leads_only_members(self, cast: Cast, path: Collection) -> None:
        collecting.describe(path, by=cast.carol, title="The first four", introduction="", for_members=True)
        assert "The first four" not in page(None)
        assert "The first four" in page(cast.bob)

    def test_one_that_was_taken_away_is_not_shown(self, cast: Cast, path: Collection) -> None:
        collecting.take_away(path, by=cast.carol)
        assert "Start here" not in page(None)

    def test_one_of_another_community_cannot_be_chosen(self, cast: Cast, waste: CommunityPage) -> None:
        parks = make_community("Parks", facilitator=cast.dina)
        other = collecting.begin(by=cast.dina, community=parks, title="Parks first")
        client = Client()
        client.force_login(cast.carol)
        assert client.post(f"{ADDRESS}front/?change=start", {"collection": other.pk}).status_code == 422


class TestPeopleToAsk:
    def test_they_stand_there_with_what_to_ask_and_are_told(self, cast: Cast, waste: CommunityPage) -> None:
        arranging.name_to_ask(waste, by=cast.carol, membership=of(waste, cast.bob), words="liners")
        assert "Ask about liners" in page(None)
        notice = Notification.objects.get(person=cast.bob)
        assert notice.words == "liners"
        assert [line.words for line in decisions.told(decisions.decisions_of(waste))] == [
            "named Bob Okafor as somebody to ask: “liners”"
        ]

    def test_in_a_members_only_community_only_members_see_their_names(self, cast: Cast) -> None:
        care = make_community("Care", facilitator=cast.carol, visibility="members")
        add_member(care, cast.bob)
        arranging.name_to_ask(care, by=cast.carol, membership=of(care, cast.bob), words="key safes")
        assert "Bob Okafor" not in page(cast.eve, care.get_absolute_url())
        assert "key safes" in page(cast.bob, care.get_absolute_url())

    def test_one_takes_ones_own_name_away_and_nobody_elses(self, cast: Cast, waste: CommunityPage) -> None:
        to_ask = arranging.name_to_ask(waste, by=cast.carol, membership=of(waste, cast.bob), words="liners")
        client = Client()
        client.force_login(cast.alice)
        assert "Take my name away" not in client.get(ADDRESS).text
        assert client.post(f"{ADDRESS}people/{to_ask.pk}/ask-me-no-more/").status_code == 404
        with pytest.raises(PermissionDenied):
            arranging.ask_no_more(to_ask, by=cast.alice)
        client.force_login(cast.bob)
        assert "Take my name away" in client.get(ADDRESS).text
        client.post(f"{ADDRESS}people/{to_ask.pk}/ask-me-no-more/")
        assert "Ask about" not in page(None)

    def test_who_leaves_or_is_removed_is_not_asked_any_more(self, cast: Cast, waste: CommunityPage) -> None:
        for person in (cast.bob, cast.alice):
            arranging.name_to_ask(waste, by=cast.carol, membership=of(waste, person), words="liners")
        joining.leave(waste, person=cast.bob)
        joining.remove(of(waste, cast.alice), by=cast.carol, reason="Sells liners.")
        assert not PersonToAsk.objects.exists()

    def test_whoever_may_not_sign_in_is_not_shown(self, cast: Cast, waste: CommunityPage) -> None:
        arranging.name_to_ask(waste, by=cast.carol, membership=of(waste, cast.bob), words="liners")
        cast.bob.is_active = False
        cast.bob.save()
        assert "Ask about" not in page(None)

    def test_they_are_few_and_moved_and_changed(self, cast: Cast, waste: CommunityPage) -> None:
        people = [make_person(f"Person{n} Hill") for n in range(arranging.MOST_PEOPLE + 1)]
        rows = [add_member(waste, person) for person in people]
        named = [arranging.name_to_ask(waste, by=cast.carol, membership=row, words="x") for row in rows[:-1]]
        with pytest.raises(Refused):
            arranging.name_to_ask(waste, by=cast.carol, membership=rows[-1], words="x")
        arranging.name_to_ask(waste, by=cast.carol, membership=rows[0], words="bins")
        arranging.shift(named[1], by=cast.carol, steps=-1)
        assert [each.words for each in PersonToAsk.objects.of(waste)][:2] == ["x", "bins"]

    def test_words_and_a_membership_are_needed(self, cast: Cast, waste: CommunityPage) -> None:
        parks = make_community("Parks", facilitator=cast.eve)
        for membership, words in ((of(waste, cast.bob), " "), (of(parks, cast.eve), "trees")):
            with pytest.raises(Refused):
                arranging.name_to_ask(waste, by=cast.carol, membership=membership, words=words)

    def test_it_is_in_the_copy_of_ones_data(self, cast: Cast, waste: CommunityPage) -> None:
        arranging.name_to_ask(waste, by=cast.carol, membership=of(waste, cast.bob), words="liners")
        assert data_of(cast.bob)["communities"][0]["asked_about"] == "liners"


class TestThePage:
    def test_a_facilitator_arranges_without_javascript(self, cast: Cast, waste: CommunityPage) -> None:
        client = Client()
        client.force_login(cast.carol)
        assert "not yet published" not in client.get(f"{ADDRESS}front/").text
        assert "Hidden" in client.post(f"{ADDRESS}front/rules/hide/", follow=True).text
        client.post(f"{ADDRESS}front/newest/up/")
        assert "not yet published" in client.get(f"{ADDRESS}front/").text
        client.post(f"{ADDRESS}front/?change=people", {"member": of(waste, cast.bob).pk, "words": "liners"})
        client.post(f"{ADDRESS}front/people/{PersonToAsk.objects.get().pk}/up/")
        answer = client.post(f"{ADDRESS}front/publish/", follow=True)
        assert "Everybody sees it so now" in answer.text
        assert "Name nobody." not in answer.text
        assert "Take it up again" in client.get(f"{ADDRESS}front/").text
        for address in ("front/rules/dance/", "front/fireworks/up/", "front/dance/"):
            assert client.post(f"{ADDRESS}{address}").status_code == 404

    def test_words_are_changed_in_their_place(self, cast: Cast, waste: CommunityPage) -> None:
        client = Client()
        client.force_login(cast.carol)
        for change, values in (
            ("introduction", {"introduction": "<p>Welcome all.</p>"}),
            ("rules", {"ground_rules": "Be kind."}),
        ):
            waste.refresh_from_db()
            sent = {**values, "base_revision": waste.latest_revision_id or ""}
            assert client.post(f"{ADDRESS}front/?change={change}", sent).status_code == 302
        assert "Welcome all." in page(None)
        assert "Be kind." in page(None)

    def test_what_somebody_else_wrote_meanwhile_is_shown_and_not_written_over(
        self, cast: Cast, waste: CommunityPage
    ) -> None:
        client = Client()
        client.force_login(cast.carol)
        client.post(f"{ADDRESS}front/?change=rules", {"ground_rules": "Theirs.", "base_revision": ""})
        answer = client.post(f"{ADDRESS}front/?change=rules", {"ground_rules": "Mine.", "base_revision": ""})
        assert answer.status_code == 409
        assert "Theirs." in answer.text
        assert "Mine." in answer.text
        assert "Theirs." in page(None)

    def test_it_takes_as_many_queries_for_more_people_and_earlier_arrangements(
        self, cast: Cast, waste: CommunityPage
    ) -> None:
        def count(address: str) -> int:
            with CaptureQueriesContext(connection) as queries:
                page(cast.carol, address)
            return len(queries)

        arranging.name_to_ask(waste, by=cast.carol, membership=of(waste, cast.bob), words="liners")
        arranging.show(waste, "councils", by=cast.carol, shown=False)
        arranging.publish(waste, by=cast.carol)
        addresses = (ADDRESS, f"{ADDRESS}front/?change=people")
        page(cast.carol)  # what is read once in a process
        few = [count(address) for address in addresses]
        for number in range(4):
            row = add_member(waste, make_person(f"Person{number} Hill"))
            arranging.name_to_ask(waste, by=cast.carol, membership=row, words="x")
        for number in range(3):
            arranging.show(waste, "topics", by=cast.carol, shown=number % 2 == 1)
            arranging.publish(waste, by=cast.carol)
        assert [count(address) for address in addresses] == few
