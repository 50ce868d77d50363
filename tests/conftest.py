"""What every test may ask for."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from hypothesis import settings as hypothesis_settings

from hub import pagecache, readers
from tests.cast import Cast, make_cast
from tests.search.meaning import meaning_on, tiny_model  # noqa: F401  # fixtures

# A busy machine is no fault of the code: how long an example takes is for benchmarks.
hypothesis_settings.register_profile("patient", deadline=None)
hypothesis_settings.load_profile("patient")


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody, in the database."""
    return make_cast()


@pytest.fixture(autouse=True)
def _no_kept_pages() -> Iterator[None]:
    """Each test begins and ends without kept pages: its rows go away without a change of the version."""
    pagecache.reset()
    readers.reset()
    cache.clear()
    yield
    pagecache.reset()
    readers.reset()


@pytest.fixture(autouse=True)
def _no_index_of_other_tests(settings: Any) -> None:
    """Each test begins without a search index; the first search makes one from the rows of the test."""
    (settings.VAR_DIR / "search.sqlite3").unlink(missing_ok=True)


@pytest.fixture
def page_cache(settings: Any) -> None:
    """Keep whole pages for visitors, as the running site does."""
    settings.PAGE_CACHE_MB = 8


def pytest_make_parametrize_id(val: Any, argname: str) -> str | None:
    """Name a test by the field and not by the bytes in it, which may hold a time: every worker must find the same."""
    return argname if isinstance(val, bytes) else None
