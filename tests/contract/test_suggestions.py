"""What is suggested while somebody types."""

from dataclasses import replace

from search.documents import COUNCIL, PERSON, TOPIC
from search.query import Query
from tests.contract.conftest import story


def suggest(engine, text: str, **fields) -> list[str]:
    query = replace(Query.of_visitor(text), **fields)
    return [str(each.marked) for each in engine.suggest(query, size=fields.pop("size_", 8))]


def test_every_typed_word_begins_a_word_of_the_name(engine, write) -> None:
    write(story(1, "Food waste in flats"), story(2, "Wasted heat"), story(3, "A foodie", text="waste"))
    assert suggest(engine, "was fo") == ["<mark>Fo</mark>od <mark>was</mark>te in flats"]
    assert len(suggest(engine, "was")) == 2
    assert suggest(engine, "aste") == []
    assert suggest(engine, "") == []


def test_accents_and_case_do_not_matter(engine, write) -> None:
    write(story(1, "Ynys Môn"))
    assert suggest(engine, "YNYS mon") == ["<mark>Ynys</mark> <mark>Môn</mark>"]


def test_a_name_that_begins_so_comes_before_one_that_has_it_further_on(engine, write) -> None:
    write(story(1, "Flats with bins"), story(2, "Bins for flats"), story(3, "New bins"))
    assert suggest(engine, "bin")[0] == "<mark>Bin</mark>s for flats"


def test_other_names_are_suggested_with_the_name(engine, write) -> None:
    write(
        replace(story(1, "Fly-tipping", other_names=("dumped rubbish", "illegal dumping")), kind=TOPIC),
        replace(story(2, "Gwynedd", other_names=("Caernarfon",)), kind=COUNCIL),
    )
    assert suggest(engine, "rub") == ["Fly-tipping (dumped <mark>rub</mark>bish)"]
    assert suggest(engine, "caern") == ["Gwynedd (<mark>Caern</mark>arfon)"]


def test_each_kind_has_its_place_and_one_kind_can_be_asked_for(engine, write) -> None:
    write(
        *(story(number, f"Bins {number}") for number in range(1, 20)),
        replace(story(1, "Binnie Bins"), kind=PERSON),
        replace(story(1, "Bins"), kind=TOPIC),
    )
    everything = engine.suggest(Query.of_visitor("bin"))
    assert [each.kind for each in everything][:2] == [TOPIC, PERSON]
    assert len(everything) == 8
    assert {each.kind for each in engine.suggest(replace(Query.of_visitor("bin"), kind=PERSON))} == {PERSON}
    assert len(engine.suggest(Query.of_visitor("bin"), size=3)) == 3


def test_only_what_can_be_seen_is_suggested(engine, write) -> None:
    write(
        story(1, "Secret bins", audience="community:5", community_id=5),
        story(2, "Bins of a closed community", community_id=4),
        story(3, "Bins"),
    )
    assert suggest(engine, "bin", closed=frozenset({4})) == ["<mark>Bin</mark>s"]
    assert suggest(engine, "secr") == []
    assert len(suggest(engine, "bin", audiences=frozenset({"public", "community:5"}))) == 3


def test_what_was_renamed_or_withdrawn_is_suggested_no_more(engine, write) -> None:
    from search.engines.base import Change

    write(story(1, "Old bins"), story(2, "Old boxes"))
    write(story(1, "New bins"), version=2)
    engine.write([Change("story", 2, 2, None)])
    assert suggest(engine, "old") == []
    assert suggest(engine, "new") == ["<mark>New</mark> bins"]


def test_everything_can_be_typed(engine, write) -> None:
    write(story(1, "Bins"))
    for text in ('"', "bin*", "^bin", "title:bin", "NEAR(", "-", "OR", "bin OR", "'", "\x00", "x" * 500, "🗑 bin"):
        suggest(engine, text)
