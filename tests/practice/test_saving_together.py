"""200 saves from 8 writers of one draft: none is lost, and none is overwritten in silence."""

import threading

import pytest
from django.db import connection, connections

from practice import writing
from practice.models import StoryPage
from practice.writing import Conflict
from tests.cast import make_cast, make_person
from tests.practice.steps import save

WRITERS, SAVES = 8, 25


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_hundred_saves_from_eight_writers_lose_nothing() -> None:
    save_together()


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="The same is tested on SQLite. Set TEST_DATABASE_URL")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_nor_do_they_on_postgresql() -> None:
    save_together()


def save_together() -> None:
    """Eight people save 25 times each; who is told of a conflict keeps both texts."""
    cast = make_cast()
    # Editors, who may write every story: a draft with nine authors takes longer to read than to save.
    writers = [make_person(f"Writer{number} X", is_editor=True) for number in range(WRITERS)]
    story = writing.start(by=cast.alice, title="Together", community=cast.waste)
    base = save(story, cast.alice, summary="Ours").pk
    gate = threading.Barrier(WRITERS)
    kept: list[str] = []
    wrong: list[BaseException] = []

    def write(number: int) -> None:
        try:
            gate.wait()
            version, text = base, ""
            for turn in range(SAVES):
                mine = f"<p>{number}-{turn}.</p>"
                while True:
                    try:
                        values = {"did": text + mine}
                        revision = writing.save_draft(story, by=writers[number], base_revision=version, values=values)  # type: ignore[arg-type]
                    except Conflict as conflict:
                        # Keeps both texts, as a person would on the page that shows them.
                        version, text = conflict.revision.pk, conflict.theirs.did
                    else:
                        version, text = revision.pk, text + mine
                        kept.append(mine)
                        break
        except BaseException as error:
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(kept) == WRITERS * SAVES
    text = writing.draft_of(StoryPage.objects.get(pk=story.pk)).did
    assert [mine for mine in kept if text.count(mine) != 1] == []
