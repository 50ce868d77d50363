"""Vectors are made after the commit, of what is published and as it is, and are found lacking when they are not."""

import threading
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from practice.models import StoryPage
from search import meaning, rebuilding
from search.meaning.background import make_lacking, maker
from search.models import Vector
from tests.cast import Cast, make_story
from tests.search.conftest import Committed

WELSH = (
    "<p>Mae'r cyngor yn casglu'r biniau bob pythefnos. Gofynnwyd i drigolion beth oedd eu barn, ac roedd y rhan fwyaf "
    "yn fodlon gyda'r gwasanaeth newydd sydd ar gael mewn pob ardal o'r sir.</p>"
)


def lacking(site: Any) -> list[int]:
    from search.meaning import vectors

    return list(vectors.lacking(site.load().folder.recipe))


def published(cast: Cast, committed: Committed, **fields: Any) -> StoryPage:
    with committed():
        return make_story(cast.waste, by=cast.alice, **fields)


def test_a_published_story_gets_a_vector_after_the_request_and_not_in_it(
    meaning_on: Any, cast: Cast, committed: Committed
) -> None:
    story = published(cast, committed, title="Bins")
    assert lacking(meaning_on) == [story.pk]
    maker.work()
    vector = Vector.objects.get(pk=story.pk)
    assert vector.recipe == meaning_on.load().folder.recipe
    assert len(bytes(vector.vector)) == 16
    assert lacking(meaning_on) == []


def test_a_changed_story_gets_another_vector_and_one_of_the_same_text_is_not_embedded_again(
    meaning_on: Any, cast: Cast, committed: Committed
) -> None:
    from search.meaning import vectors

    story = published(cast, committed, title="Bins", did="<p>Household waste.</p>")
    maker.work()
    before = Vector.objects.get(pk=story.pk)
    with committed():
        story.tags.add("caddies")
        story.save()
    assert lacking(meaning_on) == [story.pk]
    assert vectors.make([story.pk], meaning_on.load()) == 0
    assert lacking(meaning_on) == []
    with committed():
        story.title = "Choir"
        story.save_revision().publish()
    maker.work()
    assert bytes(Vector.objects.get(pk=story.pk).vector) != bytes(before.vector)


def test_a_change_that_comes_while_the_vector_is_made_is_not_lost(
    meaning_on: Any, cast: Cast, committed: Committed
) -> None:
    from search.meaning import vectors

    story = published(cast, committed, title="Bins")
    maker.work()

    def changed_meanwhile() -> bool:
        Vector.objects.changed([story.pk], wanted=True)
        return True

    vectors.make([story.pk], meaning_on.load(), going_on=changed_meanwhile)
    assert lacking(meaning_on) == [story.pk]


def test_a_withdrawn_story_loses_its_vector(meaning_on: Any, cast: Cast, committed: Committed) -> None:
    story = published(cast, committed)
    maker.work()
    with committed():
        story.unpublish()
    maker.work()
    assert not Vector.objects.filter(pk=story.pk).exclude(vector=b"").exists()


def test_a_story_in_another_language_is_done_without_a_vector(
    meaning_on: Any, cast: Cast, committed: Committed
) -> None:
    published(cast, committed, title="Biniau", did=WELSH)
    maker.work()
    assert lacking(meaning_on) == []
    assert bytes(Vector.objects.get().vector) == b""
    assert not Vector.objects.usable(meaning_on.load().folder.recipe).exists()


def test_vectors_of_another_recipe_are_not_used_and_are_made_anew(
    meaning_on: Any, cast: Cast, committed: Committed
) -> None:
    story = published(cast, committed)
    maker.work()
    Vector.objects.update(recipe="another")
    assert meaning_on.read_vectors([story.pk]) == {}
    assert lacking(meaning_on) == [story.pk]
    make_lacking.enqueue()
    maker.work()
    assert lacking(meaning_on) == []
    assert meaning_on.read_vectors([story.pk])


def test_what_a_rebuild_of_the_index_takes_over_gets_its_vector_too(meaning_on: Any, cast: Cast) -> None:
    story = make_story(cast.waste, by=cast.alice, title="Bins")  # its change waits in the outbox
    Vector.objects.create(story=story.pk, made=0, recipe=meaning_on.load().folder.recipe)
    assert lacking(meaning_on) == []
    rebuilding.rebuild()
    assert lacking(meaning_on) == [story.pk]


def test_where_it_is_off_nothing_is_made_but_a_change_is_remembered(cast: Cast, committed: Committed) -> None:
    story = published(cast, committed)
    assert not Vector.objects.exists()
    Vector.objects.create(story=story.pk, made=0, recipe="of before")
    with committed():
        story.save()
    assert Vector.objects.get().changes > 0


def test_the_thread_ends_when_nothing_waits(meaning_on: Any, db: None) -> None:
    maker.in_thread = True
    maker.add([])
    maker.in_thread = False
    for thread in threading.enumerate():
        if thread.name == "meaning-make":
            thread.join(10)
            assert not thread.is_alive()


def test_rebuild_meaning_makes_what_lacks_and_goes_on_where_it_was_stopped(meaning_on: Any, cast: Cast) -> None:
    first, second = (make_story(cast.waste, by=cast.alice, title=title) for title in ("Bins", "Choir"))
    Vector.objects.create(story=999_999, recipe="left over")
    assert "2 stories, 2 vectors made" in rebuilt()
    assert set(Vector.objects.values_list("pk", flat=True)) == {first.pk, second.pk}
    assert "2 stories, 0 vectors made" in rebuilt()
    Vector.objects.filter(pk=second.pk).delete()
    told = rebuilt()
    assert "2 stories, 1 vectors made" in told
    assert meaning_on.load().folder.sha256 in told


def test_rebuild_meaning_finds_what_changed_while_it_was_off(meaning_on: Any, cast: Cast) -> None:
    story = make_story(cast.waste, by=cast.alice, title="Bins")
    rebuilt()
    StoryPage.objects.filter(pk=story.pk).update(title="Choir")
    assert "1 stories, 1 vectors made" in rebuilt()


def test_rebuild_meaning_says_that_it_is_off(db: None) -> None:
    with pytest.raises(CommandError, match="Set MEANING_MODEL_DIR"):
        call_command("rebuild_meaning")


def test_the_status_says_how_far_the_vectors_are(meaning_on: Any, cast: Cast, index: None, client: Client) -> None:
    make_story(cast.waste, by=cast.alice)
    told = client.get("/healthz?check=meaning").json()["checks"]["meaning"]
    assert (told["ok"], told["on"], told["stories"], told["vectors"]) == (True, True, 1, 0)
    rebuilt()
    out = StringIO()
    call_command("search_status", stdout=out)
    assert "1 of 1 stories have a vector" in out.getvalue()
    assert meaning_on.load().folder.sha256 in out.getvalue()


def test_the_status_says_that_it_is_off(index: None, client: Client) -> None:
    assert client.get("/healthz?check=meaning").json()["checks"]["meaning"]["on"] is False
    out = StringIO()
    call_command("search_status", stdout=out)
    assert "Meaning    off" in out.getvalue()
    assert meaning.site() is None


def rebuilt() -> str:
    out = StringIO()
    call_command("rebuild_meaning", stdout=out)
    return out.getvalue()


def test_a_worker_makes_what_lacks_in_parts_after_everything_else(
    meaning_on: Any, cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django_tasks_db.models import DBTaskResult

    from search.meaning import background

    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(background, "BATCH", 2)
    for number in range(3):
        make_story(cast.waste, by=cast.alice, title=f"Bins {number}")
    background.make_lacking.call()
    assert len(lacking(meaning_on)) == 1
    (waiting,) = DBTaskResult.objects.filter(task_path__endswith="make_lacking")
    assert waiting.priority < 0
    background.make_lacking.call()
    background.make_lacking.call()
    assert lacking(meaning_on) == []
    assert DBTaskResult.objects.filter(task_path__endswith="make_lacking").count() == 2
