"""What facilitators decide about what was sent to them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.models import Membership
from hub.notifications.models import Notification
from hub.refusal import Refused
from practice import moderating, writing
from practice.models import ReviewState, StoryPage
from practice.waiting import waiting_for
from tests.cast import Cast, add_member, make_community, make_story
from tests.practice.steps import approve, ask, decline, logged, save, second_facilitator, send, told

State = StoryPage.State


@pytest.fixture
def story(cast: Cast) -> StoryPage:
    return send(cast)


@pytest.fixture
def cleo(cast: Cast) -> Any:
    return second_facilitator(cast)


class TestWaiting:
    def test_a_facilitator_sees_what_waits_in_their_communities_oldest_first(self, cast: Cast, story: StoryPage):
        second = send(cast, "Keys by post", by=cast.bob)
        other = make_community("Housing", facilitator=cast.bob)
        add_member(other, cast.alice)
        send(cast, "Elsewhere", community=other)
        make_story(cast.waste, by=cast.alice, live=False, title="Not sent")
        assert list(waiting_for(cast.carol)) == [story, second]

    def test_what_was_sent_again_waits_from_then(self, cast: Cast, story: StoryPage):
        second = send(cast, "Keys by post", by=cast.bob)
        moderating.ask_for_changes(story, by=cast.carol, revision=story.latest_revision, note="What did it cost?")
        assert list(waiting_for(cast.carol)) == [second]
        save(story, cast.alice, took_money="£1,150")
        writing.submit(story, by=cast.alice)
        assert list(waiting_for(cast.carol)) == [second, story]

    def test_nothing_waits_for_those_who_do_not_facilitate(self, cast: Cast, story: StoryPage):
        for person in (None, cast.alice, cast.bob, cast.eve):
            assert not list(waiting_for(person))

    def test_an_editor_sees_all_that_waits(self, cast: Cast, story: StoryPage):
        assert list(waiting_for(cast.dina)) == [story]
        assert list(waiting_for(cast.frank)) == [story]

    def test_ones_own_story_waits_only_for_others(self, cast: Cast, cleo: Any):
        own = send(cast, by=cast.carol)
        assert not list(waiting_for(cast.carol))
        assert list(waiting_for(cleo)) == [own]

    def test_ones_own_story_waits_for_a_single_facilitator(self, cast: Cast):
        own = send(cast, by=cast.carol)
        assert list(waiting_for(cast.carol)) == [own]

    def test_a_long_queue_takes_as_many_queries_as_a_short_one(self, cast: Cast, story: StoryPage):
        def count() -> int:
            cast.carol.forget_memberships()
            with CaptureQueriesContext(connection) as queries:
                for each in waiting_for(cast.carol):
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
