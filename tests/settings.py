"""The product's own settings, with the environment of a real deployment in a folder that goes away."""

import os
import tempfile

os.environ.pop("DEBUG", None)
os.environ.pop("ELASTICSEARCH_URL", None)
os.environ.pop("MEANING_MODEL_DIR", None)
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="worth-repeating-tests-")
os.environ.setdefault("SECRET_KEY", "a-key-that-only-the-tests-know-and-that-is-long-enough-to-pass")
os.environ.setdefault("SITE_URL", "http://testserver")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("EMAIL_URL", "memorymail://")
os.environ.setdefault("LOG_LEVEL", "WARNING")
# The cast signs in without a second step; tests/community/test_second_step.py turns this on.
os.environ["REQUIRE_MFA_FOR_EDITORS"] = "0"
if "TEST_DATABASE_URL" in os.environ:
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]

from hub.settings import *  # noqa: F403

# Hashing is slow on purpose; tests sign in often and check no password strength.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405

# Kept pages would hide how many queries a page takes. Tests that want them ask for the fixture `page_cache`.
PAGE_CACHE_MB = 0
STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405

if "sqlite" in DATABASES["default"]["ENGINE"]:  # noqa: F405
    # In a file, as in the product: threads then wait for each other, which a database in memory refuses.
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}  # noqa: F405
