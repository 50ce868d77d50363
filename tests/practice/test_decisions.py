"""The log of what was decided: who reads it, how it is narrowed, and the table that can be kept of it."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageLogEntry

from community import leaving, sanctioning
from community.models import Membership
from practice import decisions, hiding, moderating
from practice.decisions import Asked
from practice.models import StoryPage
from tests.cast import Cast, make_community, make_person, make_story
from tests.practice.steps import approve, decline, second_facilitator, send


@pytest.fixture
def decided(cast: Cast) -> StoryPage:
    """A story that was published and hidden, one that was declined, and a member who was warned."""
    story = send(cast, "The keys")
    approve(story, cast.carol)
    hiding.hide(StoryPage.objects.get(pk=story.pk), by=cast.carol, reason="It may name a tenant.")
    decline(send(cast, "A product"), cast.carol)
    bob = Membership.objects.get(community=cast.waste, person=cast.bob)
    sanctioning.warn(bob, by=cast.carol, reason="=Be kind.")
    return StoryPage.objects.get(pk=story.pk)


def words(cast: Cast, **asked: object) -> list[str]:
    entries = Asked(**asked).narrow(decisions.entries_of(cast.waste))  # type: ignore[arg-type]
    return [f"{line.name} {line.words}" for line in decisions.lines_of(entries, cast.carol)]


def table(client: Client, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    text = b"".join(answer).decode()
    return list(csv.reader(StringIO(text.removeprefix("\ufeff"))))


class TestTheLog:
    def test_it_tells_of_members_and_of_stories_each_once(self, cast: Cast, decided: StoryPage):
        assert words(cast) == [
            "Carol Whitby warned Bob Okafor",
            "Carol Whitby declined it",
            "Carol Whitby hid it while a report is looked at",
            "Carol Whitby read it and approved it",
        ]

    def test_it_is_narrowed_by_kind_person_and_day(self, cast: Cast, decided: StoryPage):
        assert words(cast, kind="sanctions") == ["Carol Whitby warned Bob Okafor"]
        assert len(words(cast, kind="read")) == 2
        assert words(cast, person=cast.bob.pk) == ["Carol Whitby warned Bob Okafor"]
        assert words(cast, person=cast.alice.pk) == []
        tomorrow = timezone.localdate() + timedelta(days=1)
        assert words(cast, since=tomorrow) == []
        assert len(words(cast, until=tomorrow)) == 4

    def test_names_are_as_they_were(self, cast: Cast, decided: StoryPage):
        for person, name in ((cast.carol, "Carol Marsh"), (cast.bob, "Robert Okafor")):
            person.name = name
            person.save()
        assert words(cast, kind="sanctions") == ["Carol Whitby warned Bob Okafor"]

    def test_who_leaves_without_their_name_leaves_none_in_it(self, cast: Cast, decided: StoryPage):
        leaving.close_account(cast.bob, by=cast.bob, keep_name=False)
        assert words(cast, kind="sanctions") == ["Carol Whitby warned A former member"]

    def test_a_deleted_story_stays_in_it(self, cast: Cast, decided: StoryPage):
        moderating.delete(decided, by=cast.carol, reason="It had to go.")
        [line] = words(cast, kind="taken")
        assert line == "Carol Whitby deleted it"

    def test_another_community_s_are_not_in_it(self, cast: Cast, decided: StoryPage):
        parks = make_community("Parks", facilitator=cast.bob)
        assert list(decisions.entries_of(parks)) == []
        assert decisions.all_entries().count() == 4


class TestThePage:
    ADDRESS = "/communities/waste-and-recycling/decisions/"

    def test_facilitators_read_and_narrow_it(self, client: Client, cast: Cast, decided: StoryPage):
        client.force_login(cast.carol)
        text = client.get(self.ADDRESS).content.decode()
        assert "“The keys”" in text
        assert "It may name a tenant." in text
        text = client.get(self.ADDRESS, {"kind": "sanctions", "since": "nonsense", "person": "²"}).content.decode()
        assert "“The keys”" not in text
        assert "decisions/log.csv?kind=sanctions" in text
        assert "Nothing of this sort" in client.get(self.ADDRESS, {"person": cast.eve.pk}).content.decode()

    def test_the_table_has_no_formula_and_holds_what_was_asked_for(
        self, client: Client, cast: Cast, decided: StoryPage
    ):
        client.force_login(cast.carol)
        rows = table(client, f"{self.ADDRESS}log.csv?kind=sanctions")
        assert rows[0] == list(decisions.COLUMNS)
        assert rows[1][1:] == ["Waste and recycling", "Carol Whitby", "warned Bob Okafor", "", "'=Be kind.", ""]
        assert len(table(client, f"{self.ADDRESS}log.csv")) == 5

    def test_members_do_not_read_it_and_editors_read_all(self, client: Client, cast: Cast, decided: StoryPage):
        for person in (cast.alice, cast.eve, cast.carol):
            client.force_login(person)
            for address in ("/moderate/decisions/", "/moderate/decisions/log.csv"):
                assert client.get(address).status_code == 403
        client.force_login(cast.alice)
        assert client.get(f"{self.ADDRESS}log.csv").status_code == 403
        client.force_login(cast.dina)
        assert "Waste and recycling" in client.get("/moderate/decisions/").content.decode()
        assert len(table(client, "/moderate/decisions/log.csv")) == 5

    def test_a_long_log_takes_as_many_queries_as_a_short_one(self, client: Client, cast: Cast, decided: StoryPage):
        client.force_login(cast.carol)

        def count() -> int:
            with CaptureQueriesContext(connection) as queries:
                client.get(self.ADDRESS)
            return len(queries)

        count()
        short = count()
        for number in range(50):
            story = make_story(
                cast.waste, by=make_person(f"N{number} Person"), title=f"Story {number}", council=cast.ambleford
            )
            hiding.hide(story, by=cast.carol, reason="It may name a tenant.")
        assert PageLogEntry.objects.filter(action="practice.hide").count() == 51
        assert count() <= short


def test_the_name_of_a_hidden_community_from_which_a_story_came_is_told_to_its_members_alone(
    client: Client, cast: Cast
):
    secret = make_community("Whistleblowers", facilitator=cast.carol, visibility="hidden")
    story = make_story(secret, by=cast.carol)
    moderating.move(story, by=cast.dina, to=cast.waste, knowingly=True)
    cleo = second_facilitator(cast)
    addresses = (
        f"/moderate/{story.pk}/history/",
        f"/communities/{cast.waste.slug}/decisions/",
        f"/communities/{cast.waste.slug}/decisions/log.csv",
    )
    for person, knows in ((cleo, False), (cast.carol, True)):
        client.force_login(person)
        for address in addresses:
            answer = client.get(address)
            page = (answer.getvalue() if answer.streaming else answer.content).decode()
            assert "moved it from" in page, address
            assert ("Whistleblowers" in page) is knows, address
