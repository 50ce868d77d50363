"""Every role before each surface of search: hits, counts, facets, snippets, corrections, suggestions, similar, feeds.

The words of the world stand in one story each, so that a count, a suggestion or a correction that was made from a story
which somebody may not read gives itself away.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils.html import strip_tags

from search import rebuilding
from tests.access.browsers import client_of
from tests.access.world import ROLES, STATES, VISIBILITIES, World, community_word, finders, readers, title_word

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(world: World, django_db_blocker: Any) -> Iterator[None]:
    """The rows of the world, and an index of them. Each test begins without one."""
    with django_db_blocker.unblock():
        rebuilding.rebuild()
        yield


def told(world: World, role: str, address: str, **asked: str) -> str:
    """What a role is told: the words, without the marks that could stand inside one."""
    response = client_of(world, role).get(address, asked)
    assert response.status_code == 200, (role, address, asked)
    html = response.content.decode().lower()
    return re.sub("</?mark>", "", html)


def live(role: str) -> list[str]:
    """The words of the published stories that a role may read."""
    return [title_word(visibility, "live") for visibility in VISIBILITIES if role in readers(visibility, "live")]


def secrets_in(world: World, role: str, text: str) -> list[str]:
    return [secret for secret in world.secrets_from(role) if secret in text]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"q": "caddies"},
        {"q": "bins people"},
        {"q": "caddies", "sort": "newest"},
        {"q": "zebra crossing"},
        {"topic": "food-waste"},
        {"council": "x-amb", "year": "1999"},
        {"kind": "person"},
        {"kind": "community"},
        {"kind": "topic"},
        {"kind": "council", "q": "ambleford"},
    ],
    ids=str,
)
def test_hits_counts_facets_and_snippets_are_of_what_one_may_see(
    world: World, role: str, asked: dict[str, str]
) -> None:
    text = told(world, role, "/search/", **asked)
    assert secrets_in(world, role, text) == []
    if asked == {"q": "caddies"}:
        assert f"{len(live(role))} stor{'y' if len(live(role)) == 1 else 'ies'}</h2>" in text
        assert all(word in text for word in live(role))


@pytest.mark.parametrize("role", ROLES)
def test_no_filter_by_a_word_that_one_may_not_know_finds_or_counts_anything(world: World, role: str) -> None:
    for visibility in VISIBILITIES:
        for state in STATES:
            word = title_word(visibility, state)
            seen = state == "live" and role in readers(visibility, state)
            text = strip_tags(told(world, role, "/search/", q=word))
            assert ("1 story" in text) == seen, (role, word)
            # What somebody typed themselves is said back to them, and stands nowhere else.
            feed = told(world, role, "/search/feed/", q=word)
            public = state == "live" and visibility == "open"
            assert (f"the {word} story" in feed) == public
        slug = f"{community_word(visibility)}-people"
        text = strip_tags(told(world, role, "/search/", community=slug))
        assert (f"{community_word(visibility)} people" in text) == (role in finders(visibility))


@pytest.mark.parametrize("role", ROLES)
def test_no_word_is_corrected_to_one_that_stands_in_what_one_may_not_read(world: World, role: str) -> None:
    for visibility in VISIBILITIES:
        for state in STATES:
            word = title_word(visibility, state)
            slip = word.replace("okk", "ok")
            seen = state == "live" and role in readers(visibility, state)
            assert (word in told(world, role, "/search/", q=slip)) == seen, (role, word)


@pytest.mark.parametrize("role", ROLES)
def test_what_is_suggested_is_what_one_may_see(world: World, role: str) -> None:
    text = told(world, role, "/search/suggest/", q="quokka")
    assert sorted(re.findall("the (quokka[a-z]+) story", text)) == sorted(live(role))
    for prefix in ("numbat", "quok", "wombat", "the", "second"):
        assert secrets_in(world, role, told(world, role, "/search/suggest/", q=prefix)) == []
    found = told(world, role, "/search/suggest/", q="numbat")
    assert all((community_word(v) in found) == (role in finders(v)) for v in VISIBILITIES)


@pytest.mark.parametrize("role", ROLES)
def test_neighbours_and_what_others_wrote_are_what_one_may_read(world: World, role: str) -> None:
    for visibility in VISIBILITIES:
        if role in readers(visibility, "live"):
            story = world.stories[visibility, "live"]
            for part in ("", "?part=1"):
                text = told(world, role, f"/stories/{story.pk}/similar/{part}")
                assert secrets_in(world, role, text) == []
                assert all(word in text for word in live(role) if word != title_word(visibility, "live"))
    text = told(world, role, "/search/told-already/", title="We tried caddies and bins")
    assert secrets_in(world, role, text) == []
    assert all(word in text for word in live(role))


@pytest.mark.parametrize("role", ROLES)
def test_a_feed_is_the_same_for_everybody(world: World, role: str) -> None:
    for asked in ({"q": "caddies"}, {}, {"topic": "food-waste"}):
        assert told(world, role, "/search/feed/", **asked) == told(world, "anonymous", "/search/feed/", **asked)
