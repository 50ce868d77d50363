"""Texts as vectors: a model is run here, and nowhere else."""

from typing import Any

import numpy as np

from search.meaning.folder import Folder, Unusable

NEEDED_INPUTS = {"input_ids", "attention_mask"}
KNOWN_INPUTS = NEEDED_INPUTS | {"token_type_ids"}

# The first is nearer to the second than to the third, or the model does not know English, or its files do not match.
SENTENCES = (
    "The council collects household rubbish every fortnight.",
    "Bin lorries pick up the waste from people's homes every two weeks.",
    "Young musicians gave a concert in the library.",
)

Vector = np.ndarray[Any, np.dtype[np.float32]]


class Encoder:
    """A model that is loaded. May be asked by several threads at once; each text takes one core."""

    def __init__(self, folder: Folder) -> None:
        """Load it, and see that it does what it should. Raises `Unusable`."""
        try:
            import onnxruntime
            from tokenizers import Tokenizer
        except ImportError as error:
            raise Unusable(
                "MEANING_MODEL_DIR is set, but onnxruntime and tokenizers are not installed. "
                "Install the extra: uv sync --extra meaning."
            ) from error
        self.folder = folder
        try:
            self._tokenizer = Tokenizer.from_file(str(folder.tokenizer))
        except Exception as error:  # the library raises nothing narrower
            raise Unusable(f"{folder.tokenizer} cannot be used ({error}). Fetch it again.") from error
        self._tokenizer.enable_truncation(folder.tokens)
        self._tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(str(folder.model), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # each fault of a file has an exception of its own, without a common base
            raise Unusable(f"{folder.model} cannot be used ({error}). Fetch it again.") from error
        self._inputs = [each.name for each in self._session.get_inputs()]
        self._check_shapes()
        self._check_order()

    def encode(self, text: str) -> Vector:
        """The vector of a text, of length 1: the mean of its tokens."""
        tokens = self._tokenizer.encode(text)
        given = {
            "input_ids": tokens.ids,
            "attention_mask": tokens.attention_mask,
            "token_type_ids": tokens.type_ids,
        }
        # One text at a time: in a batch, the others would be filled up, and would shift the numbers of an int8 model.
        feed = {name: np.array([given[name]], dtype=np.int64) for name in self._inputs}
        mean = self._session.run(None, feed)[0][0].mean(axis=0)
        length = float(np.linalg.norm(mean))
        return (mean / length if length else mean).astype(np.float32)

    def _check_shapes(self) -> None:
        model = self.folder.model
        if not NEEDED_INPUTS <= set(self._inputs) <= KNOWN_INPUTS:
            raise Unusable(
                f"{model} takes {', '.join(self._inputs)}. Take a model that takes input_ids, attention_mask and, "
                "if it likes, token_type_ids."
            )
        shape = self._session.get_outputs()[0].shape
        if len(shape) != 3:
            raise Unusable(f"The first output of {model} has the shape {shape}. Take a model that answers each token.")
        if shape[2] != self.folder.dimensions:
            raise Unusable(
                f"{model} answers {shape[2]} dimensions, and its config.json says {self.folder.dimensions}. "
                "Take files that belong together."
            )

    def _check_order(self) -> None:
        try:
            first, like, unlike = (self.encode(each) for each in SENTENCES)
        except Exception as error:  # whatever the model cannot do, it cannot be used
            raise Unusable(f"{self.folder.model} fails on a plain sentence ({error}). Take another model.") from error
        if not float(first @ like) > float(first @ unlike) + 0.1:
            raise Unusable(
                f"The model in {self.folder.path} finds “{SENTENCES[0]}” no nearer to “{SENTENCES[1]}” than to "
                f"“{SENTENCES[2]}”. Take one for English, with the tokenizer that belongs to it."
            )


def packed(vector: Vector) -> bytes:
    """A vector as it is kept: a byte for each dimension. Its length is lost, its direction is kept."""
    largest = float(np.abs(vector).max()) or 1.0
    return np.rint(vector / largest * 127).astype(np.int8).tobytes()


def unpacked(kept: list[bytes]) -> Vector:
    """Kept vectors as rows of length 1."""
    rows = np.frombuffer(b"".join(kept), dtype=np.int8).reshape(len(kept), -1).astype(np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.maximum(lengths, np.float32(1e-9))
