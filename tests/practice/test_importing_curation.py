"""Imports of collections, of what stands out, and of people to ask."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from community.models import CommunityPage, PersonToAsk
from practice.importing import FileReport, import_folder
from practice.models import Collection, Feature, Pick

pytestmark = pytest.mark.django_db
FILES: dict[str, list[dict[str, Any]]] = {
    "councils": [{"code": "X-A", "name": "X-A Council"}],
    "communities": [
        {
            "slug": "waste",
            "title": "Waste",
            "visibility": "open",
            "facilitators": ["ann"],
            "people_to_ask": [{"person": "ann", "about": "liners"}, {"person": "nobody", "about": "bins"}],
        }
    ],
    "people": [{"slug": "ann", "name": "Ann", "council": "X-A"}],
    "stories": [
        {
            "slug": slug,
            "title": slug.title(),
            "summary": "S.",
            "community": "waste",
            "authors": ["ann"],
            "parts": {"did": "It."},
        }
        for slug in ("caddies", "liners")
    ],
    "collections": [
        {
            "slug": "first",
            "title": "Read first",
            "community": "waste",
            "start": True,
            "stories": [{"story": "liners", "note": "Short."}, {"story": "caddies"}],
        },
        {"slug": "lost", "title": "Lost", "community": "nowhere"},
        {"slug": "empty", "title": "Holes", "stories": [{"story": "gone"}]},
    ],
    "put_forward": [
        {"slug": "a", "way": "featured", "story": "caddies", "reason": "It is short.", "by": "ann", "days": 9},
        {"slug": "b", "way": "pick", "story": "liners", "reason": "It is honest.", "by": "ann"},
        {"slug": "c", "way": "pinned", "story": "gone", "reason": "It is lost.", "by": "ann"},
        {"slug": "d", "way": "pinned", "story": "caddies", "reason": "By whom?", "by": "nobody"},
    ],
}


@pytest.fixture
def bring(tmp_path: Path) -> Any:
    """Import the files, and answer the report on one of them."""
    for name, rows in FILES.items():
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")

    def bring(name: str) -> FileReport:
        return next(report for report in import_folder(tmp_path) if report.name == f"{name}.jsonl")

    return bring


def test_a_collection_comes_in_in_its_order_and_once(bring: Any) -> None:
    report = bring("collections")
    assert (report.made, len(report.refused)) == (1, 2)
    bring("collections")
    titles = [item.story.title for item in Collection.objects.get().items.select_related("story")]
    assert titles == ["Liners", "Caddies"]


def test_what_stands_out_comes_in_with_a_day_counted_from_now(bring: Any) -> None:
    report = bring("put_forward")
    assert (report.made, len(report.refused)) == (2, 2)
    assert Feature.objects.get().until == timezone.localdate() + timedelta(days=9)
    assert Pick.objects.of_week().get().words == "It is honest."


def test_the_front_page_shows_what_came_in(bring: Any) -> None:
    report = bring("communities")
    assert any("nobody among the members to ask" in words for _, words in report.notes)
    assert PersonToAsk.objects.of(CommunityPage.objects.get(slug="waste")).count() == 1
    html = Client().get("/communities/waste/").text
    for words in ("Start here", "Read first", "Ask about liners", "Featured by Ann"):
        assert words in html
