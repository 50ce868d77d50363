from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from wagtail.models import PageLogEntry

from hub.refusal import Refused
from practice import writing
from practice.models import StoryPage
from practice.throwing_away import bring_back, discard, empty_bin
from tests.cast import Cast, make_story
from tests.practice.steps import fill, save


@pytest.fixture
def draft(cast: Cast) -> StoryPage:
    return writing.start(by=cast.alice, title="We asked the caretakers", community=cast.waste)


class TestThrowingAway:
    def test_a_draft_goes_out_of_sight_and_is_logged(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        assert discard(draft, by=cast.alice) == "story"
        draft = StoryPage.objects.get(pk=draft.pk)
        for person in (cast.alice, cast.carol, cast.dina, cast.frank):
            assert not draft.may_be_edited_by(person)
            assert not draft.may_be_seen_by(person)
            assert not draft.revisions_seen_by(person).exists()
            assert not StoryPage.objects.editable_by(person).exists()
            assert not StoryPage.objects.seen_by(person).exists()
        assert PageLogEntry.objects.filter(action="practice.throw_away", user=cast.alice).exists()
        for verb in (lambda: save(draft, cast.alice, summary="x"), lambda: writing.submit(draft, by=cast.alice)):
            with pytest.raises(PermissionDenied):
                verb()

    def test_it_can_be_brought_back_by_its_authors(self, draft: StoryPage, cast: Cast) -> None:
        save(draft, cast.alice, summary="Kept", authors=[cast.alice, cast.bob])
        discard(draft, by=cast.alice)
        for other in (cast.carol, cast.eve):
            with pytest.raises(PermissionDenied):
                bring_back(draft, by=other)
        bring_back(draft, by=cast.bob)
        assert draft.may_be_edited_by(cast.alice)
        assert writing.draft_of(StoryPage.objects.get(pk=draft.pk)).summary == "Kept"
        with pytest.raises(Refused):
            bring_back(draft, by=cast.alice)

    def test_a_facilitator_who_asked_for_changes_does_not_see_it_any_more(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        writing.submit(draft, by=cast.alice)
        draft.current_workflow_task_state.reject(user=cast.carol, comment="How?")
        assert draft.may_be_seen_by(cast.carol)
        discard(draft, by=cast.alice)
        assert not draft.may_be_seen_by(cast.carol)
        assert not StoryPage.objects.seen_by(cast.carol).exists()

    def test_after_a_month_it_goes_for_good(self, draft: StoryPage, cast: Cast) -> None:
        other = writing.start(by=cast.alice, title="Another", community=cast.waste)
        discard(draft, by=cast.alice)
        assert empty_bin(timezone.now() + timedelta(days=29)) == 0
        assert empty_bin(timezone.now() + timedelta(days=31)) == 1
        assert list(StoryPage.objects.all()) == [other]
        assert PageLogEntry.objects.filter(action="wagtail.delete").exists()

    def test_of_a_live_story_only_the_changes_go(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        save(story, cast.alice, summary="Worse", title="Worse", authors=[cast.alice, cast.bob])
        assert discard(story, by=cast.alice) == "changes"
        story = StoryPage.objects.get(pk=story.pk)
        assert story.edit_state is None
        assert story.draft_title == "We asked the caretakers"
        assert not story.is_author(cast.bob)
        assert writing.draft_of(story).summary == "Food waste in eleven blocks of flats."

    def test_others_cannot(self, draft: StoryPage, cast: Cast) -> None:
        for other in (cast.bob, cast.carol):
            with pytest.raises(PermissionDenied):
                discard(draft, by=other)

    def test_what_is_being_read_stays(self, draft: StoryPage, cast: Cast) -> None:
        fill(draft, cast.alice)
        writing.submit(draft, by=cast.alice)
        with pytest.raises(Refused, match="Take it back first"):
            discard(draft, by=cast.alice)

    def test_the_address_of_a_withdrawn_story_stays(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        story.unpublish()
        with pytest.raises(Refused, match="address stays"):
            discard(story, by=cast.alice)


class TestPages:
    def test_thrown_away_and_brought_back(self, client: Client, draft: StoryPage, cast: Cast) -> None:
        client.force_login(cast.alice)
        page = client.post(f"/write/{draft.pk}/discard/", follow=True).text
        assert "bring it back for 30 days" in page
        assert f"/write/{draft.pk}/bring-back/" in page
        for end in ("", "check/", "preview/", "go-on/", "discard/", "question/for-whom/"):
            assert client.get(f"/write/{draft.pk}/{end}").status_code == 404
        assert client.get(f"/moderate/{draft.pk}/history/").status_code == 404
        client.force_login(cast.bob)
        assert client.post(f"/write/{draft.pk}/bring-back/").status_code == 404
        client.force_login(cast.alice)
        assert "is with you again" in client.post(f"/write/{draft.pk}/bring-back/", follow=True).text
        assert client.get(f"/write/{draft.pk}/").status_code == 200
