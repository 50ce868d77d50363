"""Asking for a story, in one click from the search that found none."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client

from hub.notifications.models import Notification
from hub.refusal import Refused
from search import curation, demand, standing
from search.models import Wish, WishMark
from search.query import Query
from tests.cast import Cast, make_story
from tests.search.conftest import Committed
from tests.search.keepers import How, keep, lines, morning

pytestmark = pytest.mark.usefixtures("cast", "index")


def ask(words: str, person: object) -> Wish:
    return demand.ask_for(Query.of_site(words).words, by=person)  # type: ignore[arg-type]


def test_one_click_from_nothing_found_and_told_when_it_is_met(cast: Cast, client: Client, committed: Committed) -> None:
    client.force_login(cast.bob)
    shown = client.get("/search/", {"q": "heat pumps"}).text
    assert "Ask for this story" in shown
    assert "Keep looking for me" in shown
    after = client.post("/wanted/ask/", {"q": "heat pumps"}, follow=True)
    assert after.redirect_chain[-1][0] == "/search/?q=heat+pumps"
    assert "We tell you when somebody writes about it." in after.text
    assert "You asked for this." in after.text
    assert "Ask for this story" not in after.text
    with committed():
        make_story(cast.waste, by=cast.carol, title="Heat pumps in eleven blocks")
    assert [each.subject for each in Notification.objects.of(cast.bob)] == [
        "You looked for “heat pumps”: somebody tells it now"
    ]
    with pytest.raises(Refused, match="Heat pumps in eleven blocks"):
        ask("heat pumps", cast.alice)


def test_it_counts_whoever_asks_once_and_stays_off_the_board_until_three_did(cast: Cast, client: Client) -> None:
    for person in (cast.alice, cast.alice, cast.bob):
        wish = ask("pumping heat", person)
    wish.refresh_from_db()
    assert (wish.people, wish.marks.count(), wish.is_public) == (2, 2, False)
    assert "pumping" not in client.get("/wanted/").text.lower()
    ask("heat pump", cast.eve)
    wish.refresh_from_db()
    assert wish.is_public


def test_it_is_taken_back(cast: Cast, client: Client) -> None:
    wish = ask("heat pumps", cast.bob)
    client.force_login(cast.bob)
    after = client.post(f"/wanted/{wish.pk}/want/", {"no-more": "1"}, follow=True)
    assert after.redirect_chain[-1][0] == "/search/?q=heat+pumps"
    assert not WishMark.objects.exists()
    assert "Ask for this story" in after.text


def test_what_others_asked_for_is_not_told(cast: Cast, client: Client) -> None:
    wish = ask("heat pumps", cast.bob)
    client.force_login(cast.eve)
    assert client.post(f"/wanted/{wish.pk}/want/").status_code == 404
    assert "You asked for this." not in client.get("/search/", {"q": "heat pumps"}).text


def test_a_wish_that_was_taken_off_the_board_says_nothing_else(cast: Cast, client: Client) -> None:
    for person in (cast.alice, cast.bob, cast.eve):
        wish = ask("heat pumps", person)
    Wish.objects.filter(pk=wish.pk).update(state=Wish.State.HIDDEN)
    assert ask("heat pumps", cast.carol).marks.filter(person=cast.carol).exists()
    client.force_login(cast.carol)
    assert "people looked for this" not in client.get("/search/", {"q": "heat pumps"}).text


def test_one_that_was_joined_to_another_counts_there(cast: Cast) -> None:
    other = ask("ground source", cast.bob)
    Wish.objects.filter(key=ask("heat pumps", cast.bob).key).update(state=Wish.State.MERGED, into=other)
    assert ask("heat pumps", cast.eve) == other
    assert other.marks.filter(person=cast.eve).exists()


@pytest.mark.parametrize(
    "words", ["", "the", "alice@ambleford.example", "Bob Okafor", "one two three four five six seven"]
)
def test_what_may_be_about_a_person_is_not_asked_for(cast: Cast, client: Client, words: str) -> None:
    with pytest.raises(Refused):
        ask(words, cast.bob)
    client.force_login(cast.bob)
    assert "Ask for this story" not in client.get("/search/", {"q": words}).text
    assert client.post("/wanted/ask/", {"q": words}).status_code == 302
    assert not Wish.objects.exists()


@pytest.mark.parametrize("more", [{"region": "Wales"}, {"kind": "person"}, {"tag": "x"}])
def test_what_filters_kept_out_is_not_asked_for(cast: Cast, client: Client, more: dict[str, str]) -> None:
    client.force_login(cast.bob)
    shown = client.get("/search/", {"q": "heat pumps", **more}).text
    assert "Ask for this story" not in shown
    assert ("Keep looking for me" in shown) == ("kind" not in more)


def test_visitors_are_led_to_sign_in(cast: Cast, client: Client) -> None:
    shown = client.get("/search/", {"q": "heat pumps"}).text
    assert "Sign in to ask for it" in shown
    assert "csrfmiddlewaretoken" not in shown
    assert client.post("/wanted/ask/", {"q": "heat pumps"}).url.startswith("/account/login/")  # type: ignore[attr-defined]
    with pytest.raises(PermissionDenied):
        ask("heat pumps", None)


def test_what_is_found_is_not_asked_for(cast: Cast, client: Client, committed: Committed) -> None:
    with committed():
        make_story(cast.waste, by=cast.alice, title="Heat pumps")
    client.force_login(cast.bob)
    assert "Ask for this story" not in client.get("/search/", {"q": "heat pumps"}).text


def test_a_question_with_a_chosen_answer_is_not_asked_for(cast: Cast, client: Client) -> None:
    story = make_story(cast.waste, by=cast.alice, title="Warm homes")
    curation.choose_answer("heat pumps", by=cast.carol, story=story)
    client.force_login(cast.bob)
    shown = client.get("/search/", {"q": "heat pumps"}).text
    assert "Chosen by the facilitators" in shown
    assert "Ask for this story" not in shown
    assert "Keep looking for me" in shown


class TestWithASearchThatLooksForIt:
    def test_one_notice_and_one_letter_say_both(self, cast: Cast, committed: Committed) -> None:
        ask("heat pumps", cast.bob)
        for how in (How.SITE, How.AT_ONCE, How.DAILY):
            keep(cast.bob, "eleven blocks" if how == How.SITE else f"pumps {how}", how)
        keep(cast.eve, "pumps", How.AT_ONCE)
        with committed():
            make_story(cast.waste, by=cast.carol, title="Heat pumps in eleven blocks, at-once and daily")
        assert lines(cast.bob) == [
            "You asked for “heat pumps” and keep looking for “eleven blocks” and 2 more: somebody tells it now"
        ]
        assert lines(cast.eve) == ["New for “pumps”: Heat pumps in eleven blocks, at-once and daily"]
        morning()
        assert sorted(letter.to[0] for letter in mail.outbox) == [cast.bob.email, cast.eve.email]
        assert len(lines(cast.bob)) == 1

    def test_the_same_words_are_said_once(self, cast: Cast, committed: Committed) -> None:
        ask("heat pumps", cast.bob)
        keep(cast.bob, "heat pumps", How.DAILY)
        with committed():
            make_story(cast.waste, by=cast.carol, title="Heat pumps")
        assert lines(cast.bob) == ["You asked for “heat pumps” and keep looking for it: somebody tells it now"]

    def test_a_search_that_rests_is_not_named(self, cast: Cast, committed: Committed) -> None:
        ask("heat pumps", cast.bob)
        standing.pause(keep(cast.bob, "pumps"), by=cast.bob)
        with committed():
            make_story(cast.waste, by=cast.carol, title="Heat pumps")
        assert lines(cast.bob) == ["You looked for “heat pumps”: somebody tells it now"]

    def test_two_wishes_that_one_story_meets_are_one_notice(self, cast: Cast, committed: Committed) -> None:
        for words in ("heat pumps", "eleven blocks"):
            ask(words, cast.bob)
        with committed():
            make_story(cast.waste, by=cast.carol, title="Heat pumps in eleven blocks")
        assert lines(cast.bob) == ["You looked for “heat pumps” and “eleven blocks”: somebody tells it now"]
        assert not WishMark.objects.filter(told_at=None).exists()
