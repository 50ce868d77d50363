"""Every change of what is searched reaches the index with its commit."""

from django.db import transaction
from taggit.models import Tag
from wagtail.models import Page

from community.models import CommunityPolicy
from practice import hiding
from practice.models import StoryAuthor, Topic
from search.models import Outbox
from tests.cast import Cast, make_community, make_council, make_story
from tests.search.conftest import Committed, found, values


def test_a_published_story_is_found(cast: Cast, committed: Committed) -> None:
    with committed():
        make_story(cast.waste, by=cast.alice, title="Caddies for flats")
    assert found("caddy") == ["Caddies for flats"]
    assert not Outbox.objects.exists()


def test_a_draft_is_not_found(cast: Cast, committed: Committed) -> None:
    with committed():
        make_story(cast.waste, by=cast.alice, live=False)
    assert found() == []


def test_saving_a_draft_of_a_live_story_asks_nothing_of_the_engine(cast: Cast, committed: Committed) -> None:
    with committed():
        story = make_story(cast.waste, by=cast.alice)
    draft = story.get_latest_revision_as_object()
    draft.title = "A title that nobody approved"
    draft.save_revision(user=cast.alice)
    assert not Outbox.objects.exists()


def test_a_change_that_is_rolled_back_leaves_nothing(cast: Cast, committed: Committed) -> None:
    with committed(), transaction.atomic():
        make_story(cast.waste, by=cast.alice)
        assert Outbox.objects.exists()
        transaction.set_rollback(True)
    assert not Outbox.objects.exists()
    assert found() == []


def test_a_changed_story_is_found_by_its_new_words_alone(cast: Cast, committed: Committed) -> None:
    with committed():
        story = make_story(cast.waste, by=cast.alice, title="Caddies")
    with committed():
        story.title = "Liners"
        story.save_revision().publish()
    assert found("caddies") == []
    assert found("liners") == ["Liners"]


def test_a_withdrawn_story_is_not_found(cast: Cast, committed: Committed) -> None:
    with committed():
        story = make_story(cast.waste, by=cast.alice)
    with committed():
        story.unpublish()
    assert found() == []


def test_a_hidden_story_is_not_found_until_it_is_shown_again(cast: Cast, committed: Committed) -> None:
    with committed():
        story = make_story(cast.waste, by=cast.alice, title="Caddies for flats")
    with committed():
        hiding.hide(story, by=cast.carol, reason="It may name a tenant.")
    assert found() == []
    with committed():
        hiding.show_again(story, by=cast.carol)
    assert found() == ["Caddies for flats"]


def test_a_story_that_expired_as_a_bare_page_is_not_found(cast: Cast, committed: Committed) -> None:
    with committed():
        story = make_story(cast.waste, by=cast.alice)
    with committed():
        Page.objects.get(pk=story.pk).unpublish(set_expired=True)
    assert found() == []


def test_a_deleted_story_is_not_found(cast: Cast, committed: Committed) -> None:
    with committed():
        make_story(cast.waste, by=cast.alice, title="Stays")
        story = make_story(cast.waste, by=cast.alice, title="Goes")
    with committed():
        story.delete()
    assert found() == ["Stays"]


def test_a_deleted_tree_is_not_found(cast: Cast, committed: Committed) -> None:
    with committed():
        make_story(cast.waste, by=cast.alice)
    with committed():
        Page.objects.filter(pk__in=[page.pk for page in cast.waste.get_children()]).delete()
    assert found() == []


def test_tags_authors_and_topics_follow(cast: Cast, committed: Committed) -> None:
    topic = Topic.objects.create(title="Damp and mould", slug="damp", other_words="wet wall\nblack edge")
    with committed():
        story = make_story(cast.waste, by=cast.alice)
    assert found("fungus") == found("okafor") == found('"wet wall"') == []
    with committed():
        story.tags.add("fungus")
        story.topics.add(topic)
        story.authorships.add(StoryAuthor(person=cast.bob))
        story.save()
    assert found("fungus") == found("okafor") == found('"wet wall"') == [story.title]
    with committed():
        tag = Tag.objects.get(name="fungus")
        tag.name = "mushrooms"
        tag.save()
    assert found("fungus") == []
    assert found("mushrooms") == [story.title]
    with committed():
        tag.delete()
        StoryAuthor.objects.get(person=cast.bob).delete()
    assert found("mushrooms") == found("okafor") == []


def test_a_renamed_topic_is_renamed_on_its_stories_and_on_those_of_its_children(
    cast: Cast, committed: Committed
) -> None:
    group = Topic.objects.create(title="Waste", slug="waste")
    topic = Topic.objects.create(title="Food waste", slug="food-waste", parent=group)
    with committed():
        story = make_story(cast.waste, by=cast.alice)
        story.topics.add(topic)
        story.save()
    assert values("topic") == {"Waste": 1, "Food waste": 1}
    with committed():
        group.title = "Rubbish"
        group.other_words = "garbage"
        group.save()
    assert values("topic") == {"Rubbish": 1, "Food waste": 1}
    assert found("garbage") == [story.title]
    with committed():
        topic.delete()
    assert values("topic") == {}


def test_a_renamed_council_and_author_are_renamed_on_their_stories(cast: Cast, committed: Committed) -> None:
    with committed():
        make_story(cast.waste, by=cast.alice)
    with committed():
        cast.ambleford.short_name = "Ambleford and Vale"
        cast.ambleford.save()
        cast.alice.name = "Alice Vale"
        cast.alice.save()
    assert values("council") == {"Ambleford and Vale": 1}
    assert len(found("Alice Vale")) == 1


def test_a_merged_council_counts_under_its_successor_and_keeps_its_name(cast: Cast, committed: Committed) -> None:
    with committed():
        make_story(cast.waste, by=cast.alice)
    with committed():
        cast.ambleford.replaced_by = make_council("X-NEW", "New Vale")
        cast.ambleford.save()
    assert values("council") == {"New Vale": 1}
    assert len(found("Ambleford")) == len(found('"new vale"')) == 1


def test_a_renamed_community_is_renamed_on_its_stories(cast: Cast, committed: Committed) -> None:
    with committed():
        make_story(cast.waste, by=cast.alice)
    with committed():
        cast.waste.title = "Waste and more"
        cast.waste.save()
    assert values("community") == {"Waste and more": 1}


def test_a_community_that_closes_takes_its_stories_along(cast: Cast, committed: Committed) -> None:
    with committed():
        story = make_story(cast.waste, by=cast.alice)
    with committed():
        cast.waste.policy.visibility = CommunityPolicy.Visibility.MEMBERS
        cast.waste.policy.save()
    assert found() == found(person=cast.eve) == []
    assert found(person=cast.bob) == [story.title]


def test_a_moved_story_follows_its_new_community(cast: Cast, committed: Committed) -> None:
    secret = make_community("Secret", facilitator=cast.carol, visibility="hidden")
    with committed():
        story = make_story(cast.waste, by=cast.alice)
    with committed():
        story.move(secret, pos="last-child")
        story.refresh_from_db()
        story.save()
    assert found() == found(person=cast.alice) == []
    assert found(person=cast.carol) == [story.title]


def test_signing_in_asks_nothing_of_the_engine(cast: Cast, committed: Committed) -> None:
    with committed():
        make_story(cast.waste, by=cast.alice)
    cast.alice.save(update_fields=["last_login"])
    assert not Outbox.objects.exists()
