import os
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from taggit.models import Tag
from wagtail.models import PageLogEntry, Revision

from hub.notifications.models import Notification
from hub.refusal import Refused
from practice import writing
from practice.models import StoryPage
from practice.writing import Conflict, Incomplete
from tests.cast import Cast, make_cast, make_community, make_person, make_story

State = StoryPage.State


@pytest.fixture
def draft(cast: Cast) -> StoryPage:
    return writing.start(by=cast.alice, title="We asked the  caretakers", community=cast.waste)


def save(story: StoryPage, by: Any, **values: Any) -> Revision:
    story.refresh_from_db()
    return writing.save_draft(story, by=by, base_revision=story.latest_revision_id, values=values)  # type: ignore[arg-type]


def fill(story: StoryPage, by: Any) -> None:
    save(story, by, summary="Food waste in eleven blocks.", did="<p>We met at ten.</p>")


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


class TestSending:
    def test_what_is_missing_is_said(self, draft: StoryPage, cast: Cast) -> None:
        with pytest.raises(Incomplete) as caught:
            writing.submit(draft, by=cast.alice)
        assert set(caught.value.missing) == {"summary", "did"}
        assert draft.state == State.DRAFT

    def test_a_facilitator_is_told_and_may_read_it(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        assert writing.submit(draft, by=cast.alice) == "sent"
        assert draft.state == draft.edit_state == State.IN_REVIEW
        assert draft.may_be_seen_by(cast.carol)
        assert not draft.may_be_seen_by(cast.bob)
        told = Notification.objects.get(what="story-submitted")
        assert (told.person, told.by) == (cast.carol, cast.alice)
        assert told.url == f"/moderate/{draft.pk}/"

    def test_wagtail_itself_writes_no_mail(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        writing.submit(draft, by=cast.alice)
        assert not [message for message in mail.outbox if "/admin/" in str(message.message())]

    def test_it_is_published_at_once_where_nothing_is_read_first(self, cast: Cast) -> None:
        community = make_community("Quick notes", facilitator=cast.alice, review_first=False)
        story = writing.start(by=cast.alice, title="A note", community=community)
        fill(story, cast.alice)
        assert writing.submit(story, by=cast.alice) == "published"
        assert story.state == State.LIVE
        assert story.edit_state is None
        assert list(StoryPage.objects.visible_to(None)) == [story]

    def test_an_edit_leaves_the_live_version_up(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        save(story, cast.alice, summary="Better")
        assert writing.submit(story, by=cast.alice) == "sent"
        story = StoryPage.objects.get(pk=story.pk)
        assert story.live
        assert story.summary == "Food waste in eleven blocks of flats."
        assert (story.state, story.edit_state) == (State.LIVE, State.IN_REVIEW)

    def test_nothing_new_is_not_sent(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        with pytest.raises(Refused, match="Nothing has changed"):
            writing.submit(story, by=cast.alice)

    def test_the_same_text_is_not_sent_twice(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        writing.submit(draft, by=cast.alice)
        with pytest.raises(Refused, match="with a reader already"):
            writing.submit(draft, by=cast.alice)

    def test_a_newer_text_takes_the_place_of_the_one_that_is_read(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        writing.submit(draft, by=cast.alice)
        newer = save(draft, cast.alice, summary="Better")
        assert writing.submit(draft, by=cast.alice) == "sent"
        assert draft.current_workflow_task_state.revision == newer

    def test_after_changes_were_asked_for_it_goes_back_to_the_reader(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        writing.submit(draft, by=cast.alice)
        draft.current_workflow_task_state.reject(user=cast.carol, comment="How was each asked?")
        assert draft.state == State.CHANGES_REQUESTED
        newer = save(draft, cast.alice, summary="Each was asked at the door")
        assert draft.state == State.CHANGES_REQUESTED
        writing.submit(draft, by=cast.alice)
        assert draft.state == State.IN_REVIEW
        assert draft.current_workflow_task_state.revision == newer

    def test_a_declined_story_is_declined_until_its_author_goes_on(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        writing.submit(draft, by=cast.alice)
        review = draft.current_workflow_state
        draft.current_workflow_task_state.reject(user=cast.carol, comment="An advertisement")
        review.refresh_from_db()
        review.cancel(user=cast.carol)
        draft.refresh_from_db()
        assert draft.state == State.DECLINED
        save(draft, cast.alice, summary="Told anew")
        assert draft.state == State.DRAFT

    def test_one_who_left_the_community_cannot_send(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        cast.alice.memberships.all().delete()
        cast.alice.forget_memberships()
        with pytest.raises(Refused, match="no longer a member"):
            writing.submit(draft, by=cast.alice)

    def test_a_withdrawn_story_is_read_again_whatever_the_rule(self, cast: Cast) -> None:
        community = make_community("Quick notes", facilitator=cast.alice, review_first=False)
        story = make_story(community, by=cast.alice)
        story.unpublish()
        save(story, cast.alice, summary="Put back?")
        assert story.state == State.WITHDRAWN
        with pytest.raises(PermissionDenied):
            writing.publish(story, revision=story.latest_revision, by=cast.bob)
        assert writing.submit(story, by=cast.alice) == "sent"
        assert (story.state, story.edit_state) == (State.WITHDRAWN, State.IN_REVIEW)


class TestPublishing:
    def test_authors_do_not_publish_where_a_facilitator_reads_first(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        with pytest.raises(PermissionDenied):
            writing.publish(draft, revision=draft.latest_revision, by=cast.alice)

    def test_the_named_version_is_published_not_the_latest(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        writing.submit(draft, by=cast.alice)
        read = draft.latest_revision
        save(draft, cast.alice, summary="Not read by anyone")
        writing.publish(draft, revision=read, by=cast.carol)
        assert draft.summary == "Food waste in eleven blocks."
        assert draft.has_unpublished_changes
        assert writing.draft_of(draft).summary == "Not read by anyone"

    def test_a_version_of_another_story_is_not(self, draft: StoryPage, cast: Cast) -> None:
        other = make_story(cast.waste, by=cast.bob)
        with pytest.raises(PermissionDenied):
            writing.publish(draft, revision=other.latest_revision, by=cast.carol)


class TestTakingBack:
    def test_it_is_a_draft_again(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        writing.submit(draft, by=cast.alice)
        writing.take_back(draft, by=cast.alice)
        assert draft.state == State.DRAFT
        assert not draft.may_be_seen_by(cast.carol)

    def test_others_cannot(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        writing.submit(draft, by=cast.alice)
        for other in (cast.bob, cast.carol):
            with pytest.raises(PermissionDenied):
                writing.take_back(draft, by=other)

    def test_what_was_not_sent_cannot_be_taken_back(self, draft: StoryPage, cast: Cast) -> None:
        with pytest.raises(Refused):
            writing.take_back(draft, by=cast.alice)


class TestThrowingAway:
    def test_a_draft_goes_and_is_logged(self, draft: StoryPage, cast: Cast) -> None:
        assert writing.discard(draft, by=cast.alice) == "story"
        assert not StoryPage.objects.exists()
        assert PageLogEntry.objects.filter(action="wagtail.delete", user=cast.alice).exists()

    def test_of_a_live_story_only_the_changes_go(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        save(story, cast.alice, summary="Worse", title="Worse", authors=[cast.alice, cast.bob])
        assert writing.discard(story, by=cast.alice) == "changes"
        story = StoryPage.objects.get(pk=story.pk)
        assert story.edit_state is None
        assert story.draft_title == "We asked the caretakers"
        assert not story.is_author(cast.bob)
        assert writing.draft_of(story).summary == "Food waste in eleven blocks of flats."

    def test_others_cannot(self, draft: StoryPage, cast: Cast) -> None:
        for other in (cast.bob, cast.carol):
            with pytest.raises(PermissionDenied):
                writing.discard(draft, by=other)

    def test_what_is_being_read_stays(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        writing.submit(draft, by=cast.alice)
        with pytest.raises(Refused, match="Take it back first"):
            writing.discard(draft, by=cast.alice)

    def test_the_address_of_a_withdrawn_story_stays(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        story.unpublish()
        with pytest.raises(Refused, match="address stays"):
            writing.discard(story, by=cast.alice)


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
