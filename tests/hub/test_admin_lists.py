"""The lists of the admin: what editors see of stories, communities, topics and councils, and its files."""

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from practice import moderating
from practice.models import StoryPage, Topic
from tests.cast import Cast, make_community, make_story
from tests.practice.steps import send

LISTS = (
    "/admin/stories/",
    "/admin/communities/",
    "/admin/snippets/practice/topic/",
    "/admin/snippets/taggit/tag/",
    "/admin/snippets/community/council/",
)


@pytest.fixture
def dina(client: Client, cast: Cast) -> Client:
    client.force_login(cast.dina)
    return client


def body(response: Any) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content) if response.streaming else response.content


def rows(client: Client, address: str, **asked: str) -> list[dict[str, str]]:
    response = client.get(address, {"export": "csv", **asked})
    assert response["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(StringIO(body(response).decode())))


def titles(client: Client, address: str, **asked: str) -> set[str]:
    """What the page lists, which the file has too."""
    page = BeautifulSoup(client.get(address, asked).content, "html.parser")
    listed = {link.get_text(strip=True) for link in page.select("table.listing .title-wrapper a")}
    heading = "Title" if address in LISTS[:2] else "Name"
    assert {row[heading] for row in rows(client, address, **asked)} == listed
    return listed


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("name", ["alice", "carol"])
def test_only_editors_get_a_list_or_its_file(client: Client, cast: Cast, address: str, name: str) -> None:
    client.force_login(getattr(cast, name))
    for asked in ({}, {"export": "csv"}, {"export": "xlsx"}):
        assert client.get(address, asked).status_code in (302, 403)


@pytest.mark.parametrize("address", LISTS)
def test_an_editor_gets_the_list_and_both_files_which_no_cache_keeps(dina: Client, cast: Cast, address: str) -> None:
    make_story(cast.waste, by=cast.alice, tags=["bins"])
    Topic.objects.create(title="Waste", slug="waste-itself")
    assert "export=csv" in dina.get(address).content.decode()
    for kind in ("csv", "xlsx"):
        response = dina.get(address, {"export": kind})
        assert len(body(response)) > 20
        assert "no-store" in response["Cache-Control"]


def test_no_cell_of_a_file_calculates(dina: Client, cast: Cast) -> None:
    from openpyxl import load_workbook

    story = make_story(cast.waste, by=cast.alice, title="Temporary")
    StoryPage.objects.filter(pk=story.pk).update(title='=HYPERLINK("http://evil.example")')
    cast.alice.name = "@SUM(A1)"
    cast.alice.save()
    (row,) = rows(dina, "/admin/stories/")
    assert row["Title"] == """'=HYPERLINK("http://evil.example")"""
    assert row["Authors"] == "'@SUM(A1)"
    sheet = load_workbook(BytesIO(body(dina.get("/admin/stories/", {"export": "xlsx"})))).active
    assert sheet
    cells = [cell for line in sheet.iter_rows() for cell in line]
    assert not [cell for cell in cells if cell.data_type == "f" or str(cell.value).startswith(("=", "@"))]


class TestStories:
    @pytest.fixture
    def each_state(self, cast: Cast) -> dict[str, str]:
        """A story in each state, by the state."""
        make_story(cast.waste, by=cast.alice, title="Out", live=False)
        send(cast, "Waiting")
        back = send(cast, "Back")
        moderating.ask_for_changes(back, by=cast.carol, revision=back.latest_revision, note="Cost?")
        no = send(cast, "No")
        moderating.decline(no, by=cast.carol, revision=no.latest_revision, reason="Not ours.")
        make_story(cast.waste, by=cast.alice, title="Live")
        gone = make_story(cast.waste, by=cast.alice, title="Gone")
        moderating.withdraw(gone, by=cast.carol)
        return {
            "draft": "Out",
            "in_review": "Waiting",
            "changes_requested": "Back",
            "declined": "No",
            "live": "Live",
            "withdrawn": "Gone",
        }

    def test_they_are_narrowed_by_their_state_as_the_website_tells_it(
        self, dina: Client, each_state: dict[str, str]
    ) -> None:
        for story in StoryPage.objects.all():
            assert each_state[story.state] == story.title
        for state in StoryPage.State:
            expected = {each_state[state]} if state in each_state else set()
            assert set(StoryPage.objects.in_state(state).values_list("title", flat=True)) == expected
            assert titles(dina, "/admin/stories/", state=state) == expected

    def test_each_has_the_verbs_of_its_state(self, dina: Client, each_state: dict[str, str]) -> None:
        page = BeautifulSoup(dina.get("/admin/stories/").content, "html.parser")
        offered = {}
        for row in page.select("table.listing tbody tr"):
            title = row.select_one(".title-wrapper a")
            assert title
            offered[title.get_text(strip=True)] = {
                str(link["href"]).rstrip("/").split("/")[-1] for link in row.select("a")
            }
        assert "withdraw" in offered["Live"]
        assert "restore" in offered["Gone"]
        assert not offered["Out"] & {"withdraw", "restore", "move"}
        waiting = StoryPage.objects.get(title="Waiting")
        assert f"/moderate/{waiting.pk}/" in dina.get("/admin/stories/").content.decode()

    def test_they_are_narrowed_by_community_topic_council_and_date(self, dina: Client, cast: Cast) -> None:
        parks = make_community("Parks", facilitator=cast.carol)
        topic = Topic.objects.create(title="Trees", slug="trees")
        make_story(cast.waste, by=cast.alice, title="Bins")
        trees = make_story(parks, by=cast.bob, title="Oaks")
        trees.topics.add(topic)
        trees.council = cast.brockhaven
        trees.save_revision().publish()
        address = "/admin/stories/"
        assert titles(dina, address, community=str(parks.pk)) == {"Oaks"}
        assert titles(dina, address, topic=str(topic.pk)) == {"Oaks"}
        assert titles(dina, address, council=str(cast.brockhaven.pk)) == {"Oaks"}
        today = timezone.localdate().isoformat()
        assert titles(dina, address, published_at_from=today) == {"Bins", "Oaks"}
        assert titles(dina, address, published_at_to="2001-01-01") == set()

    def test_they_are_found_by_title_and_author_within_what_was_chosen(self, dina: Client, cast: Cast) -> None:
        make_story(cast.waste, by=cast.alice, title="Bins in flats")
        make_story(cast.waste, by=cast.bob, title="Bins in lanes")
        assert titles(dina, "/admin/stories/", q="bins lanes", state="live") == {"Bins in lanes"}
        assert titles(dina, "/admin/stories/", q="okafor") == {"Bins in lanes"}
        assert titles(dina, "/admin/stories/", q="bins", state="draft") == set()

    def test_what_was_thrown_away_is_in_no_list_and_no_file(self, dina: Client, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice, title="Out", live=False)
        StoryPage.objects.filter(pk=story.pk).update(thrown_away_at=timezone.now())
        assert titles(dina, "/admin/stories/") == set()

    def test_the_file_of_many_asks_as_often_as_that_of_one(self, dina: Client, cast: Cast) -> None:
        make_story(cast.waste, by=cast.alice)

        def count() -> int:
            with CaptureQueriesContext(connection) as queries:
                rows(dina, "/admin/stories/")
            return len(queries)

        count()
        few = count()
        for number in range(12):
            make_story(cast.waste, by=cast.alice, title=f"Story {number}")
        assert count() <= few


class TestCommunities:
    def test_hidden_ones_are_listed_for_editors_with_members_and_ways_to_the_website(
        self, dina: Client, cast: Cast
    ) -> None:
        den = make_community("Den", facilitator=cast.carol, visibility="hidden")
        assert titles(dina, "/admin/communities/", visibility="hidden") == {"Den"}
        (row,) = rows(dina, "/admin/communities/", visibility="hidden")
        assert (row["Members"], row["Facilitators"], row["Who may see it"]) == ("1", "1", "Hidden")
        shown = dina.get("/admin/communities/").content.decode()
        for place in ("settings", "members", "archive", "merge"):
            assert f"/communities/{den.slug}/{place}/" in shown

    def test_archived_ones_are_told_from_the_others(self, dina: Client, cast: Cast) -> None:
        from community import archiving

        old = make_community("Old", facilitator=cast.carol)
        archiving.archive(old, by=cast.dina, why="Done.")
        assert titles(dina, "/admin/communities/", archived="true") == {"Old"}
        assert "Old" not in titles(dina, "/admin/communities/", archived="false")
        (row,) = rows(dina, "/admin/communities/", archived="true")
        assert row["Archived"]

    def test_those_that_nobody_looks_after_are_found(self, dina: Client, cast: Cast) -> None:
        from community.models import Membership

        alone = make_community("Alone", facilitator=cast.carol)
        Membership.objects.filter(community=alone).delete()
        assert titles(dina, "/admin/communities/", unattended="true") == {"Alone"}
        assert "Alone" not in titles(dina, "/admin/communities/", unattended="false")
        assert titles(dina, "/admin/communities/", q="alone") == {"Alone"}


def test_councils_that_ended_are_told_from_those_of_today(dina: Client, cast: Cast) -> None:
    cast.brockhaven.replaced_by = cast.ambleford
    cast.brockhaven.save()
    address = "/admin/snippets/community/council/"
    assert titles(dina, address, ended="true") == {cast.brockhaven.name}
    assert cast.ambleford.name in titles(dina, address, ended="false")
