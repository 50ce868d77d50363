"""The orders that a person can choose from."""

from datetime import UTC, datetime

from search.query import Sort
from tests.contract.conftest import ids, label, story


def year(number: int) -> datetime:
    return datetime(number, 6, 1, tzinfo=UTC)


def test_the_most_repeated_comes_first_and_the_newest_of_equals(write, ask) -> None:
    write(
        story(1, "Bins", repeated=2, published=year(2024)),
        story(2, "Bins", repeated=5, published=year(2020)),
        story(3, "Bins", published=year(2026)),
        story(4, "Bins", repeated=2, published=year(2025)),
    )
    for text in ("bins", ""):
        assert ids(ask(text, sort=Sort.REPEATED)) == [2, 4, 1, 3]


def test_councils_come_in_the_order_that_was_asked_for(write, ask) -> None:
    write(
        story(1, "Bins", council=label("Ambleford"), published=year(2020)),
        story(2, "Bins", published=year(2026)),
        story(3, "Bins", council=label("Brockhaven"), published=year(2021)),
        story(4, "Bins", council=label("Elsewhere"), published=year(2025)),
        story(5, "Bins", council=label("Brockhaven"), published=year(2022)),
    )
    for sort in (Sort.NEAREST, Sort.LIKE_MINE):
        for text in ("bins", ""):
            answer = ask(text, sort=sort, councils=("brockhaven", "ambleford"))
            assert ids(answer) == [5, 3, 1, 2, 4]
    assert ids(ask("bins", sort=Sort.NEAREST, councils=("brockhaven",), page=2, size=2)) == [2, 4]


def test_of_one_council_the_best_match_comes_first(write, ask) -> None:
    write(
        story(1, "Bins bins", council=label("Ambleford"), published=year(2020)),
        story(2, "Other things, and bins at the end of it", council=label("Ambleford"), published=year(2026)),
        *(story(number, "Something else") for number in range(3, 9)),
    )
    assert ids(ask("bins", sort=Sort.NEAREST, councils=("ambleford",))) == [1, 2]
