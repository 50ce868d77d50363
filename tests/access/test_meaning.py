"""The vectors of what somebody may not see influence nothing that they get."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from practice.models import StoryPage
from search import rebuilding
from search.models import Vector
from tests.access.world import ROLES, STATES, VISIBILITIES, World, make_world, readers, title_word
from tests.cast import PASSWORD, make_story
from tests.recording import recorded

make_world_again = recorded(make_world)


@pytest.fixture
def world(meaning_on: Any, db: None) -> World:
    """The world of the access tests, with a vector even for what nobody should find."""
    made = make_world_again()
    rebuilding.rebuild()
    call_command("rebuild_meaning", verbosity=0)
    encoder = meaning_on.load()
    from search.meaning.encoding import packed

    vector = packed(encoder.encode("bins"))
    Vector.objects.all().delete()
    from django.utils import timezone

    Vector.objects.bulk_create(
        Vector(story=id, made=0, made_at=timezone.now(), recipe=encoder.folder.recipe, vector=vector)
        for id in StoryPage.objects.values_list("pk", flat=True)
    )
    return made


def signed_in(world: World, role: str) -> Client:
    client, person = Client(), world.people[role]
    if person:
        assert client.login(email=person.email, password=PASSWORD)
    return client


def shown_words(body: str) -> set[tuple[str, str]]:
    return {(v, s) for v in VISIBILITIES for s in STATES if title_word(v, s) in body.lower()}


@pytest.mark.parametrize("role", ROLES)
def test_what_is_near_in_meaning_is_what_this_role_may_read(world: World, role: str) -> None:
    client = signed_in(world, role)
    body = client.get("/search/", {"q": "collection"}).content.decode()
    assert "Near in meaning" in body
    live = {(v, "live") for v in VISIBILITIES if role in readers(v, "live")}
    assert shown_words(body.partition('id="near"')[2]) == live


@pytest.mark.parametrize("role", ROLES)
def test_what_says_it_in_other_words_is_what_this_role_may_read(world: World, role: str) -> None:
    client = signed_in(world, role)
    live = {(v, "live") for v in VISIBILITIES if role in readers(v, "live")}
    other = make_story(world.communities["open"], by=world.people["author"], title="Lamp and number", summary="A lamp.")
    rebuilding.rebuild()
    body = client.get("/search/", {"q": "collection lamp number"}).content.decode()
    assert other.title in body
    above = body.partition('id="near"')[2].partition("With your words")[0]
    assert above
    assert shown_words(above) <= live


@pytest.mark.parametrize("role", ROLES)
def test_similar_stories_and_those_that_tell_it_already_are_what_this_role_may_read(world: World, role: str) -> None:
    client = signed_in(world, role)
    live = {(v, "live") for v in VISIBILITIES if role in readers(v, "live")}
    story = world.stories["open", "live"]
    for address in (f"/stories/{story.pk}/similar/?part=1", f"/stories/{story.pk}/similar/"):
        assert shown_words(client.get(address).content.decode()) <= live
    told = client.get("/search/told-already/", {"title": "household collection"}).content.decode()
    assert shown_words(told) == live


def test_a_thousand_nearer_stories_that_one_may_not_read_take_nobody_elses_place(world: World, meaning_on: Any) -> None:
    from search import meaning
    from search.meaning.encoding import packed

    encoder = meaning_on.load()
    allowed = StoryPage.objects.visible_to(None)
    (seen,) = allowed.values_list("pk", flat=True)
    Vector.objects.filter(pk=seen).update(vector=packed(encoder.encode("collection bins bins choir")))
    for _ in range(2):  # the second time with what was kept of the first
        assert meaning.nearest_to_words("collection", allowed, most=1) == [seen]
    everything = StoryPage.objects.filter(shown=True)
    assert meaning.nearest_to_words("collection", everything, most=1) != [seen]


def test_a_community_that_was_shut_a_moment_ago_is_not_near(world: World) -> None:
    from community.models import CommunityPolicy

    client = Client()
    assert shown_words(client.get("/search/", {"q": "collection"}).content.decode()) == {("open", "live")}
    CommunityPolicy.objects.get(community=world.communities["open"]).delete()
    assert shown_words(client.get("/search/", {"q": "collection"}).content.decode()) == set()
