"""Slips of the pen, and documents that are like another."""

from dataclasses import replace

import pytest

from search.query import Query
from tests.contract.conftest import about, label, story


def correct(engine, text: str) -> str | None:
    return engine.correct(Query.of_visitor(text))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("caretakrs", "caretakers"),  # a letter missing
        ("carettakers", "caretakers"),  # one too many
        ("caratakers", "caretakers"),  # a wrong one
        ("caretakesr", "caretakers"),  # two swapped
        ("Caretakrs", "caretakers"),
        ("foodwaste", "food waste"),  # two written as one
        ("damp caretakrs -bins", "damp caretakers -bins"),
        ("the caretakrs", "the caretakers"),
    ],
)
def test_a_slip_is_corrected(engine, write, typed, meant) -> None:
    write(story(1, "Caretakers and food waste"), story(2, "Damp"))
    assert correct(engine, typed) == meant


@pytest.mark.parametrize("typed", ["caretakers", "caretaker", "caretaking", "xyzzyx", "", '"caretakrs"', "bin", "2023"])
def test_what_is_right_or_unknown_is_left_alone(engine, write, typed) -> None:
    write(story(1, "Caretakers of bins, caretaking"))
    assert correct(engine, typed) is None


def test_the_first_letter_of_a_short_word_is_left_alone(engine, write) -> None:
    write(story(1, "Debra and the caretakers"))
    write(story(2, "Perret"))
    assert correct(engine, "zebra") is None
    assert correct(engine, "ferret") is None
    assert correct(engine, "varetakers") == "caretakers"


def test_another_first_letter_is_only_believed_beside_the_other_words(engine, write) -> None:
    write(story(1, "Caretakers and bins"), story(2, "Licences"))
    assert correct(engine, "varetakers licences") is None
    assert correct(engine, "varetakers bins") == "caretakers bins"


def test_a_name_is_meant_beside_the_rest_of_it_or_where_people_are_looked_for(engine, write) -> None:
    write(
        story(1, "Pipes, with care", people=("Jane Cooper",)),
        story(2, "Care of gardens", people=("Jane Cooper", "Ann Walsh")),
        story(1, "Jane Cooper", kind="person"),
        story(2, "Ola Okafor", kind="person"),
    )
    for typed in ("copper", "copper pipes", "copper care", "welsh gardens", "okafr"):
        assert correct(engine, typed) is None
    assert correct(engine, "jane copper") == "jane cooper"
    assert correct(engine, "ola okafr pipes") == "ola okafor pipes"
    assert engine.correct(replace(Query.of_visitor("okafr"), kind="person")) == "okafor"


def test_a_name_that_is_a_word_in_most_places_is_a_word(engine, write) -> None:
    write(*(story(number, "Green homes") for number in (1, 2, 3)), story(4, "Ann Green", kind="person"))
    assert correct(engine, "greem") == "green"


def test_a_word_that_nobody_looks_for_is_never_meant(engine, write) -> None:
    write(*(story(number, "Other spotting, which we did there") for number in range(1, 5)))
    assert correct(engine, "otter spotting") is None
    assert correct(engine, "witch") is None


def test_the_more_frequent_word_is_suggested(engine, write) -> None:
    write(story(1, "house"), story(2, "horse"), story(3, "house"))
    assert correct(engine, "hoose") == "house"


def test_the_nearest_document_shares_the_most_telling_words(engine, write) -> None:
    common = "We asked people what they do and did it"
    write(
        story(1, "Potholes and a drone", summary=common, topics=(about("Potholes"),), tags=(label("Drone"),)),
        story(2, "A drone over potholes", summary=common),
        story(3, "Potholes by bicycle", summary=common),
        story(4, "Dinner ladies", summary=common),
        *(story(number, "Something else", summary=common) for number in range(5, 30)),
    )
    nearest = [each.id for each in engine.similar("story", 1, Query(audiences=frozenset({"public"}), size=2))]
    assert nearest == [2, 3]


def test_nothing_is_like_what_is_not_there(engine) -> None:
    assert engine.similar("story", 99, Query(audiences=frozenset({"public"}))) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("acessibilty", "accessibility"),  # two letters missing
        ("acessibility tesitng", "accessibility testing"),  # a slip in each of two words
        ("accessibility tesitng", "accessibility testing"),
        ("usabilty -tesitng", "usability -tesitng"),
    ],
)
def test_several_slips_are_corrected(engine, write, typed, meant) -> None:
    write(story(1, "Accessibility testing"), story(2, "Usability"))
    assert correct(engine, typed) == meant


@pytest.mark.parametrize(
    ("typed", "there"),
    [("hoarding", "holding"), ("hoardings", "holdings"), ("sheltered", "shattered"), ("planting", "painting")],
)
def test_another_word_with_the_same_ending_is_no_slip(engine, write, typed, there) -> None:
    write(*(story(number, f"{there} caretakers") for number in range(1, 40)))
    assert correct(engine, typed) is None
    assert correct(engine, f"{typed} caretakers") is None


@pytest.mark.parametrize(
    ("typed", "meant"), [("volenters", "volunteers"), ("safegarduing", "safeguarding"), ("comunitty", "community")]
)
def test_two_slips_in_what_tells_a_word_are_corrected(engine, write, typed, meant) -> None:
    write(story(1, f"{meant} and others"))
    assert correct(engine, typed) == meant


def test_a_slip_that_documents_have_too_stands_beside_what_was_meant(engine, write) -> None:
    write(story(1, "Acessibility"), *(story(number, "Accessibility") for number in range(2, 60)))
    assert correct(engine, "acessibility") == "acessibility OR accessibility"
    assert correct(engine, "accessibility") is None


def test_the_word_that_stands_beside_the_others_is_meant(engine, write) -> None:
    write(
        story(1, "The school board"),
        *(story(number, "A boat trip") for number in range(2, 12)),
    )
    assert correct(engine, "school boart") == "school board"


def test_another_spelling_is_no_slip(engine, write) -> None:
    write(story(1, "Colour organised"))
    assert correct(engine, "color organized") is None
