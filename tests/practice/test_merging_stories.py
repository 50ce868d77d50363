"""Merging a story into another one that tells the same."""

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.test import Client

from hub.notifications.models import Notification
from hub.refusal import Refused
from practice import collecting, merging_stories, moderating, writing
from practice.models import CollectionItem, Repetition, StoryMerge, StoryPage
from practice.models.workflow import review_in_progress
from practice.waiting import queue_of
from search import rebuilding
from tests.cast import Cast, make_community, make_story
from tests.practice.steps import approve, logged, merge, newest, save, second_facilitator, send, told


def names(story: StoryPage) -> list[str]:
    return [each.person.name for each in story.authorships.order_by("sort_order")]


class TestMerging:
    def test_its_address_leads_to_the_other_for_ever(
        self, client: Client, cast: Cast, gone: StoryPage, kept: StoryPage
    ):
        address = gone.get_absolute_url()
        merge(gone, kept, cast.carol)
        for person in (None, cast.eve, cast.bob, cast.carol, cast.dina):
            client.force_login(person) if person else None
            for each in (address, f"/stories/{gone.pk}/", f"/stories/{gone.pk}/another-word/"):
                answer = client.get(each)
                assert (answer.status_code, answer.headers["Location"]) == (301, kept.get_absolute_url())
        assert not StoryPage.objects.visible_to(None).filter(pk=gone.pk).exists()

    def test_its_authors_are_credited_and_may_write(self, cast: Cast, gone: StoryPage, kept: StoryPage):
        merge(gone, kept, cast.carol, reason="The same walk.")
        assert names(kept) == ["Alice Marlow", "Bob Okafor"]
        assert kept.may_be_edited_by(cast.bob)
        assert not kept.has_unpublished_changes
        assert "story-merged" in told(cast.bob)
        assert "story-merged-here" in told(cast.alice)
        save(kept, cast.bob, summary="Written by both.")
        writing.submit(kept, by=cast.bob)
        approve(kept, by=cast.carol)
        assert names(kept) == ["Alice Marlow", "Bob Okafor"]

    def test_a_draft_of_the_other_stays_and_credits_them_too(self, cast: Cast, gone: StoryPage, kept: StoryPage):
        save(kept, cast.alice, title="Not yet out")
        merge(gone, kept, cast.carol)
        assert kept.title == "We asked the caretakers"
        assert newest(kept).title == "Not yet out"
        writing.submit(kept, by=cast.alice)
        approve(kept, by=cast.carol)
        assert (kept.title, names(kept)) == ("Not yet out", ["Alice Marlow", "Bob Okafor"])

    def test_its_text_stays_with_its_authors_and_those_who_moderate_it(
        self, client: Client, cast: Cast, gone: StoryPage, kept: StoryPage
    ):
        merge(gone, kept, cast.carol)
        assert "We asked them too" in newest(gone).did
        client.force_login(cast.carol)
        assert (
            "merged it into “We asked the caretakers”" in client.get(f"/moderate/{gone.pk}/history/").content.decode()
        )
        assert "We asked them too" in client.get(f"/moderate/{gone.pk}/").content.decode()
        client.force_login(cast.bob)
        assert "We asked them too" in client.get(f"/write/{gone.pk}/").content.decode()
        assert {"practice.merge"} <= logged(gone)
        assert {"practice.merge_here"} <= logged(kept)

    def test_what_waits_to_be_read_may_be_merged(self, client: Client, cast: Cast, kept: StoryPage):
        double = send(cast, "The same again", by=cast.bob)
        merge(double, kept, cast.carol)
        assert review_in_progress(double) is None
        assert names(kept) == ["Alice Marlow", "Bob Okafor"]
        assert queue_of(cast.carol) == []
        assert client.get(f"/stories/{double.pk}/").status_code == 404  # nobody but its authors knew of it
        client.force_login(cast.bob)
        assert client.get(f"/stories/{double.pk}/").status_code == 301

    def test_repeats_and_places_in_collections_go_along(self, cast: Cast, gone: StoryPage, kept: StoryPage):
        for person, story in ((cast.eve, gone), (cast.dina, gone), (cast.dina, kept), (cast.alice, gone)):
            Repetition.objects.create(story=story, person=person, council=cast.brockhaven, outcome="well")
        path = collecting.begin(by=cast.carol, community=cast.waste, title="Start here")
        collecting.put(path, gone, by=cast.carol, note="First")
        both = collecting.begin(by=cast.carol, community=cast.waste, title="Both")
        for story in (gone, kept):
            collecting.put(both, story, by=cast.carol)
        later = make_story(cast.waste, by=cast.bob, title="Grew out of it", based_on=gone)
        merge(gone, kept, cast.carol)
        assert set(kept.repetitions.values_list("person__name", flat=True)) == {"Eve Lindqvist", "Dina Editor"}
        assert CollectionItem.objects.get(collection=path).story == kept
        assert CollectionItem.objects.filter(collection=both, story=kept).count() == 1
        later.refresh_from_db()
        assert later.based_on == kept

    def test_what_was_merged_into_it_before_follows(self, client: Client, cast: Cast, gone: StoryPage, kept: StoryPage):
        third = make_story(cast.waste, by=cast.bob, title="A third")
        merge(third, gone, cast.carol)
        merge(gone, kept, cast.carol)
        assert client.get(f"/stories/{third.pk}/").headers["Location"] == kept.get_absolute_url()

    def test_a_merged_story_may_be_published_again_and_take_the_other(
        self, client: Client, cast: Cast, gone: StoryPage, kept: StoryPage
    ):
        merge(gone, kept, cast.carol)
        moderating.restore(gone, by=cast.carol)
        assert client.get(gone.get_absolute_url()).status_code == 200
        merge(kept, gone, cast.carol)
        assert client.get(kept.get_absolute_url()).headers["Location"] == gone.get_absolute_url()
        assert client.get(gone.get_absolute_url()).status_code == 200

    def test_search_finds_the_other_alone(self, client: Client, cast: Cast, gone: StoryPage, kept: StoryPage):
        merge(gone, kept, cast.carol)
        rebuilding.rebuild()
        found = client.get("/search/", {"q": "caretakers"}).content.decode()
        assert kept.get_absolute_url() in found
        assert gone.get_absolute_url() not in found


class TestRefusals:
    @pytest.mark.parametrize("name", ["alice", "bob", "eve"])
    def test_only_those_who_moderate_both(self, cast: Cast, gone: StoryPage, kept: StoryPage, name: str):
        with pytest.raises(PermissionDenied):
            merge(gone, kept, getattr(cast, name))
        housing = make_community("Housing", facilitator=cast.bob)
        elsewhere = make_story(housing, by=cast.bob, title="Elsewhere")
        for one, other in ((gone, elsewhere), (elsewhere, kept)):
            with pytest.raises(PermissionDenied):
                merge(one, other, cast.carol)
        merge(elsewhere, kept, cast.dina)

    def test_into_what_is_not_published_or_is_being_read(self, cast: Cast, gone: StoryPage, kept: StoryPage):
        with pytest.raises(Refused, match="not published"):
            merge(gone, send(cast, "Waits"), cast.carol)
        with pytest.raises(Refused, match="same story"):
            merge(gone, gone, cast.carol)
        save(kept, cast.alice, title="Newer")
        writing.submit(kept, by=cast.alice)
        with pytest.raises(Refused, match="on its way"):
            merge(gone, kept, cast.carol)
        assert StoryPage.objects.get(pk=gone.pk).live
        assert not StoryMerge.objects.exists()

    def test_ones_own_story_that_is_being_read(self, cast: Cast, kept: StoryPage):
        second_facilitator(cast)
        own = send(cast, "Hers", by=cast.carol)
        with pytest.raises(Refused, match="your own story"):
            merge(own, kept, cast.carol)

    def test_where_more_people_would_see_who_told_it_that_must_be_meant(self, cast: Cast, kept: StoryPage):
        closed = make_community("Closed", facilitator=cast.carol, visibility="hidden")
        inside = make_story(closed, by=cast.bob, title="Inside")
        with pytest.raises(merging_stories.WiderCredit):
            merge(inside, kept, cast.carol)
        merge(inside, kept, cast.carol, knowingly=True)
        assert "Bob Okafor" in names(kept)

    def test_whoever_could_not_read_it_is_not_led_on(self, client: Client, cast: Cast, kept: StoryPage):
        closed = make_community("Closed", facilitator=cast.carol, visibility="hidden")
        inside = make_story(closed, by=cast.bob, title="Inside")
        merge(inside, kept, cast.carol, knowingly=True)
        assert client.get(f"/stories/{inside.pk}/").status_code == 404
        client.force_login(cast.carol)
        assert client.get(f"/stories/{inside.pk}/").status_code == 301


class TestPages:
    def test_the_other_story_is_looked_for_and_the_merge_is_asked(
        self, client: Client, cast: Cast, gone: StoryPage, kept: StoryPage
    ):
        client.force_login(cast.carol)
        address = f"/moderate/{gone.pk}/merge/"
        for words in ("asked caretakers", f"https://hub.example{kept.get_absolute_url()}"):
            page = BeautifulSoup(client.get(address, {"q": words}).content, "html.parser")
            assert page.select_one(f"a[href='?into={kept.pk}']")
        assert "Nothing was found" in client.get(address, {"q": "zebra"}).content.decode()
        assert "It gives way to “We asked" in client.get(address, {"into": kept.pk}).content.decode()
        answer = client.post(f"{address}?into={kept.pk}", {"reason": "The same."})
        assert answer.headers["Location"] == kept.get_absolute_url()
        assert StoryMerge.objects.get().into == kept

    def test_a_story_that_one_may_not_take_is_not_chosen(self, client: Client, cast: Cast, gone: StoryPage):
        hidden = make_story(make_community("Den", visibility="hidden"), by=cast.bob, title="Secret caretakers")
        client.force_login(cast.carol)
        address = f"/moderate/{gone.pk}/merge/"
        for query in ({"into": hidden.pk}, {"q": "secret"}, {"into": "x"}, {"q": f"/stories/{hidden.pk}/"}):
            text = client.get(address, query).content.decode()  # type: ignore[arg-type]
            assert "Secret" not in text
            assert "It gives way" not in text

    def test_a_refusal_is_shown(self, client: Client, cast: Cast, gone: StoryPage, kept: StoryPage):
        save(kept, cast.alice, title="Newer")
        writing.submit(kept, by=cast.alice)
        client.force_login(cast.carol)
        answer = client.post(f"/moderate/{gone.pk}/merge/?into={kept.pk}", {"reason": "Mine."})
        assert answer.status_code == 409
        assert "on its way" in answer.content.decode()
        assert "Mine." in answer.content.decode()


def test_the_title_of_what_nobody_could_read_is_not_told_to_those_who_write_the_other(
    client: Client, cast: Cast, kept: StoryPage
):
    gone = send(cast, title="The director resigned", by=cast.bob)
    merge(gone, kept, cast.carol)
    notice = Notification.objects.get(person=cast.alice, what="story-merged-here")
    assert notice.subject.startswith("Another story was merged into")
    client.force_login(cast.alice)
    page = client.get(f"/moderate/{kept.pk}/history/").content.decode()
    assert "merged another story into it" in page
    assert "The director resigned" not in page
