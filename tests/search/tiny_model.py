"""A model that a test makes: each word it knows has a meaning, and the vector of a text is the mean of its words'.

The file is what the ONNX format says of one Gather from a table of numbers, written byte by byte; nothing binary is
committed, and no package is needed to make it.
"""

import json
import struct
from collections.abc import Mapping
from pathlib import Path

DIMENSIONS = 16
# With these the sentences of the check come in their order, and the tests have something to say.
MEANINGS = {
    **dict.fromkeys(("rubbish", "waste", "bin", "bins", "refuse", "household", "lorries", "collection"), "waste"),
    **dict.fromkeys(("fortnight", "weeks", "every"), "often"),
    **dict.fromkeys(("musicians", "concert", "music", "young", "choir", "singing"), "music"),
    **dict.fromkeys(("bailiffs", "enforcement", "agents", "debt", "arrears"), "debt"),
    **dict.fromkeys(("library", "libraries", "books", "reading"), "books"),
}
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")


def make_model(
    folder: Path,
    *,
    meanings: Mapping[str, str] = MEANINGS,
    inputs: tuple[str, ...] = INPUTS,
    dimensions: int = DIMENSIONS,
    answers_tokens: bool = True,
) -> Path:
    """Write the whole folder, and answer it."""
    folder.mkdir(parents=True, exist_ok=True)
    words = [*SPECIAL, *meanings]
    places = {meaning: place for place, meaning in enumerate(dict.fromkeys(meanings.values()))}
    table = [0.0] * (len(words) * dimensions)
    for number, word in enumerate(meanings, len(SPECIAL)):
        table[number * dimensions + places[meanings[word]]] = 1.0
    nodes = [_node("Gather", ("table", "input_ids"), "gathered")]
    shape: tuple[int | str, ...] = ("batch", "tokens", dimensions)
    if answers_tokens:
        nodes.append(_node("Identity", ("gathered",), "last_hidden_state"))
    else:
        nodes.append(_node("ReduceMax", ("gathered",), "last_hidden_state", keepdims=0, axis=1))
        shape = ("batch", dimensions)
    graph = (
        b"".join(_bytes(1, node) for node in nodes)
        + _bytes(2, b"tiny")
        + _bytes(5, _tensor("table", (len(words), dimensions), table))
        + b"".join(_bytes(11, _value(name, 7, ("batch", "tokens"))) for name in inputs)
        + _bytes(12, _value("last_hidden_state", 1, shape))
    )
    model = _number(1, 8) + _bytes(7, graph) + _bytes(8, _bytes(1, b"") + _number(2, 13))
    (folder / "model.onnx").write_bytes(model)
    (folder / "config.json").write_text(json.dumps({"hidden_size": dimensions, "max_position_embeddings": 512}))
    (folder / "tokenizer.json").write_text(json.dumps(_tokenizer(words)))
    return folder


def _tokenizer(words: list[str]) -> dict[str, object]:
    """A tokenizer of whole words. Like those that come with real models, it cuts and fills up at 128."""
    ends = [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]
    special = {name: {"id": name, "ids": [SPECIAL.index(name)], "tokens": [name]} for name in ("[CLS]", "[SEP]")}
    return {
        "version": "1.0",
        "truncation": {"direction": "Right", "max_length": 128, "strategy": "LongestFirst", "stride": 0},
        "padding": {
            "strategy": {"Fixed": 128},
            "direction": "Right",
            "pad_to_multiple_of": None,
            "pad_id": 0,
            "pad_type_id": 0,
            "pad_token": "[PAD]",
        },
        "added_tokens": [],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [*ends, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
            "pair": [*ends, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": special,
        },
        "decoder": None,
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": {word: number for number, word in enumerate(words)},
        },
    }


def _node(kind: str, inputs: tuple[str, ...], output: str, *, keepdims: int | None = None, axis: int = 0) -> bytes:
    node = b"".join(_bytes(1, name.encode()) for name in inputs) + _bytes(2, output.encode()) + _bytes(4, kind.encode())
    if keepdims is not None:
        node += _bytes(5, _bytes(1, b"keepdims") + _number(3, keepdims) + _number(20, 2))
        node += _bytes(5, _bytes(1, b"axes") + _number(8, axis) + _number(20, 7))
    return node


def _tensor(name: str, shape: tuple[int, ...], numbers: list[float]) -> bytes:
    sizes = b"".join(_number(1, size) for size in shape)
    return sizes + _number(2, 1) + _bytes(8, name.encode()) + _bytes(9, struct.pack(f"<{len(numbers)}f", *numbers))


def _value(name: str, kind: int, shape: tuple[int | str, ...]) -> bytes:
    sizes = (_number(1, each) if isinstance(each, int) else _bytes(2, each.encode()) for each in shape)
    dims = b"".join(_bytes(1, size) for size in sizes)
    return _bytes(1, name.encode()) + _bytes(2, _bytes(1, _number(1, kind) + _bytes(2, dims)))


def _varint(number: int) -> bytes:
    written = bytearray()
    while number > 127:
        written.append(number & 127 | 128)
        number >>= 7
    return bytes([*written, number])


def _number(field: int, number: int) -> bytes:
    return _varint(field << 3) + _varint(number)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content
