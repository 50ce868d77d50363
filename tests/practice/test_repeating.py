"""Saying that a practice was repeated: who may, what becomes of it, and who reads it."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.leaving import close_account
from community.models import Council
from community.profiles import data_of
from hub.notifications.models import Notification
from hub.refusal import Refused
from practice import repeating
from practice.models import Repetition, StoryAuthor, StoryPage
from practice.models.repetition import Repeats
from search import outbox
from search.documents import STORY, read
from search.models import Outbox
from tests.cast import Cast, make_community, make_council, make_person, make_story

Outcome = Repetition.Outcome


@pytest.fixture
def story(cast: Cast) -> StoryPage:
    return make_story(cast.waste, by=cast.alice, title="Caddies for flats")


def signed_in(person: object) -> Client:
    client = Client()
    client.force_login(person)  # type: ignore[arg-type]
    return client


def say(story: StoryPage, cast: Cast, **fields: object) -> Repetition:
    values = {"by": cast.bob, "council": cast.brockhaven, "outcome": Outcome.WELL, **fields}
    return repeating.record(story, **values)  # type: ignore[arg-type]


# The verb


def test_a_peer_says_how_it_went_and_the_authors_are_told(cast: Cast, story: StoryPage) -> None:
    StoryAuthor.objects.create(page=story, person=cast.carol)
    said = say(story, cast, since=date(2024, 9, 1), changed="Bigger handles", advice="Ask the cook as well")
    assert (said.person, said.council, said.outcome) == (cast.bob, cast.brockhaven, "well")
    told = Notification.objects.filter(what="story-repeated")
    assert {notice.person for notice in told} == {cast.alice, cast.carol}
    assert told[0].subject == "Brockhaven repeated “Caddies for flats”"
    assert told[0].words == "Ask the cook as well"


def test_saying_it_again_changes_it_and_tells_nobody_twice(cast: Cast, story: StoryPage) -> None:
    say(story, cast)
    say(story, cast, outcome=Outcome.NOT_HERE, changed="We lost both caretakers")
    said = Repetition.objects.get()
    assert (said.outcome, said.changed) == ("not-here", "We lost both caretakers")
    assert Notification.objects.get(what="story-repeated").times == 1


def test_one_repetition_a_person_and_story_is_kept_by_the_database(cast: Cast, story: StoryPage) -> None:
    say(story, cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Repetition.objects.create(story=story, person=cast.bob, council=cast.brockhaven, outcome="well")


def test_an_author_does_not_repeat_their_own_story(cast: Cast, story: StoryPage) -> None:
    with pytest.raises(Refused, match="your own story"):
        say(story, cast, by=cast.alice)


def test_the_council_where_it_began_does_not_repeat_it_under_any_name(cast: Cast, story: StoryPage) -> None:
    with pytest.raises(Refused, match="It began in Ambleford"):
        say(story, cast, council=cast.ambleford)
    cast.brockhaven.replaced_by = cast.ambleford
    cast.brockhaven.save()
    with pytest.raises(Refused, match="It began in Ambleford"):
        say(story, cast)


def test_it_is_not_said_of_a_month_that_has_not_come(cast: Cast, story: StoryPage) -> None:
    with pytest.raises(Refused, match="not come yet"):
        say(story, cast, since=date(2100, 1, 1))


def test_only_who_may_read_a_published_story_repeats_it(cast: Cast) -> None:
    secret = make_community("Secret", facilitator=cast.carol, visibility="members")
    story = make_story(secret, by=cast.carol)
    with pytest.raises(PermissionDenied):
        say(story, cast)
    draft = make_story(cast.waste, by=cast.alice, live=False)
    with pytest.raises(PermissionDenied):
        say(draft, cast)


def test_one_takes_back_what_one_said_and_nobody_else_does(cast: Cast, story: StoryPage) -> None:
    said = say(story, cast)
    with pytest.raises(PermissionDenied):
        repeating.take_back(said, by=cast.carol)
    repeating.take_back(said, by=cast.bob)
    assert not Repetition.objects.exists()


def test_a_facilitator_hides_it_with_a_reason_that_is_told(cast: Cast, story: StoryPage) -> None:
    said = say(story, cast)
    with pytest.raises(PermissionDenied):
        repeating.hide(said, by=cast.alice, reason="I do not like it")
    with pytest.raises(Refused, match="Give a reason"):
        repeating.hide(said, by=cast.carol, reason="  ")
    repeating.hide(said, by=cast.carol, reason="It names a resident")
    assert not Repetition.objects.visible_to(cast.carol).exists()
    (notice,) = Notification.objects.filter(what="repeat-hidden")
    assert (notice.person, notice.words) == (cast.bob, "It names a resident")
    with pytest.raises(Refused, match="already"):
        repeating.hide(said, by=cast.dina, reason="Twice")
    say(story, cast, changed="Without the name")
    assert not Repetition.objects.visible_to(cast.carol).exists()
    with pytest.raises(PermissionDenied):
        repeating.show_again(said, by=cast.bob)
    repeating.show_again(said, by=cast.carol)
    assert Repetition.objects.visible_to(None).exists()


def test_each_council_counts_once_and_works_if_one_says_so() -> None:
    def said(council: int, outcome: str) -> Repetition:
        return Repetition(council_id=council, outcome=outcome)

    counted = Repeats.of([said(1, "well"), said(1, "not-here"), said(2, "changed"), said(3, "not-here")])
    assert (counted.total, counted.running, counted.stopped) == (3, 2, 1)
    assert not Repeats.of([])


def test_councils_that_were_merged_since_count_once_on_cards_on_the_page_and_in_search(
    cast: Cast, story: StoryPage
) -> None:
    merged, between = make_council("X-NEW", "Newvale"), make_council("X-MID", "Midvale")
    say(story, cast)
    say(story, cast, by=cast.eve, council=make_council("X-CAL", "Calderstow"), outcome=Outcome.NOT_HERE)
    between.replaced_by = merged
    between.save()
    for council in (cast.brockhaven, Council.objects.get(code="X-CAL")):
        council.replaced_by = between if council.code == "X-CAL" else merged
        council.save()
    (card,) = StoryPage.objects.filter(pk=story.pk).for_cards()
    assert (card.repeats.total, card.repeats.stopped) == (1, 0)
    assert read(STORY, [story.pk])[story.pk].repeated == 1
    assert "Repeated by 1 council<" in Client().get(story.get_absolute_url()).content.decode()


def test_the_engine_reads_what_was_repeated_again_when_the_council_is_merged(cast: Cast, story: StoryPage) -> None:
    say(story, cast)
    with outbox.held():
        Outbox.objects.all().delete()
        cast.brockhaven.replaced_by = make_council("X-NEW", "Newvale")
        cast.brockhaven.save()
        assert Outbox.objects.filter(kind=STORY, object_id=story.pk).exists()


def test_what_was_hidden_stays_hidden_when_it_is_taken_back_and_said_anew(cast: Cast, story: StoryPage) -> None:
    said = say(story, cast)
    repeating.hide(said, by=cast.carol, reason="It names a resident")
    repeating.take_back(said, by=cast.bob)
    again = say(story, cast, changed="Without the name")
    assert (again.hidden_why, Repetition.objects.visible_to(None).count()) == ("It names a resident", 0)
    assert Notification.objects.get(what="story-repeated").times == 1
    repeating.show_again(again, by=cast.carol)
    repeating.take_back(again, by=cast.bob)
    assert say(story, cast).hidden_at is None


# The pages


def test_the_form_needs_no_more_than_how_it_went(cast: Cast, story: StoryPage) -> None:
    client = signed_in(cast.bob)
    address = reverse("repeat-story", args=[story.pk])
    shown = client.get(address).content.decode()
    assert f'<option value="{cast.brockhaven.pk}" selected>' in shown
    answer = client.post(address, {"outcome": "well", "council": cast.brockhaven.pk})
    assert (answer.status_code, answer["Location"]) == (302, f"{story.get_absolute_url()}#repeats")
    shown = client.get(story.get_absolute_url()).content.decode()
    assert "Repeated by 1 council</h2>" in shown
    assert "Brockhaven Borough Council" in shown
    assert "It works in 1." in shown
    shown = client.get(address).content.decode()
    assert "Take it back" in shown
    assert client.post(reverse("take-back-repeat", args=[story.pk])).status_code == 302
    assert not Repetition.objects.exists()


def test_what_was_typed_stays_when_something_is_missing(cast: Cast, story: StoryPage) -> None:
    answer = signed_in(cast.eve).post(
        reverse("repeat-story", args=[story.pk]),
        {"changed": "Bigger handles", "since_month": "3", "since_year": "24", "council": cast.ambleford.pk},
    )
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Error: " in shown
    assert "Say how it went." in shown
    assert "Give the year in four digits" in shown
    assert "Bigger handles</textarea>" in shown


def test_a_refusal_is_said_above_the_form(cast: Cast, story: StoryPage) -> None:
    answer = signed_in(cast.bob).post(
        reverse("repeat-story", args=[story.pk]), {"outcome": "well", "council": cast.ambleford.pk}
    )
    assert answer.status_code == 409
    assert "It began in Ambleford" in answer.content.decode()
    assert "your own story" in signed_in(cast.alice).get(reverse("repeat-story", args=[story.pk])).content.decode()


def test_a_visitor_is_sent_to_sign_in_and_back(cast: Cast, story: StoryPage, client: Client) -> None:
    address = reverse("repeat-story", args=[story.pk])
    assert f'href="{address}"' in client.get(story.get_absolute_url()).content.decode()
    assert client.get(address)["Location"] == f"{reverse('account_login')}?next={address}"


def test_a_facilitator_finds_hides_and_shows_it(cast: Cast, story: StoryPage) -> None:
    said = say(story, cast, advice="Ask Mrs Jones at number 4")
    client = signed_in(cast.carol)
    assert reverse("story-repeats", args=[story.pk]) in client.get(story.get_absolute_url()).content.decode()
    address = reverse("hide-repeat", args=[story.pk, said.pk])
    assert address in client.get(reverse("story-repeats", args=[story.pk])).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "It names a resident"}).status_code == 302
    assert "Mrs Jones" not in Client().get(story.get_absolute_url()).content.decode()
    assert "It names a resident" in signed_in(cast.bob).get(reverse("repeat-story", args=[story.pk])).content.decode()
    assert "Show it again" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    assert "Mrs Jones" in Client().get(story.get_absolute_url()).content.decode()
    assert signed_in(cast.bob).get(address).status_code == 403


def test_cards_and_both_councils_and_the_person_say_it(cast: Cast, story: StoryPage, client: Client) -> None:
    say(story, cast, advice="Ask the cook as well")
    assert "1 repeat<" in client.get("/stories/").content.decode()
    assert "1 repeat<" in client.get(cast.ambleford.get_absolute_url()).content.decode()
    for page in (cast.brockhaven, cast.bob):
        shown = client.get(page.get_absolute_url()).content.decode()
        assert "Caddies for flats" in shown
        assert "From Ambleford." in shown
        assert "Ask the cook as well" in shown


def test_a_visitors_kept_page_follows_at_once(cast: Cast, story: StoryPage, client: Client, settings: object) -> None:
    assert "Repeated by" not in client.get(story.get_absolute_url()).content.decode()
    said = say(story, cast)
    assert "Repeated by 1 council" in client.get(story.get_absolute_url()).content.decode()
    repeating.hide(said, by=cast.carol, reason="Why")
    assert "Repeated by" not in client.get(story.get_absolute_url()).content.decode()


def test_it_is_read_by_exactly_those_who_may_read_the_story(cast: Cast, client: Client) -> None:
    secret = make_community("Secret", facilitator=cast.carol, visibility="members")
    story = make_story(secret, by=cast.carol, title="Whistles", council=cast.ambleford)
    Repetition.objects.create(story=story, person=cast.bob, council=cast.brockhaven, outcome="well", advice="Blow hard")
    for page in (cast.bob, cast.brockhaven):
        for reader in (client, signed_in(cast.eve), signed_in(cast.bob)):
            shown = reader.get(page.get_absolute_url()).content.decode()
            assert "Whistles" not in shown
            assert "Blow hard" not in shown
        assert "Blow hard" in signed_in(cast.carol).get(page.get_absolute_url()).content.decode()
    story.unpublish()
    assert not Repetition.objects.visible_to(cast.carol).exists()


def test_lists_take_as_many_queries_for_one_as_for_twenty(cast: Cast, story: StoryPage, client: Client) -> None:
    def queries(page: object) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(page.get_absolute_url())  # type: ignore[attr-defined]
        return len(captured)

    say(story, cast)
    pages = (story, cast.brockhaven, cast.bob)
    for page in pages:
        client.get(page.get_absolute_url())
    before = [queries(page) for page in pages]
    for number in range(20):
        other = make_story(cast.waste, by=cast.alice, title=f"Story {number}")
        say(other, cast)
        peer = make_person(f"Peer{number} X", council=make_council(f"X-{number}", f"Council {number}"))
        repeating.record(story, by=peer, council=peer.council, outcome=Outcome.CHANGED)
    assert [queries(page) for page in pages] == before


# What stays


def test_it_is_in_the_copy_of_ones_data_and_stays_when_one_leaves(cast: Cast, story: StoryPage, client: Client) -> None:
    say(story, cast, advice="Take a torch")
    (kept,) = data_of(cast.bob)["repeated"]
    assert (kept["story"], kept["advice"]) == (story.pk, "Take a torch")
    close_account(cast.bob, by=cast.bob, keep_name=False)
    shown = client.get(story.get_absolute_url()).content.decode()
    assert "A former member" in shown
    assert "Take a torch" in shown
