"""Whether the site can do its work, asked of each part that can break. Higher rooms add their own checks.

A check is a function that answers what is worth knowing, as a small dictionary of numbers and words, or raises. Its
name and its answer are public, so nothing in them is secret or personal, unless it says that it is not: then it is
asked by `manage.py check_hub` alone.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.db import connection

log = structlog.get_logger(__name__)

Check = Callable[[], dict[str, Any]]
_checks: dict[str, Check] = {}
# Those that are told to operators alone: something should be looked after, but the site does its work.
_quiet: set[str] = set()


class Broken(Exception):
    """A check that finds its part unable to work raises this with a sentence that says so."""


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    ok: bool
    facts: dict[str, Any] = field(default_factory=dict)


def check(name: str, *, public: bool = True) -> Callable[[Check], Check]:
    """Register a function as the check of this name: `@health.check("engine")`."""

    def register(function: Check) -> Check:
        _checks[name] = function
        if not public:
            _quiet.add(name)
        return function

    return register


def findings(names: list[str] | None = None, *, public: bool = True) -> dict[str, Finding]:
    """What every check finds now, or only those of these names. Never raises."""
    asked = {name: function for name, function in _checks.items() if not (public and name in _quiet)}
    return {name: _ask(function) for name, function in asked.items() if not names or name in names}


def told(found: dict[str, Finding]) -> dict[str, Any]:
    """Findings as JSON says them."""
    checks = {name: {"ok": finding.ok, **finding.facts} for name, finding in found.items()}
    return {"ok": bool(found) and all(finding.ok for finding in found.values()), "checks": checks}


def _ask(function: Check) -> Finding:
    began = time.perf_counter()
    try:
        facts = function()
    except Broken as broken:
        return Finding(False, {"error": str(broken)})
    except Exception as error:
        # Whatever it is, the answer is that this part is broken. The cause goes to the log, not to the public.
        log.exception("health check failed", check=getattr(function, "__name__", "?"))
        return Finding(False, {"error": type(error).__name__})
    return Finding(True, {**facts, "ms": round((time.perf_counter() - began) * 1000, 1)})


@check("database")
def database() -> dict[str, Any]:
    """The database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return {"kind": connection.vendor}
