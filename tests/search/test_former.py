"""Searches by what has another address today: a community that was merged, a word that was renamed."""

import pytest
from django.test import Client

from community import hosting
from practice import tags
from practice.merging import Merging, merge_communities
from search import standing
from search.models import StandingSearch
from search.query import Query
from tests.cast import Cast, add_member, make_community, make_story
from tests.practice.test_tags import tag, tell


def merge(cast: Cast, **visibility: str) -> None:
    """Make Bins part of Waste and recycling."""
    bins = make_community("Bins", facilitator=cast.carol)
    add_member(bins, cast.alice)
    make_story(bins, by=cast.alice, title="From the bins")
    for community, name in ((bins, "here"), (cast.waste, "there")):
        hosting.set_policy(community, by=cast.dina, visibility=visibility.get(name, "open"))
    for person in (cast.alice, cast.eve):
        standing.keep(Query.ask("bins", person=person, filters={"community": ["bins"]}), by=person)
    for community in (bins, cast.waste):
        community.refresh_from_db()
    known = Merging.of(bins, cast.waste).known
    merge_communities(bins, into=cast.waste, by=cast.carol, known=known)


def asked_by(person: object) -> str:
    return StandingSearch.objects.get(person=person).asked


def test_a_search_by_an_old_name_finds_what_moved(cast: Cast) -> None:
    merge(cast)
    html = Client().get("/search/?q=bins&community=bins").content.decode()
    assert "From the bins" in html
    assert "community=waste-and-recycling" in html


def test_searches_that_are_kept_follow(cast: Cast) -> None:
    merge(cast)
    for person in (cast.alice, cast.eve):
        assert asked_by(person) == "q=bins&community=waste-and-recycling"


@pytest.mark.parametrize(("here", "there"), [("hidden", "open"), ("open", "hidden"), ("hidden", "hidden")])
def test_they_lead_on_only_who_may_know_of_both(cast: Cast, here: str, there: str) -> None:
    merge(cast, here=here, there=there)
    assert asked_by(cast.alice) == "q=bins&community=waste-and-recycling"
    assert asked_by(cast.eve) == "q=bins&community=bins"
    assert Query.ask("bins", person=cast.eve, filters={"community": ["bins"]}).filters == {"community": ("bins",)}
    html = Client().get("/search/?q=bins&community=bins").content.decode()
    assert "From the bins" not in html


def test_a_renamed_or_merged_word_is_followed_too(cast: Cast) -> None:
    tell(cast.waste, cast.alice, "cadies", "flats")
    standing.keep(Query.ask(person=cast.eve, filters={"tag": ["cadies", "flats"]}), by=cast.eve)
    tags.rename(tag("cadies"), by=cast.dina, name="caddies")
    assert asked_by(cast.eve) == "tag=caddies&tag=flats"
    tags.merge(tag("caddies"), into=tag("flats"), by=cast.dina)
    assert asked_by(cast.eve) == "tag=flats"
    assert Query.ask(person=None, filters={"tag": ["cadies"]}).filters == {"tag": ("flats",)}


def test_a_search_that_is_kept_in_both_forms_stays_as_it_is(cast: Cast) -> None:
    tell(cast.waste, cast.alice, "cadies", "caddies")
    for word in ("cadies", "caddies"):
        standing.keep(Query.ask(person=cast.eve, filters={"tag": [word]}), by=cast.eve)
    tags.merge(tag("cadies"), into=tag("caddies"), by=cast.dina)
    assert sorted(StandingSearch.objects.values_list("asked", flat=True)) == ["tag=caddies", "tag=cadies"]
