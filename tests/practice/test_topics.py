"""The pages of topics and tags, and what editors do with them."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from taggit.models import Tag

from hub.refusal import Refused
from practice import tags
from practice.models import FormerSlug, StoryPage, Topic
from tests.cast import Cast, make_community, make_person, make_story


@pytest.fixture
def waste(db: None) -> Topic:
    return Topic.objects.create(title="Waste", slug="waste", summary="What people throw away.")


@pytest.fixture
def food(waste: Topic) -> Topic:
    return Topic.objects.create(
        title="Food waste", slug="food-waste", parent=waste, other_words="slop bucket\ncaddy", summary="Scraps."
    )


def as_(person=None) -> Client:
    client = Client()
    if person:
        client.force_login(person)
    return client


def page(address: str, person=None) -> str:
    answer = as_(person).get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def queries(address: str) -> int:
    """How many queries a page takes once what does not change is known."""
    page(address)
    with CaptureQueriesContext(connection) as taken:
        page(address)
    return len(taken)


class TestTopics:
    def test_every_group_stands_with_its_topics_and_how_many_stories_there_are(self, cast: Cast, food: Topic) -> None:
        Topic.objects.create(title="Fly-tipping", slug="fly-tipping", parent=food.parent)
        make_story(cast.waste, by=cast.alice, topics=[food])
        make_story(cast.waste, by=cast.alice, topics=[food], live=False)
        html = page("/topics/")
        assert '<a href="/topics/food-waste/">Food waste</a> <span class="count">1</span>' in html
        assert '<a href="/topics/fly-tipping/">Fly-tipping</a> <span class="count">none yet</span>' in html
        assert 'data-hue="150"' in html

    def test_the_numbers_count_what_the_reader_may_see(self, cast: Cast, food: Topic) -> None:
        hidden = make_community("Care", facilitator=cast.carol, visibility="hidden")
        story = make_story(hidden, by=cast.carol, topics=[food])
        story.tags.add("secretword")
        story.save()
        for person, seen in ((None, False), (cast.eve, False), (cast.carol, True), (cast.dina, True)):
            html = page("/topics/", person)
            assert ('<span class="count">1</span>' in html) is seen
            assert ("secretword" in html) is seen

    def test_without_topics_it_says_so(self, cast: Cast) -> None:
        assert "There are no topics yet" in page("/topics/")

    def test_the_number_of_queries_is_fixed(self, cast: Cast, food: Topic) -> None:
        make_story(cast.waste, by=cast.alice, topics=[food])
        few = queries("/topics/")
        assert few <= 8
        for number in range(50):
            topic = Topic.objects.create(title=f"T{number}", slug=f"t{number}", parent=food.parent)
            make_story(cast.waste, by=cast.alice, topics=[food, topic])
        assert queries("/topics/") == few


class TestTopic:
    def test_it_shows_its_stories_words_people_and_neighbours(self, cast: Cast, food: Topic) -> None:
        Topic.objects.create(title="Fly-tipping", slug="fly-tipping", parent=food.parent)
        make_story(cast.waste, by=cast.alice, title="Older", topics=[food], worth_repeating="Ask first.")
        make_story(cast.waste, by=cast.bob, title="Newer", topics=[food], practice_status="stopped")
        make_story(cast.waste, by=cast.bob, title="Something else")
        html = page("/topics/food-waste/")
        assert html.index(">Newer<") < html.index(">Older<")
        assert "Something else" not in html
        for words in ("2 stories", "slop bucket, caddy", "Alice Marlow", "Fly-tipping", "Ask first.", cast.waste.title):
            assert words in html
        assert "<dt>Stopped</dt><dd>1</dd>" in html
        assert "<dt>Councils that tell of it</dt><dd>2</dd>" in html

    def test_a_group_shows_the_stories_of_its_topics(self, cast: Cast, food: Topic) -> None:
        make_story(cast.waste, by=cast.alice, title="Caddies", topics=[food])
        html = page("/topics/waste/")
        assert ">Caddies<" in html
        assert 'href="/topics/food-waste/">Food waste</a>' in html

    def test_what_the_reader_may_not_see_is_not_counted_named_or_credited(self, cast: Cast, food: Topic) -> None:
        hidden = make_community("Care circle", facilitator=cast.carol, visibility="hidden")
        make_story(hidden, by=cast.carol, title="The secret", topics=[food])
        for person in (None, cast.eve, cast.alice):
            html = page("/topics/food-waste/", person)
            assert "0 stories" in html
            for words in ("The secret", "Care circle", "Carol Whitby"):
                assert words not in html
        html = page("/topics/food-waste/", cast.carol)
        assert all(words in html for words in ("The secret", "Care circle", "Carol Whitby", "1 story"))

    def test_a_person_without_an_account_any_more_is_not_among_those_who_know(self, cast: Cast, food: Topic) -> None:
        make_story(cast.waste, by=cast.alice, topics=[food])
        cast.alice.is_active = False
        cast.alice.save()
        assert "People who know" not in page("/topics/food-waste/")

    def test_a_topic_that_is_not_there_is_not_there(self, db: None) -> None:
        assert Client().get("/topics/nothing/").status_code == 404

    def test_its_stories_are_read_page_by_page_in_a_fixed_number_of_queries(self, cast: Cast, food: Topic) -> None:
        make_story(cast.waste, by=cast.alice, topics=[food])
        few = queries("/topics/food-waste/")
        assert few <= 17
        for number in range(50):
            make_story(
                cast.waste,
                by=make_person(f"Author{number} X"),
                title=f"Story {number}",
                topics=[food],
                council=cast.ambleford,
            )
        assert queries("/topics/food-waste/") == few
        html = page("/topics/food-waste/")
        assert html.count('<article class="card"') == 20
        older = html.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
        assert "Story 29" in page(f"/topics/food-waste/{older}")


class TestTag:
    def tagged(self, community, by, *tags: str, title: str = "Tagged") -> StoryPage:
        story = make_story(community, by=by, title=title)
        story.tags.add(*tags)
        story.save()
        return story

    def test_it_shows_the_stories_and_the_words_beside_it(self, cast: Cast) -> None:
        self.tagged(cast.waste, cast.alice, "flats", "caddies")
        html = page("/tags/flats/")
        assert ">Tagged<" in html
        assert 'href="/tags/caddies/">caddies</a>' in html

    def test_a_word_of_stories_that_the_reader_may_not_see_is_not_there(self, cast: Cast) -> None:
        hidden = make_community("Care", facilitator=cast.carol, visibility="hidden")
        self.tagged(hidden, cast.carol, "secretword", "flats")
        self.tagged(cast.waste, cast.alice, "flats")
        for person in (None, cast.eve, cast.alice):
            assert as_(person).get("/tags/secretword/").status_code == 404
            assert "secretword" not in page("/tags/flats/", person)
        assert "secretword" in page("/tags/flats/", cast.carol)
        assert page("/tags/secretword/", cast.dina)

    def test_a_word_of_a_draft_alone_or_of_no_story_is_not_there(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice, live=False)
        story.tags.add("drafty")
        story.save()
        cast.alice.skills.add("welding")
        for tag in ("drafty", "welding", "nothing"):
            assert as_(cast.alice).get(f"/tags/{tag}/").status_code == 404

    @pytest.mark.parametrize("name", ["tŷ gwydr", "中文", "a/b", "50%", "!!!", "x" * 90])
    def test_any_word_that_people_write_breaks_no_page(self, cast: Cast, name: str) -> None:
        story = self.tagged(cast.waste, cast.alice, name)
        html = page(story.get_absolute_url())
        if name != "!!!":
            address = html.split('href="/tags/')[1].split('"')[0]
            assert name in page(f"/tags/{address}")
        assert page("/stories/")
        assert page("/topics/")


class TestAddresses:
    def test_a_topics_old_address_leads_to_the_new_one(self, cast: Cast, food: Topic) -> None:
        food.slug = "scraps"
        food.save()
        food.slug = "kitchen-scraps"
        food.save()
        for old in ("food-waste", "scraps"):
            answer = Client().get(f"/topics/{old}/")
            assert (answer.status_code, answer["Location"]) == (301, "/topics/kitchen-scraps/")

    def test_an_address_that_is_taken_again_belongs_to_its_topic_of_today(self, cast: Cast, food: Topic) -> None:
        food.slug = "scraps"
        food.save()
        Topic.objects.create(title="Food waste, anew", slug="food-waste")
        assert "Food waste, anew" in page("/topics/food-waste/")
        assert not FormerSlug.objects.exists()

    def test_a_renamed_tags_old_address_leads_to_the_new_one_for_those_who_may_see_it(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        story.tags.add("cadies")
        story.save()
        tags.rename(Tag.objects.get(), by=cast.dina, name=" Food  caddies ")
        answer = Client().get("/tags/cadies/")
        assert (answer.status_code, answer["Location"]) == (301, "/tags/food-caddies/")
        story.unpublish()
        assert Client().get("/tags/cadies/").status_code == 404

    def test_a_tag_is_renamed_by_those_who_may_to_a_name_that_is_free(self, cast: Cast) -> None:
        one, _ = Tag.objects.create(name="one"), Tag.objects.create(name="two")
        with pytest.raises(PermissionDenied):
            tags.rename(one, by=cast.alice, name="three")
        with pytest.raises(Refused, match="editors"):
            tags.rename(one, by=cast.carol, name="three")
        for name, words in (("Two", "already"), ("!!", "letters")):
            with pytest.raises(Refused, match=words):
                tags.rename(one, by=cast.dina, name=name)


class TestTree:
    def test_it_has_two_levels(self, cast: Cast, food: Topic) -> None:
        with pytest.raises(ValidationError, match="Choose a group"):
            Topic(title="Caddies", slug="caddies", parent=food).full_clean()
        other = Topic.objects.create(title="Other", slug="other")
        food.parent.parent = other
        with pytest.raises(ValidationError, match="topics in it"):
            food.parent.full_clean()


class TestAdmin:
    LIST = "/admin/snippets/practice/topic/"

    def form(self, topic: Topic, **changes: str) -> dict[str, str]:
        values = {"title": topic.title, "slug": topic.slug, "summary": topic.summary, "other_words": topic.other_words}
        return {**values, "parent": str(topic.parent_id or ""), **changes}

    def test_editors_have_a_list_by_group_and_others_have_none(self, cast: Cast, food: Topic) -> None:
        html = page(self.LIST, cast.dina)
        assert html.index("Waste") < html.index("Food waste")
        assert "Food waste" in page(f"{self.LIST}?q=slop", cast.dina)
        assert "slop" not in page(f"{self.LIST}?q=nothing", cast.dina)
        assert "Food waste" in page(f"{self.LIST}?parent={food.parent_id}", cast.dina)
        assert as_(cast.carol).get(self.LIST).status_code in {302, 403}

    def test_an_editor_changes_words_and_address(self, cast: Cast, food: Topic) -> None:
        answer = as_(cast.dina).post(
            f"{self.LIST}edit/{food.pk}/", self.form(food, slug="scraps", other_words="bin juice\nscraps")
        )
        assert answer.status_code == 302
        food.refresh_from_db()
        assert food.other_word_list() == ["bin juice", "scraps"]
        assert Client().get("/topics/food-waste/").status_code == 301

    def test_an_editor_is_offered_groups_alone_as_a_parent(self, cast: Cast, food: Topic) -> None:
        html = page(f"{self.LIST}edit/{food.pk}/", cast.dina)
        assert f'<option value="{food.parent_id}" selected>' in html
        assert f'<option value="{food.pk}"' not in html

    def test_a_topic_in_use_is_not_deleted_alone_or_with_others(self, cast: Cast, food: Topic) -> None:
        make_story(cast.waste, by=cast.alice, topics=[food], live=False)
        dina = as_(cast.dina)
        bulk = f"/admin/bulk/practice/topic/delete/?id={food.pk}&id={food.parent_id}"
        for address in (f"{self.LIST}delete/{food.pk}/", f"{self.LIST}delete/{food.parent_id}/", bulk):
            answer = dina.post(address, follow=True)
            assert "stays:" in answer.content.decode()
        assert Topic.objects.count() == 2

    def test_a_topic_that_nobody_uses_goes(self, cast: Cast, food: Topic) -> None:
        as_(cast.dina).post(f"{self.LIST}delete/{food.pk}/")
        assert not Topic.objects.filter(pk=food.pk).exists()

    def test_a_tag_is_renamed_in_the_admin_too(self, cast: Cast) -> None:
        tag = Tag.objects.create(name="cadies")
        dina = as_(cast.dina)
        assert "cadies" in page("/admin/snippets/taggit/tag/", cast.dina)
        assert dina.post(f"/admin/snippets/taggit/tag/edit/{tag.pk}/", {"name": "caddies"}).status_code == 302
        tag.refresh_from_db()
        assert (tag.name, tag.slug) == ("caddies", "caddies")
        Tag.objects.create(name="bins")
        assert "already" in dina.post(f"/admin/snippets/taggit/tag/edit/{tag.pk}/", {"name": "Bins"}).content.decode()
