"""What curating much at once takes: `python -m tests.bench.curating [STORIES]`, 10,000 unless said otherwise.

“How we are doing” of a community with all stories; merging a word that stands on all of them, and undoing it; making a
community of a fifth of them part of another. On SQLite as in a deployment, search included, so far as whoever does it
waits for it. Figures are CPU time, in milliseconds and as a ratio to making one row for each of the stories, in bulk
but as objects, in the same run.
"""

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.bench.hub import new_hub

TARGETS = {"health": 1.5, "merge a word": 4.0, "undo it": 4.0, "merge a community": 6.0}
ORIGINALS = 40


def main(size: int) -> None:
    """Make the hub, measure, and print a line each."""
    with new_hub():
        import django

        django.setup()
        sys.exit(0 if tell(size, measure(size)) else 1)


def tell(size: int, took: dict[str, tuple[float, float]]) -> bool:
    """Print the figures; whether each is within its target."""
    unit = took.pop("a row for each")[0]
    print(f"{size:,} stories; a row for each takes {unit * 1000:.0f} ms of CPU")
    for name, (cpu, clock) in took.items():
        words = f"{cpu * 1000:.0f} ms of CPU, {clock * 1000:.0f} by the clock"
        print(f"{name}: {words}; {cpu / unit:.1f} times that (target {TARGETS[name]})")
    return all(cpu / unit <= TARGETS[name] for name, (cpu, _) in took.items())


def measure(size: int) -> dict[str, tuple[float, float]]:
    """What each took, in seconds of CPU and of the clock."""
    from taggit.models import Tag

    from practice import tags
    from practice.merging import Merging, merge_communities
    from practice.models import TagChange

    cast, bins = make_hub(size)
    took = {"a row for each": timed(lambda: write_rows(size), rounds=3)}
    took["health"] = timed(lambda: look_at_health(cast), rounds=3)
    goes, stays = Tag.objects.get(name="recycle"), Tag.objects.get(name="recycling")
    took["merge a word"] = timed(lambda: tags.merge(goes, into=stays, by=cast.dina))
    took["undo it"] = timed(lambda: tags.undo(TagChange.objects.get(), by=cast.dina))
    known = Merging.of(bins, cast.waste).known
    took["merge a community"] = timed(lambda: merge_communities(bins, into=cast.waste, by=cast.dina, known=known))
    return took


def timed(do: Callable[[], Any], rounds: int = 1) -> tuple[float, float]:
    """The fastest of some rounds."""
    found = []
    for _ in range(rounds):
        begun, used = time.perf_counter(), time.process_time()
        do()
        found.append((time.process_time() - used, time.perf_counter() - begun))
    return min(found)


def write_rows(size: int) -> None:
    """One row of the outbox for each, and none in the end."""
    from django.db import transaction

    from search.models import Outbox

    with transaction.atomic():
        Outbox.objects.bulk_create([Outbox(kind="story", object_id=pk) for pk in range(size)], batch_size=500)
        transaction.set_rollback(True)


def look_at_health(cast: Any) -> None:
    """The whole page, as a facilitator gets it."""
    from django.conf import settings
    from django.core.cache import cache
    from django.test import Client

    cache.clear()
    client = Client()
    client.force_login(cast.carol, settings.AUTHENTICATION_BACKENDS[0])
    answer = client.get(f"/communities/{cast.waste.slug}/health/")
    assert answer.status_code == 200, answer.status_code


def make_hub(size: int) -> tuple[Any, Any]:
    """A community with so many stories, one with a fifth of them, and what people did there within the year."""
    from django.core.management import call_command
    from django.db import connection, transaction
    from taggit.models import Tag

    from practice.models import StoryPage, StoryTag, Topic
    from search import outbox
    from tests.bench.pages import Copies
    from tests.cast import make_cast, make_community, make_story

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    cast = make_cast()
    bins = make_community("Bins", facilitator=cast.carol)
    flats, food = Tag.objects.create(name="flats", slug="flats"), Topic.objects.create(title="Food", slug="food")
    with outbox.held():
        for community, number in ((cast.waste, size), (bins, size // 5)):
            part = "".join(f"<p>{'We met at ten and weighed the bins. ' * 13}</p>" for _ in range(4))
            for index in range(ORIGINALS):
                story = make_story(community, by=(cast.alice, cast.bob)[index % 2], title=f"Story {index}", did=part)
                StoryTag.objects.create(tag=flats, content_object=story)
                StoryPage.topics.through.objects.create(storypage_id=story.pk, topic_id=food.pk)
            originals = list(StoryPage.objects.filter(community=community).values_list("pk", flat=True))
            with transaction.atomic(), connection.cursor() as cursor:
                Copies(cursor, originals).make(number - ORIGINALS)
        recycle, _ = (Tag.objects.create(name=name, slug=name) for name in ("recycle", "recycling"))
        stories = list(StoryPage.objects.filter(community=cast.waste).values_list("pk", flat=True))
        StoryTag.objects.bulk_create([StoryTag(tag=recycle, content_object_id=pk) for pk in stories], batch_size=500)
        live_through(stories, cast)
        call_command("rebuild_search", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return cast, bins


def live_through(stories: list[int], cast: Any) -> None:
    """A year in which each was written, sent and read, and one in five repeated."""
    from uuid import uuid4

    from django.contrib.contenttypes.models import ContentType
    from django.utils import timezone
    from wagtail.models import Page, PageLogEntry, Revision, TaskState, WorkflowState

    from community.models import Membership, Person
    from practice.models import Repetition, ReviewState, StoryPage
    from practice.models.workflow import CommunityReview

    kind, page = ContentType.objects.get_for_model(StoryPage), ContentType.objects.get_for_model(Page)
    people = [Person(email=f"p{n}@council.example", name=f"Person {n}", password="!") for n in range(300)]
    people = Person.objects.bulk_create(people)
    Membership.objects.bulk_create([Membership(community=cast.waste, person=person) for person in people])
    now = timezone.now()
    moments = [now - timedelta(hours=7 + 8000 * index // len(stories)) for index in range(len(stories))]
    StoryPage.objects.filter(pk__in=stories[: len(stories) // 2]).update(published_at=now - timedelta(days=20))
    entries = [
        PageLogEntry(
            content_type=kind,
            label="Story",
            action=action,
            uuid=uuid4(),
            page_id=pk,
            timestamp=moment,
            data={},
            user=people[(index + step) % 300],
        )
        for index, (pk, moment) in enumerate(zip(stories, moments, strict=True))
        for step, action in enumerate(("wagtail.create", "wagtail.edit", "wagtail.publish"))
    ]
    PageLogEntry.objects.bulk_create(entries, batch_size=500)
    task = CommunityReview.objects.first()
    workflow = task.workflows.first() if task else None
    revision = Revision.objects.first()
    states = WorkflowState.objects.bulk_create(
        [
            WorkflowState(
                content_type=kind,
                base_content_type=page,
                object_id=str(pk),
                workflow=workflow,
                status=WorkflowState.STATUS_APPROVED,
                requested_by=people[0],
            )
            for pk in stories
        ],
        batch_size=500,
    )
    parents = [
        TaskState(
            workflow_state=state,
            revision=revision,
            task=task,
            status=TaskState.STATUS_APPROVED,
            started_at=moment - timedelta(days=3),
            finished_at=moment,
            content_type=ContentType.objects.get_for_model(ReviewState),
        )
        for state, moment in zip(states, moments, strict=True)
    ]
    parents = TaskState.objects.bulk_create(parents, batch_size=500)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO practice_reviewstate (taskstate_ptr_id, author_note, declined) VALUES (%s, '', FALSE)",
            [(parent.pk,) for parent in parents],
        )
    Repetition.objects.bulk_create(
        [
            Repetition(
                story_id=pk, person=people[index % 300], council=cast.ambleford, outcome="well", created_at=moment
            )
            for index, (pk, moment) in enumerate(zip(stories[::5], moments[::5], strict=True))
        ],
        batch_size=500,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
