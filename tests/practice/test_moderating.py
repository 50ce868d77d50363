import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageLogEntry

from community.models import Membership
from hub.notifications.models import Notification
from hub.refusal import Refused
from practice import moderating, writing
from practice.models import ReviewState, StoryPage
from tests.cast import Cast, add_member, make_cast, make_community, make_person, make_story

State = StoryPage.State


def save(story: StoryPage, by: Any, **values: Any) -> None:
    story.refresh_from_db()
    writing.save_draft(story, by=by, base_revision=story.latest_revision_id, values=values)  # type: ignore[arg-type]


def send(cast: Cast, title: str = "We asked the caretakers", by: Any = None, community: Any = None) -> StoryPage:
    """A story that waits to be read."""
    by = by or cast.alice
    story = make_story(community or cast.waste, by=by, live=False, title=title, council=cast.ambleford)
    writing.submit(story, by=by)
    return story


@pytest.fixture
def story(cast: Cast) -> StoryPage:
    return send(cast)


@pytest.fixture
def cleo(cast: Cast) -> Any:
    """A second facilitator."""
    cleo = make_person("Cleo Second")
    add_member(cast.waste, cleo, role=Membership.Role.FACILITATOR)
    return cleo


def told(person: Any) -> list[str]:
    return list(Notification.objects.filter(person=person).order_by("pk").values_list("what", flat=True))


def logged(story: StoryPage) -> set[str]:
    return set(PageLogEntry.objects.filter(page=story.pk).values_list("action", flat=True))


class TestWaiting:
    def test_a_facilitator_sees_what_waits_in_their_communities_oldest_first(self, cast: Cast, story: StoryPage):
        second = send(cast, "Keys by post", by=cast.bob)
        other = make_community("Housing", facilitator=cast.bob)
        add_member(other, cast.alice)
        send(cast, "Elsewhere", community=other)
        make_story(cast.waste, by=cast.alice, live=False, title="Not sent")
        assert list(moderating.waiting_for(cast.carol)) == [story, second]

    def test_what_was_sent_again_waits_from_then(self, cast: Cast, story: StoryPage):
        second = send(cast, "Keys by post", by=cast.bob)
        moderating.ask_for_changes(story, by=cast.carol, revision=story.latest_revision, note="What did it cost?")
        assert list(moderating.waiting_for(cast.carol)) == [second]
        save(story, cast.alice, took_money="£1,150")
        writing.submit(story, by=cast.alice)
        assert list(moderating.waiting_for(cast.carol)) == [second, story]

    def test_nothing_waits_for_those_who_do_not_facilitate(self, cast: Cast, story: StoryPage):
        for person in (None, cast.alice, cast.bob, cast.eve):
            assert not list(moderating.waiting_for(person))

    def test_an_editor_sees_all_that_waits(self, cast: Cast, story: StoryPage):
        assert list(moderating.waiting_for(cast.dina)) == [story]
        assert list(moderating.waiting_for(cast.frank)) == [story]

    def test_ones_own_story_waits_only_for_others(self, cast: Cast, cleo: Any):
        own = send(cast, by=cast.carol)
        assert not list(moderating.waiting_for(cast.carol))
        assert list(moderating.waiting_for(cleo)) == [own]

    def test_ones_own_story_waits_for_a_single_facilitator(self, cast: Cast):
        own = send(cast, by=cast.carol)
        assert list(moderating.waiting_for(cast.carol)) == [own]

    def test_a_long_queue_takes_as_many_queries_as_a_short_one(self, cast: Cast, story: StoryPage):
        def count() -> int:
            cast.carol.forget_memberships()
            with CaptureQueriesContext(connection) as queries:
                for each in moderating.waiting_for(cast.carol):
                    assert each.community.policy
                    assert each.council
                    assert [author.person.name for author in each.authorships.all()]
            return len(queries)

        short = count()
        for number in range(49):
            send(cast, f"Story {number}")
        assert count() == short


class TestApproving:
    def test_the_version_that_was_read_is_published(self, cast: Cast, story: StoryPage):
        read = story.latest_revision
        moderating.approve(story, by=cast.carol, revision=read, note="Thank you")
        assert story.live
        assert story.shown
        assert story.state == State.LIVE
        assert story.live_revision_id == read.pk
        assert list(StoryPage.objects.visible_to(None)) == [story]
        assert {"wagtail.workflow.approve", "wagtail.publish"} <= logged(story)

    def test_what_was_saved_meanwhile_stays_a_draft(self, cast: Cast, story: StoryPage):
        read = story.latest_revision
        save(story, cast.alice, title="Buy caddies", did="<p>Nothing that anyone read.</p>")
        moderating.approve(story, by=cast.carol, revision=read)
        assert story.title == "We asked the caretakers"
        assert "Tuesday" in story.did
        assert story.has_unpublished_changes
        assert writing.draft_of(story).title == "Buy caddies"

    def test_an_edit_of_a_live_story_leaves_it_up_until_it_is_approved(self, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        save(story, cast.alice, title="We asked everybody")
        writing.submit(story, by=cast.alice)
        assert story.live
        assert story.title == "We asked the caretakers"
        assert story.edit_state == State.IN_REVIEW
        moderating.approve(story, by=cast.carol, revision=story.latest_revision)
        assert story.title == "We asked everybody"
        assert story.edit_state is None

    def test_a_version_that_is_not_the_one_in_review_is_refused(self, cast: Cast, story: StoryPage):
        read = story.latest_revision
        save(story, cast.alice, title="Changed")
        writing.submit(story, by=cast.alice)
        with pytest.raises(Refused, match="newer version was sent"):
            moderating.approve(story, by=cast.carol, revision=read)
        assert not StoryPage.objects.get(pk=story.pk).live

    def test_its_authors_are_told_in_the_site_and_by_mail(self, cast: Cast, story: StoryPage, mailoutbox: list[Any]):
        save(story, cast.alice, authors=[cast.alice, cast.bob])
        writing.submit(story, by=cast.alice)
        moderating.approve(story, by=cast.carol, revision=story.latest_revision, note="A brave story.")
        assert "story-approved" in told(cast.alice)
        assert "story-approved" in told(cast.bob)
        assert Notification.objects.filter(person=cast.alice).last().words == "A brave story."

    def test_wagtail_sends_no_mail_of_its_own(self, cast: Cast, story: StoryPage, mailoutbox: list[Any]):
        moderating.ask_for_changes(story, by=cast.carol, revision=story.latest_revision, note="Cost?")
        writing.submit(story, by=cast.alice) if save(story, cast.alice, title="Again") else None
        assert not [mail for mail in mailoutbox if "/admin/" in str(mail.body)]

    @pytest.mark.parametrize("name", ["alice", "bob", "eve"])
    def test_only_those_who_moderate_it_decide(self, cast: Cast, story: StoryPage, name: str):
        for decide in (approve, ask, decline):
            with pytest.raises(PermissionDenied):
                decide(story, by=getattr(cast, name))
        assert moderating.review_in_progress(story)

    def test_a_facilitator_of_another_community_does_not_decide(self, cast: Cast, story: StoryPage):
        make_community("Housing", facilitator=cast.bob)
        with pytest.raises(PermissionDenied):
            approve(story, by=cast.bob)

    def test_a_facilitator_who_was_demoted_meanwhile_does_not_decide(self, cast: Cast, story: StoryPage):
        assert cast.carol.memberships_by_community
        Membership.objects.filter(person=cast.carol).update(role=Membership.Role.MEMBER)
        with pytest.raises(PermissionDenied):
            approve(story, by=cast.carol)

    def test_editors_decide_anywhere(self, cast: Cast, story: StoryPage):
        approve(story, by=cast.dina)
        assert story.live

    def test_nothing_is_decided_about_a_draft_that_was_not_sent(self, cast: Cast):
        draft = make_story(cast.waste, by=cast.alice, live=False)
        with pytest.raises(Refused, match="not sent"):
            approve(draft, by=cast.dina)

    def test_a_version_that_can_no_longer_be_published_is_refused_with_the_reason(self, cast: Cast, story: StoryPage):
        revision = story.latest_revision
        revision.content["summary"] = ""
        revision.save()
        with pytest.raises(Refused, match="Write a summary"):
            approve(story, by=cast.carol)
        assert moderating.review_in_progress(story)


def approve(story: StoryPage, by: Any) -> None:
    moderating.approve(story, by=by, revision=story.latest_revision)


def ask(story: StoryPage, by: Any) -> None:
    moderating.ask_for_changes(story, by=by, revision=story.latest_revision, note="What did it cost?")


def decline(story: StoryPage, by: Any) -> None:
    moderating.decline(story, by=by, revision=story.latest_revision, reason="It sells a product.")


class TestOnesOwn:
    @pytest.mark.parametrize("decide", [approve, ask, decline])
    def test_nobody_decides_about_their_own_story(self, cast: Cast, cleo: Any, decide: Callable[..., None]):
        story = send(cast, by=cast.carol)
        with pytest.raises(Refused, match="your own story"):
            decide(story, by=cast.carol)
        decide(story, by=cleo)

    def test_nor_about_one_that_names_them_in_the_draft_alone(self, cast: Cast, cleo: Any):
        story = make_story(cast.waste, by=cast.alice)
        save(story, cast.alice, authors=[cast.alice, cast.carol])
        writing.submit(story, by=cast.alice)
        with pytest.raises(Refused, match="your own story"):
            approve(story, by=cast.carol)

    def test_nor_about_one_that_they_took_their_name_off(self, cast: Cast, cleo: Any):
        story = make_story(cast.waste, by=cast.carol, live=False)
        save(story, cast.carol, authors=[cast.alice])
        writing.submit(story, by=cast.alice)
        with pytest.raises(Refused, match="your own story"):
            approve(story, by=cast.carol)

    def test_a_single_facilitator_does_and_it_is_logged(self, cast: Cast):
        story = send(cast, by=cast.carol)
        approve(story, by=cast.carol)
        assert story.live
        assert "practice.approve_own" in logged(story)

    def test_a_facilitator_who_left_the_site_does_not_count(self, cast: Cast, cleo: Any):
        cleo.is_active = False
        cleo.save()
        story = send(cast, by=cast.carol)
        approve(story, by=cast.carol)
        assert story.live

    def test_an_editor_does_not_approve_their_own_where_somebody_facilitates(self, cast: Cast):
        add_member(cast.waste, cast.dina)
        story = send(cast, by=cast.dina)
        with pytest.raises(Refused, match="your own story"):
            approve(story, by=cast.dina)
        approve(story, by=cast.carol)

    def test_an_editor_approves_their_own_where_nobody_facilitates(self, cast: Cast):
        community = make_community("Empty")
        add_member(community, cast.dina)
        story = send(cast, by=cast.dina, community=community)
        approve(story, by=cast.dina)
        assert story.live
        assert "practice.approve_own" in logged(story)

    def test_approving_what_others_wrote_is_not_logged_as_ones_own(self, cast: Cast, story: StoryPage):
        approve(story, by=cast.carol)
        assert "practice.approve_own" not in logged(story)


class TestSendingBack:
    def test_asking_for_changes_needs_a_note(self, cast: Cast, story: StoryPage):
        with pytest.raises(Refused, match="what should change"):
            moderating.ask_for_changes(story, by=cast.carol, revision=story.latest_revision, note="  ")

    def test_the_author_gets_the_note_and_goes_on(self, cast: Cast, story: StoryPage):
        ask(story, by=cast.carol)
        assert story.state == State.CHANGES_REQUESTED
        notice = Notification.objects.get(person=cast.alice, what="story-changes-asked")
        assert notice.words == "What did it cost?"
        assert notice.url == f"/write/{story.pk}/"
        save(story, cast.alice, took_money="£40")
        writing.submit(story, by=cast.alice)
        assert story.state == State.IN_REVIEW
        approve(story, by=cast.carol)
        assert story.took_money == "£40"

    def test_declining_needs_a_reason(self, cast: Cast, story: StoryPage):
        with pytest.raises(Refused, match="reason"):
            moderating.decline(story, by=cast.carol, revision=story.latest_revision, reason="")

    def test_a_declined_story_is_told_with_the_reason_and_can_be_changed_and_sent_again(
        self, cast: Cast, story: StoryPage
    ):
        decline(story, by=cast.carol)
        assert story.state == State.DECLINED
        assert Notification.objects.get(person=cast.alice, what="story-declined").words == "It sells a product."
        assert "practice.decline" in logged(story)
        assert ReviewState.objects.of_story(story).get().declined
        save(story, cast.alice, title="Another story")
        assert story.state == State.DRAFT
        writing.submit(story, by=cast.alice)
        approve(story, by=cast.carol)
        assert story.live

    def test_declining_an_edit_leaves_the_live_version_up(self, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        save(story, cast.alice, title="Buy caddies")
        writing.submit(story, by=cast.alice)
        decline(story, by=cast.carol)
        assert story.live
        assert story.title == "We asked the caretakers"
        assert story.edit_state == State.DECLINED


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
