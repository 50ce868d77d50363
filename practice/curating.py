"""What editors do with topics: bring in a starter set, and keep those that are in use. Words on stories: `tags.py`."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from hub.refusal import Refused
from practice.models import StoryPage, Topic

STARTER_SET = Path(__file__).resolve().parent / "demo" / "topics.jsonl"


@dataclass(frozen=True)
class LoadedTopics:
    """What became of the rows of a set of topics."""

    made: int
    changed: int
    same: int


def load_topics(path: Path = STARTER_SET) -> LoadedTopics:
    """Bring a set of topics in, or up to date, by slug. Nothing is taken away, so it can be run again.

    One JSON object a line: slug, title, summary, other_words (a list), group (the slug of the first level, or absent).
    """
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    made = changed = 0
    with transaction.atomic():
        known = {topic.slug: topic for topic in Topic.objects.all()}
        for row in sorted(rows, key=lambda row: bool(row.get("group"))):
            group = known[row["group"]] if row.get("group") else None
            values = {
                "title": row["title"],
                "summary": row.get("summary", ""),
                "other_words": "\n".join(row.get("other_words", [])),
                "parent": group,
            }
            topic = known.get(row["slug"])
            if topic is None:
                known[row["slug"]] = Topic.objects.create(slug=row["slug"], **values)
                made += 1
            elif any(getattr(topic, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(topic, name, value)
                topic.save()
                changed += 1
    return LoadedTopics(made, changed, len(rows) - made - changed)


def check_may_go(topics: Iterable[Topic]) -> None:
    """Raise Refused if one of these topics is in use. Stories keep what they are about."""
    for topic in topics:
        stories = StoryPage.topics.through.objects.filter(topic=topic).count()
        if stories:
            many = "1 story is" if stories == 1 else f"{stories:,} stories are"
            raise Refused(f"“{topic}” stays: {many} about it. Give them another topic first.")
        under = topic.children.count()
        if under:
            raise Refused(f"“{topic}” stays: it is a group, and {under} of its topics would have none.")
