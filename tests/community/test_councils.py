"""The register of councils on the site and in the admin."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.models import Council
from community.registering import replace
from tests.cast import Cast, make_community, make_council, make_person, make_story


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


class TestTheList:
    def test_it_is_narrowed_down_by_region_kind_nation_and_words(self, client: Client, cast: Cast) -> None:
        make_council("X-KEL", "Kelderby", region="North", nation="Arden", kind="unitary", other_names="Kelder")
        make_council("X-LOD", "Lodden Vale", region="South", nation="Arden")
        for asked, found in {
            "region=North": {"Kelderby"},
            "region=North&region=South": {"Kelderby", "Lodden Vale"},
            "kind=unitary": {"Kelderby"},
            "nation=Arden&kind=district": {"Lodden Vale"},
            "q=kelder": {"Kelderby"},
            "q=kelder&region=South": set(),
        }.items():
            page = client.get(f"/councils/?{asked}")
            assert {council.short_name for council in page.context["page"]} == found, asked

    def test_counts_say_what_each_choice_would_leave(self, client: Client, cast: Cast) -> None:
        make_council("X-KEL", "Kelderby", region="North", kind="unitary")
        page = client.get("/councils/?region=North")
        assert [(choice.value, choice.count) for choice in page.context["kinds"]] == [("unitary", 1)]
        assert [(choice.value, choice.chosen) for choice in page.context["regions"]] == [("North", True)]

    def test_those_that_ended_are_shown_when_asked_for(self, client: Client, cast: Cast) -> None:
        replace(cast.ambleford, by=[cast.brockhaven])
        assert "Ambleford" not in client.get("/councils/").text
        assert "Ambleford" in client.get("/councils/?ended=1").text

    def test_hostile_questions_get_a_page(self, client: Client, cast: Cast) -> None:
        for asked in ("q=%00", "q='%22<script>", "page=-1", "page=x", "kind=none", "region=" + "x" * 5000):
            answer = client.get(f"/councils/?{asked}")
            assert answer.status_code == 200
            assert "<script>" not in answer.text.replace('<script type="module"', "")

    def test_it_takes_as_many_queries_for_fifty_as_for_one(self, client: Client, cast: Cast) -> None:
        queries(client, "/councils/?page=1")
        few = queries(client, "/councils/?page=1")
        for number in range(50):
            make_council(f"X-{number}", f"Town {number}")
        assert queries(client, "/councils/?page=1") == few


class TestThePage:
    def test_it_shows_facts_people_and_stories(self, client: Client, cast: Cast) -> None:
        make_story(cast.waste, by=cast.alice)
        Council.objects.filter(pk=cast.ambleford.pk).update(population=128400, area_km2=412, region="North Vale")
        page = client.get(cast.ambleford.get_absolute_url()).text
        for words in ("128,400", "412", "North Vale", "Alice Marlow", "We asked the caretakers", "District"):
            assert words in page

    def test_it_shows_what_its_predecessors_left_however_long_ago(self, client: Client, cast: Cast) -> None:
        make_story(cast.waste, by=cast.alice)
        between = make_council("X-BET", "Between")
        replace(cast.ambleford, by=[between])
        replace(between, by=[cast.brockhaven])
        page = client.get(cast.brockhaven.get_absolute_url()).text
        for words in ("We asked the caretakers", "Alice Marlow", "Bob Okafor", "Ambleford Borough Council", "Between"):
            assert words in page

    def test_a_replaced_council_leads_to_its_successor(self, client: Client, cast: Cast) -> None:
        replace(cast.ambleford, by=[cast.brockhaven])
        for address in ("/councils/x-amb/ambleford/", "/councils/X-AMB/"):
            answer = client.get(address)
            assert (answer.status_code, answer["Location"]) == (301, "/councils/x-bro/brockhaven/")

    def test_a_council_that_was_split_keeps_its_page(self, client: Client, cast: Cast) -> None:
        third = make_council("X-NEW", "Newland")
        replace(cast.ambleford, by=[cast.brockhaven, third])
        page = client.get(cast.ambleford.get_absolute_url())
        assert page.status_code == 200
        assert "Newland" in client.get(third.get_absolute_url()).text
        assert "Ambleford Borough Council" in client.get(third.get_absolute_url()).text

    @pytest.mark.parametrize("address", ["/councils/x-amb/", "/councils/X-AMB/ambleford/", "/councils/x-amb/wrong/"])
    def test_a_wrong_end_of_the_address_is_put_right(self, client: Client, cast: Cast, address: str) -> None:
        answer = client.get(address, follow=True)
        assert answer.status_code == 200
        assert answer.redirect_chain in ([("/councils/x-amb/ambleford/", 301)], [])

    def test_an_unknown_council_is_not_found(self, client: Client, db: None) -> None:
        assert client.get("/councils/none/").status_code == 404

    def test_stories_that_the_asker_may_not_see_are_not_told_of(self, client: Client, cast: Cast) -> None:
        hidden = make_community("Quiet", facilitator=cast.alice, visibility="hidden")
        make_story(hidden, by=cast.alice, title="A quiet word")
        address = cast.ambleford.get_absolute_url()
        assert "A quiet word" not in client.get(address).text
        client.force_login(cast.bob)
        assert "A quiet word" not in client.get(address).text
        client.force_login(cast.alice)
        assert "A quiet word" in client.get(address).text

    def test_it_says_where_it_lies(self, client: Client, cast: Cast) -> None:
        Council.objects.filter(pk=cast.ambleford.pk).update(latitude=54.3, longitude=-2.0)
        Council.objects.filter(pk=cast.brockhaven.pk).update(latitude=51.0, longitude=0.5)
        assert "lies in the north-west" in client.get(cast.ambleford.get_absolute_url()).text

    def test_it_takes_as_many_queries_for_many_stories_as_for_one(self, client: Client, cast: Cast) -> None:
        make_story(cast.waste, by=cast.alice)
        client.force_login(cast.bob)
        address = cast.ambleford.get_absolute_url()
        queries(client, address)
        few = queries(client, address)
        for number in range(8):
            make_story(cast.waste, by=cast.alice, title=f"Story {number}")
            make_person(f"P{number} Person", council=cast.ambleford)
        assert queries(client, address) == few


class TestAdministration:
    @pytest.fixture
    def dina(self, client: Client, cast: Cast) -> Client:
        client.force_login(cast.dina)
        return client

    def test_councils_are_listed_filtered_searched_and_edited(self, dina: Client, cast: Cast) -> None:
        base = "/admin/snippets/community/council"
        assert "Ambleford" in dina.get(f"{base}/").text
        assert "Ambleford" not in dina.get(f"{base}/list/results/?q=brockhaven").text
        assert "Ambleford" in dina.get(f"{base}/?kind=district").text
        assert dina.get(f"{base}/edit/{cast.ambleford.pk}/").status_code == 200

    def form(self, council: Council, **changed):
        values = {"code": council.code, "name": council.name, "short_name": council.short_name, "kind": council.kind}
        return {**values, **changed}

    def test_a_successor_is_set_but_not_a_loop(self, dina: Client, cast: Cast) -> None:
        address = "/admin/snippets/community/council/edit/{}/"
        dina.post(address.format(cast.ambleford.pk), self.form(cast.ambleford, replaced_by=cast.brockhaven.pk))
        cast.ambleford.refresh_from_db()
        assert cast.ambleford.replaced_by == cast.brockhaven
        page = dina.post(address.format(cast.brockhaven.pk), self.form(cast.brockhaven, replaced_by=cast.ambleford.pk))
        assert "itself replaced" in page.text

    def test_a_council_that_something_points_to_is_not_deleted(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.frank)
        empty = make_council("X-EMP", "Empty")
        for council, left in ((cast.ambleford, True), (empty, False)):
            client.post(f"/admin/snippets/community/council/delete/{council.pk}/")
            assert Council.objects.filter(pk=council.pk).exists() is left
