"""Elasticsearch as the engine of the site: delivery by the worker, an index that is made, interrupted, gone on with."""

import os
import subprocess
import sys

import pytest

from search import documents, outbox, rebuilding, reconciling
from search.documents import STORY, Document, Label
from search.engines.base import Change, EngineAway, IndexMissing, Outcome
from search.engines.elastic import ElasticEngine
from search.engines.elastic_write import Lease
from search.finding import find
from search.models import Outbox
from search.query import Query
from tests.cast import Cast, make_story
from tests.contract.conftest import story as document
from tests.search.conftest import found

pytestmark = pytest.mark.elasticsearch


def indices(far: ElasticEngine) -> list[str]:
    with far.server.working() as client:
        return sorted(client.indices.get_alias(index=f"{far.names.prefix}-v*"))


def test_the_first_search_makes_a_small_index(cast: Cast, far: ElasticEngine) -> None:
    make_story(cast.waste, by=cast.alice, title="Here")
    with pytest.raises(IndexMissing, match="no search index"):
        far.search(Query.ask())
    with pytest.raises(IndexMissing, match="no search index"):
        far.suggest(Query.ask("he"))  # several questions at once: the server answers 200 and says it of each
    assert "Here" in [hit.title for hit in find(Query.ask()).answer.hits]


def test_a_change_waits_while_there_is_no_index(cast: Cast, far: ElasticEngine) -> None:
    make_story(cast.waste, by=cast.alice)
    with pytest.raises(IndexMissing):
        outbox.drain()
    assert Outbox.objects.exists()
    rebuilding.rebuild()
    assert not Outbox.objects.exists()
    assert len(found()) == 1


def test_a_change_is_delivered_at_its_commit_where_no_worker_runs(
    cast: Cast, far: ElasticEngine, django_capture_on_commit_callbacks
) -> None:
    rebuilding.rebuild()
    with django_capture_on_commit_callbacks(execute=True):
        make_story(cast.waste, by=cast.alice, title="Delivered")
    assert found() == ["Delivered"]
    assert not Outbox.objects.exists()


def test_nobody_who_searches_waits_for_a_delivery(cast: Cast, far: ElasticEngine) -> None:
    rebuilding.rebuild()
    make_story(cast.waste, by=cast.alice)
    outbox.catch_up()
    assert Outbox.objects.exists()


class TestRebuild:
    def test_only_the_new_index_stays(self, cast: Cast, far: ElasticEngine) -> None:
        rebuilding.rebuild()
        (first,) = indices(far)
        make_story(cast.waste, by=cast.alice)
        assert rebuilding.rebuild().documents == far.status().documents
        (second,) = indices(far)
        assert first != second

    def test_an_interrupted_one_goes_on(self, cast: Cast, far: ElasticEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        stories = [make_story(cast.waste, by=cast.alice, title=f"Story {number}") for number in range(6)]
        monkeypatch.setattr(rebuilding, "BATCH", 2)

        def interrupt(done: int, total: int) -> None:
            if done >= 4:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            rebuilding.rebuild(progress=interrupt)
        begun = indices(far)
        # Nobody sees it, and what changes meanwhile is written to it once there is a live one.
        with pytest.raises(IndexMissing):
            found()
        stories[0].unpublish()
        stories[1].title = "Changed meanwhile"
        stories[1].save_revision().publish()
        heard: list[tuple[int, int]] = []
        rebuilding.rebuild(progress=lambda *numbers: heard.append(numbers))
        assert indices(far) == begun
        assert heard[0][0] > 2
        outbox.drain()
        assert sorted(found()) == ["Changed meanwhile", *(f"Story {number}" for number in range(2, 6))]

    def test_an_interrupted_one_is_kept_up_to_date_until_it_goes_on(
        self, cast: Cast, far: ElasticEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stories = [make_story(cast.waste, by=cast.alice, title=f"Story {number}") for number in range(4)]
        rebuilding.rebuild()
        monkeypatch.setattr(far, "rebuild", far.rebuild)

        def interrupt(done: int, total: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            rebuilding.rebuild(progress=interrupt)
        stories[0].unpublish()
        stories[1].title = "Changed meanwhile"
        stories[1].save_revision().publish()
        outbox.drain()
        assert len(found()) == 3
        rebuilding.rebuild()
        assert sorted(found()) == ["Changed meanwhile", "Story 2", "Story 3"]

    def test_one_of_a_former_format_goes_once_this_format_has_its_own(self, cast: Cast, far: ElasticEngine) -> None:
        former, later = f"{far.names.prefix}-v1-20250101", f"{far.names.prefix}-v99-20990101"
        with far.server.working() as client:
            client.indices.create(index=former, aliases={f"{far.names.prefix}-v1": {}})
            client.indices.create(index=later, aliases={f"{far.names.prefix}-v99": {}})
        rebuilding.rebuild()
        assert former in indices(far)
        rebuilding.rebuild()
        assert former not in indices(far)
        assert later in indices(far)

    def test_it_can_be_begun_anew(self, cast: Cast, far: ElasticEngine) -> None:
        make_story(cast.waste, by=cast.alice)
        far.rebuild(since=Outbox.objects.next_number()).pause()
        begun = indices(far)
        rebuilding.rebuild(go_on=False)
        assert indices(far) != begun
        assert len(indices(far)) == 1

    def test_one_whose_maker_was_killed_is_taken_over(self, far: ElasticEngine) -> None:
        making = far.rebuild(since=1)
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        making.lease.owner = f"{making.lease.owner.rpartition(':')[0]}:{gone.pid}"
        making.lease._take(if_seq_no=making.lease._held["_seq_no"], if_primary_term=making.lease._held["_primary_term"])
        taken_over = far.rebuild(since=2)
        assert taken_over.since == 1
        with pytest.raises(EngineAway, match="already"):
            making.lease.renew(seconds=1)
        taken_over.abandon()

    def test_one_on_another_machine_is_left_in_peace_until_it_is_silent(
        self, far: ElasticEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with far.server.working() as client:
            lease = Lease(client, far.names)
            condition = {"if_seq_no": lease._held["_seq_no"], "if_primary_term": lease._held["_primary_term"]}
            lease.owner = f"elsewhere:{os.getpid()}"
            lease._take(**condition)
            with pytest.raises(EngineAway, match="already"):
                Lease(client, far.names)
            monkeypatch.setattr("search.engines.elastic_write.time.time", lambda: 9_999_999_999.0)
            Lease(client, far.names).give_back()

    def test_a_number_from_before_it_that_is_committed_late_is_not_lost(self, cast: Cast, far: ElasticEngine) -> None:
        """Numbers are given before commits. The late row's is below the rebuild's, whose reading came before it."""
        story = make_story(cast.waste, by=cast.alice, title="Before")
        rebuilding.rebuild()
        late = Outbox.objects.next_number()
        making = far.rebuild(since=Outbox.objects.next_number())
        making.add(Change(STORY, id, making.since, each) for id, each in documents.read(STORY, [story.pk]).items())
        story.title = "After"
        story.save_revision().publish()
        Outbox.objects.all().delete()
        Outbox.objects.create(pk=late, kind=STORY, object_id=story.pk)
        outbox.drain()
        making.finish(documents.read, since=making.since)
        assert found() == ["After"]


class TestWriting:
    def test_each_change_of_a_batch_has_its_own_answer(self, far: ElasticEngine) -> None:
        rebuilding.rebuild()
        far.write([Change(STORY, 3, 50, document(3, "Newer"))])
        endless = Document(STORY, 2, "public", "Endless", "/", tags=(Label("x" * 40_000, "Endless"),))
        results = far.write(
            [
                Change(STORY, 1, 10, document(1, "One")),
                Change(STORY, 2, 10, endless),
                Change(STORY, 3, 10, document(3, "Older")),
                Change(STORY, 4, 10, None),
                Change(STORY, 5, 10, document(5, "\ud800")),
            ]
        )
        assert [result.outcome for result in results] == [
            Outcome.WRITTEN,
            Outcome.REFUSED,
            Outcome.PASSED,
            Outcome.WRITTEN,
            Outcome.REFUSED,
        ]
        assert "value.tag" in results[1].error
        assert "surrogate" in results[4].error
        assert sorted(found()) == ["Newer", "One"]

    def test_a_missing_index_is_never_guessed(self, far: ElasticEngine) -> None:
        with pytest.raises(IndexMissing):
            far.write([Change(STORY, 1, 1, document(1))])
        assert indices(far) == []

    def test_what_was_withdrawn_stays_withdrawn_when_the_server_has_forgotten_deletions(
        self, far: ElasticEngine
    ) -> None:
        rebuilding.rebuild()
        with far.server.working() as client:
            client.indices.put_settings(index=far.names.live, settings={"index.gc_deletes": "1ms"})
            far.write([Change(STORY, 1, 5, document(1))])
            far.write([Change(STORY, 1, 6, None)])
            client.indices.flush(index=far.names.live)
        (late,) = far.write([Change(STORY, 1, 5, document(1))])
        assert late.outcome is Outcome.PASSED
        assert found() == []


def test_a_database_that_was_put_back_is_mended(cast: Cast, far: ElasticEngine) -> None:
    """After a restored backup the engine holds numbers that the database has yet to reach."""
    story = make_story(cast.waste, by=cast.alice, title="In the backup")
    rebuilding.rebuild()
    high = Outbox.objects.next_number() + 5_000
    far.write([Change(STORY, story.pk, high, document(story.pk, "After the backup"))])
    far.write([Change(STORY, story.pk + 1, high + 1, document(story.pk + 1, "Written after the backup"))])
    assert any(reconciling.compare())
    reconciling.compare(mend=True)
    assert not any(reconciling.compare())
    assert found() == ["In the backup"]
    assert Outbox.objects.next_number() > high
