"""What is done with a story once it is out: withdraw, restore, move, delete."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from wagtail.models import PageLogEntry

from community.models import CommunityPage
from hub import pagecache
from hub.notifications.models import Notification
from hub.refusal import Refused
from practice import moderating, writing
from practice.models import StoryPage
from practice.moderating import WiderAudience
from practice.waiting import waiting_for
from search.models import Outbox
from tests.cast import Cast, add_member, make_community, make_person, make_story
from tests.practice.steps import logged, save, send, told

State = StoryPage.State


@pytest.fixture
def story(cast: Cast) -> StoryPage:
    """A published story that Alice wrote with Bob."""
    story = make_story(cast.waste, by=cast.alice, live=False)
    save(story, cast.alice, authors=[cast.alice, cast.bob])
    writing.submit(story, by=cast.alice)
    moderating.approve(story, by=cast.carol, revision=story.latest_revision)
    Notification.objects.all().delete()
    return story


@pytest.fixture
def housing(cast: Cast) -> CommunityPage:
    return make_community("Housing", facilitator=cast.carol)


class TestWithdrawing:
    @pytest.mark.parametrize("name", ["alice", "bob", "carol", "dina", "frank"])
    def test_authors_facilitators_and_editors_withdraw(self, cast: Cast, story: StoryPage, name: str):
        moderating.withdraw(story, by=getattr(cast, name), reason="A figure is wrong.")
        assert not story.live
        assert not story.shown
        assert story.state == State.WITHDRAWN
        assert not StoryPage.objects.visible_to(cast.frank).exists()
        entry = PageLogEntry.objects.get(page=story.pk, action="practice.withdraw")
        assert entry.user == getattr(cast, name)
        assert entry.data["reason"] == "A figure is wrong."
        assert entry.message == "Withdrew it from its readers: “A figure is wrong.”"

    def test_the_other_authors_are_told_why(self, cast: Cast, story: StoryPage):
        moderating.withdraw(story, by=cast.alice, reason="A figure is wrong.")
        assert told(cast.alice) == []
        assert told(cast.bob) == ["story-withdrawn"]
        assert Notification.objects.get(person=cast.bob).words == "A figure is wrong."

    @pytest.mark.parametrize("outsider", ["eve", "facilitator"])
    def test_nobody_else_does(self, cast: Cast, story: StoryPage, outsider: str):
        elsewhere = make_person("Farid Elsewhere")
        make_community("Other", facilitator=elsewhere)
        with pytest.raises(PermissionDenied):
            moderating.withdraw(story, by=cast.eve if outsider == "eve" else elsewhere)
        assert StoryPage.objects.get(pk=story.pk).live

    def test_a_story_that_is_not_published_cannot_be_withdrawn(self, cast: Cast):
        with pytest.raises(Refused, match="not published"):
            moderating.withdraw(make_story(cast.waste, by=cast.alice, live=False), by=cast.alice)

    def test_a_review_of_a_newer_version_ends_with_it(self, cast: Cast, story: StoryPage):
        save(story, cast.alice, title="Changed")
        writing.submit(story, by=cast.alice)
        moderating.withdraw(story, by=cast.bob)
        assert story.state == State.WITHDRAWN
        assert not list(waiting_for(cast.carol))
        assert writing.draft_of(story).title == "Changed"


class TestRestoring:
    def test_what_was_published_is_published_again_and_a_newer_draft_stays_one(self, cast: Cast, story: StoryPage):
        moderating.withdraw(story, by=cast.carol)
        save(story, cast.alice, title="Buy caddies")
        moderating.restore(story, by=cast.carol)
        assert story.live
        assert story.title == "We asked the caretakers"
        assert story.has_unpublished_changes
        assert writing.draft_of(story).title == "Buy caddies"
        assert [author.person for author in story.authorships.all()] == [cast.alice, cast.bob]
        assert "practice.restore" in logged(story)
        assert "story-restored" in told(cast.alice)

    def test_what_the_admin_saved_meanwhile_is_not_published(self, cast: Cast, story: StoryPage):
        moderating.withdraw(story, by=cast.carol)
        story.title = "Typed in the admin"
        story.save()
        moderating.restore(story, by=cast.carol)
        assert story.title == "We asked the caretakers"

    def test_its_day_of_publication_stays(self, cast: Cast, story: StoryPage):
        day = story.published_at
        moderating.withdraw(story, by=cast.carol)
        moderating.restore(story, by=cast.carol)
        assert story.published_at == day

    def test_an_author_restores_what_they_withdrew_themselves(self, cast: Cast, story: StoryPage):
        moderating.withdraw(story, by=cast.alice)
        with pytest.raises(PermissionDenied):
            moderating.restore(story, by=cast.bob)
        moderating.restore(story, by=cast.alice)
        assert story.live

    def test_an_author_does_not_restore_what_a_facilitator_withdrew(self, cast: Cast, story: StoryPage):
        moderating.withdraw(story, by=cast.alice)
        moderating.restore(story, by=cast.alice)
        moderating.withdraw(story, by=cast.carol)
        with pytest.raises(PermissionDenied):
            moderating.restore(story, by=cast.alice)

    def test_nor_does_an_author_who_facilitates_with_others(self, cast: Cast):
        own = make_story(cast.waste, by=cast.carol)
        cleo = make_person("Cleo Second")
        add_member(cast.waste, cleo, role="facilitator")
        moderating.withdraw(own, by=cleo)
        with pytest.raises(PermissionDenied):
            moderating.restore(own, by=cast.carol)
        moderating.restore(own, by=cleo)

    def test_a_single_facilitator_does(self, cast: Cast):
        own = make_story(cast.waste, by=cast.carol)
        moderating.withdraw(own, by=cast.dina)
        moderating.restore(own, by=cast.carol)
        assert own.live

    def test_only_what_is_withdrawn_is_restored(self, cast: Cast, story: StoryPage):
        with pytest.raises(Refused, match="not withdrawn"):
            moderating.restore(story, by=cast.carol)
        draft = make_story(cast.waste, by=cast.alice, live=False)
        with pytest.raises(Refused, match="not withdrawn"):
            moderating.restore(draft, by=cast.dina)

    def test_not_while_a_newer_version_waits(self, cast: Cast, story: StoryPage):
        moderating.withdraw(story, by=cast.alice)
        save(story, cast.alice, title="Mended")
        writing.submit(story, by=cast.alice)
        with pytest.raises(Refused, match="newer version"):
            moderating.restore(story, by=cast.alice)
        moderating.approve(story, by=cast.carol, revision=story.latest_revision)
        assert story.title == "Mended"

    def test_a_story_whose_versions_were_purged_is_restored_from_its_row(self, cast: Cast, story: StoryPage):
        moderating.withdraw(story, by=cast.carol)
        story.latest_revision = None
        story.save()
        story.revisions.all().delete()
        moderating.restore(story, by=cast.carol)
        assert story.live
        assert story.shown


class TestMoving:
    def test_it_keeps_its_address_and_its_columns_follow(self, cast: Cast, story: StoryPage, housing: CommunityPage):
        address = story.get_absolute_url()
        moderating.move(story, by=cast.carol, to=housing)
        assert story.get_absolute_url() == address
        assert story.community == housing
        assert story.get_parent().pk == housing.pk
        assert story.live
        assert "wagtail.move" in logged(story)
        assert told(cast.bob) == ["story-moved"]
        assert not any(StoryPage.find_problems())

    def test_one_must_facilitate_both(self, cast: Cast, story: StoryPage, housing: CommunityPage):
        elsewhere = make_community("Parking", facilitator=cast.bob)
        for person, to in ((cast.carol, elsewhere), (cast.bob, elsewhere), (cast.alice, housing), (cast.eve, housing)):
            with pytest.raises(PermissionDenied):
                moderating.move(story, by=person, to=to)
        moderating.move(story, by=cast.dina, to=elsewhere)
        assert story.community == elsewhere

    def test_to_where_it_is_is_refused(self, cast: Cast, story: StoryPage):
        with pytest.raises(Refused, match="already"):
            moderating.move(story, by=cast.carol, to=cast.waste)

    @pytest.mark.parametrize(
        ("before", "after", "words"),
        [
            ("members", "open", "anyone will be able"),
            ("hidden", "open", "anyone will be able"),
            ("hidden", "members", "the members of"),
            ("members", "hidden", "the members of"),
        ],
    )
    def test_to_other_readers_only_knowingly(self, cast: Cast, before: str, after: str, words: str):
        source = make_community("Before", facilitator=cast.carol, visibility=before)
        target = make_community("After", facilitator=cast.carol, visibility=after)
        story = make_story(source, by=cast.carol)
        with pytest.raises(WiderAudience, match=words):
            moderating.move(story, by=cast.carol, to=target)
        story.refresh_from_db()
        assert story.community == source
        moderating.move(story, by=cast.carol, to=target, knowingly=True)
        assert story.community == target
        assert bool(StoryPage.objects.visible_to(None)) == (after == "open")

    def test_to_fewer_readers_needs_no_question(self, cast: Cast, story: StoryPage):
        hidden = make_community("Hidden", facilitator=cast.carol, visibility="hidden")
        moderating.move(story, by=cast.carol, to=hidden)
        assert not StoryPage.objects.visible_to(cast.eve).exists()
        assert StoryPage.objects.visible_to(cast.carol).exists()

    def test_a_review_goes_on_over_there(self, cast: Cast):
        story = send(cast)
        housing = make_community("Housing", facilitator=cast.carol)
        there = make_person("Hana There")
        add_member(housing, there, role="facilitator")
        moderating.move(story, by=cast.carol, to=housing)
        assert list(waiting_for(there)) == [story]
        assert told(there) == ["story-submitted"]
        moderating.approve(story, by=there, revision=story.latest_revision)
        assert story.live
        assert story.community == housing

    def test_ones_own_story_is_not_moved_away_from_those_who_read_it(self, cast: Cast, housing: CommunityPage):
        add_member(cast.waste, make_person("Cleo Second"), role="facilitator")
        own = send(cast, by=cast.carol)
        with pytest.raises(Refused, match="it is being read"):
            moderating.move(own, by=cast.carol, to=housing)
        moderating.move(own, by=cast.dina, to=housing)

    @pytest.mark.parametrize("withdrawn", [False, True])
    def test_ones_own_story_does_not_come_unread_to_where_others_read_first(self, cast: Cast, withdrawn: bool):
        alone = make_community("Parks", facilitator=cast.bob)
        shared = make_community("Housing", facilitator=cast.bob)
        add_member(shared, make_person("Hana There"), role="facilitator")
        own = make_story(alone, by=cast.bob)
        if withdrawn:
            moderating.withdraw(own, by=cast.bob)
        with pytest.raises(Refused, match="somebody else reads a story before it is published"):
            moderating.move(own, by=cast.bob, to=shared)
        own.refresh_from_db()
        assert own.community == alone
        moderating.move(own, by=cast.dina, to=shared)
        assert own.community == shared

    def test_ones_own_story_moves_where_one_reads_alone_or_nothing_is_read_first(self, cast: Cast):
        own = make_story(cast.waste, by=cast.carol)
        moderating.move(own, by=cast.carol, to=make_community("Parks", facilitator=cast.carol))
        unread = make_community("Chat", facilitator=cast.carol, review_first=False)
        add_member(unread, make_person("Hana There"), role="facilitator")
        moderating.move(own, by=cast.carol, to=unread)
        assert own.community == unread

    def test_a_draft_that_was_never_sent_is_not_moved_by_a_facilitator(self, cast: Cast, housing: CommunityPage):
        draft = make_story(cast.waste, by=cast.alice, live=False)
        with pytest.raises(PermissionDenied):
            moderating.move(draft, by=cast.carol, to=housing)

    def test_two_with_one_slug_may_meet(self, cast: Cast, story: StoryPage, housing: CommunityPage):
        other = make_story(housing, by=cast.carol)
        StoryPage.objects.filter(pk=other.pk).update(slug=story.slug)
        moderating.move(story, by=cast.carol, to=housing)
        assert story.get_parent().pk == housing.pk

    def test_an_edit_that_was_saved_before_is_published_over_there(
        self, cast: Cast, story: StoryPage, housing: CommunityPage
    ):
        save(story, cast.alice, title="Changed")
        moderating.move(story, by=cast.carol, to=housing)
        add_member(housing, cast.alice)
        writing.submit(story, by=cast.alice)
        moderating.approve(story, by=cast.carol, revision=story.latest_revision)
        assert story.title == "Changed"
        assert story.community == housing
        assert story.get_parent().pk == housing.pk


class TestDeleting:
    @pytest.mark.parametrize("name", ["carol", "dina"])
    def test_those_who_moderate_it_delete_it_and_its_authors_are_told(self, cast: Cast, story: StoryPage, name: str):
        moderating.delete(story, by=getattr(cast, name), reason="It names a child.")
        assert not StoryPage.objects.exists()
        assert Notification.objects.filter(words="It names a child.", what="story-deleted").count() == 2
        entries = PageLogEntry.objects.filter(page=story.pk, deleted=True)
        assert entries.get(action="practice.delete").data["reason"] == "It names a child."

    @pytest.mark.parametrize("name", ["alice", "bob", "eve"])
    def test_an_author_does_not_delete_what_was_published(self, cast: Cast, story: StoryPage, name: str):
        with pytest.raises(PermissionDenied):
            moderating.delete(story, by=getattr(cast, name))
        moderating.withdraw(story, by=cast.alice)
        with pytest.raises(PermissionDenied):
            moderating.delete(story, by=getattr(cast, name))

    def test_an_author_deletes_what_was_never_published_and_its_review_ends(self, cast: Cast):
        story = send(cast)
        with pytest.raises(PermissionDenied):
            moderating.delete(story, by=cast.bob)
        moderating.delete(story, by=cast.alice)
        assert not list(waiting_for(cast.carol))

    def test_a_facilitator_does_not_delete_a_draft_that_they_may_not_see(self, cast: Cast):
        draft = make_story(cast.waste, by=cast.alice, live=False)
        with pytest.raises(PermissionDenied):
            moderating.delete(draft, by=cast.carol)

    def test_those_told_must_have_been_its_authors(self, cast: Cast, story: StoryPage, mailoutbox: list[Any]):
        moderating.delete(story, by=cast.carol)
        assert told(cast.eve) == told(cast.carol) == []


class TestWhatFollows:
    """Search, kept pages and mail hear of each decision, in its transaction."""

    def act(self, what: str, story: StoryPage, cast: Cast) -> None:
        if what == "approve":
            save(story, cast.alice, title="Changed")
            writing.submit(story, by=cast.alice)
            moderating.approve(story, by=cast.carol, revision=story.latest_revision)
        elif what == "move":
            moderating.move(story, by=cast.carol, to=make_community("Housing", facilitator=cast.carol))
        elif what == "restore":
            moderating.withdraw(story, by=cast.carol)
            moderating.restore(story, by=cast.carol)
        else:
            getattr(moderating, what)(story, by=cast.carol)

    @pytest.mark.parametrize("what", ["approve", "withdraw", "restore", "move", "delete"])
    def test_search_reads_it_again_and_kept_pages_go(self, cast: Cast, story: StoryPage, what: str):
        pk = story.pk
        Outbox.objects.all().delete()
        before = pagecache.version() or 0
        self.act(what, story, cast)
        assert Outbox.objects.filter(kind="story", object_id=pk).exists()
        assert (pagecache.version() or 0) > before

    @pytest.mark.parametrize(
        ("what", "words"),
        [
            ("withdraw", "“We asked the caretakers” was withdrawn"),
            ("restore", "“We asked the caretakers” is published again"),
            ("move", "“We asked the caretakers” moved from Waste and recycling to Housing"),
            ("delete", "“We asked the caretakers” was deleted"),
        ],
    )
    def test_its_authors_get_a_letter(
        self,
        cast: Cast,
        story: StoryPage,
        mailoutbox: list[Any],
        django_capture_on_commit_callbacks: Any,
        what: str,
        words: str,
    ):
        with django_capture_on_commit_callbacks(execute=True):
            self.act(what, story, cast)
        letters = [letter for letter in mailoutbox if letter.to == [cast.alice.email]]
        assert words in [letter.subject for letter in letters]
        assert not any("/admin/" in letter.body for letter in letters)
