"""The commands for those who look after the site."""

import json
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from practice.models import Topic
from search import outbox, rebuilding
from search.engines import engine
from search.models import Outbox
from tests.cast import Cast, make_community, make_story
from tests.search.conftest import found, there


def run(*words: str, **options: object) -> str:
    out = StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue()


def test_search_prints_what_a_visitor_finds(cast: Cast, index: None) -> None:
    story = make_story(cast.waste, by=cast.alice, title="Caretakers", source="caretakers-first")
    hidden = make_community("Secret", facilitator=cast.carol, visibility="hidden")
    make_story(hidden, by=cast.carol, title="Caretakers in secret")
    outbox.drain()
    printed = json.loads(run("search", "caretakers", "--json"))
    assert printed["total"] == 1
    (hit,) = printed["hits"]
    assert hit.pop("score") > 0
    assert hit == {
        "kind": "story",
        "id": story.pk,
        "source": "caretakers-first",
        "title": "Caretakers",
        "url": story.get_absolute_url(),
    }


def test_search_takes_a_limit_filters_and_several_words(cast: Cast, index: None) -> None:
    for number in range(3):
        make_story(cast.waste, by=cast.alice, title=f"Food waste {number}")
    make_story(make_community("Care"), by=cast.alice, title="Food waste in care")
    outbox.drain()
    printed = json.loads(run("search", "food waste", "--json", "--limit", "2"))
    assert (printed["total"], len(printed["hits"])) == (4, 2)
    assert json.loads(run("search", "food", "waste", "--json", "--community", "care"))["total"] == 1
    assert json.loads(run("search", "--json", "--limit", "0", "--kind", "story")) == {"total": 4, "hits": []}
    assert "4 found" in run("search", "food waste")


def test_search_says_when_the_engine_is_away(cast: Cast, index: None) -> None:
    making = engine().rebuild()
    (settings.VAR_DIR / "search.sqlite3").unlink()
    with pytest.raises(CommandError, match="no search index"):
        run("search", "food")
    making.abandon()


def test_rebuild_makes_the_index_anew(cast: Cast) -> None:
    make_story(cast.waste, by=cast.alice, title="Here")
    assert f"{there()} documents" in run("rebuild_search")
    assert found() == ["Here"]


def test_status_is_content_when_all_is_well(cast: Cast, index: None) -> None:
    make_story(cast.waste, by=cast.alice)
    outbox.drain()
    printed = run("search_status")
    assert f"Documents  {there()} " in printed
    assert "0 waiting" in printed
    told = json.loads(run("search_status", "--json"))
    assert (told["engine"], told["ready"], told["documents"]) == ("sqlite", True, there())
    assert told["outbox"] == {"waiting": 0, "oldest_seconds": 0, "dead": 0}


def test_status_complains_about_a_missing_index(db: None) -> None:
    with pytest.raises(CommandError, match="rebuild_search"):
        run("search_status")


def test_status_complains_about_late_and_refused_changes(index: None) -> None:
    from datetime import timedelta

    from django.utils import timezone

    outbox.enqueue("story", [1])
    Outbox.objects.update(created_at=timezone.now() - timedelta(hours=1))
    with pytest.raises(CommandError, match="wait too long"):
        run("search_status")
    Outbox.objects.all().delete()
    Outbox.objects.bury("story", 7, "a page without a title")
    out = StringIO()
    with pytest.raises(CommandError, match="refused"):
        call_command("search_status", stdout=out)
    assert "story 7: a page without a title" in out.getvalue()


def test_rebuild_goes_through_every_kind_and_says_how_far(cast: Cast) -> None:
    make_story(cast.waste, by=cast.alice, title="Here")
    Topic.objects.create(title="Food waste", slug="food-waste")
    steps: list[tuple[int, int]] = []
    rebuilding.rebuild(progress=lambda done, of: steps.append((done, of)))
    assert [done for done, _ in steps] == sorted({done for done, _ in steps})
    assert {of for _, of in steps} == {there()} == {steps[-1][0]}
    for kind, title in (
        ("story", "Here"),
        ("person", "Bob Okafor"),
        ("community", "Waste and recycling"),
        ("topic", "Food waste"),
        ("council", "Brockhaven"),
    ):
        assert title in found(kind=kind)


def test_deliver_says_how_much_it_took_and_makes_a_missing_index(cast: Cast) -> None:
    make_story(cast.waste, by=cast.alice, title="Here")
    assert "documents delivered" in run("deliver_search")
    assert found() == ["Here"]
    make_story(cast.waste, by=cast.alice, title="There")
    assert "documents delivered" in run("deliver_search")
    assert sorted(found()) == ["Here", "There"]


def test_what_was_refused_is_told_by_check_hub_and_tried_again(cast: Cast, index: None) -> None:
    story = make_story(cast.waste, by=cast.alice, title="Here")
    Outbox.objects.all().delete()
    Outbox.objects.bury("story", story.pk, "a page without a title\nand more")
    out = StringIO()
    with pytest.raises(CommandError, match="Broken: refused"):
        call_command("check_hub", stdout=out)
    assert f"story {story.pk}: a page without a title)" in out.getvalue()
    assert "1 refused documents" in run("deliver_search", "--refused")
    assert found() == ["Here"]
    assert not Outbox.objects.exists()


def test_deliver_goes_on_for_ever_while_the_engine_is_away(
    cast: Cast, index: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    class EnoughError(Exception):
        """Ends what would go on for ever."""

    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            making.abandon()
        if len(slept) == 4:
            raise EnoughError

    make_story(cast.waste, by=cast.alice, title="Written meanwhile")
    making = engine().rebuild()
    (settings.VAR_DIR / "search.sqlite3").unlink()
    monkeypatch.setattr("search.management.commands.deliver_search.time.sleep", sleep)
    # It would end the transaction that the test is in.
    monkeypatch.setattr("search.management.commands.deliver_search.close_old_connections", lambda: None)
    with pytest.raises(EnoughError):
        run("deliver_search", "--forever")
    assert slept == [2, 4, 8, 1]
    assert found() == ["Written meanwhile"]
