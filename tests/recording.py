"""What a function puts into the database, put there again in a hundredth of the time.

Nearly every test begins with the cast. The product makes a community and six people in a hundred queries, and a story
in more; their rows are the same each time, so they are made once by the product and then written as they are.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, Generic, ParamSpec, TypeVar

from django.apps import apps
from django.db import connection, transaction

from hub import pagecache
from hub.models import CacheVersion

Given = ParamSpec("Given")
Made = TypeVar("Made")
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Recording(Generic[Made]):
    """What was made, and the statements that put its rows into the database."""

    made: Made
    statements: list[tuple[str, list[Row]]]

    def play(self) -> Made:
        """Put it into the database again."""
        with transaction.atomic(), connection.cursor() as cursor:
            for sql, rows in self.statements:
                cursor.executemany(sql, rows)
            pagecache.bump()
        return deepcopy(self.made)


def record(make: Callable[[], Made]) -> Recording[Made]:
    """Do it once, note which rows came or changed, and take them away again."""
    with transaction.atomic():
        before = _rows()
        made = make()
        statements = list(_differences(before, _rows()))
        transaction.set_rollback(True)
    return Recording(made, statements)


def recorded(make: Callable[Given, Made]) -> Callable[Given, Made]:
    """A function of nothing or the cast, done by the product the first time and from its recording in every later test.

    What it returns is its own copy: a test takes people and pages from there, whose numbers have moved on with it.
    """
    recordings: list[Recording[Made]] = []

    @wraps(make)
    def play(*given: Given.args, **named: Given.kwargs) -> Made:
        if not recordings:
            recordings.append(record(partial(make, *given, **named)))
        return recordings[0].play()

    return play


def _tables() -> Iterator[tuple[str, str, list[str]]]:
    """Each table that the product writes to, with its key and its columns, but for the version, which never repeats."""
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        # SQLite keeps the index of Wagtail's own search itself, from the rows that it is about.
        if meta.managed and not meta.proxy and not meta.db_table.endswith("_fts") and model is not CacheVersion:
            columns = [field.column for field in meta.local_concrete_fields]
            yield meta.db_table, meta.pk.column, [meta.pk.column, *(each for each in columns if each != meta.pk.column)]


def _rows() -> dict[str, dict[Any, Row]]:
    """Every row of every table by its key."""
    found = {}
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table, _, columns in _tables():
            cursor.execute(f"SELECT {', '.join(map(quote, columns))} FROM {quote(table)}")
            found[table] = {row[0]: tuple(row) for row in cursor.fetchall()}
    return found


def _differences(
    before: dict[str, dict[Any, Row]], after: dict[str, dict[Any, Row]]
) -> Iterator[tuple[str, list[Row]]]:
    """The statements that make the one into the other."""
    quote = connection.ops.quote_name
    for table, key, columns in _tables():
        was, now = before[table], after[table]
        assert not was.keys() - now.keys(), f"{table}: a row was deleted, which a recording does not know"
        if new := [row for row in now.values() if row[0] not in was]:
            names, places = ", ".join(map(quote, columns)), ", ".join(["%s"] * len(columns))
            yield f"INSERT INTO {quote(table)} ({names}) VALUES ({places})", new
        if changed := [(*row[1:], row[0]) for row in now.values() if row[0] in was and was[row[0]] != row]:
            values = ", ".join(f"{quote(column)} = %s" for column in columns[1:])
            yield f"UPDATE {quote(table)} SET {values} WHERE {quote(key)} = %s", changed
