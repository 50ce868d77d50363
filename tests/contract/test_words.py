"""What words find."""

from dataclasses import replace

import pytest

from search.query import Query
from search.words import Term
from tests.contract.conftest import about, ids, label, story


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Bins for flats"),
        ("summary", "We put bins out."),
        ("worth_repeating", "Ask where the bins go."),
        ("text", "Then the bins came."),
        ("topics", (about("Food waste", "bins", "caddies"),)),
        ("tags", (label("Bins"),)),
        ("people", ("Binnie Bins",)),
        ("council_names", ("Bins Borough Council",)),
        ("region", "Bins"),
        ("community", label("Bins and boxes")),
    ],
)
def test_a_word_is_found_wherever_it_stands(write, ask, field, value) -> None:
    write(story(1, **{field: value}), story(2, "Something else"))
    assert ids(ask("bin")) == [1]


def test_case_accents_and_word_forms_do_not_matter(write, ask) -> None:
    write(story(1, "Repairing the café"), story(2, "Ynys Môn"))
    assert ids(ask("REPAIRS")) == [1]
    assert ids(ask("cafe")) == [1]
    assert ids(ask("mon")) == [2]
    assert ids(ask("môn")) == [2]


def test_of_two_words_both_are_needed(write, ask) -> None:
    write(story(1, "Damp flats"), story(2, "Damp cellars"), story(3, "Warm flats"))
    assert ids(ask("damp flats")) == [1]


def test_of_three_words_two_are_needed(write, ask) -> None:
    write(
        story(1, "Damp cold flats"),
        story(2, "Damp cold"),
        story(3, "Cold flats"),
        story(4, "Damp damp damp damp"),
        story(5, "Flats"),
    )
    assert ids(ask("damp cold flats"))[0] == 1
    assert set(ids(ask("damp cold flats"))) == {1, 2, 3}
    assert set(ids(ask("damp damp flats"))) == {1}


def test_of_many_words_two_are_needed(write, ask) -> None:
    write(story(1, "alpha theta"), story(2, "alpha"), story(3, "epsilon zeta"), story(4, "omega"))
    assert set(ids(ask("alpha beta gamma delta epsilon zeta eta theta iota"))) == {1, 3}


def test_any_word_is_enough_when_that_is_asked(write, ask) -> None:
    write(story(1, "Damp"), story(2, "Flats"), story(3, "Cellars"))
    assert set(ids(ask("damp flats", any_word=True))) == {1, 2}
    assert set(ids(ask('"damp" flats rain', any_word=True))) == {1, 2}


def test_small_words_do_not_count_while_there_are_others(write, ask) -> None:
    write(story(1, "Recycling"), story(2, "How do we do it"))
    assert ids(ask("how do we do recycling")) == [1]
    assert ids(ask("how do we")) == [2]


def test_exact_words_stand_together_in_their_order(write, ask) -> None:
    write(story(1, "Anti social housing"), story(2, "Housing that is social"), story(3, "Social housing works"))
    assert set(ids(ask('"social housing"'))) == {1, 3}
    assert ids(ask('"social housing" works')) == [3]


def test_exact_words_are_needed_beside_three_others(write, ask) -> None:
    write(story(1, "Council tax letters for people"), story(2, "Letters for people who pay tax to a council"))
    assert ids(ask('"council tax" letters people rain')) == [1]


def test_words_after_a_minus_are_not_found(write, ask) -> None:
    write(story(1, "Damp flats"), story(2, "Damp cellars"), story(3, "Dry flats"))
    assert ids(ask("damp -cellar")) == [1]
    assert set(ids(ask("-damp"))) == {3}
    assert ids(ask('flats -"damp flats"')) == [3]


def test_or_asks_for_either(write, ask) -> None:
    write(story(1, "Damp flats"), story(2, "Mould in flats"), story(3, "Flats"), story(4, "Damp"))
    assert set(ids(ask("damp OR mould flats"))) == {1, 2}
    assert set(ids(ask("damp | mould"))) == {1, 2, 4}


def test_a_word_with_a_hyphen_is_found_in_each_way_of_writing(write, ask) -> None:
    write(story(1, "Anti-social behaviour"), story(2, "Antisocial behaviour"), story(3, "Social evening"))
    assert set(ids(ask("anti-social"))) == {1, 2}


def test_a_title_weighs_more_than_the_text(write, ask) -> None:
    write(story(1, "Other things", text="Potholes here and there"), story(2, "Potholes", text="Things here and there"))
    assert ids(ask("potholes")) == [2, 1]


def test_words_that_stand_together_as_typed_come_first(write, ask) -> None:
    write(
        *(story(number, "Open all hours", text="data " * number) for number in range(1, 12)),
        story(12, "Something", text="This is open data."),
    )
    assert ids(ask("open data"))[0] == 12
    assert ask("open data").total == 12


def test_scores_fall_and_are_missing_without_words(write, ask) -> None:
    write(story(1, "Damp", text="damp damp"), story(2, "Other", text="damp"), *(story(n, "Dry") for n in range(3, 9)))
    scores = [hit.score for hit in ask("damp").hits]
    assert scores[0] > scores[1] > 0
    assert {hit.score for hit in ask().hits} == {0}


@pytest.mark.parametrize("text", ['"', "-", "OR", "|", "()", "NOT", "a*", "title:x", "NEAR(a b)", "^a", "{a}", "\x00"])
def test_nothing_that_is_typed_is_an_error(write, ask, text) -> None:
    write(story(1, "A title"))
    ask(text)
    ask(f"title {text}")
    ask(f"{text} title")


def test_british_and_american_spellings_are_one(write, ask) -> None:
    write(story(1, "How we organise a programme"), story(2, "Organizing the program"), story(3, "Organs and grammar"))
    assert set(ids(ask("organised program"))) == {1, 2}
    assert set(ids(ask('"organize a program"'))) == {1}
    assert ids(ask("-programme")) == [3]


def same(query: Query, word: str, *others: str) -> Query:
    """The question with words that mean the same as one of its words."""
    terms = tuple(Term(tuple(other.split())) for other in others)
    clauses = tuple(
        replace(clause, other_terms=terms) if clause.terms[0].words == (word,) else clause
        for clause in query.words.clauses
    )
    return replace(query, words=replace(query.words, clauses=clauses))


def test_words_that_mean_the_same_are_found_after_the_word_itself(write, engine) -> None:
    write(
        story(1, "Rubbish in flats"),
        story(2, "Refuse in flats"),
        story(3, "Flats"),
        story(4, "Household waste in flats"),
        story(5, "Waste in a household of flats"),
        *(story(number, "Something else") for number in range(6, 20)),
    )
    question = same(Query.of_visitor("refuse flats"), "refuse", "rubbish", "household waste")
    found = ids(engine.search(question))
    assert found[0] == 2
    assert set(found) == {1, 2, 4}


def test_words_that_mean_the_same_count_among_those_that_are_needed(write, engine) -> None:
    write(story(1, "Rubbish chutes"), story(2, "Rubbish"), story(3, "Chutes"), story(4, "Tower flats"))
    question = same(Query.of_visitor("refuse chutes tower"), "refuse", "rubbish")
    assert ids(engine.search(question)) == [1]
