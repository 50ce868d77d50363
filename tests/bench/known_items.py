"""Whether people find what they know is there: `python -m tests.bench.known_items DIR QUERIES.tsv`.

DIR is an import, such as any hub takes. It is brought into a hub of its own, in a folder that goes away, after the
starter set of topics, and indexed by each engine. A line of QUERIES.tsv holds what somebody types, a tab, and the slugs
of the rows that would do, with spaces between; lines that begin with # are passed over. A query goes the way of the
search page: the first page of stories, or of the kind that is wanted. Prints for each engine of how many queries a
wanted row came first, among the first five and among the first ten. `--each` shows the place of each; `--keep` keeps
the hub in a folder, and takes it as it is next time; `--embedded` leaves Elasticsearch out. Where MEANING_MODEL_DIR
names a model, another line for each engine says what comes of meaning, how sure that is by a paired bootstrap of the
reciprocal ranks, and which queries lost by it.
"""

import os
import sys
import tempfile
from argparse import ArgumentParser
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.meaning import compared, texts_of_stories, with_meaning

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
NOT_FOUND = 1000
FIRST = 5


@dataclass(frozen=True)
class Wish:
    """What somebody types, and what would do."""

    text: str
    slugs: frozenset[str]


def main(arguments: list[str]) -> None:
    """Make the hub and print one line for each engine."""
    parser = ArgumentParser(prog="known_items")
    parser.add_argument("folder", type=Path)
    parser.add_argument("queries", type=Path)
    parser.add_argument("--each", action="store_true")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--embedded", action="store_true")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        made = make_hub(options.folder, options.keep or Path(place))
        import django
        from django.core.management import call_command

        django.setup()
        if not made:
            fill_hub(options.folder)
        else:
            call_command("migrate", verbosity=0, interactive=False)
        measured = measure(read(options.queries), Path(place), embedded_alone=options.embedded)
        for name, places in measured.items():
            words = measured[name.removesuffix("+meaning")]
            against = f", MRR {compared(reciprocal(words), reciprocal(places))}" if places is not words else ""
            print(line(name, list(places.values())) + against)
            for text in lost(words, places):
                print(f"  lost from the first {FIRST}: {text}")
            if options.each:
                for wish, number in places.items():
                    print(f"  {'-' if number == NOT_FOUND else number:>4}  {wish.text}")


def read(path: Path) -> list[Wish]:
    """The queries of a file."""
    rows = (row.split("\t") for row in path.read_text(encoding="utf-8").splitlines() if row.strip() and row[0] != "#")
    return [Wish(text, frozenset(" ".join(slugs).replace(",", " ").split())) for text, *slugs in rows]


def make_hub(folder: Path, place: Path) -> bool:
    """Say where the hub lies, before Django reads its settings. Answers whether it is filled already."""
    import tests.settings as settings

    place.mkdir(parents=True, exist_ok=True)
    settings.VAR_DIR = place
    settings.DATABASES["default"]["NAME"] = place / "hub.sqlite3"
    settings.MEDIA_ROOT = str(place / "media")
    return (place / "hub.sqlite3").exists()


def fill_hub(folder: Path) -> None:
    """A hub as any other: the starter topics, then the import."""
    from django.core.management import call_command

    from practice.curating import STARTER_SET, load_topics
    from practice.importing import import_folder

    call_command("migrate", verbosity=0, interactive=False)
    load_topics(STARTER_SET)
    for report in import_folder(folder):
        print(f"{report.name}: {report.made} made, {len(report.refused)} refused", file=sys.stderr)


def measure(wishes: list[Wish], place: Path, *, embedded_alone: bool) -> dict[str, dict[Wish, int]]:
    """For each engine the place of the first row that would do, for each query."""
    from search.rebuilding import rebuild
    from tests.bench.engines import elastic, elasticsearch_url, embedded

    places: dict[str, dict[Wish, int]] = {}
    texts = texts_of_stories()
    with nullcontext("") if embedded_alone else elasticsearch_url() as url:
        for opened in (embedded(place), *([elastic(url)] if url else [])):
            with opened as engine:
                rebuild(engine)
                for judged in (engine, *with_meaning(engine, texts)):
                    places[judged.name] = {wish: place_of(wish, judged) for wish in wishes}
    return places


def place_of(wish: Wish, engine: Any) -> int:
    """Where the first row that would do stands on the page of its kind."""
    from dataclasses import replace

    from practice.models import StoryPage
    from search.documents import STORY
    from search.finding import find
    from search.query import Query

    query = Query.ask(wish.text)
    if StoryPage.objects.filter(source__in=wish.slugs).exists():
        query = replace(query, kind=STORY)
    hits = find(query, engine=engine).answer.hits
    return next((number for number, hit in enumerate(hits, 1) if wish.slugs & set(hit.source.split("/"))), NOT_FOUND)


def lost(words: dict[Wish, int], meant: dict[Wish, int]) -> list[str]:
    """What was among the first by words and is not with meaning."""
    return [wish.text for wish, number in words.items() if number <= FIRST < meant[wish]]


def reciprocal(places: dict[Wish, int]) -> list[float]:
    """One for a first place, a half for a second; nothing for what was not found."""
    return [1 / number if number != NOT_FOUND else 0.0 for number in places.values()]


def line(name: str, places: list[int]) -> str:
    """The figures of one engine."""
    first, in5, in10 = (sum(number <= most for number in places) for most in (1, 5, 10))
    mean = sum(1 / number for number in places if number != NOT_FOUND) / len(places)
    return f"{name} first {first} in5 {in5} in10 {in10} of {len(places)} MRR {mean:.3f}"


if __name__ == "__main__":
    main(sys.argv[1:])
