"""The folder of a model: whether it can be used, and which model it is. Nothing is run here.

The usual layout of a sentence-transformers model that was exported to ONNX: `model.onnx` (or `onnx/model.onnx`),
`tokenizer.json`, `config.json`, and mostly `1_Pooling/config.json` and `modules.json`.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# So much of a text is read. The files that come with models say 128, and fill up shorter texts: neither is wanted.
MOST_TOKENS = 256
FEWEST_DIMENSIONS, MOST_DIMENSIONS = 8, 1024
# A vector is kept with this: another text is embedded, or numbers are kept in another way, when it changes.
RULE = "title, and title and opening, int8, 2"


class Unusable(Exception):
    """The folder cannot be used. `str(error)` says what is wrong with it and how to mend it."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A model that may be used. `recipe` is kept with every vector: vectors of another recipe are not compared."""

    path: Path
    model: Path
    tokenizer: Path
    dimensions: int
    tokens: int
    sha256: str
    recipe: str


def read(place: str | Path) -> Folder:
    """The model in a folder. Raises `Unusable`."""
    path = Path(place)
    if not path.is_dir():
        raise Unusable(f"MEANING_MODEL_DIR is {path}, which is no folder. Name the folder of a model, or leave it out.")
    model = next((file for file in (path / "model.onnx", path / "onnx" / "model.onnx") if file.is_file()), None)
    if model is None:
        raise Unusable(f"{path} has neither model.onnx nor onnx/model.onnx. Take a model that was exported to ONNX.")
    tokenizer = path / "tokenizer.json"
    if not tokenizer.is_file():
        raise Unusable(f"{path} has no tokenizer.json. Take the one that belongs to the model.")
    config = _json(path / "config.json")
    dimensions = config.get("hidden_size")
    if not isinstance(dimensions, int) or not FEWEST_DIMENSIONS <= dimensions <= MOST_DIMENSIONS:
        raise Unusable(
            f"{path / 'config.json'} says that hidden_size is {dimensions!r}. "
            f"Take a model of {FEWEST_DIMENSIONS} to {MOST_DIMENSIONS} dimensions."
        )
    _check_pooling(path)
    _check_language(path)
    places = config.get("max_position_embeddings")
    tokens = min(MOST_TOKENS, places) if isinstance(places, int) and places > 2 else MOST_TOKENS
    sha256 = _sha256(model)
    recipe = hashlib.sha256(f"{sha256} {_sha256(tokenizer)} {tokens} {RULE}".encode()).hexdigest()[:16]
    return Folder(path, model, tokenizer, dimensions, tokens, sha256, recipe)


def _check_pooling(path: Path) -> None:
    pooling = path / "1_Pooling" / "config.json"
    if pooling.is_file():
        settings = _json(pooling)
        modes = [name for name, on in settings.items() if name.startswith("pooling_mode_") and on is True]
        named = settings.get("pooling_mode")
        if modes != ["pooling_mode_mean_tokens"] and not (named == "mean" and not modes):
            said = ", ".join(mode.removeprefix("pooling_mode_") for mode in modes) or named or "nothing"
            raise Unusable(f"{pooling} asks for {said}. Only the mean of the tokens is made here: take such a model.")
    modules = path / "modules.json"
    if modules.is_file():
        kinds = [str(part.get("type", "")).rpartition(".")[2] for part in _json(modules, list)]
        if unknown := [kind for kind in kinds if kind not in {"Transformer", "Pooling", "Normalize"}]:
            raise Unusable(f"{modules} has the part {unknown[0]}, which is not made here. Take a model without it.")


def _check_language(path: Path) -> None:
    """What the card of the model says of its languages, where there is one. The sentences say the rest."""
    card = path / "README.md"
    if not card.is_file():
        return
    head = re.match(r"---\n(.*?)\n---", card.read_text(encoding="utf-8", errors="replace"), re.DOTALL)
    said = re.search(r"^language:[ \t]*(.*(?:\n[ \t]*-.*)*)", head[1], re.MULTILINE) if head else None
    languages = re.findall(r"[a-z-]{2,}", said[1].lower()) if said else []
    if languages and not {"en", "eng", "english"} & set(languages):
        raise Unusable(f"{card} says that the model is for {', '.join(languages)}. Take one for English.")


def _json(path: Path, kind: type = dict) -> Any:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Unusable(f"{path} is not there. Take the one that belongs to the model.") from error
    except (OSError, ValueError) as error:
        raise Unusable(f"{path} cannot be read ({error}). Fetch it again.") from error
    if not isinstance(found, kind):
        raise Unusable(f"{path} is not what it should be. Fetch it again.")
    return found


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Unusable(f"{path} cannot be read ({error.strerror}). Let the site read it.") from error
