"""Appeals to the editors against what facilitators decided: once, told to both sides, and what it undoes."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from wagtail.models import PageLogEntry

from community import access, appealing, joining, sanctioning
from community.models import Appeal, Membership
from hub.refusal import Refused
from practice import hiding, moderating, repeating, throwing_away, undoing, writing
from practice.models import ReviewState, StoryPage
from practice.models.workflow import review_in_progress
from practice.waiting import queue_of, waiting_for
from tests.cast import Cast, make_person, make_story
from tests.practice.steps import decline, logged, save, send, told


def entry(action: str) -> PageLogEntry:
    return PageLogEntry.objects.filter(action=action).latest("timestamp")


@pytest.fixture
def hidden(cast: Cast) -> StoryPage:
    story = make_story(cast.waste, by=cast.alice, title="The keys")
    hiding.hide(story, by=cast.carol, reason="It may name a tenant.")
    return story


def appeal(cast: Cast, **given: Any) -> Appeal:
    against = given.pop("entry", None) or entry("practice.hide")
    return appealing.appeal(against, **{"by": cast.alice, "words": "She agreed.", **given})


class TestAppealing:
    def test_it_waits_in_the_queue_of_editors_alone(self, cast: Cast, hidden: StoryPage):
        appeal(cast)
        assert [item.title for item in queue_of(cast.dina)] == ["“The keys” was hidden"]
        assert queue_of(cast.carol) == []
        assert told(cast.dina) == ["appeal-made"]

    def test_there_is_one_against_a_decision(self, cast: Cast, hidden: StoryPage):
        appeal(cast)
        with pytest.raises(Refused, match="one appeal"):
            appeal(cast)

    def test_only_whom_it_is_about_appeals(self, cast: Cast, hidden: StoryPage):
        for person in (cast.bob, cast.carol, cast.eve):
            with pytest.raises(PermissionDenied):
                appeal(cast, by=person)
        with pytest.raises(Refused, match="Say why"):
            appeal(cast, words=" ")

    def test_nobody_appeals_against_what_an_author_decided(self, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        moderating.withdraw(story, by=cast.alice)
        with pytest.raises(PermissionDenied):
            appeal(cast, entry=entry("practice.withdraw"))


class TestDeciding:
    def test_granted_it_shows_the_story_again_and_tells_both_sides(self, cast: Cast, hidden: StoryPage):
        appealing.decide(appeal(cast), by=cast.dina, granted=True, words="Nobody is named.")
        hidden.refresh_from_db()
        assert hidden.live
        assert "appeal-decided" in told(cast.alice)
        assert "appeal-decided" in told(cast.carol)
        assert queue_of(cast.dina) == []

    def test_refused_it_changes_nothing(self, cast: Cast, hidden: StoryPage):
        made = appealing.decide(appeal(cast), by=cast.dina, granted=False, words="She is named.")
        hidden.refresh_from_db()
        assert not hidden.live
        with pytest.raises(Refused, match="Dina Editor has decided it already"):
            appealing.decide(made, by=cast.dina, granted=True, words="Or not.")

    def test_facilitators_do_not_decide_and_who_took_part_leaves_it_to_another_editor(self, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        hiding.hide(story, by=cast.dina, reason="It may name a tenant.")
        made = appeal(cast)
        with pytest.raises(PermissionDenied):
            appealing.decide(made, by=cast.carol, granted=True, words="Fine.")
        make_person("Gil Editor", is_editor=True)
        with pytest.raises(Refused, match="another editor"):
            appealing.decide(made, by=cast.dina, granted=True, words="Fine.")

    def test_a_withdrawn_story_is_published_again(self, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        moderating.withdraw(story, by=cast.carol, reason="It sells something.")
        appealing.decide(appeal(cast, entry=entry("practice.withdraw")), by=cast.dina, granted=True, words="No.")
        story.refresh_from_db()
        assert story.live

    def test_what_was_said_of_repeating_is_shown_again(self, cast: Cast):
        story = make_story(cast.waste, by=cast.alice, council=cast.ambleford)
        said = repeating.record(story, by=cast.bob, council=cast.brockhaven, outcome="well")
        repeating.hide(said, by=cast.carol, reason="It is unkind.")
        made = appeal(cast, entry=entry("practice.hide_repeat"), by=cast.bob)
        appealing.decide(made, by=cast.dina, granted=True, words="It is not.")
        said.refresh_from_db()
        assert said.hidden_at is None

    def test_a_mute_ends_and_somebody_removed_is_a_member_again(self, cast: Cast):
        bob = Membership.objects.get(community=cast.waste, person=cast.bob)
        sanctioning.mute(bob, by=cast.carol, reason="Be kind.", days=7)
        made = appeal(cast, entry=entry("community.mute"), by=cast.bob)
        assert appealing.told(made.decision).startswith("Bob Okafor was muted in Waste and recycling until")
        appealing.decide(made, by=cast.dina, granted=True, words="They were.")
        assert access.muted_until(cast.bob, cast.waste) is None
        joining.remove(bob, by=cast.carol, reason="Be kind.")
        made = appeal(cast, entry=entry("community.remove"), by=cast.bob)
        appealing.decide(made, by=cast.dina, granted=True, words="They were.")
        bob.refresh_from_db()
        assert bob.state == Membership.State.ACTIVE


class TestAStoryThatWasDeclined:
    @pytest.fixture
    def declined(self, cast: Cast) -> StoryPage:
        story = send(cast)
        decline(story, by=cast.carol)
        return story

    def against(self, cast: Cast, **given: Any) -> Appeal:
        return appeal(cast, entry=entry("practice.decline"), **given)

    def test_its_author_appeals_once_and_the_editors_hear_of_it(self, cast: Cast, declined: StoryPage):
        self.against(cast)
        assert [item.title for item in queue_of(cast.dina)] == ["“We asked the caretakers” was declined"]
        assert told(cast.dina) == ["appeal-made"]
        with pytest.raises(Refused, match="one appeal"):
            self.against(cast)

    @pytest.mark.parametrize("name", ["bob", "carol", "dina", "eve"])
    def test_nobody_else_appeals(self, cast: Cast, declined: StoryPage, name: str):
        with pytest.raises(PermissionDenied):
            self.against(cast, by=getattr(cast, name))

    def test_granted_the_version_that_was_declined_waits_to_be_read_again(self, cast: Cast, declined: StoryPage):
        read = declined.latest_revision_id
        made = self.against(cast)
        save(declined, cast.alice, title="Written meanwhile")
        appealing.decide(made, by=cast.dina, granted=True, words="It sells nothing.")
        review = review_in_progress(declined)
        assert review
        assert review.revision_id == read
        assert list(waiting_for(cast.carol)) == [declined]
        assert told(cast.alice)[-1] == "appeal-decided"
        assert set(told(cast.carol)) >= {"appeal-decided", "story-submitted"}
        assert "practice.read_again" in logged(declined)
        moderating.approve(declined, by=cast.carol, revision=review.revision)
        assert (declined.live, declined.title) == (True, "We asked the caretakers")

    def test_declined_anew_it_is_appealed_against_anew(self, cast: Cast, declined: StoryPage):
        appealing.decide(self.against(cast), by=cast.dina, granted=True, words="It sells nothing.")
        decline(declined, by=cast.carol)
        assert self.against(cast).is_open

    def test_refused_it_stays_declined(self, cast: Cast, declined: StoryPage):
        appealing.decide(self.against(cast), by=cast.dina, granted=False, words="It does.")
        assert review_in_progress(declined) is None
        assert StoryPage.objects.get(pk=declined.pk).state == StoryPage.State.DECLINED

    @pytest.mark.parametrize("then", ["sent", "taken back", "thrown away"])
    def test_there_is_nothing_to_appeal_against_once_it_went_on(self, cast: Cast, declined: StoryPage, then: str):
        if then == "sent":
            save(declined, cast.alice, title="Mended")
            writing.submit(declined, by=cast.alice)
        elif then == "taken back":
            last = ReviewState.objects.of_story(declined).last()
            undoing.undo(declined, by=cast.carol, review=last.pk)  # type: ignore[union-attr]
        else:
            throwing_away.discard(declined, by=cast.alice)
        with pytest.raises((Refused, PermissionDenied)):
            self.against(cast)
        assert not Appeal.objects.exists()

    def test_sent_again_after_the_appeal_it_is_not_read_twice(self, cast: Cast, declined: StoryPage):
        made = self.against(cast)
        save(declined, cast.alice, title="Mended")
        writing.submit(declined, by=cast.alice)
        appealing.decide(made, by=cast.dina, granted=True, words="It sells nothing.")
        assert ReviewState.objects.of_story(declined).waiting().get().revision == declined.latest_revision

    def test_what_is_appealed_against_is_not_taken_back(self, cast: Cast, declined: StoryPage):
        self.against(cast)
        last = ReviewState.objects.of_story(declined).last()
        with pytest.raises(Refused, match="has appealed"):
            undoing.undo(declined, by=cast.carol, review=last.pk)  # type: ignore[union-attr]

    def test_the_draft_and_its_history_lead_to_the_appeal(self, client: Client, cast: Cast, declined: StoryPage):
        address = f"/appeals/{entry('practice.decline').pk}/"
        client.force_login(cast.alice)
        for page in (f"/write/{declined.pk}/", f"/moderate/{declined.pk}/history/"):
            assert address in client.get(page).text
        save(declined, cast.alice, title="Mended")
        writing.submit(declined, by=cast.alice)
        assert address not in client.get(f"/moderate/{declined.pk}/history/").text
        page = client.get(address).text
        assert "nothing of this is left" in page
        assert "Send the appeal" not in page


class TestThePages:
    def test_an_author_appeals_from_the_history_and_an_editor_answers(
        self, client: Client, cast: Cast, hidden: StoryPage
    ):
        address = f"/appeals/{entry('practice.hide').pk}/"
        client.force_login(cast.alice)
        assert address in client.get(f"/moderate/{hidden.pk}/history/").content.decode()
        assert client.post(address, {"words": ""}).status_code == 422
        assert (
            "They have not answered yet" in client.post(address, {"words": "She agreed."}, follow=True).content.decode()
        )
        assert "See your appeal" in client.get(f"/moderate/{hidden.pk}/history/").content.decode()
        decided = f"/moderate/appeals/{Appeal.objects.get().pk}/"
        assert client.get(decided).status_code == 404
        client.force_login(cast.carol)
        assert client.get(decided).status_code == 404
        assert client.get(address).status_code == 404
        client.force_login(cast.dina)
        assert "It may name a tenant." in client.get(decided).content.decode()
        client.post(f"{decided}claim/")
        assert queue_of(cast.dina)[0].claimant == cast.dina
        assert client.post(decided, {"do": "grant", "words": ""}).status_code == 422
        assert client.post(decided, {"do": "grant", "words": "Fine."}).headers["Location"] == "/moderate/"
        assert "Nothing to decide" in client.get(decided).content.decode()
        client.force_login(cast.alice)
        assert "What was decided is undone" in client.get(address).content.decode()


def test_nobody_appeals_against_what_was_hidden_below_a_story_that_is_gone(client: Client, cast: Cast):
    story = make_story(cast.waste, by=cast.alice)
    said = repeating.record(story, by=cast.bob, council=cast.brockhaven, outcome="well", advice="Rubbish.")
    repeating.hide(said, by=cast.carol, reason="Be kind.")
    entry = PageLogEntry.objects.get(action="practice.hide_repeat")
    moderating.delete(story, by=cast.carol)
    client.force_login(cast.bob)
    assert client.post(f"/appeals/{entry.pk}/", {"words": "It was meant kindly."}).status_code == 404
