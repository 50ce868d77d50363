"""How well people find, by the benches, where their collections are at hand."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import relevance
from tests.bench.engines import embedded
from tests.needs import shared_data

QUERIES = Path(__file__).parent.parent / "bench" / "known_items.tsv"


@pytest.mark.slow
def test_the_whole_export_of_another_hub_goes_in_and_what_is_known_is_among_the_first_five() -> None:
    """One import for both: it is a minute of work."""
    command = [
        sys.executable,
        "-m",
        "tests.bench.known_items",
        str(shared_data("practice")),
        str(QUERIES),
        "--embedded",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800, check=False)
    assert done.returncode == 0, done.stderr
    told = re.findall(r"^(\w+)\.jsonl: (\d+) made, (\d+) refused$", done.stderr, re.MULTILINE)
    assert {name: int(made) for name, made, _ in told} == {
        "organisations": 53,
        "topics": 51,
        "communities": 41,
        "people": 1043,
        "stories": 1005,
        "uk_resources": 39,
        "events": 0,
    }
    assert all(refused == "0" for _, _, refused in told)
    figures = done.stdout.split()
    assert int(figures[figures.index("in5") + 1]) >= 36, done.stdout


@pytest.mark.slow
def test_questions_of_another_field_are_answered_well(tmp_path: Path) -> None:
    with embedded(tmp_path) as engine:
        ndcg, _, _ = relevance.figures(shared_data("ir/cranfield"), engine)
    assert ndcg >= 0.43
