"""The search page."""

from django.test import Client

from tests.cast import Cast, make_story


def test_a_story_is_found_by_its_words(cast: Cast, client: Client) -> None:
    make_story(cast.waste, by=cast.alice)
    page = client.get("/search/", {"q": "caretaker"})
    assert page.status_code == 200
    assert "We asked the <mark>caretakers</mark>" in page.content.decode()
