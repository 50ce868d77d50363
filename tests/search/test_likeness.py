"""Councils near mine, and councils like mine."""

import pytest

from community.models import Council
from search import likeness

pytestmark = pytest.mark.django_db


def council(code: str, **fields) -> Council:
    given = {"kind": "district", "region": "South West", "nation": "England", "population": 100_000}
    given |= {"latitude": 51.0, "longitude": -3.0}
    return Council.objects.create(code=code, name=f"{code} Council", short_name=code, **{**given, **fields})


@pytest.fixture
def mine() -> Council:
    Council.objects.all().delete()
    return council("MINE")


def test_the_nearest_council_comes_first_after_mine_and_one_without_a_place_not_at_all(mine) -> None:
    council("FAR", latitude=55.0)
    council("NEAR", longitude=-3.1)
    council("NOWHERE", latitude=None)
    assert likeness.nearest(mine) == ("mine", "near", "far")


def test_a_council_of_the_same_kind_region_and_size_is_most_like_mine(mine) -> None:
    council("TWIN", population=105_000)
    council("LARGE", population=900_000)
    council("UNITARY", kind="unitary")
    council("ELSEWHERE", region="North East", latitude=55.0)
    council("PARK", kind="national-park", population=None, region="Wales", nation="Wales")
    order = likeness.like(mine)
    assert order[:2] == ("mine", "twin")
    assert order[-1] == "park"
    assert set(order) == {"mine", "twin", "large", "unitary", "elsewhere", "park"}


def test_a_council_that_has_ended_is_in_no_order(mine) -> None:
    council("OLD", replaced_by=mine)
    assert likeness.nearest(mine) == likeness.like(mine) == ("mine",)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"population": 110_000}, "District in the same region, 10 % more people"),
        ({"population": 102_000}, "District in the same region, about as many people"),
        ({"population": 60_000, "kind": "unitary"}, "Unitary in the same region, 40 % fewer people"),
        ({"population": 310_000, "region": "North East"}, "District in the North East, 3 times as many people"),
        ({"population": 50_000, "region": "London"}, "District in London, half as many people"),
        ({"population": None, "nation": "Wales", "region": "Wales"}, "District in Wales"),
        ({"population": 5_000, "region": "", "nation": ""}, "District, less than a tenth of the people"),
        ({"kind": "other", "population": None}, "Public body in the same region"),
    ],
)
def test_a_sentence_says_what_two_councils_have_in_common(mine, fields, sentence) -> None:
    assert likeness.sentence(mine, council("OTHER", **fields)) == sentence


def test_a_sentence_says_how_far_away_a_council_is(mine) -> None:
    assert likeness.away(mine, council("A", latitude=52.0)) == "69 miles away"
    assert likeness.away(mine, council("B", latitude=51.001)) == "Less than a mile away"
    assert likeness.away(mine, council("C", latitude=None)) == ""
    assert likeness.away(mine, mine) == likeness.sentence(mine, mine) == "Your council"
