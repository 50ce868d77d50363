"""Kinds of things: one index, one box, an answer for each kind."""

from dataclasses import replace

from tests.contract.conftest import counts, ids, story


def some():
    return [
        story(1, "Bins for flats", region="North"),
        story(2, "Bins", region="South"),
        replace(story(1, "Binnie Bins", region="North"), kind="person"),
        replace(story(2, "Bins and boxes"), kind="person"),
        replace(story(1, "Waste", other_names=("bins", "refuse")), kind="topic"),
    ]


def kinds(answer) -> list[tuple[str, int]]:
    return sorted((hit.kind, hit.id) for hit in answer.hits)


def test_all_kinds_are_found_in_one_list(write, ask) -> None:
    write(*some())
    answer = ask("bins")
    assert kinds(answer) == [("person", 1), ("person", 2), ("story", 1), ("story", 2), ("topic", 1)]
    assert answer.total == 5
    assert answer.others == {}


def test_one_kind_is_found_and_the_others_are_counted(write, ask) -> None:
    write(*some())
    for text in ("bins", ""):
        answer = ask(text, kind="person")
        assert kinds(answer) == [("person", 1), ("person", 2)]
        assert answer.total == 2
        assert answer.kinds == {"story": 2, "person": 2, "topic": 1}


def test_kinds_are_counted_with_the_filters(write, ask) -> None:
    write(*some())
    answer = ask("bins", kind="story", filters={"region": ["North"]})
    assert ids(answer) == [1]
    assert answer.kinds == {"story": 1, "person": 1}


def test_facets_are_counted_within_the_kind(write, ask) -> None:
    write(*some())
    assert counts(ask("bins", kind="person"), "region") == {"North": 1}
    assert counts(ask("bins", kind="story", filters={"region": ["North"]}), "region") == {"North": 1, "South": 1}
    assert counts(ask("bins", kind="topic"), "region") == {}


def test_the_first_hits_of_other_kinds_are_answered_beside(write, ask) -> None:
    write(*some())
    answer = ask("bins", kind="story", others=1)
    assert {kind: len(hits) for kind, hits in answer.others.items()} == {"person": 1, "topic": 1}
    assert answer.others["topic"][0].matched == ("bins",)
    everything = ask("", kind="topic", others=2)
    assert {kind: {hit.id for hit in hits} for kind, hits in everything.others.items()} == {
        "story": {1, 2},
        "person": {1, 2},
    }
    only_north = ask("bins", kind="story", others=3, filters={"region": ["North"]})
    assert {kind: [hit.id for hit in hits] for kind, hits in only_north.others.items()} == {"person": [1]}


def test_a_kind_without_hits_is_an_empty_answer(write, ask) -> None:
    write(*some())
    answer = ask("bins", kind="council", others=1)
    assert (answer.total, answer.hits, answer.facets) == (0, (), {})
    assert set(answer.others) == {"story", "person", "topic"}
