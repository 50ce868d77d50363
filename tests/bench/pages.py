"""How fast pages are, in requests a second against a bare Django view: `python -m tests.bench.pages [STORIES …]`.

The bare view has the stock middleware of a new Django project and answers 10 KB from memory. Both are called in this
process as a server would call them (WSGI), without a socket: a socket adds the same to each and much noise. They are
timed in turns, so that what else the machine does meets both; CPU time is the steadier figure, so ratios are of it.

The stories are the demo's, by the product's own importer; larger hubs are those copied row by row, with new addresses
and dates. Settings are those of a deployment on SQLite. Signed in means: as a member of two communities.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from tests.bench.hub import new_hub

SIZES = (60, 10_000)
TARGETS = {
    "story": (1.0, 0.15),
    "home": (1.0, 0.1),
    "community": (1.0, 0.1),
    "stories": (1.0, 0.1),
    "search": (0.0, 0.0),  # has targets of its own, for the engine: tests/bench/search_speed.py
}
SECONDS = 1.5  # that each page is called, in rounds
STOCK = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

Application = Callable[[dict[str, Any], Callable[..., Any]], Any]


@dataclass(frozen=True)
class Figure:
    """What one page took, in microseconds of CPU time and of the clock, and how much it sent."""

    cpu: float
    clock: float
    status: str
    size: int


def main(sizes: list[int]) -> None:
    """Make each hub, time its pages, and print one line a page."""
    with new_hub(log_level=os.environ.get("LOG_LEVEL", "INFO")) as place:
        import django

        with (place / "log").open("w") as log, redirect_stderr(log):
            django.setup()  # so that lines of the log are written, as in a deployment
            run(sizes)


def run(sizes: list[int]) -> None:
    """As `main`, once everything is set up."""
    from django.conf import settings

    settings.ROOT_URLCONF = "tests.bench.urls"
    seed()
    for size in sizes:
        grow(size)
        tell(size, list(measure()))


# --- The hub ---------------------------------------------------------------------------------------------------------


def seed() -> None:
    """A new database with the demo in it, and the static files."""
    from django.apps import apps
    from django.core.management import call_command

    say("migrate and collect static files")
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    say("import the demo")
    with open(os.devnull, "w") as nowhere:
        call_command("import_stories", str(Path(apps.get_app_config("practice").path) / "demo"), stdout=nowhere)


def grow(size: int) -> None:
    """Copy the published stories until there are so many, and make the search index of all."""
    from django.core.management import call_command
    from django.db import connection, transaction

    from hub import pagecache
    from practice.models import StoryPage

    live = list(StoryPage.objects.filter(shown=True).order_by("pk").values_list("pk", flat=True)[:200])
    missing = size - StoryPage.objects.filter(shown=True).count()
    if missing > 0:
        say(f"copy {missing:,} stories")
        with transaction.atomic(), connection.cursor() as cursor:
            copies = Copies(cursor, live)
            copies.make(missing)
            pagecache.bump()
    say("make the search index")
    call_command("rebuild_search", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


class Copies:
    """Stories copied by rows. Treebeard needs only the path, the depth and the number of children to be right."""

    TABLES = (
        ("practice_storyauthor", "page_id"),
        ("practice_storytag", "content_object_id"),
        ("practice_storypage_topics", "storypage_id"),
    )

    def __init__(self, cursor: Any, stories: list[int]) -> None:
        self.cursor, self.stories = cursor, stories
        self.pages = self.rows("wagtailcore_page", "id")
        self.told = self.rows("practice_storypage", "page_ptr_id")
        self.around = {table: self.rows(table, column) for table, column in self.TABLES}

    def rows(self, table: str, column: str) -> dict[int, list[dict[str, Any]]]:
        """The rows of the originals, by story."""
        marks = ", ".join(["%s"] * len(self.stories))
        self.cursor.execute(f"SELECT * FROM {table} WHERE {column} IN ({marks})", self.stories)
        names = [column[0] for column in self.cursor.description]
        found: dict[int, list[dict[str, Any]]] = {}
        for values in self.cursor.fetchall():
            row = dict(zip(names, values, strict=True))
            found.setdefault(row[column], []).append(row)
        return found

    def make(self, number: int) -> None:
        """Insert so many copies."""
        from wagtail.models import Page

        self.cursor.execute("SELECT MAX(id) FROM wagtailcore_page")
        last = self.cursor.fetchone()[0]
        pages, told, around = [], [], {table: [] for table, _ in self.TABLES}
        children: dict[str, int] = {}
        for index in range(number):
            original, pk = self.stories[index % len(self.stories)], last + 1 + index
            page = dict(self.pages[original][0])
            parent = page["path"][: -Page.steplen]
            if parent not in children:
                self.cursor.execute(
                    "SELECT MAX(path) FROM wagtailcore_page WHERE path LIKE %s", [parent + "_" * Page.steplen]
                )
                children[parent] = Page._str2int(self.cursor.fetchone()[0][-Page.steplen :])
            children[parent] += 1
            page |= {
                "id": pk,
                "path": Page._get_path(parent, page["depth"], children[parent]),
                "slug": f"{page['slug'][:60]}-{pk}",
                "url_path": f"{page['url_path'].rstrip('/')}-{pk}/",
                "title": f"{page['title']} ({pk})"[:255],
                "translation_key": f"{pk:032x}",
            }
            pages.append(page)
            story = dict(self.told[original][0])
            moment = f"20{10 + index % 15:02}-{1 + index % 12:02}-{1 + index % 28:02} 10:{index % 60:02}:00"
            told.append(story | {"page_ptr_id": pk, "source": "", "published_at": moment})
            for table, column in self.TABLES:
                around[table] += [{**row, column: pk} for row in self.around[table].get(original, [])]
        self.insert("wagtailcore_page", pages)
        self.insert("practice_storypage", told)
        for table, rows in around.items():
            self.insert(table, [{name: value for name, value in row.items() if name != "id"} for row in rows])
        self.cursor.executemany(
            "UPDATE wagtailcore_page SET numchild = %s WHERE path = %s",
            [(count, parent) for parent, count in children.items()],
        )

    def insert(self, table: str, rows: list[dict[str, Any]]) -> None:
        """Insert rows that all have the same columns."""
        names = list(rows[0])
        places = ", ".join(["%s"] * len(names))
        words = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})"
        self.cursor.executemany(words, [tuple(row.values()) for row in rows])


# --- The pages -------------------------------------------------------------------------------------------------------


def measure() -> Iterator[tuple[str, Figure, float]]:
    """Each page with its figure and the CPU ratio of the bare view to it, timed in turns with the bare view."""
    hub, bare = application(None), application(STOCK)
    cookie = signed_in()
    for name, path in addresses().items():
        for who, header in (("visitor", ""), ("signed in", cookie)):
            page, plain = [], []
            caller, reference = call(hub, path, header), call(bare, "/bare/", "")
            for _ in range(3):
                caller()
                reference()
            end = time.perf_counter() + SECONDS
            while time.perf_counter() < end or len(page) < 5:
                plain.append(timed(reference, 40))
                page.append(timed(caller, 40 if page and page[-1].cpu < 2000 else 8))
            figure = middle(page)
            yield f"{name:10} {who:9}", figure, middle(plain).cpu / figure.cpu


def addresses() -> dict[str, str]:
    """A page of each kind: an open community, a story in it, and words that many stories have."""
    from community.models import CommunityPage
    from practice.models import StoryPage

    story = StoryPage.objects.visible_to(None).newest_first().first()
    assert story is not None
    community = CommunityPage.objects.get(pk=story.community_id)
    return {
        "home": "/",
        "story": story.get_absolute_url(),
        "community": community.get_absolute_url(),
        "stories": "/stories/",
        "search": "/search/?q=food+waste",
    }


def signed_in() -> str:
    """The cookie of a member of two communities."""
    from django.conf import settings
    from django.test import Client

    from community.models import CommunityPage, Membership, Person

    person = Person.objects.filter(is_active=True, is_editor=False, is_superuser=False).order_by("pk")[0]
    for community in CommunityPage.objects.visible_to(None)[:2]:
        Membership.objects.get_or_create(community=community, person=person)
    client = Client()
    client.force_login(person, settings.AUTHENTICATION_BACKENDS[0])
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def application(middleware: list[str] | None) -> Application:
    """The site as a server runs it, or with other middleware."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import override_settings

    with override_settings(**({"MIDDLEWARE": middleware} if middleware else {})):
        return WSGIHandler()


def call(application: Application, path: str, cookie: str) -> Callable[[], tuple[str, int]]:
    """A function that asks for a page as a server does and takes all of it."""
    path, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "testserver",
        "HTTP_ACCEPT": "text/html",
        "HTTP_USER_AGENT": "bench",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **({"HTTP_COOKIE": cookie} if cookie else {}),
    }

    def once() -> tuple[str, int]:
        said: list[str] = []
        answer = application(
            {**environ, "wsgi.input": BytesIO(), "wsgi.errors": sys.stderr}, lambda status, headers: said.append(status)
        )
        size = sum(map(len, answer))
        answer.close()
        return said[0], size

    return once


def timed(function: Callable[[], tuple[str, int]], times: int) -> Figure:
    """One call, as the mean of several."""
    cpu, clock = time.process_time(), time.perf_counter()
    for _ in range(times):
        status, size = function()
    cpu, clock = time.process_time() - cpu, time.perf_counter() - clock
    return Figure(cpu / times * 1e6, clock / times * 1e6, status, size)


def middle(figures: list[Figure]) -> Figure:
    """The median of rounds."""
    last = figures[-1]
    median = statistics.median
    return Figure(median(f.cpu for f in figures), median(f.clock for f in figures), last.status, last.size)


def tell(size: int, rows: list[tuple[str, Figure, float]]) -> None:
    """Print what was found."""
    print(f"\n{size:,} stories          requests/s   CPU ms   of bare   target   size")
    for name, figure, ratio in rows:
        target = TARGETS[name.split()[0]]["signed in" in name]
        word = "" if figure.status.startswith("200") else f"  {figure.status}"
        fine = "ok" if ratio >= target else "BELOW"
        speed, milliseconds = 1e6 / figure.cpu, figure.cpu / 1000
        print(
            f"{name:22} {speed:9,.0f} {milliseconds:8.2f} {ratio:9.2f} {target:7.2f} {fine:6} {figure.size:7,}{word}",
            flush=True,
        )


def say(words: str) -> None:
    """Say what is being done."""
    print(f"… {words}", flush=True)


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or list(SIZES))
