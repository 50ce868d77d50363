"""A real model: vectors that stay as they are, and questions that words alone do not answer."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from search import rebuilding
from search.finding import find
from search.query import Query
from tests import needs
from tests.cast import Cast, make_story
from tests.search.meaning import switched_on

pytestmark = pytest.mark.meaning

# Of the model that .ci/meaning-model fetches.
SHA256 = "afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1"
GOLDEN = "How do we collect food waste from flats?"
GOLDEN_NUMBERS = [0.0395, 0.0752, -0.0056, 0.0125, 0.0016, -0.0323, 0.035, 0.0096]
PEERS = {
    "Enforcement agents who listen": "<p>We changed how council tax debt is collected, before anybody knocks.</p>",
    "Chutes for scraps in tower blocks": "<p>Caddies and liners for people who live high up, without a garden.</p>",
    "Warm spaces in winter": "<p>Libraries opened their doors to people who could not heat their homes.</p>",
    "Potholes by photograph": "<p>Residents send a picture of the road, and a model says how deep the hole is.</p>",
}


@pytest.fixture(scope="module")
def folder() -> Any:
    return needs.meaning_model()


@pytest.fixture
def real(settings: Any, folder: Any) -> Iterator[Any]:
    yield from switched_on(settings, folder)


@pytest.fixture
def stories(real: Any, cast: Cast) -> Cast:
    for title, did in PEERS.items():
        make_story(cast.waste, by=cast.alice, title=title, did=did, summary="What we did.")
    rebuilding.rebuild()
    call_command("rebuild_meaning", verbosity=0)
    return cast


def test_vectors_are_what_they_were(real: Any) -> None:
    encoder = real.load()
    if encoder.folder.sha256 != SHA256:
        pytest.skip("The golden vector is of another model.")
    vector = encoder.encode(GOLDEN)
    assert encoder.folder.dimensions == len(vector) == 384
    assert vector[:8].tolist() == pytest.approx(GOLDEN_NUMBERS, abs=0.01)
    like, unlike = encoder.encode("Kitchen scraps in blocks of flats"), encoder.encode("Poetry evenings")
    assert float(vector @ like) > 0.5 > float(vector @ unlike) + 0.3


def test_the_kept_vector_is_as_near_as_the_whole_one(real: Any) -> None:
    from search.meaning.encoding import packed, unpacked

    vector = real.load().encode(GOLDEN)
    assert float(unpacked([packed(vector)])[0] @ vector) > 0.999


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("bailiffs", "Enforcement agents who listen"),
        ("heating poverty", "Warm spaces in winter"),
    ],
)
def test_what_is_meant_is_found_where_nothing_has_the_words(
    stories: Cast, client: Client, question: str, first: str
) -> None:
    shown = client.get("/search/", {"q": question}).content.decode()
    assert first in shown
    if "Near in meaning" in shown:
        assert min((shown.index(title), title) for title in PEERS if title in shown)[1] == first


def test_two_words_of_a_title_still_find_it_first(stories: Cast) -> None:
    for words, title in (
        ("warm winter", "Warm spaces in winter"),
        ("chutes tower", "Chutes for scraps in tower blocks"),
    ):
        assert find(Query.ask(words)).answer.hits[0].title == title
