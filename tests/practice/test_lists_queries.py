"""The questions about stories that lists are made of, and the order of what they show."""

import json
from pathlib import Path

import pytest
from django.db import connection

from practice import writing
from practice.importing import import_folder
from practice.models import StoryPage, Topic
from practice.models.titles import title_key
from tests.cast import Cast, make_community, make_council, make_story


def titles(queryset: "object") -> list[str]:
    return [story.title for story in queryset.newest_first()]


def test_stories_are_found_by_a_topic_and_by_its_group(cast: Cast) -> None:
    group = Topic.objects.create(title="Waste", slug="waste")
    food = Topic.objects.create(title="Food waste", slug="food-waste", parent=group)
    tipping = Topic.objects.create(title="Fly-tipping", slug="fly-tipping", parent=group)
    make_story(cast.waste, by=cast.alice, title="Caddies", topics=[food])
    make_story(cast.waste, by=cast.alice, title="Sofas", topics=[tipping])
    make_story(cast.waste, by=cast.alice, title="Neither")
    assert titles(StoryPage.objects.about(food)) == ["Caddies"]
    assert titles(StoryPage.objects.about(food, tipping)) == ["Sofas", "Caddies"]
    assert titles(StoryPage.objects.about(group)) == ["Sofas", "Caddies"]


def test_a_council_has_the_stories_of_all_that_it_took_over_from(cast: Cast) -> None:
    new = make_council("X-NEW", "New")
    middle = make_council("X-MID", "Middle", replaced_by=new)
    old = make_council("X-OLD", "Old", replaced_by=middle)
    for council in (new, middle, old, cast.ambleford):
        make_story(cast.waste, by=cast.alice, title=council.short_name, council=council)
    assert titles(StoryPage.objects.from_council(new)) == ["Old", "Middle", "New"]
    assert titles(StoryPage.objects.from_council(old)) == ["Old"]
    assert titles(StoryPage.objects.from_council(old, cast.ambleford)) == ["Ambleford", "Old"]


def test_councils_that_replace_each_other_end_no_loop(cast: Cast) -> None:
    cast.ambleford.replaced_by, cast.brockhaven.replaced_by = cast.brockhaven, cast.ambleford
    cast.ambleford.save()
    cast.brockhaven.save()
    make_story(cast.waste, by=cast.alice)
    assert StoryPage.objects.from_council(cast.brockhaven).count() == 1


def test_stories_are_found_by_tag_region_community_and_standing(cast: Cast) -> None:
    cast.ambleford.region = "North"
    cast.ambleford.save()
    care = make_community("Care")
    one = make_story(cast.waste, by=cast.alice, title="One", practice_status="stopped")
    two = make_story(care, by=cast.bob, title="Two")
    one.tags.add("bailiffs")
    one.save()
    stories = StoryPage.objects
    assert titles(stories.tagged("bailiffs")) == ["One"]
    assert titles(stories.in_regions("North", "South")) == ["One"]
    assert titles(stories.in_communities(two.community)) == ["Two"]
    assert titles(stories.standing("stopped", "planned")) == ["One"]
    assert [story.title for story in stories.oldest_first()] == ["One", "Two"]


def test_what_a_card_shows_is_read_in_a_fixed_number_of_queries(cast: Cast, django_assert_num_queries) -> None:
    from django.template.loader import render_to_string

    group = Topic.objects.create(title="Waste", slug="waste")
    food = Topic.objects.create(title="Food waste", slug="food-waste", parent=group)
    for number in range(5):
        make_story(cast.waste, by=cast.alice, title=f"Story {number}", topics=[food])
    with django_assert_num_queries(7):
        for story in StoryPage.objects.visible_to(cast.eve).for_cards():
            render_to_string("components/story_card.html", {"story": story, "gist": True})


def test_the_list_is_read_from_its_index_without_sorting(cast: Cast) -> None:
    if connection.vendor != "sqlite":
        return
    for queryset in (
        StoryPage.objects.visible_to(None).newest_first(),
        StoryPage.objects.visible_to(None).oldest_first(),
    ):
        plan = queryset.explain()
        assert "shown_stories" in plan
        assert "TEMP B-TREE" not in plan


def test_titles_are_sorted_without_regard_to_capitals_accents_and_quotation_marks(cast: Cast) -> None:
    for title in ("“Ask first”", "bins", "Écoles", "Caddies", "ants"):
        make_story(cast.waste, by=cast.alice, title=title)
    assert [story.title for story in StoryPage.objects.by_title()] == [
        "ants",
        "“Ask first”",
        "bins",
        "Caddies",
        "Écoles",
    ]
    assert title_key("?!") == "?!"


class TestTopicsInOrder:
    @pytest.fixture
    def topics(self, cast: Cast) -> list[Topic]:
        group = Topic.objects.create(title="Waste", slug="waste")
        return [
            Topic.objects.create(title=title, slug=title.lower(), parent=group) for title in ("Caddies", "Ants", "Bins")
        ]

    def kept(self, story: StoryPage) -> list[str]:
        story.refresh_from_db()
        return [topic.title for topic in writing.draft_of(story).topics_in_order()]

    def save(self, story: StoryPage, *topics: Topic) -> None:
        base = story.latest_revision_id
        writing.save_draft(story, by=story.owner, base_revision=base, values={"topics": topics})

    def test_topics_keep_the_order_in_which_they_were_chosen(self, cast: Cast, topics: list[Topic]) -> None:
        caddies, ants, bins = topics
        story = make_story(cast.waste, by=cast.alice)
        self.save(story, caddies)
        self.save(story, ants, caddies)  # as the form sends them: by title
        self.save(story, ants, bins, caddies)
        assert self.kept(story) == ["Caddies", "Ants", "Bins"]
        self.save(story, ants, bins)
        self.save(story, ants, bins, caddies)
        assert self.kept(story) == ["Ants", "Bins", "Caddies"]
        story.get_latest_revision().publish()
        story.refresh_from_db()
        assert [topic.title for topic in story.topics_in_order()] == ["Ants", "Bins", "Caddies"]

    def test_a_card_shows_one_of_its_communitys_topics_first(self, cast: Cast, topics: list[Topic]) -> None:
        caddies, ants, bins = topics
        story = make_story(cast.waste, by=cast.alice, topics=topics, topic_order=[caddies.pk, ants.pk])
        assert StoryPage.objects.get(pk=story.pk).first_topic() == caddies
        bins.communities.add(cast.waste)
        assert StoryPage.objects.get(pk=story.pk).first_topic() == bins
        bins.parent.communities.add(cast.waste)  # the whole group: then the author's order decides
        assert StoryPage.objects.get(pk=story.pk).first_topic() == caddies

    def test_an_import_keeps_their_order_too(self, cast: Cast, topics: list[Topic], tmp_path: Path) -> None:
        row = {"slug": "a", "title": "A", "summary": "A.", "body_html": "<p>A.</p>", "date": "2024-01-01"}
        for order in (["bins", "ants"], ["ants", "bins"]):
            (tmp_path / "stories.jsonl").write_text(json.dumps({**row, "topics": order}))
            import_folder(tmp_path)
            story = StoryPage.objects.get(source="a")
            assert [topic.slug for topic in story.topics_in_order()] == order
