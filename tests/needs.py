"""The services that some tests need. Where one is missing, its tests skip with the reason; in CI that is a failure."""

import importlib.util
import os
import shutil
from pathlib import Path

import pytest


def missing(reason: str) -> None:
    """Skip the test, or fail it in CI, where everything must be there."""
    if os.environ.get("CI"):
        pytest.fail(f"{reason} CI must have it.", pytrace=False)
    pytest.skip(reason)


def meaning_extra() -> None:
    """What runs a model: the extra `meaning`."""
    if not all(importlib.util.find_spec(name) for name in ("onnxruntime", "tokenizers")):
        missing("The extra is not installed: uv sync --extra meaning.")


def meaning_model() -> Path:
    """The folder of a real model, which TEST_MEANING_MODEL_DIR names; `.ci/meaning-model` makes one."""
    meaning_extra()
    place = os.environ.get("TEST_MEANING_MODEL_DIR", "")
    if not place:
        missing("No model: name its folder in TEST_MEANING_MODEL_DIR (.ci/meaning-model FOLDER makes one).")
    return Path(place)


def chromium_path() -> str:
    """Where Chromium is: CHROMIUM, or the first of its usual names."""
    found = os.environ.get("CHROMIUM") or next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
    )
    if not found or not Path(found).exists():
        missing("Chromium is not here: install it, or name it in CHROMIUM.")
    return found


def elasticsearch_url() -> str:
    """Where an Elasticsearch server for tests answers: TEST_ELASTICSEARCH_URL, or its usual place on this machine."""
    from tests.elasticsearch import server

    url = os.environ.get("TEST_ELASTICSEARCH_URL", f"http://127.0.0.1:{server.PORT}")
    if not server.answers(url):
        missing(f"Elasticsearch does not answer at {url}: start it with `python -m tests.elasticsearch start`.")
    return url


def shared_data(name: str) -> Path:
    """A folder or file of the real input that is never committed: SHARED_DATA, or `shared/data` beside the checkout."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    path = Path(os.environ.get("SHARED_DATA", beside)) / name
    if not path.exists():
        pytest.skip(f"The real input {name} is not here: name its folder in SHARED_DATA.")
    return path
