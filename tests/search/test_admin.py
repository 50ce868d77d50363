"""What editors see of the search index in the admin."""

from django.test import Client
from django.urls import reverse

from search import outbox
from search.models import Outbox
from tests.cast import Cast, make_story
from tests.search.conftest import found


def test_editors_see_what_was_refused_and_have_it_tried_again(
    cast: Cast, index: None, client: Client, django_capture_on_commit_callbacks
) -> None:
    story = make_story(cast.waste, by=cast.alice, title="Here")
    Outbox.objects.all().delete()
    letter = Outbox.objects.bury("story", story.pk, "a page <without> a title")
    client.force_login(cast.dina)
    page = client.get(reverse("search-refused")).content.decode()
    assert f"story {story.pk}" in page
    assert "a page &lt;without&gt; a title" in page
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("search-refused"), {"letter": letter.pk}).status_code == 302
    assert outbox.depth().dead == 0
    assert found() == ["Here"]
    assert "Nothing was refused" in client.get(reverse("search-refused")).content.decode()


def test_all_that_was_refused_can_be_tried_at_once(cast: Cast, index: None, client: Client) -> None:
    for id in (901, 902):
        Outbox.objects.bury("story", id, "bad")
    client.force_login(cast.dina)
    client.post(reverse("search-refused"), {"letter": "all"})
    assert outbox.depth().dead == 0


def test_nobody_else_sees_it(cast: Cast, index: None, client: Client) -> None:
    for person in (cast.alice, cast.carol):
        client.force_login(person)
        assert client.get(reverse("search-refused")).status_code in {302, 403}
        letter = Outbox.objects.bury("story", 901, "bad")
        assert client.post(reverse("search-refused"), {"letter": letter.pk}).status_code in {302, 403}
        assert outbox.depth().dead
