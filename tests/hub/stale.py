"""One side of the test that looks for stale pages: `main` of write|read COUNT FOLDER.

The writer changes the title of a story COUNT times, each in a transaction, and notes each number after its commit.
The reader, another process with threads, reads the page until the writer is done. What it gets must never be older
than the number that was noted before it asked. The last line says what happened, as JSON.
"""

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.test import RequestFactory

from hub import pagecache
from practice.models import StoryPage
from tests.hub import cached_urls


def write(count: int, noted: Path) -> dict[str, Any]:
    story = StoryPage.objects.get()
    for number in range(1, count + 1):
        with transaction.atomic():
            story = StoryPage.objects.select_for_update().get(pk=story.pk)
            story.title = f"N{number}N"
            story.save()
            time.sleep(0.002)  # readers come between the change and the commit
        note(number, noted)
        time.sleep(0.004)
    return {"written": count}


def note(number: int, noted: Path) -> None:
    """Put the number in place at once: a reader must not see half of two."""
    new = noted.with_suffix(".new")
    new.write_text(str(number))
    new.replace(noted)


def read(count: int, noted: Path) -> dict[str, Any]:
    from django.core.handlers.wsgi import WSGIHandler

    handler = WSGIHandler()
    reads, stale, not_changed = [], [], []

    def loop() -> None:
        etag, shown = "", 0
        while shown < count and not stale:
            before = int(noted.read_text())
            request = RequestFactory().get("/page/", headers={"If-None-Match": etag} if etag else {})
            answer = handler.get_response(request)
            if answer.status_code == 304:
                not_changed.append(1)
            else:
                etag, shown = answer["ETag"], int(answer.content.split(b"N")[1])
            reads.append(1)
            if shown < before:
                stale.append((before, shown))
        connection.close()

    threads = [threading.Thread(target=loop) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return {
        "reads": len(reads),
        "made": len(cached_urls.made),
        "not_changed": len(not_changed),
        "stale": stale[:5],
        "kept": len(pagecache._plain.pages),
    }


def main() -> None:
    side, times, folder = sys.argv[1:]
    path = Path(folder) / "noted"
    while side == "write" and not (Path(folder) / "reading").exists():
        time.sleep(0.05)
    (Path(folder) / "reading").touch()
    print(json.dumps({"write": write, "read": read}[side](int(times), path)), flush=True)
    os._exit(0)
