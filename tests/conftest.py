"""What every test may ask for."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError
from hypothesis import settings as hypothesis_settings

from hub import pagecache, readers
from tests.cast import Cast, make_cast
from tests.recording import Recording, record
from tests.search.meaning import meaning_on, tiny_model  # noqa: F401  # fixtures

# A busy machine is no fault of the code: how long an example takes is for benchmarks.
hypothesis_settings.register_profile("patient", deadline=None)
hypothesis_settings.load_profile("patient")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Recording[Cast]:
    """The database, and before any test changes it: what it takes to put everybody there."""
    with django_db_blocker.unblock():
        return record(make_cast)


@pytest.fixture
def cast(django_db_setup: Recording[Cast], db: None) -> Cast:
    """Everybody, in the database."""
    try:
        return django_db_setup.play()
    except IntegrityError:  # the test made something of its own before
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


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes a minute and no database, which would come last: a worker would wait alone for it."""
    items.sort(key=lambda item: not (item.get_closest_marker("slow") and not item.get_closest_marker("django_db")))


def pytest_make_parametrize_id(val: Any, argname: str) -> str | None:
    """Name a test by the field and not by the bytes in it, which may hold a time: every worker must find the same."""
    return argname if isinstance(val, bytes) else None
