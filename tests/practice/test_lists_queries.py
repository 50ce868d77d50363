from django.db import connection

from practice.models import StoryPage, Topic
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
    with django_assert_num_queries(5):
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
