"""What /healthz says of search."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from search import outbox
from search.models import Outbox


def checks(client: Client) -> dict[str, dict[str, object]]:
    return client.get("/healthz?check=engine&check=outbox").json()["checks"]


def test_a_whole_index_and_an_empty_outbox_are_well(index: None, client: Client) -> None:
    told = checks(client)
    assert told["engine"]["ok"]
    assert told["engine"]["documents"] == 0
    assert told["outbox"]["ok"]
    assert (told["outbox"]["waiting"], told["outbox"]["refused"]) == (0, 0)


def test_a_missing_index_is_not_well(db: None, client: Client) -> None:
    assert checks(client)["engine"] == {"ok": False, "error": "There is no search index yet."}


def test_changes_that_wait_too_long_are_not_well(index: None, client: Client) -> None:
    outbox.enqueue("story", [1])
    assert checks(client)["outbox"]["ok"]
    Outbox.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert "1 changes wait" in str(checks(client)["outbox"]["error"])
