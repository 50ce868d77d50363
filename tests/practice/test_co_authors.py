"""Writing a story together: who is asked and what they answer, the order of the credits, and handing a story over."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.leaving import close_account
from community.models import Membership, Person
from community.signals import gathering_data
from hub.notifications.models import Notification
from hub.refusal import Refused
from practice import co_authors, credits, moderating, repeating, throwing_away, writing
from practice.models import StoryPage, WriterInvitation
from practice.waiting import waiting_for
from tests.cast import Cast, add_member, make_community, make_person, make_story
from tests.practice.steps import ask, logged, newest, save, told


def names(story: StoryPage) -> list[Person]:
    return credits.authors_of(newest(story))


class TestAnInvitation:
    def test_by_name_is_told_and_accepted(self, cast: Cast, story: StoryPage) -> None:
        invitation = co_authors.invite(story, by=cast.alice, person=cast.eve, message="You know the numbers.")
        assert told(cast.eve) == ["writing-invited"]
        assert not story.may_be_edited_by(cast.eve)
        co_authors.accept(invitation, person=cast.eve)
        story.refresh_from_db()
        assert names(story) == [cast.alice, cast.eve]
        assert story.may_be_edited_by(cast.eve)
        save(story, cast.eve, summary="From Eve")
        assert told(cast.alice) == ["writing-joined"]
        assert not WriterInvitation.objects.exists()
        assert {"practice.invite_writer", "practice.accept_to_write"} <= logged(story)

    def test_refused_makes_nobody_an_author_and_says_so(self, cast: Cast, story: StoryPage) -> None:
        invitation = co_authors.invite(story, by=cast.alice, person=cast.bob)
        co_authors.decline(invitation, person=cast.bob)
        assert names(story) == [cast.alice]
        assert Notification.objects.get(person=cast.alice).subject.startswith("Bob Okafor said no")
        assert not Notification.objects.of(cast.bob).exists()

    def test_is_for_whom_it_is_to_alone(self, cast: Cast, story: StoryPage) -> None:
        invitation = co_authors.invite(story, by=cast.alice, person=cast.bob)
        for answer in (co_authors.accept, co_authors.decline):
            with pytest.raises(Refused, match="does not stand"):
                answer(invitation, person=cast.eve)

    def test_is_withdrawn_by_any_author_and_by_nobody_else(self, cast: Cast, story: StoryPage) -> None:
        save(story, cast.alice, authors=[cast.alice, cast.bob])
        invitation = co_authors.invite(story, by=cast.alice, person=cast.eve)
        with pytest.raises(PermissionDenied):
            co_authors.withdraw(invitation, by=cast.carol)
        co_authors.withdraw(invitation, by=cast.bob)
        with pytest.raises(Refused, match="does not stand"):
            co_authors.accept(invitation, person=cast.eve)
        with pytest.raises(Refused, match="already"):
            co_authors.withdraw(invitation, by=cast.bob)
        assert not Notification.objects.filter(person=cast.eve).exists()

    def test_is_sent_by_authors_alone(self, cast: Cast, story: StoryPage) -> None:
        for other in (cast.bob, cast.carol):
            with pytest.raises(PermissionDenied):
                co_authors.invite(story, by=other, person=cast.eve)

    def test_ends_after_thirty_days_and_can_be_sent_again(self, cast: Cast, story: StoryPage) -> None:
        invitation = co_authors.invite(story, by=cast.alice, person=cast.eve)
        with pytest.raises(Refused, match="invited already"):
            co_authors.invite(story, by=cast.alice, person=cast.eve)
        WriterInvitation.objects.update(created_at=timezone.now() - timedelta(days=31))
        with pytest.raises(Refused, match="does not stand"):
            co_authors.accept(invitation, person=cast.eve)
        assert co_authors.invite(story, by=cast.alice, person=cast.eve).is_open

    def test_stands_no_more_once_the_draft_is_thrown_away(self, cast: Cast, story: StoryPage) -> None:
        invitation = co_authors.invite(story, by=cast.alice, person=cast.eve)
        throwing_away.discard(story, by=cast.alice)
        assert not invitation.may_be_seen_by(cast.eve)
        assert not Notification.objects.of(cast.eve).exists()

    def test_of_somebody_who_cannot_be_is_refused(self, cast: Cast, story: StoryPage) -> None:
        save(story, cast.alice, authors=[cast.alice, cast.bob])
        cast.eve.is_active = False
        for person, words in ((cast.alice, "That is you"), (cast.bob, "writes it already"), (cast.eve, "closed")):
            with pytest.raises(Refused, match=words):
                co_authors.invite(story, by=cast.alice, person=person)
        with pytest.raises(Refused, match="Give an e-mail address"):
            co_authors.invite(story, by=cast.alice, email="not one")

    def test_is_counted(self, cast: Cast, story: StoryPage, monkeypatch: pytest.MonkeyPatch) -> None:
        for number in range(writing.MOST_AUTHORS - 1):
            co_authors.invite(story, by=cast.alice, email=f"{number}@council.example")
        with pytest.raises(Refused, match="12 authors"):
            co_authors.invite(story, by=cast.alice, person=cast.eve)
        monkeypatch.setattr(co_authors, "MOST_A_DAY", writing.MOST_AUTHORS - 1)
        WriterInvitation.objects.all().delete()
        with pytest.raises(Refused, match="in a day"):
            co_authors.invite(story, by=cast.alice, person=cast.eve)


class TestAHiddenCommunity:
    @pytest.fixture
    def secret(self, cast: Cast) -> StoryPage:
        hidden = make_community("Secret", facilitator=cast.carol, visibility="hidden")
        add_member(hidden, cast.alice)
        add_member(hidden, cast.bob)
        return writing.start(by=cast.alice, title="A secret", community=hidden)

    def test_only_its_members_can_be_asked(self, cast: Cast, secret: StoryPage) -> None:
        with pytest.raises(Refused, match="not a member"):
            co_authors.invite(secret, by=cast.alice, person=cast.eve)
        with pytest.raises(Refused, match="by name"):
            co_authors.invite(secret, by=cast.alice, email="new@council.example")
        assert told(cast.eve) == []
        co_authors.accept(co_authors.invite(secret, by=cast.alice, person=cast.bob), person=cast.bob)
        assert names(secret) == [cast.alice, cast.bob]

    def test_others_are_not_found(self, cast: Cast, secret: StoryPage) -> None:
        assert co_authors.found(secret, by=cast.alice, words="Bob") == [cast.bob]
        assert co_authors.found(secret, by=cast.alice, words="Eve") == []

    def test_who_left_it_invites_nobody(self, cast: Cast, secret: StoryPage) -> None:
        Membership.objects.filter(person=cast.alice, community=secret.community).delete()
        cast.alice.forget_memberships()
        with pytest.raises(Refused, match="no longer a member"):
            co_authors.invite(secret, by=cast.alice, person=cast.bob)

    def test_an_invitation_of_before_it_was_hidden_shows_nothing(self, client: Client, cast: Cast) -> None:
        story = writing.start(by=cast.alice, title="Soon a secret", community=cast.waste)
        by_name = co_authors.invite(story, by=cast.alice, person=cast.eve)
        by_mail = co_authors.invite(story, by=cast.alice, email="new@council.example")
        cast.waste.policy.visibility = "hidden"
        cast.waste.policy.save()
        client.force_login(cast.eve)
        assert client.get(f"/write/asked/{by_name.pk}/").status_code == 404
        assert "Soon a secret" not in client.get("/write/yours/").text
        assert "Soon a secret" not in client.get("/inbox/").text
        assert client.get(by_mail.letter_address).status_code == 404
        co_authors.mail_writer_invitation.call(by_mail.pk)
        assert len(mail.outbox) == 0


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_letter_leads_somebody_new_to_the_draft(client: Client, cast: Cast) -> None:
    story = writing.start(by=cast.alice, title="We asked the caretakers", community=cast.waste)
    co_authors.invite(story, by=cast.alice, email=" New@Council.example ", message="You counted them.")
    letter = mail.outbox[-1]
    assert letter.to == ["new@council.example"]
    assert letter.subject == "Alice Marlow asks you to write “We asked the caretakers”"
    assert "You counted them." in letter.body
    address = re.search(r"http://testserver(\S+)", letter.body)
    assert address
    page = client.get(address[1])
    assert f"/account/signup/?next={quote(address[1])}" in page.text
    assert "csrfmiddlewaretoken" not in page.text
    client.force_login(cast.eve)
    assert "another address" in client.get(address[1]).text
    newcomer = make_person("Nora New", email="new@council.example")
    co_authors.welcome(newcomer)
    assert told(newcomer) == ["writing-invited"]
    client.force_login(newcomer)
    answer = client.get(address[1])["Location"]
    assert client.post(answer, {"accept": ""})["Location"] == f"/write/{story.pk}/"
    assert story.is_author(newcomer)
    assert client.get(address[1]).status_code == 404


class TestAnAddress:
    def test_of_somebody_who_is_here_is_told_in_the_inbox(self, cast: Cast, story: StoryPage) -> None:
        invitation = co_authors.invite(story, by=cast.alice, email=cast.eve.email)
        assert told(cast.eve) == ["writing-invited"]
        assert invitation.invitee == cast.eve.email

    def test_that_nobody_confirmed_opens_nothing(self, cast: Cast, story: StoryPage) -> None:
        invitation = co_authors.invite(story, by=cast.alice, email="new@council.example")
        newcomer = make_person("Nora New", email="new@council.example")
        newcomer.emailaddress_set.update(verified=False)
        assert not invitation.may_be_seen_by(newcomer)

    def test_a_made_up_token_leads_nowhere(self, client: Client, cast: Cast, story: StoryPage) -> None:
        by_name = co_authors.invite(story, by=cast.alice, person=cast.eve)
        for token in ("nonsense", by_name.letter_address.split("/")[-2]):
            assert client.get(f"/write/asked/by-letter/{token}/").status_code == 404


class TestCredits:
    def test_authors_choose_their_order(self, cast: Cast, story: StoryPage) -> None:
        save(story, cast.alice, authors=[cast.alice, cast.bob, cast.eve])
        credits.move(story, by=cast.bob, person=cast.eve, earlier=True)
        assert names(story) == [cast.alice, cast.eve, cast.bob]
        credits.move(story, by=cast.bob, person=cast.alice, earlier=False)
        assert names(story) == [cast.eve, cast.alice, cast.bob]
        credits.move(story, by=cast.bob, person=cast.eve, earlier=True)
        assert names(story) == [cast.eve, cast.alice, cast.bob]

    def test_others_do_not(self, cast: Cast, story: StoryPage) -> None:
        save(story, cast.alice, authors=[cast.alice, cast.bob])
        for verb in (credits.take_out, lambda s, **k: credits.move(s, earlier=True, **k)):
            with pytest.raises(PermissionDenied):
                verb(story, by=cast.carol, person=cast.alice)

    def test_one_who_is_taken_out_writes_it_no_longer(self, cast: Cast, story: StoryPage) -> None:
        save(story, cast.alice, authors=[cast.alice, cast.bob])
        credits.take_out(story, by=cast.bob, person=cast.bob)
        assert not story.is_author(cast.bob)
        with pytest.raises(Refused, match="Somebody must write it"):
            credits.take_out(story, by=cast.alice, person=cast.alice)


class TestHandingOver:
    def test_who_handed_over_stays_credited_and_writes_no_more(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        invitation = co_authors.invite(story, by=cast.alice, person=cast.bob, takes_over=True)
        assert story.may_be_edited_by(cast.alice)
        co_authors.accept(invitation, person=cast.bob)
        assert names(story) == [cast.alice, cast.bob]
        assert not story.may_be_edited_by(cast.alice)
        assert not StoryPage.objects.editable_by(cast.alice).exists()
        assert told(cast.alice) == ["story-handed-over"]
        writing.submit(StoryPage.objects.get(pk=story.pk), by=cast.bob)
        story = StoryPage.objects.get(pk=story.pk)
        moderating.approve(story, by=cast.carol, revision=story.latest_revision_id)
        assert [row.person for row in story.authorships.all()] == [cast.alice, cast.bob]
        assert not story.may_be_edited_by(cast.alice)
        assert "own story" in repeating.why_not(story, cast.alice)

    def test_it_comes_back_the_same_way(self, cast: Cast, story: StoryPage) -> None:
        co_authors.accept(co_authors.invite(story, by=cast.alice, person=cast.bob, takes_over=True), person=cast.bob)
        assert not story.is_author(cast.alice)
        co_authors.accept(co_authors.invite(story, by=cast.bob, person=cast.alice), person=cast.alice)
        assert names(story) == [cast.alice, cast.bob]
        assert story.is_author(cast.alice)

    def test_a_co_author_can_take_over(self, cast: Cast, story: StoryPage) -> None:
        save(story, cast.alice, authors=[cast.alice, cast.bob])
        before = StoryPage.objects.get(pk=story.pk).latest_revision_id
        co_authors.accept(co_authors.invite(story, by=cast.alice, person=cast.bob, takes_over=True), person=cast.bob)
        assert StoryPage.objects.get(pk=story.pk).latest_revision_id == before
        assert not story.is_author(cast.alice)
        with pytest.raises(Refused, match="Somebody must write it"):
            credits.take_out(story, by=cast.bob, person=cast.bob)

    def test_a_facilitator_who_handed_a_story_over_does_not_decide_about_it(self, cast: Cast) -> None:
        add_member(cast.waste, cast.eve, role=Membership.Role.FACILITATOR)
        story = make_story(cast.waste, by=cast.eve, live=False, council=cast.ambleford)
        co_authors.accept(co_authors.invite(story, by=cast.eve, person=cast.bob, takes_over=True), person=cast.bob)
        writing.submit(StoryPage.objects.get(pk=story.pk), by=cast.bob)
        story = StoryPage.objects.get(pk=story.pk)
        with pytest.raises(Refused, match="your own story"):
            moderating.approve(story, by=cast.eve, revision=story.latest_revision_id)
        assert not waiting_for(cast.eve).exists()

    def test_who_closes_the_account_stays_credited_and_the_colleague_goes_on(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice, live=False)
        invitation = co_authors.invite(story, by=cast.alice, person=cast.bob, takes_over=True)
        alone = make_story(cast.waste, by=cast.alice, live=False, title="Mine alone")
        with_bob = make_story(cast.waste, by=cast.alice, live=False, title="With Bob")
        save(with_bob, cast.alice, authors=[cast.alice, cast.bob])
        close_account(cast.alice, by=cast.alice, keep_name=True)
        assert not StoryPage.objects.filter(pk=alone.pk).exists()
        assert StoryPage.objects.filter(pk=with_bob.pk).exists()
        co_authors.accept(WriterInvitation.objects.get(pk=invitation.pk), person=cast.bob)
        assert [str(each) for each in names(story)] == ["Alice Marlow", "Bob Okafor"]
        assert story.may_be_edited_by(cast.bob)

    def test_what_was_asked_goes_with_an_account_and_into_a_copy_of_its_data(
        self, cast: Cast, story: StoryPage
    ) -> None:
        co_authors.invite(story, by=cast.alice, person=cast.eve)
        for person, by_you in ((cast.alice, True), (cast.eve, False)):
            data: dict[str, Any] = {}
            gathering_data.send(sender=Person, person=person, data=data)
            assert [row["by_you"] for row in data["invited_to_write"]] == [by_you]
        close_account(cast.eve, by=cast.eve, keep_name=False)
        assert not WriterInvitation.objects.exists()


class TestThePage:
    def do(self, client: Client, story: StoryPage, do: str, **more: Any) -> str:
        return client.post(f"/write/{story.pk}/together/", {"do": do, **more}, follow=True).text

    def test_people_are_looked_up_and_invited_without_a_script(
        self, alice: Client, cast: Cast, story: StoryPage
    ) -> None:
        page = alice.get(f"/write/{story.pk}/together/?who=eve").text
        assert f'value="invite:{cast.eve.pk}"' in page
        assert "once they accept" in self.do(alice, story, f"invite:{cast.eve.pk}")
        invitation = WriterInvitation.objects.get()
        assert "1 asked, and not answered" in alice.get(f"/write/{story.pk}/").text
        assert "is withdrawn" in self.do(alice, story, f"withdraw:{invitation.pk}")
        assert "Invited: new@council.example" in self.do(alice, story, "write-to", email="new@council.example")
        assert "Give the address" in self.do(alice, story, "write-to", email="")

    def test_the_order_is_changed_by_buttons(self, alice: Client, cast: Cast, story: StoryPage) -> None:
        save(story, cast.alice, authors=[cast.alice, cast.bob])
        assert "Bob Okafor is named earlier now" in self.do(alice, story, f"earlier:{cast.bob.pk}")
        assert names(story) == [cast.bob, cast.alice]
        response = alice.post(f"/write/{story.pk}/together/", {"do": f"take-out:{cast.alice.pk}"})
        assert response["Location"] == "/write/yours/"

    def test_the_answer_has_a_page_of_its_own(self, client: Client, cast: Cast, story: StoryPage) -> None:
        invitation = co_authors.invite(story, by=cast.alice, person=cast.bob, message="Come along")
        client.force_login(cast.bob)
        assert f"/write/asked/{invitation.pk}/" in client.get("/write/yours/").text
        assert "Come along" in client.get(f"/write/asked/{invitation.pk}/").text
        assert "You said no" in client.post(f"/write/asked/{invitation.pk}/", {"decline": ""}, follow=True).text
        assert client.get(f"/write/asked/{invitation.pk}/").status_code == 404

    @pytest.mark.parametrize("do", ["", "nonsense", "invite:x", "invite:999999999999999999999", "withdraw:1"])
    def test_nonsense_does_nothing(self, alice: Client, story: StoryPage, do: str) -> None:
        assert alice.post(f"/write/{story.pk}/together/", {"do": do}).status_code == 404

    def test_it_takes_the_same_queries_for_one_and_for_many(self, alice: Client, cast: Cast, story: StoryPage) -> None:
        def count() -> int:
            with CaptureQueriesContext(connection) as queries:
                assert alice.get(f"/write/{story.pk}/together/?who=person").status_code == 200
            return len(queries)

        people = [make_person(f"Person{number} Ofmany", council=cast.brockhaven) for number in range(8)]
        save(story, cast.alice, authors=[cast.alice, people[0]])
        co_authors.invite(story, by=cast.alice, person=people[1])
        count()
        few = count()
        save(story, cast.alice, authors=[cast.alice, *people[:5]])
        for person in people[5:]:
            co_authors.invite(story, by=cast.alice, person=person)
        assert count() == few


def test_the_letter_that_waits_does_not_follow_who_writes_a_published_story_no_longer(cast: Cast) -> None:
    story = make_story(cast.waste, by=cast.alice)
    save(story, cast.alice, summary="In twelve blocks.")
    writing.submit(StoryPage.objects.get(pk=story.pk), by=cast.alice)
    ask(StoryPage.objects.get(pk=story.pk), cast.carol)
    assert "story-changes-asked" in told(cast.alice)
    co_authors.accept(co_authors.invite(story, by=cast.alice, person=cast.bob, takes_over=True), person=cast.bob)
    assert "story-changes-asked" not in told(cast.alice)
    assert "What did it cost?" not in str(list(Notification.objects.filter(person=cast.alice).values("words")))
