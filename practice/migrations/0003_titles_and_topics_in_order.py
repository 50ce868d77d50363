"""A column to sort titles by, and the order in which authors named the topics of a story."""

from typing import Any

from django.db import migrations, models

from practice.models.titles import title_key


def fill(apps: Any, editor: Any) -> None:
    """Sort the titles that are there."""
    stories = apps.get_model("practice", "StoryPage").objects
    for pk, title in list(stories.values_list("pk", "title")):
        stories.filter(pk=pk).update(title_key=title_key(title))


class Migration(migrations.Migration):
    dependencies = [("practice", "0002_review")]

    operations = [
        migrations.AddField("storypage", "title_key", models.CharField(default="", editable=False, max_length=80)),
        migrations.AddField(
            "storypage",
            "topic_order",
            models.JSONField(blank=True, default=list, editable=False, help_text="Ids of topics, as chosen"),
        ),
        migrations.AddIndex(
            "storypage",
            models.Index(
                models.F("title_key"), models.F("page_ptr"), condition=models.Q(shown=True), name="shown_by_title"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
