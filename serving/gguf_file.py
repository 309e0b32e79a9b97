"""The header of a GGUF file: its keys, its tensors and where their bytes lie.

Owns reading the format (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3, little endian).
Does not cover what an architecture means (trainer/families). The `gguf` package knows the block sizes; its reader is
not used, since it makes three arrays of every vocabulary entry: 2 to 6 s for a file that this one reads in 0.1 s.
"""

import math
import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import gguf
import numpy as np

from ..store.errors import Notice

Value: TypeAlias = "int | float | bool | str | list[Any]"
Bytes: TypeAlias = np.ndarray[Any, np.dtype[np.uint8]]

_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_STRING, _ARRAY = 8, 9


class NotGguf(Notice):
    """The file is no GGUF file of a known version, or ends in its middle."""

    key = "error-base-not-gguf"


@dataclass(frozen=True)
class Tensor:
    """`shape` is (rows, columns) as numpy has it, the reverse of the file's; `start` counts from the file's begin."""

    name: str
    shape: tuple[int, ...]
    kind: gguf.GGMLQuantizationType
    start: int
    size: int  # bytes


@dataclass(frozen=True)
class GgufFile:
    path: Path
    version: int
    keys: Mapping[str, Value]
    tensors: Mapping[str, Tensor]  # in the file's order
    keys_span: tuple[int, int]  # the bytes of all keys, to be copied as they are
    alignment: int

    @cached_property
    def data(self) -> Bytes:
        """The whole file, mapped, not read."""
        return np.memmap(self.path, dtype=np.uint8, mode="r")

    def bytes_of(self, tensor: Tensor) -> Bytes:
        """The tensor as it is stored: one row of bytes for each row of numbers."""
        rows = math.prod(tensor.shape[:-1])
        return self.data[tensor.start : tensor.start + tensor.size].reshape(rows, -1)

    @property
    def architecture(self) -> str:
        return str(self.keys.get("general.architecture", ""))


def read_gguf(path: Path) -> GgufFile:
    """Raises NotGguf, or OSError where the file cannot be read."""
    with path.open("rb") as file:
        if path.stat().st_size < 24:
            raise NotGguf(file=path.name)
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            try:
                return _Header(content).read(path)
            except (struct.error, KeyError, ValueError, OverflowError, RecursionError) as error:
                raise NotGguf(file=path.name) from error


class _Header:
    """A position that moves through the header."""

    def __init__(self, content: mmap.mmap) -> None:
        self._content = content
        self._at = 0

    def read(self, path: Path) -> GgufFile:
        if self._content[:4] != b"GGUF":
            raise ValueError("not GGUF")
        self._at = 4
        version, tensors, keys = self._number("<I"), self._number("<Q"), self._number("<Q")
        if version not in (2, 3):
            raise ValueError(f"version {version}")
        begin = self._at
        known: dict[str, Value] = {}
        for _ in range(keys):
            name = self._text()
            known[name] = self._value(self._number("<I"))
        span = (begin, self._at)
        found = [self._tensor() for _ in range(tensors)]
        alignment = known.get("general.alignment", gguf.GGUF_DEFAULT_ALIGNMENT)
        if not isinstance(alignment, int) or alignment < 8 or alignment & (alignment - 1):
            raise ValueError(f"alignment {alignment}")
        data = -(-self._at // alignment) * alignment
        placed = {tensor.name: _moved(tensor, data) for tensor in found}
        if any(tensor.start + tensor.size > len(self._content) for tensor in placed.values()):
            raise ValueError("ends in the middle")
        return GgufFile(path, version, known, placed, span, alignment)

    def _number(self, form: str) -> Any:
        (number,) = struct.unpack_from(form, self._content, self._at)
        self._at += struct.calcsize(form)
        return number

    def _text(self) -> str:
        length = self._number("<Q")
        text = self._content[self._at : self._at + length]
        if len(text) != length:
            raise ValueError("ends in the middle")
        self._at += length
        return text.decode("utf-8")

    def _value(self, kind: int) -> Value:
        if kind == _STRING:
            return self._text()
        if kind != _ARRAY:
            number: int | float | bool = self._number(_SCALARS[kind])
            return number
        inner, length = self._number("<I"), self._number("<Q")
        if inner in _SCALARS:
            form = f"<{length}{_SCALARS[inner][1]}"
            values = list(struct.unpack_from(form, self._content, self._at))
            self._at += struct.calcsize(form)
            return values
        return [self._value(inner) for _ in range(length)]

    def _tensor(self) -> Tensor:
        name = self._text()
        shape = tuple(self._number("<Q") for _ in range(self._number("<I")))[::-1]
        kind = gguf.GGMLQuantizationType(self._number("<I"))
        block, width = gguf.GGML_QUANT_SIZES[kind]
        numbers = math.prod(shape)
        if not shape or shape[-1] % block:
            raise ValueError(f"{name} is not made of whole blocks")
        return Tensor(name, shape, kind, self._number("<Q"), numbers // block * width)


def _moved(tensor: Tensor, by: int) -> Tensor:
    return Tensor(tensor.name, tensor.shape, tensor.kind, tensor.start + by, tensor.size)
