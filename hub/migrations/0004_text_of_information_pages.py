"""The text of the information pages as blocks: a heading for each of the second level, and text between them.

It stays in the column of text until the next migration makes another kind of column of it.
"""

import json
import re
from html import unescape
from uuid import uuid4

from django.db import migrations

HEADING = re.compile(r"<h2[^>]*>(.*?)</h2>", re.DOTALL)
LONGEST = 120


def plain(html):
    return unescape(re.sub(r"<[^>]*>", "", html)).strip()


def block(kind, value):
    return {"type": kind, "value": value, "id": str(uuid4())}


def in_blocks(body):
    blocks, rest = [], ""
    for number, part in enumerate(HEADING.split(body)):
        if number % 2 and plain(part) and len(plain(part)) <= LONGEST:
            if rest.strip():
                blocks.append(block("text", rest.strip()))
            rest = ""
            blocks.append(block("heading", plain(part)))
        elif number % 2:
            rest += f"<h3>{part}</h3>" if plain(part) else ""
        else:
            rest += part
    if rest.strip():
        blocks.append(block("text", rest.strip()))
    return json.dumps(blocks)


def in_text(stored):
    """The headings and texts of a page. What else it has had no place before."""
    if not stored.lstrip().startswith("["):
        return stored
    said = {"heading": "<h2>{}</h2>\n", "text": "{}\n"}
    return "".join(said[each["type"]].format(each["value"]) for each in json.loads(stored) if each["type"] in said)


def change(apps, made):
    InfoPage = apps.get_model("hub", "InfoPage")
    ContentType = apps.get_model("contenttypes", "ContentType")
    Revision = apps.get_model("wagtailcore", "Revision")
    for page in InfoPage.objects.only("pk", "body"):
        InfoPage.objects.filter(pk=page.pk).update(body=made(page.body))
    kind = ContentType.objects.filter(app_label="hub", model="infopage").first()
    for revision in Revision.objects.filter(content_type=kind) if kind else ():
        revision.content["body"] = made(revision.content.get("body") or "")
        revision.save(update_fields=["content"])


def forwards(apps, schema_editor):
    change(apps, in_blocks)


def backwards(apps, schema_editor):
    change(apps, in_text)


class Migration(migrations.Migration):
    dependencies = [("hub", "0003_information_pages")]
    operations = [migrations.RunPython(forwards, backwards)]
