from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from hub.refusal import Refused
from practice import writing
from practice.models import StoryPage, Topic
from practice.versions import restore, versions_of
from tests.cast import Cast, make_story
from tests.practice.steps import save


@pytest.fixture
def story(cast: Cast) -> StoryPage:
    story = writing.start(by=cast.alice, title="We asked", community=cast.waste)
    topic = Topic.objects.create(title="Food waste", slug="food-waste")
    save(story, cast.alice, summary="The first summary", did="<p>We met at ten.</p>", tags=["flats"], topics=[topic])
    story.revisions.update(created_at=timezone.now() - timedelta(minutes=11))
    save(
        story, cast.alice, summary="A second summary", did="<p>We met at eleven.</p>", tags=[], topics=[], title="Told"
    )
    return story


def newest(story: StoryPage) -> StoryPage:
    return writing.draft_of(StoryPage.objects.get(pk=story.pk))


class TestGoingBack:
    def test_an_older_version_is_the_newest_again_and_nothing_is_lost(self, story: StoryPage, cast: Cast) -> None:
        old = story.revisions.order_by("created_at", "pk")[1]
        before = story.latest_revision_id
        count = story.revisions.count()
        save(story, cast.alice, authors=[cast.alice, cast.bob])
        restore(story, by=cast.alice, revision=old)
        draft = newest(story)
        assert (draft.summary, draft.did, draft.title) == ("The first summary", "<p>We met at ten.</p>", "We asked")
        assert [tag.name for tag in draft.tags.all()] == ["flats"]
        assert [topic.title for topic in draft.topics_in_order()] == ["Food waste"]
        assert story.is_author(cast.bob)
        assert story.revisions.count() > count
        assert before != story.latest_revision_id
        assert {row.as_object().summary for row in story.revisions.all()} >= {"The first summary", "A second summary"}

    def test_what_is_published_stays(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        first = story.latest_revision
        save(story, cast.alice, summary="Better")
        writing.publish(story, revision=story.latest_revision, by=cast.carol)
        restore(story, by=cast.alice, revision=first)
        assert StoryPage.objects.get(pk=story.pk).summary == "Better"
        assert newest(story).summary == "Food waste in eleven blocks of flats."

    def test_only_its_authors_may_and_only_its_own_versions(self, story: StoryPage, cast: Cast) -> None:
        other = make_story(cast.waste, by=cast.bob)
        with pytest.raises(PermissionDenied):
            restore(story, by=cast.bob, revision=story.revisions.last())
        with pytest.raises(PermissionDenied):
            restore(story, by=cast.alice, revision=other.latest_revision)
        with pytest.raises(Refused, match="newest"):
            restore(story, by=cast.alice, revision=story.latest_revision)


class TestPages:
    def test_the_list_and_what_changed(self, client: Client, story: StoryPage, cast: Cast) -> None:
        client.force_login(cast.alice)
        listed = client.get(f"/write/{story.pk}/versions/")
        assert [version.is_newest for version in listed.context["versions"]] == [
            True,
            *[False] * (story.revisions.count() - 1),
        ]
        old = story.revisions.order_by("created_at", "pk")[1]
        page = client.get(f"/write/{story.pk}/versions/{old.pk}/").text
        assert "[taken out: </span>ten" in page
        assert "[added: </span>eleven" in page
        answer = client.post(f"/write/{story.pk}/versions/{old.pk}/")
        assert answer["Location"] == f"/write/{story.pk}/versions/"
        assert newest(story).summary == "The first summary"

    def test_a_version_of_another_story_is_not_there(self, client: Client, story: StoryPage, cast: Cast) -> None:
        other = make_story(cast.waste, by=cast.bob)
        client.force_login(cast.alice)
        assert client.get(f"/write/{story.pk}/versions/{other.latest_revision_id}/").status_code == 404

    def test_the_list_takes_few_queries(
        self, client: Client, story: StoryPage, cast: Cast, django_assert_max_num_queries: object
    ) -> None:
        for number in range(5):
            story.revisions.update(created_at=timezone.now() - timedelta(minutes=11))
            save(story, cast.alice, summary=f"Number {number}")
        with django_assert_max_num_queries(4):  # type: ignore[operator]
            assert len(versions_of(StoryPage.objects.get(pk=story.pk))) >= 6


class TestCorrections:
    def test_readers_are_told_what_was_corrected_and_when(self, client: Client, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        client.force_login(cast.alice)
        assert 'name="correction"' in client.get(f"/write/{story.pk}/").text
        save(story, cast.alice, summary="Twelve blocks", correction="It was twelve blocks and not eleven.")
        assert "It was twelve blocks" not in Client().get(story.get_absolute_url()).text
        writing.publish(story, revision=story.latest_revision, by=cast.carol)
        page = Client().get(story.get_absolute_url()).text
        assert "It was twelve blocks and not eleven." in page
        assert f"Corrected on {timezone.localdate().day} " in page
        day = story.corrected_on
        save(story, cast.alice, correction="")
        assert newest(story).corrected_on is None
        assert day == timezone.localdate()

    def test_a_story_that_nobody_read_has_nothing_to_correct(
        self, client: Client, story: StoryPage, cast: Cast
    ) -> None:
        client.force_login(cast.alice)
        assert 'name="correction"' not in client.get(f"/write/{story.pk}/").text
