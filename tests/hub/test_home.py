"""The front page shows what the person who asks may see, in lists and in numbers alike."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.models import CommunityPolicy
from hub import fragments
from hub.models import HomePage
from practice.models import StoryPage, Topic
from tests.cast import add_member, make_community, make_council, make_story


def age(story, days):
    StoryPage.objects.filter(pk=story.pk).update(published_at=timezone.now() - timedelta(days=days))
    return story


@pytest.fixture
def closed(cast):
    """A community whose stories only its members read, with one."""
    community = make_community("Care room", facilitator=cast.carol, visibility=CommunityPolicy.Visibility.MEMBERS)
    make_story(
        community, by=cast.carol, title="Behind the door", worth_repeating="Knock first.", practice_status="stopped"
    )
    return community


@pytest.fixture
def hidden(cast):
    """A community that only its members know of, with a story."""
    community = make_community("Quiet project", facilitator=cast.carol, visibility=CommunityPolicy.Visibility.HIDDEN)
    make_story(community, by=cast.carol, title="Never heard of")
    return community


class TestForVisitors:
    def test_it_has_no_token_and_nothing_personal(self, client, cast):
        make_story(cast.waste, by=cast.alice)
        text = client.get("/").text
        assert "csrfmiddlewaretoken" not in text
        assert "Your inbox" not in text
        assert "csrftoken" not in client.cookies

    def test_a_new_hub_says_how_to_begin(self, client, db):
        text = client.get("/").text
        assert "No story yet" in text
        assert "In numbers" not in text

    def test_it_has_a_card_and_one_address(self, client, db):
        text = client.get("/?from=elsewhere").text
        assert '<link rel="canonical" href="http://testserver/">' in text
        assert '<meta property="og:title"' in text

    def test_what_is_closed_is_in_no_list_and_no_number(self, client, cast, closed, hidden):
        make_story(cast.waste, by=cast.alice, title="In the open")
        response = client.get("/")
        assert "In the open" in response.text
        assert "Behind the door" not in response.text
        assert "Knock first" not in response.text
        assert "Never heard of" not in response.text
        assert "Quiet project" not in response.text
        assert response.context["numbers"] == {"stories": 1, "councils": 1, "stopped": 0}

    def test_a_community_for_members_is_found_without_the_number_of_its_stories(self, client, cast, closed):
        text = client.get("/").text
        tile = text[text.index("Care room") :].partition("</li>")[0]
        assert "Members only" in tile
        assert "stor" not in tile

    def test_an_open_community_has_its_numbers(self, client, cast):
        make_story(cast.waste, by=cast.alice)
        make_story(cast.waste, by=cast.alice, live=False)
        assert "3 members, 1 story" in client.get("/").text


class TestForMembers:
    def test_they_see_what_they_may_read(self, client, cast, closed, hidden):
        add_member(closed, cast.bob)
        client.force_login(cast.bob)
        response = client.get("/")
        assert "Behind the door" in response.text
        assert "2 members, 1 story. Members only" in response.text
        assert "Quiet project" not in response.text
        assert response.context["numbers"]["stopped"] == 1

    def test_an_editor_sees_everything(self, client, cast, closed, hidden):
        client.force_login(cast.dina)
        assert client.get("/").context["numbers"]["stories"] == 2


class TestWhatIsShown:
    def test_the_featured_story_is_the_newest_with_a_part_worth_repeating(self, client, cast):
        age(make_story(cast.waste, by=cast.alice, title="Old", worth_repeating="Copy me."), 9)
        age(make_story(cast.waste, by=cast.alice, title="Newer", worth_repeating="Copy this."), 5)
        age(make_story(cast.waste, by=cast.alice, title="Newest"), 1)
        response = client.get("/")
        assert response.context["featured"].title == "Newer"
        assert "Copy this." in response.text

    def test_a_plan_is_not_featured(self, client, cast):
        make_story(cast.waste, by=cast.alice, worth_repeating="We will.", practice_status="planned")
        assert client.get("/").context["featured"] is None

    def test_the_featured_story_does_not_stand_twice(self, client, cast):
        make_story(cast.waste, by=cast.alice, title="Only one", worth_repeating="Copy me.")
        make_story(cast.waste, by=cast.alice, title="Another")
        response = client.get("/")
        assert [story.title for story in response.context["latest"]] == ["Another"]
        assert response.text.count("Only one") == 1

    def test_the_newest_come_first(self, client, cast):
        for number in range(6):
            age(make_story(cast.waste, by=cast.alice, title=f"Story {number}"), number)
        assert [story.title[-1] for story in client.get("/").context["latest"]] == ["0", "1", "2", "3"]

    def test_what_was_stopped_has_its_own_shelf(self, client, cast):
        make_story(cast.waste, by=cast.alice, title="Chatbot", practice_status="stopped")
        make_story(cast.waste, by=cast.alice, title="Caddies")
        assert [story.title for story in client.get("/").context["stopped"]] == ["Chatbot"]

    def test_the_numbers_are_true(self, client, cast):
        make_story(cast.waste, by=cast.alice)
        make_story(cast.waste, by=cast.bob, practice_status="stopped")
        make_story(cast.waste, by=cast.bob, council=cast.ambleford)
        make_story(cast.waste, by=cast.bob, live=False, council=make_council("X-CAL", "Calderstow"))
        assert client.get("/").context["numbers"] == {"stories": 3, "councils": 2, "stopped": 1}

    def test_topics_count_the_stories_that_one_may_read(self, client, cast, closed):
        waste = Topic.objects.create(title="Waste", slug="waste")
        food, tips = (Topic.objects.create(title=t, slug=t.lower(), parent=waste) for t in ("Food", "Tips"))
        for community, by in ((cast.waste, cast.alice), (closed, cast.carol)):
            story = make_story(community, by=by)
            story.topics.set([tips])
            story.save()
        (group,) = client.get("/").context["groups"]
        assert [(each.topic, each.stories) for each in group.topics] == [(tips, 1), (food, 0)]
        client.force_login(cast.carol)
        (group,) = client.get("/").context["groups"]
        assert group.topics[0].stories == 2

    def test_the_picture_is_drawn_from_stories_and_holds_no_words(self, client, cast, hidden):
        make_story(cast.waste, by=cast.alice)
        text = client.get("/").text
        picture = text[text.index('<svg class="cover" viewBox="0 0 560 320"') :]
        picture = picture[: picture.index("</svg>")]
        assert picture.count("h80v80h-80z") == 28
        assert picture.count("<g transform") == 1
        assert "style" not in picture


def test_it_takes_as_many_queries_for_fifty_stories_as_for_one(client, cast):
    topic = Topic.objects.create(title="Waste", slug="waste")
    client.force_login(cast.bob)

    def add(number):
        for _ in range(number):
            story = make_story(cast.waste, by=cast.alice, worth_repeating="Copy me.", practice_status="stopped")
            story.topics.set([topic])
            story.save()
            make_story(make_community(f"Room {StoryPage.objects.count()}"), by=cast.bob)

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/").status_code == 200
        return len(queries)

    add(2)
    count()  # what is read once in a process
    few = count()
    add(24)
    assert count() == few


@pytest.mark.django_db
class TestKeptParts:
    @pytest.fixture(autouse=True)
    def _keep(self, page_cache):
        fragments.reset()
        yield
        fragments.reset()

    def test_people_who_see_alike_share_the_part_and_others_do_not(self, client, cast, closed):
        add_member(closed, cast.bob)
        for person, sees in ((cast.bob, True), (cast.eve, False), (cast.bob, True), (cast.dina, True)):
            client.force_login(person)
            assert ("Behind the door" in client.get("/").text) == sees, person

    def test_a_change_is_on_the_next_page(self, client, cast):
        client.force_login(cast.eve)
        assert "Caddies" not in client.get("/").text
        story = make_story(cast.waste, by=cast.alice, title="Caddies")
        assert "Caddies" in client.get("/").text
        story.unpublish()
        assert "Caddies" not in client.get("/").text

    def test_a_preview_of_new_words_stays_with_the_editor(self, client, cast):
        home = HomePage.objects.get()
        home.title = "Not out yet"
        home.save_revision()
        client.force_login(cast.frank)
        assert "Not out yet" in client.get(f"/admin/pages/{home.pk}/view_draft/").text
        assert "Not out yet" not in client.get("/").text

    def test_the_part_names_nobody_who_looks(self, client, cast):
        client.force_login(cast.eve)
        client.get("/")
        assert not any("Eve Lindqvist" in str(part) for _, part in fragments.pieces.parts.values())
