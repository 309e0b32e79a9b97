"""Safetensors files, one tensor at a time: written while the weights stream by, read through a map.

Owns the format (https://huggingface.co/docs/safetensors, "Format"): an 8-byte length, a JSON header, the bytes. The
package's own numpy functions want all tensors in memory to write, and cannot read bfloat16.
"""

import json
import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

Matrix: TypeAlias = np.ndarray[Any, np.dtype[np.float32]]

_KINDS = frozenset({"F32", "F16", "BF16"})


@dataclass(frozen=True)
class StoredTensor:
    """A tensor in a file; `start` and `size` in bytes, from the file's begin."""

    path: Path
    dtype: str
    shape: tuple[int, ...]
    start: int
    size: int

    def numbers(self) -> Matrix:
        """As float32, whatever it is stored as."""
        raw = np.memmap(self.path, dtype=np.uint8, mode="r", offset=self.start, shape=(self.size,))
        if self.dtype == "BF16":
            wide = (raw.view("<u2").astype(np.uint32) << 16).view(np.float32)
        else:
            wide = raw.view({"F32": "<f4", "F16": "<f2"}[self.dtype]).astype(np.float32)
        matrix: Matrix = wide.reshape(self.shape)
        return matrix


def list_tensors(folder: Path) -> dict[str, StoredTensor]:
    """Every tensor of a Hugging Face folder's safetensors files, in one file or in shards.

    Raises ValueError where a tensor stands twice, and as tensors_of_file.
    """
    found: dict[str, StoredTensor] = {}
    for path in sorted(folder.glob("*.safetensors")):
        for name, tensor in tensors_of_file(path).items():
            if name in found:
                raise ValueError(f"{path.name}: {name} stands twice")
            found[name] = tensor
    return found


def tensors_of_file(path: Path) -> dict[str, StoredTensor]:
    """The tensors of one file. Raises ValueError where it was cut or has a format beside F32, F16 and BF16, OSError."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    header.pop("__metadata__", None)
    found: dict[str, StoredTensor] = {}
    for name, told in header.items():
        begin, end = told["data_offsets"]
        if told["dtype"] not in _KINDS or 8 + length + end > path.stat().st_size:
            raise ValueError(f"{path.name}: {name} is {told['dtype']}, or the file was cut")
        found[name] = StoredTensor(path, told["dtype"], tuple(told["shape"]), 8 + length + begin, end - begin)
    return found


def write_tensors(path: Path, shapes: Mapping[str, tuple[int, ...]], read: Callable[[str], Matrix]) -> None:
    """Write float32 tensors of these shapes; `read` gives each when its turn comes. Synced. Raises OSError."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    at = 0
    for name, shape in shapes.items():
        size = math.prod(shape) * 4
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little"))
        file.write(text)
        for name, shape in shapes.items():
            matrix = read(name)
            if matrix.shape != shape:
                raise ValueError(f"{name} is {matrix.shape}, not {shape}")
            file.write(np.ascontiguousarray(matrix, dtype="<f4").data)
        file.flush()
        os.fsync(file.fileno())
