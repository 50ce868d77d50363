from typing import Any

import pytest
from django.test import Client

from practice import writing
from practice.models import StoryPage, Topic
from practice.suggesting import suggest
from search import rebuilding
from tests.cast import Cast, make_community, make_story
from tests.practice.steps import save


@pytest.fixture
def topics(cast: Cast) -> dict[str, Topic]:
    waste = Topic.objects.create(title="Waste", slug="waste")
    food = Topic.objects.create(title="Food waste", slug="food-waste", parent=waste, other_words="slops\ncaddies")
    care = Topic.objects.create(title="Home care", slug="home-care")
    return {"waste": waste, "food": food, "care": care}


@pytest.fixture
def story(cast: Cast, topics: dict[str, Topic]) -> StoryPage:
    story = writing.start(by=cast.alice, title="Caddies for the caretakers of flats", community=cast.waste)
    save(story, cast.alice, did="<p>We gave out a <b>caddy</b> and more caddies for food waste.</p>")
    return story


def told(cast: Cast, title: str, *topics: Topic, tags: tuple[str, ...] = (), community: Any = None) -> StoryPage:
    story = make_story(community or cast.waste, by=cast.carol, title=title, live=False)
    save(story, cast.carol, topics=topics, tags=tags)
    writing.publish(story, revision=story.latest_revision, by=cast.dina)
    return StoryPage.objects.get(pk=story.pk)


class TestSuggesting:
    def test_topics_whose_words_stand_in_the_text(self, story: StoryPage, topics: dict[str, Topic]) -> None:
        assert suggest(writing.draft_of(story), like=[]).topics == [topics["food"], topics["waste"]]

    def test_topics_and_tags_of_like_stories(self, cast: Cast, story: StoryPage, topics: dict[str, Topic]) -> None:
        like = [
            told(cast, "One", topics["care"], tags=("flats", "landlords", "rare")),
            told(cast, "Two", topics["care"], tags=("landlords",)),
        ]
        found = suggest(writing.draft_of(story), like=like)
        assert topics["care"] in found.topics
        assert found.tags == ["flats", "landlords"]

    def test_not_what_is_there_already(self, cast: Cast, story: StoryPage, topics: dict[str, Topic]) -> None:
        save(story, cast.alice, topics=[topics["food"]], tags=["flats"])
        like = [told(cast, "One", tags=("flats",))]
        found = suggest(writing.draft_of(story), like=like)
        assert found.topics == [topics["waste"]]
        assert found.tags == []


class TestTheButtons:
    def test_one_click_takes_them_and_keeps_what_was_typed(
        self, client: Client, cast: Cast, story: StoryPage, topics: dict[str, Topic]
    ) -> None:
        told(cast, "Caddies for caretakers", tags=("flats",))
        rebuilding.rebuild()
        client.force_login(cast.alice)
        page = client.get(f"/write/{story.pk}/question/how-it-is-found/")
        assert f'value="topic:{topics["food"].pk}"' in page.text
        assert 'value="tag:flats"' in page.text
        data = {"base": page.context["base"], "seen": page.context["seen"], "tags": "bins", "take": "tag:flats"}
        address = f"/write/{story.pk}/question/how-it-is-found/"
        assert client.post(address, data)["Location"] == address
        page = client.get(address)
        data = {"base": page.context["base"], "seen": page.context["seen"], "tags": "bins, flats"}
        client.post(address, {**data, "take": f"topic:{topics['food'].pk}"})
        draft = writing.draft_of(StoryPage.objects.get(pk=story.pk))
        assert {tag.name for tag in draft.tags.all()} == {"bins", "flats"}
        assert list(draft.topics.all()) == [topics["food"]]

    def test_nothing_of_what_the_author_may_not_read(
        self, client: Client, cast: Cast, story: StoryPage, topics: dict[str, Topic]
    ) -> None:
        hidden = make_community("Secret", facilitator=cast.carol, visibility="hidden")
        for number in range(3):
            told(cast, f"Caddies for caretakers {number}", tags=("quokka",), community=hidden)
        rebuilding.rebuild()
        client.force_login(cast.alice)
        assert "quokka" not in client.get(f"/write/{story.pk}/").text
