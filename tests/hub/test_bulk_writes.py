"""Writes that send no signal leave kept pages stale, unless the same function says `bump()`.

Each such write in the product stands in a function that calls `bump`, or is named here (it, or its module) with the
reason why no visitor's page shows what it changes. Migrations are left out: a site is started anew after them.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("hub", "community", "practice", "search")
SILENT = {"bulk_create", "bulk_update", "executemany", "executescript", "_raw_delete"}

NO_VISITOR_SEES_IT = {
    "community.leaving._forget_addresses": "the log of decisions, which no visitor reads",
    "community.leaving._forget_name": "the log of decisions, which no visitor reads",
    "hub.pagecache": "it is the bump, and reads of the version",
    "hub.health.database": "it reads",
    "hub.notifications": "inboxes and mail",
    "practice.importing.stories.settle_state": "in the transaction that publishes, which bumps",
    "practice.leaving.forget_reports": "who reported what, which no visitor is told",
    "search.demand": "counts of what was asked, and the board, whose page is not kept",
    "search.engines": "files of the engine, whose pages are not kept",
    "search.letters": "what was sent to whom",
    "search.matching": "an index in memory",
    "search.meaning": "vectors, which no kept page shows, and a read",
    "search.models.outbox": "what the engine must still read",
    "search.models.vector": "vectors, which no kept page shows",
    "search.fulfilment": "who was told that a wish is met",
    "search.finds": "what those searches found, and whether it was told",
    "search.outbox": "what the engine must still read",
    "search.standing": "searches that people keep for themselves",
    "search.lookout": "what those searches found",
}


def silent_writes(source: str) -> Iterator[tuple[str, bool]]:
    """The functions that write without a signal, and whether they call bump."""

    def visit(node: ast.AST, name: str) -> Iterator[tuple[str, bool]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef):
                yield from visit(child, f"{name}.{child.name}")
            elif isinstance(child, ast.FunctionDef):
                calls = [part for part in ast.walk(child) if isinstance(part, ast.Call)]
                if any(map(is_silent, calls)):
                    yield f"{name}.{child.name}", any(called(call) == "bump" for call in calls)
            else:
                yield from visit(child, name)

    return visit(ast.parse(source), "")


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def is_silent(call: ast.Call) -> bool:
    """Whether this writes rows past the signals.

    `update` of a QuerySet has keywords only, that of a dict a mapping; `execute` of a cursor has the words first, that
    of a Wagtail action only options.
    """
    name = called(call)
    if name == "execute":
        return bool(call.args)
    return name in SILENT or (name == "update" and not call.args and bool(call.keywords))


def within(name: str, reason: str) -> bool:
    """Whether a reason is given for this function, or for the module or class that it stands in."""
    return f"{name}.".startswith(f"{reason}.")


def modules() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts]


def test_each_write_past_the_signals_says_bump_or_is_known_to_be_unseen():
    found = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts) + name: bumps
        for path in modules()
        for name, bumps in silent_writes(path.read_text())
    }
    stale = {
        name for name, bumps in found.items() if not bumps and not any(within(name, r) for r in NO_VISITOR_SEES_IT)
    }
    assert not stale, f"These write in bulk and leave pages stale. Call pagecache.bump() in the transaction: {stale}"
    gone = {reason for reason in NO_VISITOR_SEES_IT if not any(within(name, reason) for name in found)}
    assert not gone, f"A reason stands for a function that is gone: {gone}"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f():\n  Story.objects.filter(a=1).update(title='x')", [(".f", False)]),
        ("def f():\n  Story.objects.bulk_create([])\n  bump()", [(".f", True)]),
        ("class A:\n  def f(self):\n    c.execute('UPDATE')\n    pagecache.bump()", [(".A.f", True)]),
        ("def f():\n  if x:\n    def g(): pass\n    q.update(n=F('n') + 1)", [(".f", False)]),
        ("def f():\n  {}.update({})\n  sha.update(b'')\n  Story.objects.create()", []),
    ],
)
def test_the_search_for_such_writes_finds_them(source, expected):
    assert list(silent_writes(source)) == expected
