"""Two who decide about one story, or decide and write, at once."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections

from hub.notifications.models import Notification
from hub.notifications.reading import open_notice
from hub.refusal import Refused
from practice import moderating, undoing, writing
from practice.models import ReviewState, StoryPage
from practice.models.workflow import review_in_progress
from tests.cast import Cast, make_cast, make_community, make_story
from tests.practice.steps import approve, ask, decline, save, second_facilitator, send, told


@pytest.fixture
def story(cast: Cast) -> StoryPage:
    return send(cast)


@pytest.fixture
def cleo(cast: Cast) -> Any:
    return second_facilitator(cast)


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


RIVALS = ["approve", "decline", "ask", "take back", "edit", "send again", "withdraw"]


def make_live_with_a_new_version(cast: Cast) -> StoryPage:
    story = make_story(cast.waste, by=cast.alice)
    save(story, cast.alice, title="Newer")
    writing.submit(story, by=cast.alice)
    return story


def race(cast: Cast, cleo: Any, story: StoryPage, rival: str, *, first: bool) -> None:
    """Carol approves a story while somebody else does something with it; `first` says whose thread is started first."""
    story.refresh_from_db()
    pk, read = story.pk, story.latest_revision_id
    assert read is not None

    def copy() -> StoryPage:
        return StoryPage.objects.get(pk=pk)

    def edit() -> None:
        writing.save_draft(copy(), by=cast.alice, base_revision=read, values={"title": "Unread"})

    def send_again() -> None:
        edit()
        writing.submit(copy(), by=cast.alice)

    def approve_it() -> None:
        moderating.approve(copy(), by=cast.carol, revision=read)

    acts: dict[str, Callable[[], Any]] = {
        "approve": lambda: moderating.approve(copy(), by=cleo, revision=read),
        "decline": lambda: moderating.decline(copy(), by=cleo, revision=read, reason="No"),
        "ask": lambda: moderating.ask_for_changes(copy(), by=cleo, revision=read, note="Cost?"),
        "take back": lambda: writing.take_back(copy(), by=cast.alice),
        "edit": edit,
        "send again": send_again,
        "withdraw": lambda: moderating.withdraw(copy(), by=cleo),
    }
    both = [approve_it, acts[rival]]
    answers = at_once(*(both if first else both[::-1]))
    approving, other = answers if first else answers[::-1]
    now, readings = copy(), list(ReviewState.objects.of_story(story))
    reading = next(each for each in readings if each.revision_id == read)
    decided = [each for each in readings if each.status in ("approved", "rejected")]
    assert len(decided) <= 1
    if not approving:  # what was read is what is published, whatever came after
        assert reading.status == "approved"
        assert reading.finished_by == cast.carol
        assert now.live_revision_id == read if rival != "withdraw" else not now.live
        assert now.title != "Unread"
    if rival in ("approve", "decline", "ask"):
        assert [approving, other].count("") == 1, (rival, answers)
        assert "already" in approving + other
        assert now.live == (rival == "approve" or not approving)
        assert reading.finished_by == (cleo if approving else cast.carol)
    elif rival == "take back":
        assert [approving, other].count("") == 1, answers
        assert now.live == (not approving)
        assert approving or "not with a reader any more" in other
        assert not approving or "took it back meanwhile" in approving
    elif rival == "edit":
        assert (approving, other) == ("", "")
        assert writing.draft_of(now).title == "Unread"
    elif rival == "send again":
        assert not other
        assert not approving or "newer version was sent" in approving
        assert review_in_progress(now).revision_id == now.latest_revision_id  # type: ignore[union-attr]
    else:
        assert not other
        assert not now.live
        assert not approving or "meanwhile" in approving
        assert review_in_progress(now) is None
    told_of_it = Notification.objects.filter(person=cast.alice, about_id=pk, what__in=undoing.TELLING)
    assert told_of_it.count() == len(decided)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
class TestRaces:
    @pytest.mark.parametrize("turn", range(3))
    def test_of_four_decisions_at_once_one_stands_and_the_others_are_told(self, turn: int):
        cast = make_cast()
        story = send(cast)
        revision = story.latest_revision_id
        people = [cast.carol, cast.dina, cast.frank, second_facilitator(cast)]

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

    def test_of_a_hundred_races_each_ends_with_one_decision(self):
        cast = make_cast()
        cleo = second_facilitator(cast)
        for turn in range(100):
            rival = RIVALS[turn % len(RIVALS)]
            story = make_live_with_a_new_version(cast) if rival == "withdraw" else send(cast, f"Story {turn}")
            race(cast, cleo, story, rival, first=turn % 2 == 0)

    @pytest.mark.parametrize("turn", range(4))
    def test_a_decision_is_taken_back_or_read_of_and_never_both(self, turn: int):
        cast = make_cast()
        story = send(cast)
        ask(story, by=cast.carol)
        notice, review = Notification.objects.get(person=cast.alice), ReviewState.objects.of_story(story).get()
        acts: list[Callable[[], None]] = [
            lambda: undoing.undo(StoryPage.objects.get(pk=story.pk), by=cast.carol, review=review.pk),
            lambda: open_notice(notice),
        ]
        answers = at_once(*acts[:: 1 if turn % 2 else -1])
        undone = not any(answers)
        assert Notification.objects.filter(pk=notice.pk).exists() != undone
        assert (review_in_progress(story) is not None) == undone

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
