"""The pages on which the words on stories are looked after."""

import pytest
from django.test import Client
from taggit.models import Tag

from practice import tags
from practice.models import TagChange, TagsApart, Topic
from tests.cast import Cast, make_community, make_story
from tests.practice.test_tags import tell, words_of


def as_(person: object) -> Client:
    client = Client()
    client.force_login(person)  # type: ignore[arg-type]
    return client


def page(path: str, person: object) -> str:
    answer = as_(person).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_visitors_sign_in_and_others_are_refused(cast: Cast) -> None:
    tell(cast.waste, cast.alice, "flats")
    for path in ("/tags/", "/tags/flats/rename/"):
        assert Client().get(path).status_code == 302
        assert as_(cast.alice).get(path).status_code == 403


def test_a_facilitator_finds_words_with_counts_and_changes_those_of_their_own(cast: Cast) -> None:
    parks = make_community("Parks", facilitator=cast.bob)
    tell(cast.waste, cast.alice, "cadies", "flats")
    tell(parks, cast.bob, "flats")
    html = page("/tags/", cast.carol)
    assert 'href="/tags/cadies/rename/"' in html
    assert 'href="/tags/flats/rename/"' not in html
    assert "2 stories" in html
    html = page("/tags/?q=cad", cast.carol)
    assert "cadies" in html
    assert 'href="/tags/flats/"' not in html
    assert "The editors of the site change it" in page("/tags/flats/rename/", cast.carol)


def test_words_of_unseen_stories_are_nowhere(cast: Cast) -> None:
    hidden = make_community("Care", facilitator=cast.bob, visibility="hidden")
    tell(hidden, cast.bob, "falcon")
    tell(cast.waste, cast.alice, "flats")
    assert "falcon" not in page("/tags/", cast.carol)
    assert "falcon" not in page("/tags/flats/merge/", cast.carol)
    assert as_(cast.carol).get("/tags/falcon/rename/").status_code == 404
    answer = as_(cast.carol).get("/tags/flats/merge/?into=falcon")
    assert "No other word" in answer.content.decode()
    assert as_(cast.carol).post("/tags/", {"one": "flats", "other": "falcon"}).status_code == 404


def test_two_words_are_merged_by_one_press_and_parted_by_another(cast: Cast) -> None:
    story = tell(cast.waste, cast.alice, "recycle")
    tell(cast.waste, cast.alice, "recycling")
    carol = as_(cast.carol)
    assert "Perhaps the same" in carol.get("/tags/").content.decode()
    done = carol.post("/tags/recycle/merge/", {"into": "recycling"}, follow=True).content.decode()
    assert "are one word now" in done
    assert words_of(story) == ["recycling"]
    undone = carol.post(f"/tags/undo/{TagChange.objects.get().pk}/", follow=True).content.decode()
    assert "Taken back" in undone
    assert words_of(story) == ["recycle"]


def test_what_will_happen_is_said_in_figures_first(cast: Cast) -> None:
    tell(cast.waste, cast.alice, "recycle")
    tell(cast.waste, cast.alice, "recycle", "recycling")
    cast.bob.skills.add("recycle")
    html = page("/tags/recycle/merge/?into=Recycling", cast.dina)
    for words in (
        "2 stories in 1 community have “recycle”",
        "1 story has “recycling”, 1 of them both",
        "Afterwards 2 stories have “recycling”",
        "1 person names “recycle” as a skill",
    ):
        assert words in html
    assert "2 stories in 1 community" in page("/tags/recycle/retire/", cast.dina)


def test_that_two_words_are_not_the_same_is_remembered(cast: Cast) -> None:
    tell(cast.waste, cast.alice, "house", "housing")
    answer = as_(cast.carol).post("/tags/", {"one": "housing", "other": "house"}, follow=True)
    assert "Nobody is asked again" in answer.content.decode()
    assert "Perhaps the same" not in page("/tags/", cast.dina)
    assert TagsApart.objects.get().by == cast.carol


@pytest.mark.parametrize(
    ("verb", "given", "words"),
    [
        ("rename", {"name": ""}, "Say what it is to be called"),
        ("rename", {"name": "flats"}, "There is a tag “flats” already"),
        ("merge", {"into": "nothing"}, "No other word"),
        ("promote", {"title": "", "topic": ""}, "Choose a topic above"),
        ("promote", {"title": "Waste"}, "Choose it from the list"),
    ],
)
def test_what_cannot_be_done_is_said_above_the_form(cast: Cast, verb: str, given: dict[str, str], words: str) -> None:
    Topic.objects.create(title="Waste", slug="waste")
    tell(cast.waste, cast.alice, "bins", "flats")
    answer = as_(cast.dina).post(f"/tags/bins/{verb}/", given)
    assert answer.status_code in {409, 422}
    html = answer.content.decode()
    assert words in html
    assert "<title>Error: " in html


def test_only_editors_make_topics_and_no_other_verb_is_there(cast: Cast) -> None:
    tell(cast.waste, cast.alice, "bins")
    assert as_(cast.carol).get("/tags/bins/promote/").status_code == 403
    assert as_(cast.dina).get("/tags/bins/burn/").status_code == 404
    answer = as_(cast.dina).post("/tags/bins/promote/", {"title": "Bins"}, follow=True)
    assert "is the topic “Bins” now" in answer.content.decode()


def test_nobody_undoes_what_another_facilitator_did(cast: Cast) -> None:
    make_community("Parks", facilitator=cast.bob)
    tell(cast.waste, cast.alice, "bins")
    change = tags.rename(Tag.objects.get(name="bins"), by=cast.carol, name="bin")
    assert as_(cast.bob).post(f"/tags/undo/{change.pk}/").status_code == 404
    assert "bins" not in page("/tags/", cast.bob).split("Done lately")[1]


def test_the_list_takes_the_same_queries_for_one_word_as_for_fifty(cast: Cast, django_assert_max_num_queries) -> None:
    story = make_story(cast.waste, by=cast.alice)
    story.tags.add(*(f"word {number} of many" for number in range(50)))
    story.save()
    carol = as_(cast.carol)
    carol.get("/tags/")
    with django_assert_max_num_queries(24):
        carol.get("/tags/")
