"""Filters that are typed in words."""

import pytest

from search.query import Query
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
