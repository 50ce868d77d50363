"""What an engine does with changes: late, repeated, crossing, bad, and while it is made anew."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.engines.base import Change, EngineAway, Outcome
from tests.contract.conftest import counts, ids, label, story


def outcome(engine, version: int, document, id: int = 1) -> str:
    (result,) = engine.write([Change("story", id, version, document)])
    return str(result.outcome)


def test_a_newer_version_replaces_an_older_one(engine, ask) -> None:
    assert outcome(engine, 1, story(1, "Old", tags=(label("Old"),))) == Outcome.WRITTEN
    assert outcome(engine, 2, story(1, "New", tags=(label("New"),))) == Outcome.WRITTEN
    assert ask("old").total == 0
    assert ids(ask("new")) == [1]
    assert counts(ask(), "tag") == {"new": 1}


def test_an_older_or_equal_version_changes_nothing(engine, ask) -> None:
    outcome(engine, 5, story(1, "New"))
    assert outcome(engine, 4, story(1, "Old")) == Outcome.PASSED
    assert outcome(engine, 5, story(1, "Other")) == Outcome.PASSED
    assert outcome(engine, 5, None) == Outcome.PASSED
    assert ids(ask("new")) == [1]


def test_what_was_withdrawn_stays_withdrawn(engine, ask) -> None:
    outcome(engine, 5, story(1, "Here", tags=(label("Here"),)))
    assert outcome(engine, 6, None) == Outcome.WRITTEN
    assert outcome(engine, 5, story(1, "Here")) == Outcome.PASSED
    assert ask().total == 0
    assert counts(ask(), "tag") == {}
    assert outcome(engine, 7, story(1, "Back")) == Outcome.WRITTEN
    assert ids(ask()) == [1]


def test_withdrawing_what_was_never_there_keeps_late_deliveries_out(engine, ask) -> None:
    assert outcome(engine, 9, None) == Outcome.WRITTEN
    assert outcome(engine, 8, story(1)) == Outcome.PASSED
    assert ask().total == 0


def test_a_bad_document_does_not_hold_up_others(engine, ask) -> None:
    bad = story(2, "Half a sign: \ud800")
    results = engine.write([Change("story", each.id, 1, each) for each in (story(1), bad, story(3))])
    assert [result.outcome for result in results] == [Outcome.WRITTEN, Outcome.REFUSED, Outcome.WRITTEN]
    assert results[1].error
    assert set(ids(ask())) == {1, 3}


def test_a_refused_document_leaves_the_former_one(engine, ask) -> None:
    outcome(engine, 1, story(1, "Good"))
    assert outcome(engine, 2, story(1, "Half a sign: \ud800")) == Outcome.REFUSED
    assert ids(ask("good")) == [1]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    deliveries=st.lists(st.tuples(st.integers(1, 3), st.integers(1, 8), st.booleans()), min_size=1, max_size=25),
)
def test_the_highest_version_wins_in_whatever_order(engine, ask, deliveries) -> None:
    base = max((each.version for each in engine.held("story")), default=0)
    base = max(base, getattr(engine, "highest", 0))
    wanted: dict[int, tuple[int, bool]] = {}
    for id, number, there in deliveries:
        version = base + number
        if version > wanted.get(id, (0, False))[0]:
            wanted[id] = version, there
        engine.write([Change("story", id, version, story(id, f"Version {version}") if there else None)])
    engine.highest = base + 8
    here = {hit.id: hit.title for hit in ask().hits}
    for id, (version, there) in wanted.items():
        assert here.get(id) == (f"Version {version}" if there else None)


def test_the_versions_of_what_can_be_found_are_told(engine) -> None:
    outcome(engine, 3, story(1))
    outcome(engine, 4, story(2), id=2)
    outcome(engine, 5, None, id=2)
    assert [(each.id, each.version) for each in engine.held("story")] == [(1, 3)]


def test_what_it_holds_is_told_page_by_page_in_the_order_of_ids(engine, write) -> None:
    write(*(story(id) for id in (30, 4, 100, 2, 9)), replace(story(5), kind="person"))
    outcome(engine, 2, None, id=9)
    assert [each.id for each in engine.held("story", size=2)] == [2, 4]
    assert [each.id for each in engine.held("story", after=4, size=2)] == [30, 100]
    assert engine.held("story", after=100, size=2) == []
    assert engine.held("event") == []


def test_the_digest_is_that_of_the_document_as_it_was_given(engine, write) -> None:
    first = story(1, "Said \ue000so", audience="members", tags=(label("Bins"), label("Food")), text="x " * 50_000)
    write(first)
    assert engine.held("story")[0].digest == first.digest()
    changed = replace(first, audience="public")
    assert outcome(engine, 2, changed) == Outcome.WRITTEN
    assert engine.held("story")[0].digest == changed.digest() != first.digest()
    assert outcome(engine, 1, first) == Outcome.PASSED
    assert engine.held("story")[0].digest == changed.digest()


def test_nothing_is_found_by_its_digest(engine, write, ask) -> None:
    write(story(1))
    assert ask(engine.held("story")[0].digest).total == 0


def test_a_rebuild_is_not_seen_before_it_is_whole(engine, write, ask) -> None:
    write(story(1, "Old"))
    making = engine.rebuild()
    making.add([Change("story", 2, 10, story(2, "New"))])
    assert ids(ask()) == [1]
    assert making.finish(lambda kind, ids: {}, since=10) == 1
    assert ids(ask()) == [2]


def test_changes_made_during_a_rebuild_are_kept(engine, write, ask) -> None:
    write(story(1, "One"), story(2, "Two"), story(3, "Three"))
    making = engine.rebuild()
    making.add(Change("story", number, 10, story(number, "From the rebuild")) for number in (1, 2, 3))
    outcome(engine, 11, story(1, "Changed meanwhile"))
    outcome(engine, 12, None, id=2)
    outcome(engine, 13, story(4, "Born meanwhile"), id=4)
    now = {1: story(1, "Changed meanwhile"), 4: story(4, "Born meanwhile")}
    making.finish(lambda kind, wanted: {id: now[id] for id in wanted if id in now}, since=10)
    assert {hit.id: hit.title for hit in ask().hits} == {
        1: "Changed meanwhile",
        3: "From the rebuild",
        4: "Born meanwhile",
    }
    assert outcome(engine, 11, story(1, "Late")) == Outcome.PASSED
    assert outcome(engine, 12, story(2, "Late"), id=2) == Outcome.PASSED
    assert outcome(engine, 14, story(2, "Later"), id=2) == Outcome.WRITTEN


def test_an_abandoned_rebuild_leaves_no_trace(engine, write, ask) -> None:
    write(story(1))
    making = engine.rebuild()
    making.add([Change("story", 2, 10, story(2))])
    making.abandon()
    assert ids(ask()) == [1]
    engine.rebuild().abandon()


def test_only_one_rebuild_is_made_at_a_time(engine) -> None:
    making = engine.rebuild()
    with pytest.raises(EngineAway, match="already"):
        engine.rebuild()
    making.abandon()


def test_the_status_counts_what_can_be_found(engine, write) -> None:
    write(story(1), story(2))
    outcome(engine, 9, None)
    status = engine.status()
    assert (status.ready, status.documents) == (True, 1)
    assert status.bytes > 0


def test_a_document_of_another_kind_with_the_same_number_is_another_document(engine, ask) -> None:
    engine.write([Change("story", 1, 1, story(1, "Story")), Change("person", 1, 1, replace(story(1), kind="person"))])
    assert sorted(hit.kind for hit in ask().hits) == ["person", "story"]
    assert ask().kinds == {"story": 1, "person": 1}
    assert [hit.kind for hit in ask(kind="person").hits] == ["person"]
