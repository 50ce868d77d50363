"""What nobody types into a browser: numbers without end, NUL, and nesting without end. Never an error of ours."""

from django.test import Client

from practice.models import StoryPage
from tests.cast import Cast

HUGE = "9" * 5000
MISSING = "9" * 19


def test_addresses_are_answered(client: Client, cast: Cast, story: StoryPage) -> None:
    client.force_login(cast.carol)
    for address in (
        f"/sitemap-stories.xml?page={HUGE}",
        "/councils/%00/",
        "/wanted/?topic=%00",
        "/write/?community=%00",
        f"/communities/{cast.waste.slug}/invitations/?who=x%00y",
        f"/people/{cast.alice.pk}/portrait/{MISSING}/",
        f"/people/?skill=%00&council=%00&page={HUGE}",
    ):
        assert client.get(address).status_code in {200, 404}, address
    client.force_login(cast.dina)
    assert client.get("/media/a%00b").status_code == 404


def test_what_is_sent_is_answered_and_kept(client: Client, cast: Cast, story: StoryPage) -> None:
    client.force_login(cast.alice)
    address = f"/write/{story.pk}/"
    for path, sent, status in (
        (f"{address}share/", {"end": HUGE}, 404),
        (address, {"title": "Newer", "seen": "[" * 100_000}, 409),
        (address, {"title": "New", "base": story.latest_revision_id, "then": f"take-{HUGE}"}, 404),
        (f"/moderate/{story.pk}/undo/", {"review": HUGE}, 403),
        ("/write/", {"join": "\0"}, 404),
        ("/wanted/ask/", {"q": "x" * 100_000}, 302),
    ):
        assert client.post(path, sent).status_code == status, sent
    client.force_login(cast.carol)
    assert client.post("/tags/", {"one": "\0", "other": "\0"}).status_code == 404
