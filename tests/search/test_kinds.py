"""People, communities, topics and councils in the index: what is found, by whom, and how each change reaches it."""

import json
from collections.abc import Callable
from dataclasses import replace as replace_query
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from taggit.models import Tag

from community import hosting, joining, profiles
from community.leaving import close_account
from community.models import Membership
from practice import repeating
from practice.importing import import_folder
from practice.models import Topic
from search import documents, reconciling
from search.documents import COMMUNITY, COUNCIL, KIND_WORDS, KINDS, PERSON, STORY, TOPIC
from search.engines import engine
from search.models import Outbox
from search.query import Query, Sort
from tests.cast import Cast, make_community, make_council, make_person, make_story
from tests.search.conftest import Committed, found


def document(kind: str, id: int) -> documents.Document:
    return documents.read(kind, [id])[id]


def test_the_kinds_stand_in_the_order_of_their_headings() -> None:
    assert list(KINDS) == list(KIND_WORDS) == [STORY, PERSON, COMMUNITY, TOPIC, COUNCIL]


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_batch_is_read_with_as_many_queries_as_one(kind: str, cast: Cast) -> None:
    group = Topic.objects.create(title="Waste", slug="waste")
    for number in range(6):
        council = make_council(f"X-{number}", f"Council {number}")
        make_council(f"X-OLD-{number}", f"Old {number}", replaced_by=council)
        person = make_person(f"P{number} Person", council=council)
        person.skills.add(f"skill {number}")
        topic = Topic.objects.create(title=f"Topic {number}", slug=f"topic-{number}", parent=group)
        community = make_community(f"Community {number}", facilitator=person)
        topic.communities.add(community)
        make_story(community, by=person, title=f"Story {number}").topics.add(topic)
    ids = list(KINDS[kind].ids())
    assert len(ids) >= 6
    with CaptureQueriesContext(connection) as one:
        documents.read(kind, ids[-1:])
    with CaptureQueriesContext(connection) as all_of_them:
        assert len(documents.read(kind, ids)) == len(ids)
    assert len(all_of_them) <= len(one)


# People


def test_a_person_is_found_by_what_their_page_says(cast: Cast, committed: Committed) -> None:
    with committed():
        cast.bob.biography = "I began on the bin lorries of Brockhaven."
        cast.bob.role_title = "Crew supervisor"
        cast.bob.offers = "An afternoon on the round"
        cast.bob.save()
        cast.bob.skills.add("route planning")
    for words in ("okafor", "lorry", "supervisor", "afternoon", "route planning", "brockhaven lorries"):
        assert found(words, kind=PERSON) == ["Bob Okafor"], words
    assert found("okafor", kind=PERSON, council=["x-bro"], tag=["route-planning"]) == ["Bob Okafor"]
    assert found("okafor", kind=PERSON, council=["x-amb"]) == []


def test_an_address_or_an_empty_profile_is_not_found(cast: Cast, committed: Committed) -> None:
    with committed():
        make_person("Gwen Quiet", email="gwen@secret.example")
    assert found("gwen", kind=PERSON) == []
    assert found("secret", kind=PERSON) == found("ambleford.example", kind=PERSON) == []


def test_a_changed_profile_follows_at_once(cast: Cast, committed: Committed) -> None:
    with committed():
        make_story(cast.waste, by=cast.alice)
    with committed():
        values = {"name": "Alice Vale", "biography": "Bees on the roof.", "skills": ["beekeeping"]}
        profiles.change_profile(cast.alice, by=cast.alice, values=values)
    assert found("beekeeping", kind=PERSON) == found("roof", kind=PERSON) == ["Alice Vale"]
    assert found("marlow") == found("marlow", kind=PERSON) == []
    assert len(found("vale")) == 1
    with committed():
        profiles.change_profile(cast.alice, by=cast.alice, values={"skills": []})
    assert found("beekeeping", kind=PERSON) == []


def test_a_renamed_skill_follows(cast: Cast, committed: Committed) -> None:
    with committed():
        cast.bob.skills.add("composting")
    with committed():
        tag = Tag.objects.get(name="composting")
        tag.name = "wormeries"
        tag.save()
    assert found("wormeries", kind=PERSON) == ["Bob Okafor"]
    assert found("composting", kind=PERSON) == []
    with committed():
        tag.delete()
    assert found("wormeries", kind=PERSON) == []


def test_somebody_who_may_not_sign_in_is_gone(cast: Cast, committed: Committed) -> None:
    with committed():
        cast.bob.save()
    assert found("okafor", kind=PERSON) == ["Bob Okafor"]
    with committed():
        cast.bob.is_active = False
        cast.bob.save(update_fields=["is_active"])
    assert found("okafor", kind=PERSON) == []


def test_a_closed_account_is_gone_whether_or_not_the_name_stays(cast: Cast, committed: Committed) -> None:
    with committed():
        make_story(cast.waste, by=cast.alice)
        cast.bob.save()
    with committed():
        close_account(cast.bob, by=cast.bob, keep_name=True)
        close_account(cast.alice, by=cast.alice, keep_name=False)
    assert found("okafor", kind=PERSON) == found("marlow", kind=PERSON) == found("marlow") == []
    assert found("former member", kind=PERSON) == []
    with committed():
        cast.eve.delete()
    assert found("lindqvist", kind=PERSON) == []


def test_no_story_and_no_community_stands_on_a_person(cast: Cast, committed: Committed) -> None:
    secret = make_community("Whistles", facilitator=cast.carol, visibility="hidden")
    with committed():
        make_story(cast.waste, by=cast.alice, title="Caretakers and caddies")
        make_story(secret, by=cast.carol, title="Unmentionable matters")
        for person in (cast.alice, cast.carol):
            person.save()
    for words in ("caretakers", "caddies", "whistles", "unmentionable"):
        assert found(words, person=cast.carol, kind=PERSON) == []


# Communities


def test_a_community_is_found_by_its_front_page(cast: Cast, committed: Committed) -> None:
    topic = Topic.objects.create(title="Food waste", slug="food-waste", other_words="slop bucket")
    with committed():
        hosting.describe(
            cast.waste,
            by=cast.carol,
            base_revision=cast.waste.latest_revision_id,
            purpose="We share what we carry away.",
            introduction="<p>Meets on Thursdays.</p>",
            ground_rules="No vendors",
            hue=150,
        )
        topic.communities.add(cast.waste)
    for words in ("recycling", "carry away", "thursdays", "vendors", "slop bucket", "carol whitby"):
        assert found(words, kind=COMMUNITY) == ["Waste and recycling"], words
    assert found("", kind=COMMUNITY, topic=["food-waste"]) == ["Waste and recycling"]


def test_the_topics_of_a_community_follow_from_either_end(cast: Cast, committed: Committed) -> None:
    topic = Topic.objects.create(title="Wormeries", slug="wormeries")
    with committed():
        cast.waste.topics.add(topic)
    assert found("wormeries", kind=COMMUNITY) == ["Waste and recycling"]
    with committed():
        topic.communities.clear()
    assert found("wormeries", kind=COMMUNITY) == []
    with committed():
        topic.communities.set([cast.waste])
        topic.title = "Vermicomposting"
        topic.save()
    assert found("vermicomposting", kind=COMMUNITY) == ["Waste and recycling"]
    with committed():
        topic.delete()
    assert found("vermicomposting", kind=COMMUNITY) == []


def test_its_facilitators_follow(cast: Cast, committed: Committed) -> None:
    membership = Membership.objects.get(community=cast.waste, person=cast.alice)
    assert found("marlow", kind=COMMUNITY) == []
    with committed():
        joining.promote(membership, by=cast.carol)
    assert found("marlow", kind=COMMUNITY) == ["Waste and recycling"]
    with committed():
        cast.alice.name = "Alice Vale"
        cast.alice.save()
    assert found("marlow", kind=COMMUNITY) == []
    assert found("vale", kind=COMMUNITY) == ["Waste and recycling"]
    with committed():
        joining.leave(cast.waste, person=cast.alice)
    assert found("vale", kind=COMMUNITY) == []


def test_a_hidden_community_is_there_for_its_members_alone(cast: Cast, committed: Committed) -> None:
    with committed():
        hosting.found(
            by=cast.dina, title="Whistles", purpose="We listen.", visibility="hidden", facilitators=[cast.carol]
        )
    for person in (None, cast.eve, cast.alice):
        assert found("whistles", person=person, kind=COMMUNITY) == []
    for person in (cast.carol, cast.dina):
        assert found("whistles", person=person, kind=COMMUNITY) == ["Whistles"]


def test_of_a_community_for_members_only_the_front_page_is_found(cast: Cast, committed: Committed) -> None:
    topic = Topic.objects.create(title="Restructuring", slug="restructuring")
    with committed():
        inside = make_community("Chief officers", facilitator=cast.carol, visibility="members")
        topic.communities.add(inside)
        make_story(inside, by=cast.carol, title="How we restructured")
        inside.save()
    assert found("chief officers", kind=COMMUNITY) == ["Chief officers"]
    assert found("restructuring", kind=COMMUNITY) == found("restructuring") == []
    assert found("restructuring", person=cast.carol) == ["How we restructured"]


def test_opening_and_shutting_a_community_takes_it_and_its_stories_along(cast: Cast, committed: Committed) -> None:
    with committed():
        make_story(cast.waste, by=cast.alice, title="Caddies")
    for visibility, page, stories in (
        ("hidden", [], []),
        ("members", ["Waste and recycling"], []),
        ("open", ["Waste and recycling"], ["Caddies"]),
    ):
        with committed():
            hosting.set_policy(cast.waste, by=cast.carol, visibility=visibility, published_too=True)
        assert found("recycling", person=cast.eve, kind=COMMUNITY) == page
        assert found("caddies", person=cast.eve) == stories


@pytest.mark.parametrize("before", ["open", "members"])
def test_a_community_is_shut_before_the_engine_has_heard_of_it(before: str, cast: Cast, committed: Committed) -> None:
    topic = Topic.objects.create(title="Wormeries", slug="wormeries")
    with committed():
        cast.waste.policy.visibility = before
        cast.waste.policy.save()
        topic.communities.add(cast.waste)
    type(cast.waste.policy).objects.update(visibility="members")
    assert found("wormeries", kind=COMMUNITY) == []
    type(cast.waste.policy).objects.update(visibility="hidden")
    assert found("recycling", kind=COMMUNITY) == []
    assert not Outbox.objects.exists()


def test_a_community_that_is_gone_is_not_found(cast: Cast, committed: Committed) -> None:
    with committed():
        empty = make_community("Empty")
    assert found("empty", kind=COMMUNITY) == ["Empty"]
    with committed():
        empty.delete()
    assert found("empty", kind=COMMUNITY) == []


# Topics


def test_a_topic_is_found_by_its_words_and_by_its_group(cast: Cast, committed: Committed) -> None:
    with committed():
        group = Topic.objects.create(title="Housing", slug="housing")
        topic = Topic.objects.create(
            title="Damp and mould", slug="damp", parent=group, other_words="wet wall", summary="Homes that make ill."
        )
    for words in ("mould", '"wet wall"', "ill"):
        assert found(words, kind=TOPIC) == ["Damp and mould"], words
    assert set(found("housing", kind=TOPIC)) == {"Housing", "Damp and mould"}
    with committed():
        topic.other_words = "black edge"
        topic.save()
        group.title = "Homes"
        group.save()
    assert found('"wet wall"', kind=TOPIC) == found("housing", kind=TOPIC) == []
    assert found('"black edge"', kind=TOPIC) == ["Damp and mould"]
    with committed():
        topic.delete()
    assert found("mould", kind=TOPIC) == []


# Councils


def test_a_story_is_found_and_sorted_by_how_often_it_was_repeated(cast: Cast, committed: Committed) -> None:
    with committed():
        often = make_story(cast.waste, by=cast.alice, title="Caddies often")
        make_story(cast.waste, by=cast.alice, title="Caddies never")
    query = replace_query(Query.ask("caddies"), kind=STORY, sort=Sort.REPEATED)
    with committed():
        said = repeating.record(often, by=cast.bob, council=cast.brockhaven, outcome="well", changed="Wheelbarrows")
    assert [hit.title for hit in engine().search(query).hits] == ["Caddies often", "Caddies never"]
    assert document(STORY, often.pk).repeated == 1
    assert found("wheelbarrow") == ["Caddies often"]
    with committed():
        repeating.hide(said, by=cast.carol, reason="Not so")
    assert found("wheelbarrow") == []
    assert document(STORY, often.pk).repeated == 0


# All of them


def test_what_only_some_may_see_is_in_no_count_of_the_others(cast: Cast, committed: Committed) -> None:
    with committed():
        secret = make_community("Whistles", facilitator=cast.carol, visibility="hidden")
        make_story(secret, by=cast.carol, title="Whistles blown")
    assert dict(engine().search(Query.ask("whistles", person=cast.eve)).kinds).get(COMMUNITY, 0) == 0
    assert dict(engine().search(Query.ask("whistles", person=cast.carol)).kinds) == {STORY: 1, COMMUNITY: 1}


@pytest.mark.parametrize("stories", [1, 20])
def test_a_rename_writes_rows_and_reads_no_stories(
    stories: int, cast: Cast, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number in range(stories):
        make_story(cast.waste, by=cast.alice, title=f"Story {number}")
    Outbox.objects.all().delete()
    cast.ambleford.name = "Amblethorpe Council"
    with django_assert_num_queries(23):
        cast.ambleford.save()
    assert Outbox.objects.count() == stories + 2  # and Alice, and Ambleford


def test_an_import_of_every_kind_is_found(cast: Cast, committed: Committed, tmp_path: Path) -> None:
    files: dict[str, list[dict[str, Any]]] = {
        "councils": [{"code": "X-KEL", "name": "Kelderby District Council", "region": "Fells"}],
        "topics": [{"slug": "gritting", "title": "Gritting", "other_words": ["ice"]}],
        "communities": [{"slug": "winter", "title": "Winter service", "purpose": "Roads.", "facilitators": ["kit"]}],
        "people": [{"slug": "kit", "name": "Kit Barrow", "council": "X-KEL", "skills": ["forecasting"]}],
        "stories": [
            {
                "slug": "pavements",
                "title": "Nine pavements",
                "summary": "Gritted for carers.",
                "community": "winter",
                "authors": ["kit"],
                "topics": ["gritting"],
                "parts": {"did": "We walked."},
                "repeats": [{"council": "X-BRO", "by": "kim", "outcome": "same"}],
            }
        ],
    }
    files["people"].append({"slug": "kim", "name": "Kim Field", "council": "X-BRO"})
    for name, rows in files.items():
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    with committed():
        import_folder(tmp_path)
    assert found("kelderby", kind=COUNCIL) == ["Kelderby"]
    assert found("ice", kind=TOPIC) == ["Gritting"]
    assert found("winter", kind=COMMUNITY) == found("barrow", kind=COMMUNITY) == ["Winter service"]
    assert found("forecasting", kind=PERSON) == ["Kit Barrow"]
    assert found("pavements") == ["Nine pavements"]
    (story,) = documents.read(STORY, list(KINDS[STORY].ids())).values()
    assert story.repeated == 1
    assert not any(reconciling.compare())
    assert not Outbox.objects.exists()
