"""The Atom feed of a list of stories."""

from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client

from practice.models import StoryAuthor, StoryPage, Topic
from tests.cast import Cast, make_community, make_story

ATOM = "{http://www.w3.org/2005/Atom}"


def read(query: str = "", client: Client | None = None) -> ElementTree.Element:
    answer = (client or Client()).get(f"/stories/feed/{query}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def titles(feed: ElementTree.Element) -> list[str]:
    return [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]


def test_an_entry_says_who_tells_what_and_what_to_copy(cast: Cast) -> None:
    story = make_story(cast.waste, by=cast.alice, worth_repeating="Ask <first>.", credited="Denis")
    story.authorships.add(StoryAuthor(person=cast.bob))
    story.save()
    entry = read().find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}summary") == "Food waste in eleven blocks of flats."
    assert entry.findtext(f"{ATOM}content") == "<p><strong>Worth repeating:</strong> Ask &lt;first&gt;.</p>"
    assert [name.text for name in entry.iter(f"{ATOM}name")] == ["Alice Marlow", "Bob Okafor", "Denis"]
    assert entry.find(f"{ATOM}link").get("href") == f"http://testserver{story.get_absolute_url()}"
    assert entry.findtext(f"{ATOM}id") == f"http://testserver/stories/{story.pk}/"


def test_it_holds_public_stories_alone_whoever_asks(cast: Cast) -> None:
    make_story(cast.waste, by=cast.alice, title="Open")
    make_story(cast.waste, by=cast.alice, title="Draft", live=False)
    for visibility in ("members", "hidden"):
        community = make_community(f"Care {visibility}", facilitator=cast.carol, visibility=visibility)
        make_story(community, by=cast.carol, title=visibility)
    carol = Client()
    carol.force_login(cast.carol)
    assert titles(read()) == titles(read(client=carol)) == ["Open"]


def test_it_is_narrowed_down_as_the_list_is(cast: Cast) -> None:
    food = Topic.objects.create(title="Food waste", slug="food-waste")
    make_story(cast.waste, by=cast.alice, title="Caddies", topics=[food], practice_status="stopped")
    make_story(cast.waste, by=cast.alice, title="Sofas")
    feed = read("?topic=food-waste&status=stopped")
    assert titles(feed) == ["Caddies"]
    assert feed.findtext(f"{ATOM}title") == "Worth Repeating: Food waste, Stopped"


def test_a_feed_of_what_is_not_known_is_not_there(cast: Cast) -> None:
    make_community("Care", visibility="hidden")
    for query in ("?topic=nothing", "?community=care", "?tag=none"):
        assert Client().get(f"/stories/feed/{query}").status_code == 404


def test_the_newest_thirty_are_in_it_newest_first(cast: Cast, django_assert_max_num_queries) -> None:
    for number in range(32):
        make_story(cast.waste, by=cast.alice, title=f"Story {number}")
    with django_assert_max_num_queries(6):
        feed = read()
    assert titles(feed) == [f"Story {number}" for number in range(31, 1, -1)]


def test_a_reader_that_has_it_is_told_so(cast: Cast) -> None:
    first = Client().get("/stories/feed/")
    assert first["Cache-Control"] == "public, no-cache"
    assert Client().get("/stories/feed/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    make_story(cast.waste, by=cast.alice)
    assert Client().get("/stories/feed/", headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("title", ["a\x00b", "a\x0bb", "a\ufffeb", "]]>", "&lt;b&gt;"])
def test_words_that_xml_cannot_hold_break_nothing(cast: Cast, title: str) -> None:
    if "\0" in title and connection.vendor == "postgresql":
        pytest.skip("PostgreSQL holds no such text")
    story = make_story(cast.waste, by=cast.alice)
    StoryPage.objects.filter(pk=story.pk).update(title=title)
    assert len(titles(read())) == 1
