"""Asking the authors of a story: who may, who is told, what stands below the story, and who takes it away."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from community import sanctioning
from community.models import Membership, Person
from community.profiles import data_of
from hub.notifications.models import Notification
from hub.refusal import Refused
from practice import asking
from practice.models import Question, StoryPage
from tests.cast import Cast, make_community, make_story

WORDS = "Who paid for the caddies?"


@pytest.fixture
def story(cast: Cast) -> StoryPage:
    return make_story(cast.waste, by=cast.alice, title="Caddies for flats")


def as_(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_peer_asks_the_author_answers_and_both_stand_below_the_story(cast: Cast, story: StoryPage) -> None:
    page = as_(cast.bob).get(story.get_absolute_url()).content.decode()
    assert f"/stories/{story.pk}/ask/" in page
    assert "Asked about it" not in page
    sent = as_(cast.bob).post(f"/stories/{story.pk}/ask/", {"words": WORDS})
    question = Question.objects.get()
    assert sent["Location"] == question.get_absolute_url()
    told = Notification.objects.get(what="question-asked")
    assert (told.person, told.words, told.url) == (cast.alice, WORDS, question.get_absolute_url())
    answered = as_(cast.alice).post(told.url, {"words": "The tenants’ fund did."})
    assert answered["Location"].endswith("#questions")
    told = Notification.objects.get(what="question-answered")
    assert (told.person, told.words) == (cast.bob, "The tenants’ fund did.")
    page = Client().get(story.get_absolute_url()).content.decode()
    assert WORDS in page
    assert "The tenants’ fund did." in page
    assert data_of(cast.bob)["questions"][0]["words"] == WORDS
    assert data_of(cast.alice)["answers"][0]["answer"] == "The tenants’ fund did."


def test_putting_an_answer_right_tells_nobody_again(cast: Cast, story: StoryPage) -> None:
    question = asking.ask(story, by=cast.bob, words=WORDS)
    for words in ("The fund.", "The tenants’ fund."):
        asking.answer(question, by=cast.alice, words=words)
    assert Notification.objects.get(what="question-answered").times == 1
    assert Question.objects.get().answer == "The tenants’ fund."


def test_a_question_says_something_and_is_asked_once(cast: Cast, story: StoryPage) -> None:
    assert as_(cast.bob).post(f"/stories/{story.pk}/ask/", {"words": " "}).status_code == 422
    asking.ask(story, by=cast.bob, words=WORDS)
    with pytest.raises(Refused, match="already"):
        asking.ask(story, by=cast.bob, words=f" {WORDS} ")
    with pytest.raises(Refused, match="what you would like"):
        asking.ask(story, by=cast.bob, words=" ")


def test_an_author_does_not_ask_and_only_an_author_answers(cast: Cast, story: StoryPage) -> None:
    with pytest.raises(Refused, match="your own story"):
        asking.ask(story, by=cast.alice, words=WORDS)
    question = asking.ask(story, by=cast.bob, words=WORDS)
    for person in (cast.bob, cast.carol, cast.dina):
        with pytest.raises(PermissionDenied):
            asking.answer(question, by=person, words="I know it.")
    assert as_(cast.carol).post(question.get_absolute_url(), {"words": "I know it."}).status_code == 403
    with pytest.raises(Refused, match="Write your answer"):
        asking.answer(question, by=cast.alice, words=" ")


def test_who_may_only_read_neither_asks_nor_answers(cast: Cast, story: StoryPage) -> None:
    question = asking.ask(story, by=cast.bob, words=WORDS)
    for person in (cast.alice, cast.bob):
        sanctioning.mute(Membership.objects.get(person=person), by=cast.carol, reason="Be kind.", days=3)
    with pytest.raises(Refused, match="not write in it"):
        asking.answer(question, by=cast.alice, words="The fund.")
    with pytest.raises(Refused, match="not write in it"):
        asking.ask(story, by=cast.bob, words="And the lids?")


def test_nobody_asks_where_nobody_is_left_to_answer(cast: Cast, story: StoryPage) -> None:
    cast.alice.is_active = False
    cast.alice.save()
    with pytest.raises(Refused, match="nobody would answer"):
        asking.ask(story, by=cast.bob, words=WORDS)


def test_only_who_may_read_a_published_story_asks_about_it(cast: Cast) -> None:
    secret = make_story(make_community("Secret", facilitator=cast.carol, visibility="members"), by=cast.carol)
    draft = make_story(cast.waste, by=cast.alice, live=False)
    for story in (secret, draft):
        with pytest.raises(PermissionDenied):
            asking.ask(story, by=cast.bob, words=WORDS)
        assert as_(cast.bob).get(f"/stories/{story.pk}/ask/").status_code == 404


def test_a_question_is_read_by_those_alone_who_may_read_the_story(cast: Cast) -> None:
    secret = make_story(make_community("Secret", facilitator=cast.carol, visibility="members"), by=cast.carol)
    question = asking.ask(secret, by=cast.dina, words=WORDS)
    for person, reads in ((cast.carol, True), (cast.dina, True), (cast.bob, False), (None, False)):
        assert question.may_be_seen_by(person) is reads
        assert Question.objects.seen_by(person).exists() is reads


def test_one_takes_away_what_one_asked(cast: Cast, story: StoryPage) -> None:
    question = asking.ask(story, by=cast.bob, words=WORDS)
    with pytest.raises(PermissionDenied):
        asking.take_away(question, by=cast.eve, reason="I do not like it")
    as_(cast.bob).post(question.get_absolute_url(), {"take_away": "1"})
    assert not Question.objects.exists()
    assert not Notification.objects.filter(what__startswith="question").exists()


def test_a_facilitator_takes_it_away_with_a_reason_that_is_told(cast: Cast, story: StoryPage) -> None:
    address = asking.ask(story, by=cast.bob, words=WORDS).get_absolute_url()
    assert as_(cast.carol).post(address, {"take_away": "1"}).status_code == 422
    as_(cast.carol).post(address, {"take_away": "1", "reason": "It names a resident"})
    assert not Question.objects.exists()
    told = Notification.objects.get(what="question-taken-away")
    assert (told.person, told.words) == (cast.bob, "It names a resident")
