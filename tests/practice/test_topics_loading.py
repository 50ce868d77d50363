from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from practice.curating import load_topics
from practice.models import Topic

pytestmark = pytest.mark.django_db


def test_the_starter_set_has_forty_topics_in_ten_groups() -> None:
    assert load_topics().made == 50
    assert Topic.objects.groups().count() == 10
    assert Topic.objects.exclude(parent=None).count() == 40
    food = Topic.objects.get(slug="food-waste")
    assert food.parent.slug == "waste"
    assert "slop bucket" in food.other_word_list()


def test_loading_again_changes_nothing_and_mends_what_was_changed() -> None:
    load_topics()
    assert (load_topics().made, load_topics().same) == (0, 50)
    Topic.objects.filter(slug="food-waste").update(title="Slops")
    assert load_topics().changed == 1
    assert Topic.objects.get(slug="food-waste").title == "Food waste"


def test_the_command_says_what_it_did() -> None:
    out = StringIO()
    call_command("load_topics", stdout=out)
    assert "50 made" in out.getvalue()


@pytest.mark.parametrize("content", ["{", '{"title": "x"}', '{"slug": "a", "title": "A", "group": "none"}', "[1]"])
def test_a_file_that_is_no_set_of_topics_is_refused_whole(tmp_path: Path, content: str) -> None:
    file = tmp_path / "topics.jsonl"
    file.write_text('{"slug": "good", "title": "Good"}\n' + content)
    with pytest.raises(CommandError):
        call_command("load_topics", str(file))
    assert not Topic.objects.exists()


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_topics", str(tmp_path / "none.jsonl"))
