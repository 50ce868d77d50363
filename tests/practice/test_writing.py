"""What authors do with a draft: begin it, save it, write it together."""

import os
import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from taggit.models import Tag
from wagtail.models import PageLogEntry

from hub.notifications.models import Notification
from hub.refusal import Refused
from practice import writing
from practice.models import StoryPage
from practice.writing import Conflict
from tests.cast import Cast, make_cast, make_person, make_story
from tests.practice.steps import fill, save

State = StoryPage.State


@pytest.fixture
def draft(cast: Cast) -> StoryPage:
    return writing.start(by=cast.alice, title="We asked the  caretakers", community=cast.waste)


class TestStarting:
    def test_one_field_is_enough(self, draft: StoryPage, cast: Cast) -> None:
        assert draft.title == "We asked the caretakers"
        assert draft.council == cast.ambleford
        assert draft.community == cast.waste
        assert not draft.live
        assert draft.is_author(cast.alice)
        assert draft.state == draft.edit_state == State.DRAFT
        assert draft.latest_revision_id

    def test_two_stories_may_have_one_title(self, draft: StoryPage, cast: Cast) -> None:
        assert writing.start(by=cast.bob, title=draft.title, community=cast.waste).slug != draft.slug

    def test_only_members_begin_one(self, cast: Cast) -> None:
        for outsider in (cast.eve, cast.frank):
            with pytest.raises(PermissionDenied):
                writing.start(by=outsider, title="Mine", community=cast.waste)

    def test_a_title_of_nothing_is_refused(self, cast: Cast) -> None:
        with pytest.raises(Refused, match="what changed"):
            writing.start(by=cast.alice, title=" \n ", community=cast.waste)

    def test_a_very_long_title_is_cut(self, cast: Cast) -> None:
        story = writing.start(by=cast.alice, title="é" * 400, community=cast.waste)
        assert len(story.title) == 255

    def test_it_is_in_no_list(self, draft: StoryPage, cast: Cast) -> None:
        assert not StoryPage.objects.visible_to(cast.frank).exists()
        assert StoryPage.objects.editable_by(cast.alice).get() == draft
        assert not StoryPage.objects.editable_by(cast.bob).exists()
        assert not draft.may_be_seen_by(cast.bob)
        assert not draft.may_be_seen_by(cast.carol)
        assert draft.may_be_seen_by(cast.dina)


class TestSaving:
    def test_what_was_written_is_cleaned_and_kept(self, draft: StoryPage, cast: Cast) -> None:
        save(
            draft, cast.alice, did="<p onclick=x>We <strong>met</strong><script>x</script></p>", problem="One.\n\nTwo."
        )
        kept = writing.draft_of(draft)
        assert kept.did == "<p>We <b>met</b></p>"
        assert kept.problem == "<p>One.</p><p>Two.</p>"

    def test_what_is_not_given_stays(self, draft: StoryPage, cast: Cast) -> None:
        save(draft, cast.alice, summary="One", took_time="A week")
        save(draft, cast.alice, summary="Two")
        kept = writing.draft_of(draft)
        assert (kept.summary, kept.took_time) == ("Two", "A week")

    def test_a_live_story_stays_as_it_is(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        save(story, cast.alice, title="Another title", summary="Another", tags=["food"])
        story = StoryPage.objects.get(pk=story.pk)
        assert story.title == "We asked the caretakers"
        assert story.draft_title == "Another title"
        assert story.live
        assert (story.state, story.edit_state) == (State.LIVE, State.DRAFT)
        assert list(story.tags.all()) == []
        assert writing.draft_of(story).summary == "Another"

    def test_others_may_not(self, draft: StoryPage, cast: Cast) -> None:
        for other in (cast.bob, cast.carol, cast.eve):
            with pytest.raises(PermissionDenied):
                save(draft, other, summary="Mine")
        save(draft, cast.dina, summary="An editor may")

    def test_what_an_editor_locked_waits(self, draft: StoryPage, cast: Cast) -> None:
        StoryPage.objects.filter(pk=draft.pk).update(locked=True, locked_by=cast.dina)
        with pytest.raises(Refused, match="locked"):
            save(draft, cast.alice, summary="Mine")

    def test_the_second_of_two_is_told_and_gets_both_texts(self, draft: StoryPage, cast: Cast) -> None:
        base = draft.latest_revision_id
        first = save(draft, cast.alice, summary="The first")
        with pytest.raises(Conflict) as caught:
            writing.save_draft(draft, by=cast.alice, base_revision=base, values={"summary": "The second"})
        assert caught.value.theirs.summary == "The first"
        assert caught.value.revision == first
        assert caught.value.mine == {"summary": "The second"}
        assert writing.draft_of(StoryPage.objects.get(pk=draft.pk)).summary == "The first"

    def test_tags_are_lower_case_words_that_nobody_sees_before_publication(self, draft: StoryPage, cast: Cast) -> None:
        save(draft, cast.alice, tags=["Food  Waste", "food waste", "Flats"])
        assert {tag.name for tag in writing.draft_of(draft).tags.all()} == {"food waste", "flats"}
        assert not StoryPage.objects.visible_to(None).tagged("flats").exists()
        assert not Tag.objects.filter(practice_storytag_items__isnull=False).exists()


class TestVersions:
    def test_saving_as_one_types_makes_few_versions(self, draft: StoryPage, cast: Cast) -> None:
        bases = set()
        for number in range(20):
            bases.add(save(draft, cast.alice, summary=f"Number {number}").pk)
        assert len(bases) == 20
        assert draft.revisions.count() == 2
        assert PageLogEntry.objects.filter(page=draft.pk, action="wagtail.edit").count() == 1

    def test_after_a_while_an_older_version_is_kept(self, draft: StoryPage, cast: Cast) -> None:
        save(draft, cast.alice, summary="One")
        draft.revisions.update(created_at=timezone.now() - timedelta(minutes=11))
        save(draft, cast.alice, summary="Two")
        assert draft.revisions.count() == 3

    def test_the_version_of_another_author_is_kept(self, draft: StoryPage, cast: Cast) -> None:
        save(draft, cast.alice, authors=[cast.alice, cast.bob])
        save(draft, cast.bob, summary="Bob")
        save(draft, cast.alice, summary="Alice")
        assert draft.revisions.count() == 4

    def test_what_was_sent_is_kept(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        writing.submit(draft, by=cast.alice)
        sent = draft.latest_revision
        save(draft, cast.alice, summary="Written while it is read")
        sent.refresh_from_db()
        assert sent.as_object().summary == "Food waste in eleven blocks."
        assert draft.current_workflow_task_state.revision == sent


class TestAuthors:
    def test_a_co_author_may_write_before_anything_is_published(self, draft: StoryPage, cast: Cast) -> None:
        save(draft, cast.alice, authors=[cast.bob, cast.alice])
        assert draft.is_author(cast.bob)
        assert list(StoryPage.objects.editable_by(cast.bob)) == [draft]
        save(draft, cast.bob, summary="By Bob")
        fill(draft, cast.bob)
        writing.publish(draft, revision=draft.latest_revision, by=cast.carol)
        assert [authorship.person for authorship in draft.authorships.all()] == [cast.bob, cast.alice]

    def test_one_who_is_named_is_told_once(self, draft: StoryPage, cast: Cast) -> None:
        save(draft, cast.alice, authors=[cast.alice, cast.bob])
        save(draft, cast.alice, summary="Once more")
        told = Notification.objects.get(what="story-named")
        assert (told.person, told.by, told.url) == (cast.bob, cast.alice, f"/write/{draft.pk}/")

    def test_one_who_is_taken_out_may_not(self, draft: StoryPage, cast: Cast) -> None:
        save(draft, cast.alice, authors=[cast.alice, cast.bob])
        save(draft, cast.bob, authors=[cast.bob])
        assert not draft.is_author(cast.alice)
        assert not StoryPage.objects.editable_by(cast.alice).exists()

    def test_readers_see_a_new_co_author_of_a_live_story_only_once_it_is_published(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        before = story.authorships.get().pk
        save(story, cast.alice, authors=[cast.alice, cast.bob])
        assert story.authorships.get().person == cast.alice
        assert story.is_author(cast.bob)
        writing.publish(story, revision=story.latest_revision, by=cast.carol)
        rows = list(story.authorships.all())
        save(story, cast.alice, summary="Once more")
        writing.publish(story, revision=story.latest_revision, by=cast.carol)
        assert list(story.authorships.all()) == rows
        assert rows[0].pk == before

    def test_a_story_has_an_author(self, draft: StoryPage, cast: Cast) -> None:
        with pytest.raises(Refused):
            save(draft, cast.alice, authors=[])


def test_the_admin_opens_the_same_text(client: Client, cast: Cast) -> None:
    text = '<h3>a</h3><ul><li>b<ul><li>c</li></ul></li></ul><p>d<br/><a href="https://a.example/"><b>e</b></a></p>'
    story = make_story(cast.waste, by=cast.alice, did=text)
    client.force_login(cast.frank)
    page = client.get(f"/admin/pages/{story.pk}/edit/")
    assert page.status_code == 200
    assert set(page.context["form"].fields) >= {"summary", "did", "topics", "tags", "council"}


def test_the_state_read_along_is_the_state_asked_for(draft: StoryPage, cast: Cast) -> None:
    fill(draft, cast.alice)
    writing.submit(draft, by=cast.alice)
    make_story(cast.waste, by=cast.alice)
    edited = make_story(cast.waste, by=cast.alice)
    save(edited, cast.alice, summary="Better")
    along = StoryPage.objects.with_state()
    assert [(story.state, story.edit_state) for story in along.order_by("pk")] == [
        (story.state, story.edit_state) for story in StoryPage.objects.order_by("pk")
    ]
    stories = list(along)
    with CaptureQueriesContext(connection) as queries:
        assert {story.edit_state for story in stories} == {State.IN_REVIEW, None, State.DRAFT}
    assert not queries


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_eight_who_save_at_once_none_is_lost_or_overwritten_in_silence() -> None:
    cast = make_cast()
    writers = [make_person(f"Writer{number} X") for number in range(8)]
    story = writing.start(by=cast.alice, title="Together", community=cast.waste)
    base = save(story, cast.alice, authors=[cast.alice, *writers]).pk
    gate = threading.Barrier(8)
    kept: list[str] = []
    refused: list[str] = []

    def write(number: int) -> None:
        try:
            mine = f"Text {number}"
            gate.wait()
            version = base
            for _ in range(50):
                try:
                    writing.save_draft(story, by=writers[number], base_revision=version, values={"summary": mine})
                    kept.append(mine)
                    return
                except Conflict as conflict:
                    # Chooses both texts, as a person would on the page that shows them.
                    refused.append(mine)
                    mine = f"{conflict.theirs.summary} Text {number}".strip()
                    version = conflict.revision.pk
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    text = writing.draft_of(StoryPage.objects.get(pk=story.pk)).summary
    assert len(kept) == 8
    assert len(refused) >= 7
    assert all(f"Text {number}" in text for number in range(8)), text
    assert os.environ.get("TEST_DATABASE_URL") or connection.vendor == "sqlite"
