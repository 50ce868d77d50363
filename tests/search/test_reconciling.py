"""The comparison of engine and database, by each engine: what changed without a word is found and mended."""

from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from community.models import CommunityPolicy, Council
from practice import repeating
from practice.models import Repetition, StoryPage
from search import documents, outbox, rebuilding, reconciling
from search.documents import KINDS, STORY, About, Document, Label
from search.engines.base import Change, Engine
from search.models import Outbox
from tests.cast import Cast, make_story
from tests.search.conftest import found

pytestmark = pytest.mark.django_db

ALL_WELL = "".join(f"{kind}: 0 lacking, 0 left over, 0 changed\n" for kind in KINDS)


def run(*words: str) -> str:
    out = StringIO()
    call_command("check_search", *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def stories(cast: Cast, either: Engine) -> list[StoryPage]:
    """Three that the engine has as they are."""
    made = [make_story(cast.waste, by=cast.alice, title=title) for title in ("First", "Second", "Third")]
    rebuilding.rebuild()
    assert run() == ALL_WELL
    return made


def test_a_text_that_a_bulk_write_changed_is_found_and_mended(stories: list[StoryPage]) -> None:
    StoryPage.objects.filter(pk=stories[1].pk).update(title="Caretakers", summary="They know everybody.")
    assert found("caretakers") == []
    with pytest.raises(CommandError, match="differ"):
        run()
    assert found("caretakers") == []
    mended = run("--mend")
    assert "story: 0 lacking, 0 left over, 1 changed\n" in mended
    assert mended.endswith("Mended.\n")
    assert found("caretakers") == ["Caretakers"]
    assert run() == ALL_WELL


def test_a_leak_by_a_stale_audience_is_found_and_mended(stories: list[StoryPage], cast: Cast) -> None:
    """The text is the same; who may see it is not."""
    CommunityPolicy.objects.filter(community=cast.waste).update(visibility="hidden")
    with pytest.raises(CommandError, match="differ"):
        run()
    assert "story: 0 lacking, 0 left over, 3 changed" in run("--mend")
    assert found("first") == []
    assert found("first", person=cast.alice) == ["First"]
    assert run() == ALL_WELL


def test_what_is_lacking_and_what_is_left_over_is_mended(stories: list[StoryPage], cast: Cast, either: Engine) -> None:
    StoryPage.objects.filter(pk=stories[0].pk).update(live=False, shown=False)
    either.write([Change(STORY, stories[1].pk, Outbox.objects.next_number(), None)])
    type(cast.bob).objects.filter(pk=cast.bob.pk).update(is_active=False)
    Council.objects.bulk_create([Council(code="X-BULK", name="Bulkley Council", short_name="Bulkley")])
    mended = run("--mend")
    for line in (
        "story: 1 lacking, 1 left over, 0 changed",
        "person: 0 lacking, 1 left over, 0 changed",
        "council: 1 lacking, 0 left over, 0 changed",
    ):
        assert line in mended
    assert sorted(found()) == ["Second", "Third"]
    assert found("okafor", kind="person") == []
    assert found("bulkley", kind="council") == ["Bulkley"]
    assert run() == ALL_WELL


def test_what_still_waits_is_left_to_the_outbox(stories: list[StoryPage], cast: Cast) -> None:
    make_story(cast.waste, by=cast.alice)
    stories[0].title = "Changed"
    stories[0].save_revision().publish()
    assert run() == ALL_WELL
    assert Outbox.objects.exists()


def test_what_changes_while_it_is_compared_is_no_difference(
    stories: list[StoryPage], monkeypatch: pytest.MonkeyPatch, either: Engine
) -> None:
    told = either.held

    def held(*args: object, **options: object) -> object:
        """The engine as it was, after which somebody changes a story and the change is delivered."""
        answer = told(*args, **options)  # type: ignore[arg-type]
        monkeypatch.setattr(either, "held", told)
        stories[0].title = "Changed meanwhile"
        stories[0].save_revision().publish()
        outbox.drain()
        return answer

    monkeypatch.setattr(either, "held", held)
    assert not any(reconciling.compare())
    assert found("meanwhile") == ["Changed meanwhile"]


def test_many_pages_are_compared_with_progress(
    stories: list[StoryPage], cast: Cast, monkeypatch: pytest.MonkeyPatch, either: Engine
) -> None:
    monkeypatch.setattr(reconciling, "PAGE", 2)
    for number in range(5):
        make_story(cast.waste, by=cast.alice, title=f"Unheard {number}")
    Outbox.objects.all().delete()
    gone = [Document(STORY, stories[-1].pk + 100 + each, "public", "Gone", "/") for each in range(5)]
    either.write([Change(STORY, document.id, 1, document) for document in gone])
    steps: list[tuple[int, int]] = []
    (story, *others) = reconciling.compare(mend=True, progress=lambda done, of: steps.append((done, of)))
    assert (story.lacking, story.left_over, story.changed, story.left) == (5, 5, 0, 0)
    assert not any(others)
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    assert steps[-1][0] == steps[-1][1]
    assert run() == ALL_WELL


def test_what_was_mended_before_an_interruption_stays_mended(
    stories: list[StoryPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciling, "PAGE", 1)
    for story in stories:
        StoryPage.objects.filter(pk=story.pk).update(title=f"{story.title} changed")

    def interrupt(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reconciling.compare(mend=True, progress=interrupt)
    assert sorted(found()) == ["First changed", "Second changed", "Third"]
    assert "1 changed" in run("--mend")
    assert sorted(found()) == ["First changed", "Second changed", "Third changed"]


def test_what_the_engine_refuses_is_said_to_be_left(stories: list[StoryPage], monkeypatch: pytest.MonkeyPatch) -> None:
    read = documents.stories.story_document

    def story_document(story: StoryPage, *args: object) -> Document:
        document = read(story, *args)  # type: ignore[arg-type]
        return replace(document, title="Half a sign: \ud800") if story.pk == stories[0].pk else document

    monkeypatch.setattr(documents.stories, "story_document", story_document)
    with pytest.raises(CommandError, match="1 could not be mended"):
        run("--mend")
    assert "surrogates" in Outbox.objects.get(object_id=stories[0].pk).error


def test_one_that_cannot_be_read_does_not_stop_the_others(
    stories: list[StoryPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = documents.stories.story_document

    def story_document(story: StoryPage, *args: object) -> Document:
        if story.pk == stories[0].pk:
            raise ValueError("broken")
        return read(story, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(documents.stories, "story_document", story_document)
    StoryPage.objects.filter(pk=stories[1].pk).update(title="Caretakers")
    with pytest.raises(CommandError, match="1 could not be mended"):
        run("--mend")
    assert found("caretakers") == ["Caretakers"]
    assert "broken" in Outbox.objects.get(object_id=stories[0].pk).error


def test_a_row_that_was_written_again_as_it_was_makes_no_other_document(stories: list[StoryPage], cast: Cast) -> None:
    """PostgreSQL puts such a row behind the others."""
    for person, council in ((cast.bob, cast.brockhaven), (cast.carol, cast.brockhaven), (cast.eve, cast.brockhaven)):
        repeating.record(stories[0], by=person, council=council, outcome="well", changed=f"As {person} did it")
    outbox.drain()
    Repetition.objects.filter(story=stories[0], person=cast.bob).update(since=None)
    assert run() == ALL_WELL


def test_the_order_of_topics_and_tags_makes_no_other_document() -> None:
    bins, food = Label("bins", "Bins"), Label("food", "Food")
    bob, eve = "Bob Okafor", "Eve"
    waste, care = About("waste", "Waste", ("rubbish",)), About("care", "Care")
    one = Document(STORY, 1, "public", "Title", "/", tags=(bins, food), topics=(waste, care), people=(bob, eve))
    assert replace(one, tags=(food, bins), topics=(care, waste), people=(eve, bob)).digest() == one.digest()
    assert replace(one, tags=(food,)).digest() != one.digest()
    assert replace(one, topics=(replace(waste, other_words=("refuse",)), care)).digest() != one.digest()


@pytest.mark.parametrize(
    "other",
    [
        {"audience": "members"},
        {"title": "Other"},
        {"text": "Other"},
        {"attached": "Other"},
        {"people": ("Alice",)},
        {"community_id": 3},
        {"published": datetime(2026, 1, 1, tzinfo=UTC)},
        {"repeated": 1},
        {"tags": (Label("food", "Food"),)},
        {"extra": {"topic": (Label("food", "Food"),)}},
        {"text": "half a sign: \ud800"},
    ],
)
def test_whatever_a_document_says_is_in_its_digest(other: dict[str, object]) -> None:
    one = Document(STORY, 1, "public", "Title", "/")
    assert replace(one, **other).digest() != one.digest()  # type: ignore[arg-type]
