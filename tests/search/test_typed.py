"""Filters that are typed in words."""

from datetime import UTC, datetime
from html import unescape

import pytest
from django.test import Client

from practice.models import Topic
from search.models import Wish
from search.query import Query
from search.words import parse
from tests.cast import Cast, make_community, make_story

pytestmark = pytest.mark.django_db


def test_a_filter_typed_in_words_is_a_filter(cast: Cast) -> None:
    code = cast.alice.council.code.lower()
    for typed in (code, cast.alice.council.short_name, f'"{cast.alice.council.name}"'):
        query = Query.ask(f"damp council:{typed} flats")
        assert query.filters == {"council": (code,)}
        assert query.words.typed == "damp flats"


def test_a_kind_a_status_and_a_year_are_typed(cast: Cast) -> None:
    query = Query.ask('kind:people status:"still running" year:2024 tier:district bins')
    assert query.kind == "person"
    assert query.filters == {"status": ("running",), "tier": ("district",), "year": ("2024",)}
    assert query.words.typed == "bins"


def test_chosen_and_typed_values_stand_together(cast: Cast) -> None:
    query = Query.ask("year:2024", filters={"year": ["2023"]})
    assert query.filters == {"year": ("2023", "2024")}


@pytest.mark.parametrize(
    "typed",
    [
        "council:nowhere",
        "tag:nothing",
        "colour:red",
        "year:soon",
        "http://x.example",
        "kind:",
        "topic::",
        '"year:2024"',
    ],
)
def test_what_nobody_knows_stays_a_word(cast: Cast, typed: str) -> None:
    query = Query.ask(typed)
    assert query.filters == {}
    assert query.words.typed == typed


def test_a_tag_or_community_that_only_others_see_stays_a_word(cast: Cast) -> None:
    hidden = make_community("Undercover", visibility="hidden")
    story = make_story(hidden, by=cast.dina, council=cast.ambleford)
    story.tags.add("Hush hush")
    story.save()
    for typed in ("tag:hush-hush", "community:undercover"):
        assert Query.ask(typed, person=cast.eve).filters == {}
        assert Query.ask(typed, person=cast.dina).filters != {}


class TestWhatNobodyKnows:
    """It is looked for as words; the page says so, and names what is near."""

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("council:amblefrod", "/search/?q=damp&council=x-amb"),
            ('community:"waste recyling"', "/search/?q=damp&community=waste-and-recycling"),
            ("topic:slops", "/search/?q=damp&topic=food-waste"),
            ("tag:cadies", "/search/?q=damp&tag=caddies"),
            ("year:26", "/search/?q=damp&year=2026"),
            ("status:runing", "/search/?q=damp&status=running"),
            ("kind:persons", "/search/?q=damp&kind=person"),
        ],
    )
    def test_is_said_with_what_was_perhaps_meant(
        self, cast: Cast, index: None, client: Client, typed: str, meant: str
    ) -> None:
        Topic.objects.create(title="Food waste", slug="food-waste", other_words="slops")
        story = make_story(cast.waste, by=cast.alice, published_at=datetime(2026, 3, 1, tzinfo=UTC))
        story.tags.add("Caddies")
        story.save()
        shown = unescape(client.get("/search/", {"q": f"damp {typed}"}).text)
        value = typed.split(":")[1].strip('"')
        assert f'“{value}”, so we looked for it as words. Did you mean <a href="{meant}">' in shown
        assert "how it is spelt here" not in shown

    def test_is_said_alike_of_what_there_is_not_and_of_what_only_others_see(
        self, cast: Cast, index: None, client: Client
    ) -> None:
        hidden = make_community("Undercover", visibility="hidden")
        story = make_story(hidden, by=cast.dina, council=cast.ambleford)
        story.tags.add("Hush hush")
        story.save()
        client.force_login(cast.eve)
        for typed in ("community:undercover", "community:undercovre", "community:overunder", "tag:hush", "tag:hash"):
            shown = client.get("/search/", {"q": typed}).text
            assert "so we looked for it as words.</p>" in shown
        client.force_login(cast.dina)
        assert "community=undercover" in client.get("/search/", {"q": "community:undercovre"}).text
        assert "tag=hush-hush" in client.get("/search/", {"q": "tag:hush"}).text

    def test_is_looked_for_without_the_name_of_the_filter(self, cast: Cast) -> None:
        assert Query.ask("council:nowhere -topic:frogs").words.clauses == parse("nowhere").clauses
        assert Query.ask('tag:"very odd"').words.exact == parse('"very odd"').exact
        assert Query.ask('"our council:nowhere"').words.exact == parse('"our council nowhere"').exact

    def test_is_nobody_s_wish(self, cast: Cast, index: None, client: Client) -> None:
        client.force_login(cast.bob)
        assert "Ask for this story" not in client.get("/search/", {"q": "council:nowhere heat pumps"}).text
        assert not Wish.objects.exists()

    def test_many_of_them_are_not_all_explained(self, cast: Cast, index: None, client: Client) -> None:
        typed = " ".join(f"council:nowhere{number}" for number in range(9))
        assert client.get("/search/", {"q": typed}).text.count("so we looked for it as words") == 3
