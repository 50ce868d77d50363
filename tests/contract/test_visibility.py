"""Nothing of a document that the asker may not see is told: no hit, count, value, word, neighbour."""

import pytest

from search.query import Query
from tests.contract.conftest import about, counts, ids, label, story

MEMBERS = frozenset({"public", "members", "community:5"})


@pytest.fixture
def _both(write) -> None:
    write(
        story(1, "Caretakers and bins", community_id=4, community=label("Waste"), text="caddies for everybody"),
        story(
            2,
            "Caretakers in secret",
            audience="community:5",
            community_id=5,
            community=label("Hidden one"),
            topics=(about("Undercover"),),
            tags=(label("Hush"),),
            region="Nowhere",
            text="clandestine caddies",
        ),
        story(3, "For those who signed in", audience="members"),
    )


@pytest.mark.usefixtures("_both")
def test_a_document_is_found_by_its_audience_alone(ask) -> None:
    assert ids(ask("caretakers")) == [1]
    assert set(ids(ask("caretakers", audiences=MEMBERS))) == {1, 2}
    assert ask().total == 1
    assert ask(audiences=MEMBERS).total == 3
    assert ask(audiences=frozenset()).total == 0


@pytest.mark.usefixtures("_both")
def test_no_facet_tells_of_what_cannot_be_seen(ask) -> None:
    for text in ("", "caretakers", "caddies clandestine secret"):
        told = {(facet, value.value) for facet, values in ask(text).facets.items() for value in values}
        assert not {value for _, value in told} & {"hidden-one", "undercover", "hush", "Nowhere"}
    assert counts(ask(audiences=MEMBERS), "tag") == {"hush": 1}


@pytest.mark.usefixtures("_both")
def test_a_chosen_value_that_cannot_be_seen_keeps_the_words_that_were_typed(ask) -> None:
    (value,) = (value for value in ask(filters={"community": ["hidden-one"]}).facets["community"] if value.chosen)
    assert (value.words, value.count) == ("hidden-one", 0)
    (value,) = ask(filters={"tag": ["hush"]}, audiences=MEMBERS).facets["tag"]
    assert (value.words, value.count) == ("Hush", 1)


@pytest.mark.usefixtures("_both")
def test_a_community_that_was_closed_a_moment_ago_is_closed(ask, engine) -> None:
    closed = {"closed": frozenset({4}), "audiences": MEMBERS}
    assert ids(ask("caretakers", **closed)) == [2]
    assert "waste" not in counts(ask(**closed), "community")
    asker = Query(audiences=frozenset({"public"}), closed=frozenset({4}))
    assert engine.similar("story", 1, asker) == []


@pytest.mark.usefixtures("_both")
def test_no_word_is_suggested_that_cannot_be_seen(engine, ask) -> None:
    def corrected(text: str, **fields: frozenset) -> str | None:
        from dataclasses import replace

        return engine.correct(replace(Query.of_visitor(text), **fields))

    assert corrected("clandestin") is None or "clandestine" not in corrected("clandestin")
    assert corrected("clandestne") is None
    assert corrected("clandestne", audiences=MEMBERS) == "clandestine"
    assert corrected("caretakrs") == "caretakers"
    assert corrected("caretakrs", closed=frozenset({4})) is None


@pytest.mark.usefixtures("_both")
def test_no_similar_document_that_cannot_be_seen(engine, write) -> None:
    write(story(4, "Caretakers and their bins"))
    visitor = Query(audiences=frozenset({"public"}))
    assert [each.id for each in engine.similar("story", 1, visitor)] == [4]
    assert {each.id for each in engine.similar("story", 1, Query(audiences=MEMBERS))} == {2, 4}
    assert engine.similar("story", 2, visitor) == []
