"""Search by meaning, switched on with a tiny model, and its vectors made when a test says so."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from search import meaning
from tests import needs
from tests.search.tiny_model import make_model


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model that knows a few words."""
    needs.meaning_extra()
    return make_model(tmp_path_factory.mktemp("model"))


@pytest.fixture
def meaning_on(settings: Any, tiny_model: Path) -> Iterator[Any]:
    """The site searches by meaning. Nothing runs in other threads but the model, which gets the time that it needs."""
    yield from switched_on(settings, tiny_model)


def switched_on(settings: Any, folder: Path) -> Iterator[Any]:
    """Switch it on with a model, and leave nothing behind."""
    from search.meaning import nearest
    from search.meaning.background import maker

    settings.MEANING_MODEL_DIR = str(folder)
    site = meaning.site()
    assert site
    site.load()
    kept = site.wait, maker.in_thread, maker.look_at
    site.wait, maker.in_thread, maker.look_at = 30.0, False, float("inf")
    nearest.forget()
    yield site
    maker.work()
    nearest.forget()
    site.wait, maker.in_thread, maker.look_at = kept
