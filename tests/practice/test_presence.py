from django.test import Client

from practice import writing
from practice.models import StoryPage
from practice.presence import in_words
from tests.cast import Cast
from tests.practice.steps import save


def open_page(client: Client, story: StoryPage) -> str:
    return client.get(f"/write/{story.pk}/").text


def test_authors_see_who_else_is_writing(cast: Cast) -> None:
    story = writing.start(by=cast.alice, title="Together", community=cast.waste)
    save(story, cast.alice, authors=[cast.alice, cast.bob])
    alice, bob = Client(), Client()
    alice.force_login(cast.alice)
    bob.force_login(cast.bob)
    assert "right now" not in open_page(alice, story)
    assert "Alice Marlow is writing this too, right now." in open_page(bob, story)
    page = alice.get(f"/write/{story.pk}/question/what-you-did/")
    assert "Bob Okafor is writing this too, right now." in page.text
    data = {"base": page.context["base"], "seen": page.context["seen"], "did": "We met."}
    kept = alice.post(f"/write/{story.pk}/keep/?question=what-you-did", data).json()
    assert kept["company"] == "Bob Okafor is writing this too, right now."


def test_one_who_looks_after_the_site_is_not_named(cast: Cast) -> None:
    story = writing.start(by=cast.alice, title="Alone", community=cast.waste)
    dina, alice = Client(), Client()
    dina.force_login(cast.dina)
    alice.force_login(cast.alice)
    open_page(dina, story)
    assert "right now" not in open_page(alice, story)


def test_several_are_named_together(cast: Cast) -> None:
    assert in_words([cast.alice, cast.bob, cast.carol]) == (
        "Alice Marlow, Bob Okafor and Carol Whitby are writing this too, right now."
    )
    assert in_words([]) == ""
