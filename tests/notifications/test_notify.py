"""Who is told what, and that one line stands for the same news about the same thing."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from wagtail.log_actions import log

from community.models import Appeal, CommunityPage, CommunityPolicy, HandOver, Invitation, Membership
from hub.notifications.models import Notification, things
from hub.notifications.notify import notify
from practice.models import Question, Repetition, Report, StoryPage, TagChange, WriterInvitation
from search.models import StandingSearch, Wish
from tests.cast import make_community, make_story
from tests.recording import recorded


def tell(people, about, **news):
    return notify(
        people, **{"what": "story-approved", "subject": "Your story is out", "url": "/s/", **news}, about=about
    )


@pytest.fixture
def story(cast):
    return make_story(cast.waste, by=cast.alice)


class TestWhoIsTold:
    def test_each_person_once(self, cast, story):
        tell([cast.alice, cast.bob, cast.alice], story)
        assert Notification.objects.count() == 2

    def test_nobody_is_told_of_their_own_doing(self, cast, story):
        tell([cast.alice, cast.bob], story, by=cast.alice)
        assert [notice.person for notice in Notification.objects.all()] == [cast.bob]

    def test_those_who_may_not_see_it_are_not_told(self, cast):
        hidden = make_community("Hidden", facilitator=cast.carol, visibility=CommunityPolicy.Visibility.HIDDEN)
        tell([cast.eve, cast.carol], make_story(hidden, by=cast.carol))
        assert [notice.person for notice in Notification.objects.all()] == [cast.carol]

    def test_those_who_may_not_sign_in_are_not_told(self, cast, story):
        cast.bob.is_active = False
        cast.bob.save()
        assert tell([cast.bob], story) == []

    def test_a_thing_that_cannot_say_who_sees_it_is_refused(self, cast):
        with pytest.raises(TypeError, match="seen_by"):
            tell([cast.bob], cast.ambleford)


class TestOneLineNotTen:
    def test_news_of_the_same_thing_joins_the_unread_line(self, cast, story):
        tell([cast.bob], story, subject="Alice asks")
        tell([cast.bob], story, subject="Eve asks", by=cast.eve, words="How?")
        notice = Notification.objects.get()
        assert (notice.subject, notice.by, notice.words, notice.times) == ("Eve asks", cast.eve, "How?", 2)
        assert notice.more == "The latest of 2."

    def test_the_line_moves_up(self, cast, story):
        (first,) = tell([cast.bob], story)
        (again,) = tell([cast.bob], story)
        assert again.pk == first.pk
        assert again.created_at > first.created_at

    def test_what_was_read_is_not_reopened(self, cast, story):
        tell([cast.bob], story)
        Notification.objects.update(read_at="2026-11-01T10:00Z")
        tell([cast.bob], story)
        assert Notification.objects.count() == 2

    def test_other_news_and_other_things_have_their_own_line(self, cast, story):
        tell([cast.bob], story)
        tell([cast.bob], story, what="story-withdrawn")
        tell([cast.bob], make_story(cast.waste, by=cast.alice))
        assert Notification.objects.count() == 3

    def test_the_lines_of_others_stay_as_they_are(self, cast, story):
        tell([cast.bob, cast.carol], story)
        tell([cast.bob], story)
        assert Notification.objects.get(person=cast.carol).times == 1


@recorded
def make_rows(cast):
    """Something of every kind that can be told about, in each state."""
    communities = [cast.waste]
    for visibility in CommunityPolicy.Visibility.values:
        community = make_community(f"Town {visibility}", facilitator=cast.carol, visibility=visibility)
        Membership.objects.create(community=community, person=cast.alice)
        Membership.objects.create(community=community, person=cast.eve, state=Membership.State.ASKED)
        Invitation.objects.create(community=community, person=cast.eve, invited_by=cast.carol)
        Invitation.objects.create(community=community, email="bob@bob.example", invited_by=cast.carol)
        communities.append(community)
    for community in communities:
        make_story(community, by=cast.bob)
        make_story(community, by=cast.alice, live=False)
        make_story(community, by=cast.bob).unpublish()
        told = make_story(community, by=cast.bob)
        said = Repetition.objects.create(
            story=told, person=cast.alice, council=cast.ambleford, outcome=Repetition.Outcome.WELL
        )
        Report.objects.create(story=told, person=cast.eve, reason="wrong", words="It is old.")
        Report.objects.create(story=told, repetition=said, reason="unkind", words="It is.")
        Report.objects.create(story=make_story(community, by=cast.carol), person=cast.bob, reason="other", words="?")
        entry = log(told, "practice.hide", user=cast.carol)
        Appeal.objects.create(decision=entry, community=community, person=cast.bob, words="Why?")
        Question.objects.create(story=told, person=cast.eve, words="Who paid for it?")
        HandOver.objects.create(community=community, person=cast.bob, by=cast.carol)
        WriterInvitation.objects.create(story=told, person=cast.eve, invited_by=cast.bob)
        for end in (None, "reject", "decline", "cancel"):
            sent = make_story(community, by=cast.alice, live=False)
            workflow = sent.get_workflow().start(sent, cast.alice)
            if end in {"reject", "decline"}:
                workflow.current_task_state.reject(user=cast.carol)
            if end == "decline":
                workflow.refresh_from_db()
                workflow.cancel(user=cast.carol)
            elif end == "cancel":
                workflow.cancel(user=cast.alice)
    unlisted = make_community("Unlisted", facilitator=cast.carol)
    unlisted.unpublish()
    StandingSearch.objects.create(person=cast.alice, name="Bins", asked="q=bins")
    StandingSearch.objects.create(person=cast.alice, name="Tips", asked="q=tips", deleted_at=timezone.now())
    TagChange.objects.create(kind=TagChange.Kind.RENAMED, number=1, name="tips", slug="tips", by=cast.bob)
    for number, state in enumerate(Wish.State.values):
        Wish.objects.create(key=f"a{number}", words="tips", people=3, state=state)
        Wish.objects.create(key=f"b{number}", words="tips", people=2, state=state)
        Wish.objects.create(key=f"c{number}", words="tips", people=3, state=state, withheld=True)
    return [
        *CommunityPage.objects.all(),
        *StoryPage.objects.all(),
        *Membership.objects.all(),
        *Invitation.objects.all(),
        *StandingSearch.objects.all(),
        *Wish.objects.all(),
        *Question.objects.all(),
        *Report.objects.all(),
        *Appeal.objects.all(),
        *HandOver.objects.all(),
        *WriterInvitation.objects.all(),
        *TagChange.objects.all(),
    ]


class TestSight:
    """`seen_by` of a manager and `may_be_seen_by` of its rows say the same, for everybody."""

    @pytest.fixture
    def rows(self, cast):
        return make_rows(cast)

    @pytest.mark.parametrize("name", ["alice", "bob", "carol", "dina", "eve", "frank"])
    def test_both_agree(self, cast, rows, name):
        person = getattr(cast, name)
        person.forget_memberships()
        for row in rows:
            in_query = type(row).objects.seen_by(person).filter(pk=row.pk).exists()
            assert in_query == row.may_be_seen_by(person), f"{row!r} for {name}"

    def test_both_agree_about_published_things_for_visitors(self, cast, rows):
        for row in rows:
            if isinstance(row, StoryPage | Invitation):
                in_query = type(row).objects.seen_by(AnonymousUser()).filter(pk=row.pk).exists()
                assert in_query == row.may_be_seen_by(AnonymousUser()), row

    def test_every_thing_that_can_be_told_about_is_tried_here(self, rows):
        assert {type(row) for row in rows} == set(things())


class TestWhatIsHiddenLater:
    @pytest.fixture
    def notice(self, cast, story):
        return tell([cast.bob], story)[0]

    def close(self, cast):
        cast.waste.policy.visibility = CommunityPolicy.Visibility.HIDDEN
        cast.waste.policy.save()

    def test_it_leaves_the_inbox_and_the_count(self, cast, notice):
        assert Notification.objects.of(cast.bob).count() == 1
        self.close(cast)
        Membership.objects.filter(person=cast.bob).delete()
        assert Notification.objects.of(cast.bob).count() == 0

    def test_a_member_still_has_it(self, cast, notice):
        self.close(cast)
        assert Notification.objects.of(cast.bob).count() == 1

    def test_what_was_deleted_leaves_it_too(self, cast, story, notice):
        story.delete()
        assert Notification.objects.of(cast.bob).count() == 0

    def test_the_notices_of_others_are_not_there(self, cast, notice):
        assert Notification.objects.of(cast.carol).count() == 0

    def test_asking_takes_one_query_whatever_there_is(self, cast, story, django_assert_num_queries):
        for _ in range(3):
            tell([cast.bob], make_story(cast.waste, by=cast.alice))
        Notification.objects.of(cast.bob).count()  # the content types are read once in a process
        person = type(cast.bob).objects.get(pk=cast.bob.pk)
        with django_assert_num_queries(1):
            assert Notification.objects.of(person).unread().count() == 3


def test_an_editor_of_the_site_is_told_of_what_they_may_read(cast):
    hidden = make_community("Hidden", visibility=CommunityPolicy.Visibility.HIDDEN)
    tell([cast.dina], make_story(hidden, by=cast.alice))
    assert Notification.objects.of(cast.dina).count() == 1
