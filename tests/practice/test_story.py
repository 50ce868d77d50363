from practice.models import StoryPage
from tests.cast import Cast, make_community, make_story


def test_a_live_story_of_an_open_community_is_seen_by_everybody(cast: Cast) -> None:
    story = make_story(cast.waste, by=cast.alice)
    assert list(StoryPage.objects.visible_to(None)) == [story]
    assert story.shown
    assert story.community == cast.waste
    assert story.published_at is not None


def test_a_draft_is_in_no_list(cast: Cast) -> None:
    make_story(cast.waste, by=cast.alice, live=False)
    assert not StoryPage.objects.visible_to(cast.alice).exists()


def test_a_story_of_a_closed_community_is_seen_by_members_and_editors_alone(cast: Cast) -> None:
    for visibility in ("members", "hidden"):
        community = make_community(f"Care {visibility}", facilitator=cast.carol, visibility=visibility)
        make_story(community, by=cast.carol)
    assert StoryPage.objects.visible_to(cast.carol).count() == 2
    assert StoryPage.objects.visible_to(cast.dina).count() == 2
    assert StoryPage.objects.visible_to(cast.frank).count() == 2
    for outsider in (None, cast.eve, cast.alice):
        assert not StoryPage.objects.visible_to(outsider).exists()


def test_a_community_without_a_policy_counts_as_hidden(cast: Cast) -> None:
    make_story(cast.waste, by=cast.alice)
    cast.waste.policy.delete()
    assert not StoryPage.objects.visible_to(None).exists()
