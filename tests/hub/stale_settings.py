"""The settings of the two processes of tests/hub/stale.py, on the database file that the test names."""

import os

from tests.settings import *  # noqa: F403

DATABASES = {"default": {**DATABASES["default"], "NAME": os.environ.get("STALE_DATABASE", "")}}  # noqa: F405
PAGE_CACHE_MB = 8
ROOT_URLCONF = "tests.hub.cached_urls"
