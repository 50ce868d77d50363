"""The first information pages. Editors change them in the admin, and this migration never touches them again."""

import string
from pathlib import Path

from django.db import migrations
from django.utils import timezone

TEXTS = Path(__file__).resolve().parent.parent / "starter_pages"
PAGES = [
    ("about", "About this hub", "What this hub is for, what a story is, and how to begin."),
    ("ground-rules", "Ground rules", "What we ask of everybody who writes, reads and answers here."),
    ("how-evidence-is-marked", "How evidence is marked", "What the signs on a story mean, and what was checked."),
    ("accessibility", "Accessibility", "How far this hub can be used by everybody, and what does not work well yet."),
    ("privacy", "Privacy", "What is kept about you, who sees it, and how you have it changed or removed."),
]


def tree_step(number):
    """A place among siblings as the tree writes it: four figures to the base of 36."""
    figures = ""
    while number:
        number, rest = divmod(number, 36)
        figures = (string.digits + string.ascii_uppercase)[rest] + figures
    return figures.rjust(4, "0")


def make_pages(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    HomePage = apps.get_model("hub", "HomePage")
    InfoPage = apps.get_model("hub", "InfoPage")
    Page = apps.get_model("wagtailcore", "Page")
    home = HomePage.objects.order_by("path").first()
    if home is None or InfoPage.objects.exists():
        return
    kind, _ = ContentType.objects.get_or_create(model="infopage", app_label="hub")
    now = timezone.now()
    children = Page.objects.filter(path__startswith=home.path, depth=home.depth + 1)
    taken = set(children.values_list("slug", flat=True))
    last = children.order_by("path").values_list("path", flat=True).last()
    step = int(last[len(home.path) :], 36) if last else 0
    for slug, title, description in PAGES:
        if slug in taken:
            continue
        step += 1
        InfoPage.objects.create(
            title=title,
            draft_title=title,
            slug=slug,
            search_description=description,
            body=(TEXTS / f"{slug}.html").read_text(encoding="utf-8"),
            content_type=kind,
            path=home.path + tree_step(step),
            depth=home.depth + 1,
            numchild=0,
            url_path=f"{home.url_path}{slug}/",
            locale=home.locale,
            first_published_at=now,
            last_published_at=now,
        )
        home.numchild += 1
    home.save(update_fields=["numchild"])


class Migration(migrations.Migration):
    dependencies = [("hub", "0002_home")]
    operations = [migrations.RunPython(make_pages, migrations.RunPython.noop)]
