"""Changing the words on stories: who may, what becomes of stories, addresses, drafts and search, and undoing it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from taggit.models import Tag

from community.models import CommunityPage, Person
from hub.refusal import Refused
from practice import tags, writing
from practice.doubles import doubles_for, pairs, tell_apart
from practice.models import StoryPage, StoryTag, TagChange, Topic
from search import outbox
from search.documents import STORY, read
from search.models import Outbox
from tests.cast import Cast, make_community, make_story


def tell(community: CommunityPage, by: Person, *words: str, live: bool = True, title: str = "Told") -> StoryPage:
    """A story with these words, as the product tells it."""
    story = make_story(community, by=by, live=False, title=title)
    draft = writing.draft_of(story)
    draft.tags.set(list(words))
    revision = draft.save_revision(user=by)
    if live:
        revision.publish()
    story.refresh_from_db()
    return story


def tag(name: str) -> Tag:
    return Tag.objects.get(name=name)


def words_of(story: StoryPage) -> list[str]:
    return sorted(StoryPage.objects.get(pk=story.pk).tags.names())


def found_by(story: StoryPage) -> list[str]:
    return sorted(label.words for label in read(STORY, [story.pk])[story.pk].tags)


def goes_to(path: str) -> str | int:
    answer = Client().get(path)
    return answer["Location"] if answer.status_code == 301 else answer.status_code


@pytest.fixture
def parks(cast: Cast) -> CommunityPage:
    return make_community("Parks", facilitator=cast.bob)


class TestWhoMay:
    def test_a_facilitator_changes_words_that_stand_on_stories_of_their_communities_alone(
        self, cast: Cast, parks: CommunityPage
    ) -> None:
        tell(cast.waste, cast.alice, "cadies", "flats")
        tell(parks, cast.bob, "flats")
        assert tags.rename(tag("cadies"), by=cast.carol, name="caddies").became == "caddies"
        with pytest.raises(Refused, match="beyond the communities"):
            tags.rename(tag("flats"), by=cast.carol, name="blocks")
        assert tags.rename(tag("flats"), by=cast.dina, name="blocks")

    def test_a_word_that_people_name_as_a_skill_is_for_editors(self, cast: Cast) -> None:
        tell(cast.waste, cast.alice, "welding")
        cast.bob.skills.add("welding")
        with pytest.raises(Refused, match="editors"):
            tags.retire(tag("welding"), by=cast.carol)

    @pytest.mark.parametrize("who", ["alice", "eve"])
    def test_nobody_else_changes_any(self, cast: Cast, who: str) -> None:
        tell(cast.waste, cast.alice, "one", "two")
        person = getattr(cast, who)
        for change in (
            lambda: tags.rename(tag("one"), by=person, name="three"),
            lambda: tags.merge(tag("one"), into=tag("two"), by=person),
            lambda: tags.retire(tag("one"), by=person),
            lambda: tags.promote(tag("one"), by=person, title="One"),
        ):
            with pytest.raises(PermissionDenied):
                change()

    def test_topics_are_made_by_editors_alone(self, cast: Cast) -> None:
        tell(cast.waste, cast.alice, "one")
        with pytest.raises(PermissionDenied):
            tags.promote(tag("one"), by=cast.carol, title="One")

    def test_a_name_that_only_unseen_stories_have_is_not_said_to_be_taken(self, cast: Cast) -> None:
        hidden = make_community("Care", facilitator=cast.bob, visibility="hidden")
        secret = tell(hidden, cast.bob, "falcon")
        seen = tell(cast.waste, cast.alice, "falcn")
        tags.rename(tag("falcn"), by=cast.carol, name="Falcon")
        assert words_of(seen) == words_of(secret) == ["falcon"]
        with pytest.raises(Refused, match="changed this word"):
            tags.merge(tag("falcon"), into=Tag(pk=999_999, name="no"), by=cast.dina)


class TestMerging:
    def test_what_had_the_first_has_the_second_once(self, cast: Cast) -> None:
        one, both = tell(cast.waste, cast.alice, "recycle"), tell(cast.waste, cast.alice, "recycle", "recycling")
        other = tell(cast.waste, cast.bob, "recycling")
        cast.bob.skills.add("recycle")
        change = tags.merge(tag("recycle"), into=tag("recycling"), by=cast.dina)
        assert change.stories == 2
        for story in (one, both, other):
            assert words_of(story) == found_by(story) == ["recycling"]
        assert StoryTag.objects.count() == 3
        assert [skill.name for skill in cast.bob.skills.all()] == ["recycling"]
        assert not Tag.objects.filter(name="recycle").exists()

    def test_the_engine_reads_each_of_them_again(self, cast: Cast) -> None:
        told = [tell(cast.waste, cast.alice, "recycle") for _ in range(3)]
        tell(cast.waste, cast.alice, "recycling")
        Outbox.objects.all().delete()
        with outbox.held():
            tags.merge(tag("recycle"), into=tag("recycling"), by=cast.carol)
            rows = set(Outbox.objects.filter(kind=STORY).values_list("object_id", flat=True))
        assert {story.pk for story in told} <= rows

    def test_a_word_is_not_merged_into_itself(self, cast: Cast) -> None:
        tell(cast.waste, cast.alice, "one")
        with pytest.raises(Refused, match="same word"):
            tags.merge(tag("one"), into=tag("one"), by=cast.dina)

    def test_old_addresses_lead_to_the_word_of_today_in_one_step_and_never_in_a_circle(self, cast: Cast) -> None:
        tell(cast.waste, cast.alice, "a1", "b1", "c1")
        tags.rename(tag("a1"), by=cast.dina, name="a2")
        tags.merge(tag("a2"), into=tag("b1"), by=cast.dina)
        tags.merge(tag("b1"), into=tag("c1"), by=cast.dina)
        for old in ("a1", "a2", "b1"):
            assert goes_to(f"/tags/{old}/") == "/tags/c1/"
        tags.rename(tag("c1"), by=cast.dina, name="a1")
        assert goes_to("/tags/a1/") == 200
        assert [goes_to(f"/tags/{old}/") for old in ("a2", "b1", "c1")] == ["/tags/a1/"] * 3

    def test_an_old_address_tells_nothing_to_those_who_may_not_read_a_story_with_it(self, cast: Cast) -> None:
        hidden = make_community("Care", facilitator=cast.carol, visibility="hidden")
        tell(hidden, cast.carol, "falcn", "falcon")
        tags.merge(tag("falcn"), into=tag("falcon"), by=cast.carol)
        assert goes_to("/tags/falcn/") == 404
        client = Client()
        client.force_login(cast.carol)
        assert client.get("/tags/falcn/")["Location"] == "/tags/falcon/"

    def test_it_takes_the_same_few_statements_for_one_story_as_for_fifty(
        self, cast: Cast, django_assert_max_num_queries
    ) -> None:
        stories = [tell(cast.waste, cast.alice, "recycling", title=f"Story {number}") for number in range(50)]
        old = Tag.objects.create(name="recycle", slug="recycle")
        StoryTag.objects.bulk_create(StoryTag(tag=old, content_object=story) for story in stories[:40])
        with outbox.held(), django_assert_max_num_queries(50):
            tags.merge(old, into=tag("recycling"), by=cast.dina)


class TestDraftsAndVersions:
    def test_a_draft_with_the_old_word_comes_out_with_the_new_one(self, cast: Cast) -> None:
        tell(cast.waste, cast.bob, "recycling")
        draft = tell(cast.waste, cast.alice, "recycle", live=False)
        both = tell(cast.waste, cast.alice, "recycle", "recycling", live=False)
        tags.merge(tag("recycle"), into=tag("recycling"), by=cast.dina)
        for story in (draft, both):
            assert list(writing.draft_of(story).tags.names()) == ["recycling"]
            story.latest_revision.publish()
            assert words_of(story) == ["recycling"]

    def test_a_retired_word_does_not_come_back_with_a_draft(self, cast: Cast) -> None:
        tell(cast.waste, cast.alice, "misc")
        draft = tell(cast.waste, cast.alice, "misc", "flats", live=False)
        tags.retire(tag("misc"), by=cast.carol)
        draft.latest_revision.publish()
        assert words_of(draft) == ["flats"]

    def test_a_draft_is_about_the_topic_that_its_word_became(self, cast: Cast) -> None:
        tell(cast.waste, cast.alice, "caddies")
        draft = tell(cast.waste, cast.alice, "caddies", live=False)
        topic = tags.promote(tag("caddies"), by=cast.dina, title="caddies")
        draft.latest_revision.publish()
        draft = StoryPage.objects.get(pk=draft.pk)
        assert list(draft.topics.all()) == [topic]
        assert words_of(draft) == []

    def test_an_author_who_types_the_old_word_gets_the_new_one_if_they_may_know_it(self, cast: Cast) -> None:
        hidden = make_community("Care", facilitator=cast.carol, visibility="hidden")
        tell(hidden, cast.carol, "falcn", "falcon")
        tell(cast.waste, cast.alice, "recycle", "recycling")
        tags.merge(tag("recycle"), into=tag("recycling"), by=cast.dina)
        tags.merge(tag("falcn"), into=tag("falcon"), by=cast.dina)
        story = make_story(cast.waste, by=cast.alice, live=False)
        writing.save_draft(
            story, by=cast.alice, base_revision=story.latest_revision_id, values={"tags": ["recycle", "falcn"]}
        )
        story.refresh_from_db()
        assert sorted(writing.draft_of(story).tags.names()) == ["falcn", "recycling"]


class TestRetiringAndPromoting:
    def test_a_retired_word_stands_nowhere_and_people_keep_it_as_a_skill(self, cast: Cast) -> None:
        story = tell(cast.waste, cast.alice, "welding")
        cast.bob.skills.add("welding")
        tags.retire(tag("welding"), by=cast.dina)
        assert words_of(story) == []
        assert [skill.name for skill in cast.bob.skills.all()] == ["welding"]
        assert goes_to("/tags/welding/") == 404

    def test_the_address_of_a_word_leads_to_the_topic_that_it_became(self, cast: Cast) -> None:
        story = tell(cast.waste, cast.alice, "food")
        tags.rename(tag("food"), by=cast.dina, name="food waste")
        group = Topic.objects.create(title="Waste", slug="waste")
        topic = tags.promote(tag("food waste"), by=cast.dina, title="Food waste", group=group)
        assert goes_to("/tags/food/") == goes_to("/tags/food-waste/") == "/topics/food-waste/"
        assert list(StoryPage.objects.get(pk=story.pk).topics.all()) == [topic]
        assert topic.parent == group

    def test_a_word_joins_a_topic_that_is_there_and_search_finds_the_topic_by_it(self, cast: Cast) -> None:
        topic = Topic.objects.create(title="Food waste", slug="food-waste", other_words="slops")
        story = tell(cast.waste, cast.alice, "caddies")
        tags.promote(tag("caddies"), by=cast.dina, topic=topic)
        topic.refresh_from_db()
        assert topic.other_word_list() == ["slops", "caddies"]
        assert StoryPage.objects.about(topic).get() == story

    def test_a_new_topic_has_a_name_of_its_own_and_stands_in_a_group(self, cast: Cast) -> None:
        group = Topic.objects.create(title="Waste", slug="waste")
        food = Topic.objects.create(title="Food waste", slug="food-waste", parent=group)
        tell(cast.waste, cast.alice, "caddies")
        for options, words in (
            ({"title": "food waste"}, "already"),
            ({"title": "!!"}, "letters"),
            ({"title": "Caddies", "group": food}, "no group"),
        ):
            with pytest.raises(Refused, match=words):
                tags.promote(tag("caddies"), by=cast.dina, **options)


class TestUndoing:
    def test_a_merge_is_taken_back_with_all_that_it_changed(self, cast: Cast) -> None:
        one, both = tell(cast.waste, cast.alice, "recycle"), tell(cast.waste, cast.alice, "recycle", "recycling")
        other = tell(cast.waste, cast.alice, "recycling")
        draft = tell(cast.waste, cast.alice, "recycle", live=False)
        cast.bob.skills.add("recycle")
        tags.rename(tag("recycle"), by=cast.dina, name="re-use")
        change = tags.merge(tag("re-use"), into=tag("recycling"), by=cast.dina)
        tags.undo(change, by=cast.dina)
        assert [words_of(story) for story in (one, both, other)] == [["re-use"], ["re-use", "recycling"], ["recycling"]]
        assert [skill.name for skill in cast.bob.skills.all()] == ["re-use"]
        assert list(writing.draft_of(draft).tags.names()) == ["re-use"]
        assert (goes_to("/tags/recycle/"), goes_to("/tags/re-use/")) == ("/tags/re-use/", 200)

    def test_a_name_and_a_retired_word_are_given_back(self, cast: Cast) -> None:
        story = tell(cast.waste, cast.alice, "cadies")
        tags.undo(tags.rename(tag("cadies"), by=cast.carol, name="caddies"), by=cast.carol)
        assert (goes_to("/tags/cadies/"), goes_to("/tags/caddies/")) == (200, "/tags/cadies/")
        tags.undo(tags.retire(tag("cadies"), by=cast.carol), by=cast.carol)
        assert words_of(story) == ["cadies"]

    def test_a_retired_skill_comes_back_as_one_word(self, cast: Cast) -> None:
        story = tell(cast.waste, cast.alice, "welding")
        cast.bob.skills.add("welding")
        tags.undo(tags.retire(tag("welding"), by=cast.dina), by=cast.dina)
        assert words_of(story) == [skill.name for skill in cast.bob.skills.all()] == ["welding"]

    def test_not_after_ten_minutes_not_twice_not_by_others_and_not_once_it_was_changed_again(self, cast: Cast) -> None:
        tell(cast.waste, cast.alice, "a1", "b1", "c1")
        first = tags.rename(tag("a1"), by=cast.dina, name="a2")
        with pytest.raises(PermissionDenied):
            tags.undo(first, by=cast.carol)
        second = tags.merge(tag("a2"), into=tag("b1"), by=cast.dina)
        with pytest.raises(Refused, match="changed again"):
            tags.undo(first, by=cast.dina)
        TagChange.objects.filter(pk=second.pk).update(at=timezone.now() - timedelta(minutes=11))
        with pytest.raises(Refused, match="ten minutes"):
            tags.undo(second, by=cast.dina)
        third = tags.retire(tag("c1"), by=cast.dina)
        tags.undo(third, by=cast.dina)
        with pytest.raises(Refused, match="already"):
            tags.undo(third, by=cast.dina)

    def test_not_where_somebody_uses_the_old_word_anew(self, cast: Cast) -> None:
        tell(cast.waste, cast.alice, "a1")
        change = tags.rename(tag("a1"), by=cast.dina, name="a2")
        Tag.objects.create(name="A1", slug="a1")
        with pytest.raises(Refused, match="anew"):
            tags.undo(change, by=cast.dina)

    def test_a_new_topic_is_a_word_again_with_all_that_it_had(self, cast: Cast) -> None:
        story = tell(cast.waste, cast.alice, "food", "flats")
        draft = tell(cast.waste, cast.alice, "food", live=False)
        cast.bob.skills.add("food")
        tags.rename(tag("food"), by=cast.dina, name="food waste")
        tags.promote(tag("food waste"), by=cast.dina)
        tags.undo(TagChange.objects.get(kind="promoted"), by=cast.dina)
        assert not Topic.objects.exists()
        assert words_of(story) == found_by(story) == ["flats", "food waste"]
        assert list(writing.draft_of(draft).tags.names()) == ["food waste"]
        assert [skill.name for skill in cast.bob.skills.all()] == ["food waste"]
        assert (goes_to("/tags/food/"), goes_to("/tags/food-waste/")) == ("/tags/food-waste/", 200)
        assert TagChange.objects.get(kind="renamed").tag == tag("food waste")

    def test_a_topic_that_was_there_is_as_it_was(self, cast: Cast) -> None:
        topic = Topic.objects.create(title="Food waste", slug="food-waste", other_words="slops")
        story, both = tell(cast.waste, cast.alice, "caddies"), tell(cast.waste, cast.alice, "caddies")
        both.topics.add(topic)
        both.save()
        tags.promote(tag("caddies"), by=cast.dina, topic=topic)
        tags.undo(TagChange.objects.get(), by=cast.dina)
        topic.refresh_from_db()
        assert topic.other_word_list() == ["slops"]
        assert list(StoryPage.objects.about(topic)) == [both]
        assert [words_of(each) for each in (story, both)] == [["caddies"]] * 2

    @pytest.mark.parametrize("by_now", ["told", "written", "stands in a community"])
    def test_a_new_topic_that_is_used_as_one_stays(self, cast: Cast, by_now: str) -> None:
        tell(cast.waste, cast.alice, "a1")
        draft = tell(cast.waste, cast.alice, "a1", live=False)
        topic = tags.promote(tag("a1"), by=cast.dina)
        if by_now == "told":
            other = make_story(cast.waste, by=cast.alice)
            StoryPage.topics.through.objects.create(storypage_id=other.pk, topic_id=topic.pk)
        elif by_now == "written":
            writing.save_draft(draft, by=cast.alice, base_revision=draft.latest_revision_id, values={"title": "So"})  # type: ignore[arg-type]
        else:
            topic.communities.add(cast.waste)
        with pytest.raises(Refused, match="used as a topic by now"):
            tags.undo(TagChange.objects.get(), by=cast.dina)


class TestDoubles:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("recycle", "recycling"),
            ("flat", "flats"),
            ("fly tipping", "fly-tipping"),
            ("fly-tipping", "flytipping"),
            ("Caddies", "caddies"),
            ("cadies", "caddies"),
            ("recylce", "recycle"),
            ("library", "libraries"),
        ],
    )
    def test_near_doubles_are_found(self, one: str, other: str) -> None:
        assert (1, 2) in pairs({1: one, 2: other})

    @pytest.mark.parametrize(
        ("one", "other"), [("2023", "2024"), ("bin", "pin"), ("bus", "bush"), ("waste", "water"), ("!", "?")]
    )
    def test_others_are_not(self, one: str, other: str) -> None:
        assert pairs({1: one, 2: other}) == {}

    def test_the_rarer_goes_and_only_where_this_person_may_change_it(self, cast: Cast, parks: CommunityPage) -> None:
        tell(cast.waste, cast.alice, "recycle", "flat")
        tell(parks, cast.bob, "recycling", "flat")
        tell(parks, cast.bob, "recycling", "flats")
        tell(parks, cast.bob, "flats")
        assert [(pair.goes.name, pair.stays.name) for pair in doubles_for(cast.carol)] == [("recycle", "recycling")]
        assert {(pair.goes.name, pair.stays.name) for pair in doubles_for(cast.dina)} == {
            ("recycle", "recycling"),
            ("flat", "flats"),
        }

    def test_words_that_were_told_apart_are_not_proposed_again(self, cast: Cast) -> None:
        tell(cast.waste, cast.alice, "house", "housing")
        with pytest.raises(PermissionDenied):
            tell_apart(tag("house"), tag("housing"), by=cast.alice)
        for one, other in (("house", "housing"), ("housing", "house")):
            tell_apart(tag(one), tag(other), by=cast.carol)
        assert doubles_for(cast.dina) == []

    def test_a_word_of_stories_that_one_may_not_read_is_not_named(self, cast: Cast) -> None:
        hidden = make_community("Care", facilitator=cast.bob, visibility="hidden")
        tell(hidden, cast.bob, "falcons")
        tell(cast.waste, cast.alice, "falcon")
        assert doubles_for(cast.carol) == []
