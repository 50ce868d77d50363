"""Two processes on one database: one changes, one reads. No page that is read is older than the last commit."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.cast import make_cast, make_story

CHANGES = 150
BEGIN = "import django; django.setup(); from tests.hub import stale; stale.main()"


def start(side: str, folder: Path, database: str) -> "subprocess.Popen[str]":
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.hub.stale_settings", "STALE_DATABASE": database}
    return subprocess.Popen(
        [sys.executable, "-c", BEGIN, side, str(CHANGES), str(folder)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_no_page_is_older_than_the_last_commit_before_it(tmp_path: Path):
    cast = make_cast()
    make_story(cast.waste, by=cast.alice, title="N0N")
    name = str(connection.settings_dict["NAME"])
    (tmp_path / "noted").write_text("0")

    sides = [start("read", tmp_path, name), start("write", tmp_path, name)]
    said: list[dict[str, Any]] = []
    try:
        for process in sides:
            out, _ = process.communicate(timeout=120)
            said.append(json.loads(out.splitlines()[-1]))
    finally:
        for process in sides:
            process.kill()

    reader = said[0]
    assert reader["stale"] == []
    assert reader["reads"] > CHANGES
    # Kept pages were read, or this says nothing of them.
    assert reader["made"] < reader["reads"] / 2
