"""Two who decide about one story, or decide and write, at once."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections

from community.models import Membership
from hub.refusal import Refused
from practice import moderating, writing
from practice.models import ReviewState, StoryPage
from tests.cast import Cast, add_member, make_cast, make_community, make_person
from tests.practice.steps import approve, ask, decline, save, send, told


@pytest.fixture
def story(cast: Cast) -> StoryPage:
    return send(cast)


@pytest.fixture
def cleo(cast: Cast) -> Any:
    """A second facilitator."""
    cleo = make_person("Cleo Second")
    add_member(cast.waste, cleo, role=Membership.Role.FACILITATOR)
    return cleo


class TestTwoAtOnce:
    def test_the_second_is_told_what_the_first_decided(self, cast: Cast, story: StoryPage, cleo: Any):
        seen_by_cleo = StoryPage.objects.get(pk=story.pk)
        ask(story, by=cast.carol)
        with pytest.raises(Refused, match="Carol Whitby has asked for changes already"):
            approve(seen_by_cleo, by=cleo)
        assert not StoryPage.objects.get(pk=story.pk).live

    @pytest.mark.parametrize(
        ("first", "words"), [(approve, "has published it already"), (decline, "has declined it already")]
    )
    def test_and_so_for_every_decision(self, cast: Cast, story: StoryPage, first: Callable[..., None], words: str):
        first(story, by=cast.carol)
        with pytest.raises(Refused, match=words):
            ask(story, by=cast.dina)

    def test_a_story_that_was_taken_back_is_not_decided(self, cast: Cast, story: StoryPage):
        writing.take_back(story, by=cast.alice)
        with pytest.raises(Refused, match="Alice Marlow took it back meanwhile"):
            approve(story, by=cast.dina)

    def test_a_story_that_was_deleted_is_not_decided(self, cast: Cast, story: StoryPage):
        revision = story.latest_revision
        moderating.delete(StoryPage.objects.get(pk=story.pk), by=cast.carol)
        with pytest.raises(Refused, match="deleted meanwhile"):
            moderating.approve(story, by=cast.dina, revision=revision)


def at_once(*acts: Callable[[], None]) -> list[str]:
    """Each in a thread of its own, begun together. What each was refused with, or nothing."""
    gate = threading.Barrier(len(acts))
    answers: list[str] = [""] * len(acts)

    def run(place: int, act: Callable[[], None]) -> None:
        try:
            gate.wait()
            act()
        except (Refused, PermissionDenied) as refusal:
            answers[place] = f"{type(refusal).__name__}: {refusal}"
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
class TestRaces:
    @pytest.mark.parametrize("turn", range(3))
    def test_of_four_decisions_at_once_one_stands_and_the_others_are_told(self, turn: int):
        cast = make_cast()
        story = send(cast)
        revision = story.latest_revision_id
        people = [cast.carol, cast.dina, cast.frank, make_person("Cleo Second")]
        add_member(cast.waste, people[3], role=Membership.Role.FACILITATOR)

        def copy() -> StoryPage:
            return StoryPage.objects.get(pk=story.pk)

        answers = at_once(
            lambda: moderating.approve(copy(), by=people[0], revision=revision),
            lambda: moderating.ask_for_changes(copy(), by=people[1], revision=revision, note="Cost?"),
            lambda: moderating.decline(copy(), by=people[2], revision=revision, reason="No"),
            lambda: moderating.approve(copy(), by=people[3], revision=revision),
        )
        assert answers.count("") == 1, answers
        assert all("already" in answer for answer in answers if answer)
        decided = ReviewState.objects.of_story(story).get()
        stood = answers.index("")
        assert copy().live == (stood in (0, 3))
        assert decided.finished_by == people[stood]
        assert len(told(cast.alice)) == 1

    def test_saving_and_approving_at_once_publishes_what_was_read(self):
        cast = make_cast()
        story = send(cast)
        revision = story.latest_revision_id
        answers = at_once(
            lambda: moderating.approve(StoryPage.objects.get(pk=story.pk), by=cast.carol, revision=revision),
            lambda: save(StoryPage.objects.get(pk=story.pk), cast.alice, title="Unread"),
        )
        assert answers == ["", ""]
        story.refresh_from_db()
        assert story.live
        assert story.title == "We asked the caretakers"
        assert writing.draft_of(story).title == "Unread"

    def test_moving_and_approving_and_writing_at_once_keep_the_tree_whole(self):
        cast = make_cast()
        housing = make_community("Housing", facilitator=cast.carol)
        stories = [send(cast, f"Story {number}") for number in range(3)]

        def one(number: int) -> StoryPage:
            return StoryPage.objects.get(pk=stories[number].pk)

        at_once(
            lambda: moderating.move(one(0), by=cast.carol, to=housing),
            lambda: moderating.move(one(1), by=cast.carol, to=housing),
            lambda: moderating.approve(one(1), by=cast.dina, revision=stories[1].latest_revision_id),
            lambda: moderating.delete(one(2), by=cast.dina),
            lambda: writing.start(by=cast.bob, title="Another", community=cast.waste) and None,
        )
        assert not any(StoryPage.find_problems())
        for story in StoryPage.objects.all():
            assert story.community_id == story.get_parent().pk
        assert {story.community for story in StoryPage.objects.filter(pk__in=[stories[0].pk, stories[1].pk])} == {
            housing
        }
