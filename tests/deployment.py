"""The environment that compose.yaml gives to the website, with the blanks of .env.example filled in."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
FILLED_IN = {
    "SECRET_KEY": "fifty-characters-that-nobody-else-knows-and-more-7Qx!",
    "POSTGRES_PASSWORD": "letters",
}


def compose() -> dict[str, Any]:
    """compose.yaml as it is read, anchors merged."""
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def _environment() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#")) | FILLED_IN
    own = compose()["services"]["web"]["environment"]

    def filled_in(value: str) -> str:
        return re.sub(r"\$\{(\w+)(?::-([^}]*)|[^}]*)\}", lambda m: given.get(m[1]) or m[2] or "", value)

    return given | {name: filled_in(value) for name, value in own.items()}


DEPLOYMENT = _environment()
