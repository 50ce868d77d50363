"""Facilitators say that they are looking at a story, narrow the queue down, and work through it by keyboard."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from community.models import Membership
from hub.refusal import Refused
from practice import claiming, moderating, writing
from practice.models import ReviewState, StoryPage
from practice.models.workflow import review_in_progress
from tests.cast import Cast, add_member, make_community, make_person, make_story
from tests.practice.steps import save, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(cast: Cast) -> StoryPage:
    return send(cast)


@pytest.fixture
def grace(cast: Cast):
    """A second facilitator."""
    person = make_person("Grace Hopper")
    add_member(cast.waste, person, role=Membership.Role.FACILITATOR)
    return person


def claimant(story: StoryPage):
    review = review_in_progress(story)
    return review.claimant if review else None


def as_person(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


class TestClaims:
    def test_the_other_facilitators_are_told_who_is_looking(self, cast: Cast, story, grace):
        claiming.claim(story, by=cast.carol)
        for address in ("/moderate/", f"/moderate/{story.pk}/"):
            assert "Carol Whitby is looking at it" in as_person(grace).get(address).content.decode()
            assert "You are looking at it" in as_person(cast.carol).get(address).content.decode()

    def test_a_second_one_is_told(self, cast: Cast, story, grace):
        claiming.claim(story, by=cast.carol)
        with pytest.raises(Refused, match="Carol Whitby"):
            claiming.claim(story, by=grace)
        assert claimant(story) == cast.carol

    def test_it_ends_by_itself(self, cast: Cast, story, grace):
        claiming.claim(story, by=cast.carol)
        ReviewState.objects.update(claimed_at=timezone.now() - timedelta(hours=5))
        assert claimant(story) is None
        claiming.claim(story, by=grace)
        assert claimant(story) == grace

    def test_it_can_be_left_to_others_also_in_their_absence(self, cast: Cast, story, grace):
        claiming.claim(story, by=cast.carol)
        claiming.let_go(story, by=grace)
        assert claimant(story) is None

    def test_it_binds_nobody(self, cast: Cast, story, grace):
        claiming.claim(story, by=cast.carol)
        moderating.approve(story, by=grace, revision=story.latest_revision)
        assert StoryPage.objects.get(pk=story.pk).live

    def test_the_next_round_begins_without_one(self, cast: Cast, story):
        claiming.claim(story, by=cast.carol)
        moderating.ask_for_changes(story, by=cast.carol, revision=story.latest_revision, note="A date?")
        save(story, cast.alice, took_money="£40")
        writing.submit(story, by=cast.alice)
        assert claimant(story) is None

    @pytest.mark.parametrize("role", ["alice", "bob", "eve"])
    def test_nobody_else_claims(self, cast: Cast, story, role):
        with pytest.raises(PermissionDenied):
            claiming.claim(story, by=getattr(cast, role))

    def test_nobody_claims_their_own(self, cast: Cast, grace):
        add_member(cast.waste, make_person("Hugh Hart"), role=Membership.Role.FACILITATOR)
        own = make_story(cast.waste, by=cast.carol, live=False)
        writing.submit(own, by=cast.carol)
        with pytest.raises(Refused):
            claiming.claim(own, by=cast.carol)

    def test_what_was_decided_is_not_claimed(self, cast: Cast, story, grace):
        moderating.approve(story, by=cast.carol, revision=story.latest_revision)
        with pytest.raises(Refused, match="published it already"):
            claiming.claim(story, by=grace)

    def test_the_buttons_do_it_and_say_when_they_cannot(self, cast: Cast, story, grace):
        as_person(cast.carol).post(f"/moderate/{story.pk}/claim/", {"do": "claim"})
        assert claimant(story) == cast.carol
        answer = as_person(grace).post(f"/moderate/{story.pk}/claim/", {"do": "claim"}, follow=True)
        assert "is looking at it already" in answer.content.decode()
        as_person(cast.carol).post(f"/moderate/{story.pk}/claim/", {"do": "let-go"})
        assert claimant(story) is None


class TestNarrowing:
    @pytest.fixture
    def more(self, cast: Cast, story) -> None:
        again = send(cast, "Keys by post")
        moderating.ask_for_changes(again, by=cast.carol, revision=again.latest_revision, note="Cost?")
        save(again, cast.alice, took_money="£40")
        writing.submit(again, by=cast.alice)
        live = make_story(cast.waste, by=cast.alice, title="Out")
        save(live, cast.alice, title="Out and changed")
        writing.submit(live, by=cast.alice)
        parks = make_community("Parks", facilitator=cast.carol)
        add_member(parks, cast.bob)
        mown = make_story(parks, by=cast.bob, title="We mowed less", live=False)
        writing.submit(mown, by=cast.bob)

    @pytest.mark.parametrize(
        ("asked", "shown"),
        [
            ("", {"We asked the caretakers", "Keys by post", "Out and changed", "We mowed less"}),
            ("?sort=new", {"We asked the caretakers", "We mowed less"}),
            ("?sort=again", {"Keys by post"}),
            ("?sort=change", {"Out and changed"}),
            ("?community=parks", {"We mowed less"}),
            ("?community=parks&sort=again", set()),
            ("?community=no-such&sort=nonsense", set()),
        ],
    )
    def test_the_address_says_what_is_shown(self, cast: Cast, more, asked, shown):
        answer = as_person(cast.carol).get(f"/moderate/{asked}")
        assert {item.title for item in answer.context["waiting"]} == shown
        if not shown:
            assert "Nothing of this sort waits" in answer.content.decode()

    def test_each_choice_says_how_much_it_leaves(self, cast: Cast, more):
        answer = as_person(cast.carol).get("/moderate/?community=waste-and-recycling")
        counts = {choice.words: choice.count for choice in answer.context["choices"]}
        assert counts == {
            "Parks": 1,
            "Waste and recycling": 3,
            "New": 1,
            "Sent again": 1,
            "Changes of published stories": 1,
        }

    def test_a_choice_is_given_up_by_choosing_it_again(self, cast: Cast, more):
        answer = as_person(cast.carol).get("/moderate/?community=parks&sort=new")
        addresses = {choice.words: choice.address for choice in answer.context["choices"] if choice.chosen}
        assert addresses == {"Parks": "?sort=new", "New": "?community=parks"}
