"""What the server tells of a GGUF file: model_info, tensors, details, and what rendering a prompt needs.

Read once when a model is made, kept as JSON beside the blobs. Reading the format itself is serving/gguf_file.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import gguf
import numpy as np

from ..gguf_file import GgufFile, NotGguf, read_gguf
from .refusals import Refused

# Not told by Ollama either: the name is not the tag's, the template has a field of its own.
_LEFT_OUT = ("general.name", "tokenizer.chat_template")


@dataclass(frozen=True)
class FileFacts:
    """`model_info` as /api/show tells it: arrays are None. `tensors` are {name, type, shape}, in ggml's order."""

    model_info: dict[str, Any]
    tensors: list[dict[str, Any]]
    template: str
    bos: str
    eos: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def architecture(self) -> str:
        return str(self.model_info["general.architecture"])

    @property
    def context_length(self) -> int:
        """What the model was trained for; 0 where the file does not tell."""
        return int(self.model_info.get(f"{self.architecture}.context_length") or 0)

    @property
    def embedding_length(self) -> int:
        return int(self.model_info.get(f"{self.architecture}.embedding_length") or 0)

    def cache_bytes(self, context: int) -> int:
        """The attention cache of one answer: keys and values of two bytes for each of `context` tokens and layer."""
        heads = self.model_info.get(f"{self.architecture}.attention.head_count") or 1
        shared = self.model_info.get(f"{self.architecture}.attention.head_count_kv") or heads
        width = self.embedding_length * shared // heads
        return int(2 * 2 * context * (self.model_info.get(f"{self.architecture}.block_count") or 0) * width)

    @property
    def capabilities(self) -> list[str]:
        return ["embedding" if f"{self.architecture}.pooling_type" in self.model_info else "completion"]

    @property
    def details(self) -> dict[str, Any]:
        return {
            "parent_model": "",
            "format": "gguf",
            "family": self.architecture,
            "families": [self.architecture],
            "parameter_size": human_number(int(self.model_info["general.parameter_count"])),
            "quantization_level": quantization_level(self.model_info.get("general.file_type")),
        }


def read_facts(path: Path) -> FileFacts:
    """Raises Refused as Ollama words it: no GGUF, not whole, one part of several, an unknown architecture."""
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise Refused(400, "supplied file was not in GGUF format")
    try:
        read = read_gguf(path)
    except NotGguf as error:
        raise Refused(500, f"failed to validate GGUF: {error.__cause__ or 'the file is too short'}") from error
    if read.architecture not in gguf.MODEL_ARCH_NAMES.values():
        raise Refused(500, f'unsupported architecture "{read.architecture}"')
    if int(_number(read.keys.get("split.count"))) > 1:
        raise Refused(500, "failed to validate GGUF: it is one part of a split model")
    return FileFacts(
        model_info=_model_info(read),
        tensors=[
            {"name": tensor.name, "type": tensor.kind.name, "shape": list(reversed(tensor.shape))}
            for tensor in read.tensors.values()
        ],
        template=_text(read.keys.get("tokenizer.chat_template")),
        bos=_token(read.keys, "bos"),
        eos=_token(read.keys, "eos"),
    )


def human_number(count: int) -> str:
    """134515008 -> "134.52M": Ollama's format.HumanNumber."""
    for unit, letter, places in ((1e12, "T", 1), (1e9, "B", 1), (1e6, "M", 2)):
        if count >= unit:
            return f"{count / unit:.{0 if count % unit == 0 else places}f}{letter}"
    return f"{count / 1000:.0f}K" if count >= 1000 else str(count)


def quantization_level(file_type: Any) -> str:
    """3 -> "Q4_1", by llama.cpp's list of file types."""
    try:
        return gguf.LlamaFileType(file_type).name.removeprefix("MOSTLY_").removeprefix("ALL_")
    except ValueError:
        return "unknown"


def _model_info(read: GgufFile) -> dict[str, Any]:
    shown = {key: _shown(value) for key, value in read.keys.items() if key not in _LEFT_OUT}
    shown["general.parameter_count"] = sum(math.prod(tensor.shape) for tensor in read.tensors.values())
    return dict(sorted(shown.items()))


def _shown(value: Any) -> Any:
    if isinstance(value, list):
        return None
    # As Go prints a 32-bit float: 1e-05, not 9.999999747378752e-06. Infinities are no JSON.
    if isinstance(value, float):
        return float(str(np.float32(value))) if math.isfinite(value) else None
    return value


def _token(keys: Mapping[str, Any], which: str) -> str:
    tokens, index = keys.get("tokenizer.ggml.tokens"), keys.get(f"tokenizer.ggml.{which}_token_id")
    known = isinstance(tokens, list) and isinstance(index, int) and index < len(tokens)
    return str(tokens[index]) if known else ""  # type: ignore[index]  # both were looked at


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> float:
    return value if isinstance(value, (int, float)) else 0
