"""The tuned model as a GGUF: a copy of the base's file in which only the tensors that LoRA touched are new.

Keys are copied byte for byte, and so is every other tensor, so tokenizer, rope settings and template are the base's
own. Touched tensors become Q8_0: a LoRA change is smaller than one step of the base's 4 bits and would be lost.
Before anything is written the merged weights are held against the base: what LoRA did not touch must be unchanged.
Does not cover registering the file with a model server.
"""

import errno
import hashlib
import json
import os
import shutil
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import gguf
import numpy as np

from ..serving.gguf_file import GgufFile, Tensor, read_gguf
from ..store.errors import Notice
from .architecture import Family, model_shape
from .base_weights import rows_as_hf, weights_as_hf
from .progress import sync_folder
from .safetensors_file import Matrix, StoredTensor, list_tensors, tensors_of_file

Kind = gguf.GGMLQuantizationType

SPARE = 64 * 1024**2  # bytes of disk that stay free
_MANTISSA = {"BF16": 8, "F16": 11, "F32": 24}  # bits, with the hidden one


class ExportRefused(Notice):
    """The merged weights are not the base plus what LoRA touched."""

    key = "error-export-refused"


class MergedIncomplete(ExportRefused):
    key = "error-merged-incomplete"


class MergedStray(ExportRefused):
    """A tensor differs from the base although LoRA did not touch it, or is one that the base does not have."""

    key = "error-merged-stray"


class MergedBroken(ExportRefused):
    """Infinite numbers or none: the training went astray."""

    key = "error-merged-broken"


class AdapterNotUnderstood(ExportRefused):
    key = "error-adapter-not-understood"


class NoRoomForExport(Notice):
    key = "error-export-no-room"


@dataclass(frozen=True)
class ExportReport:
    path: Path
    sha256: str
    size: int  # bytes
    replaced: tuple[str, ...]  # GGUF names, in the file's order
    changed: int  # of the replaced ones, those that differ from the base's numbers
    kept: int


def export(
    base: Path,
    merged: Path,
    out: Path,
    family: Family,
    touched: Iterable[str] | None = None,
    *,
    precision: Kind = Kind.Q8_0,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> ExportReport:
    """Write `out`: the GGUF at `base` with the touched tensors taken from the Hugging Face folder `merged`.

    `touched` has Hugging Face names (read_touched gives them), None means every matrix that LoRA can touch.
    `precision` is what they are stored as; F16 stands in where a row is not made of whole blocks. `told` hears
    tensors done and in all. Raises an ExportRefused, NoRoomForExport, NotGguf, OSError.
    """
    file = read_gguf(base)
    weights = _find_merged(file, merged, family)
    wanted = _replaced(file, family, touched)
    changed = _compare(file, family, weights, wanted)
    new = {name: _stored_as(file.tensors[name], precision) for name in wanted}
    needed = _room_needed(file, new)
    if shutil.disk_usage(out.parent).free < needed:
        raise _no_room(needed, out)
    unfinished = out.with_name(f"{out.name}.{os.getpid()}.tmp")
    try:
        with unfinished.open("wb") as stream:
            writer = _Hashing(stream)
            _write_header(writer, file, new)
            for done, tensor in enumerate(file.tensors.values(), start=1):
                if tensor.name in new:
                    matrix = _as_gguf(file, family, tensor, weights[tensor.name].numbers())
                    writer.write(np.ascontiguousarray(gguf.quants.quantize(matrix, new[tensor.name])))
                else:
                    writer.write(file.bytes_of(tensor))
                writer.pad(file.alignment)
                told(done, len(file.tensors))
            stream.flush()
            os.fsync(stream.fileno())
        _check_written(file, read_gguf(unfinished), new)
        unfinished.replace(out)
        sync_folder(out.parent)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise _no_room(needed, out) from error  # somebody else filled the disk meanwhile
    finally:
        unfinished.unlink(missing_ok=True)
    kept = len(file.tensors) - len(wanted)
    return ExportReport(out, writer.sha256, writer.size, tuple(wanted), changed, kept)


def read_touched(adapter: Path) -> frozenset[str]:
    """Hugging Face names of the tensors that the LoRA adapter in this folder changes.

    Raises AdapterNotUnderstood for anything but plain LoRA pairs on the modules that its own config names.
    """
    try:
        config = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
        names = list(tensors_of_file(adapter / "adapter_model.safetensors"))
    except (OSError, ValueError) as error:
        raise AdapterNotUnderstood(detail=type(error).__name__) from error
    if config.get("peft_type") != "LORA" or config.get("use_dora") or config.get("modules_to_save"):
        raise AdapterNotUnderstood(detail=str(config.get("peft_type")))
    if config.get("bias", "none") != "none":
        raise AdapterNotUnderstood(detail="bias")
    halves: dict[str, set[str]] = {}
    for name in names:
        module, _, half = name.removeprefix("base_model.model.").rpartition(".lora_")
        if half not in ("A.weight", "B.weight") or not _is_named(module, config.get("target_modules")):
            raise AdapterNotUnderstood(detail=name)
        halves.setdefault(f"{module}.weight", set()).add(half)
    if not halves or any(len(both) != 2 for both in halves.values()):
        raise AdapterNotUnderstood(detail="lora_A, lora_B")
    return frozenset(halves)


def _is_named(module: str, targets: object) -> bool:
    """peft takes a list of last names, or one pattern; `all-linear` is written out by then."""
    return isinstance(targets, list) and module.rpartition(".")[2] in targets


def _find_merged(file: GgufFile, merged: Path, family: Family) -> dict[str, StoredTensor]:
    """The merged tensor of each of the base's, by GGUF name; none missing, none beside them, all in shape."""
    try:
        found = list_tensors(merged)
    except ValueError as error:
        raise MergedIncomplete(name=str(error)) from error
    tied = "output.weight" not in file.tensors
    if tied and "lm_head.weight" in found:  # some versions write the shared matrix twice
        found.pop("lm_head.weight")
    weights: dict[str, StoredTensor] = {}
    for name, tensor in file.tensors.items():
        if name in family.constants:
            continue
        theirs = found.pop(family.hf_name(name), None)
        if theirs is None or theirs.shape != tensor.shape:
            raise MergedIncomplete(name=family.hf_name(name))
        weights[name] = theirs
    for name in found:
        raise MergedStray(name=name)
    return weights


def _replaced(file: GgufFile, family: Family, touched: Iterable[str] | None) -> list[str]:
    """GGUF names of what is to be replaced, in the file's order."""
    linear = {family.hf_name(name): name for name in file.tensors if _is_linear(family, name)}
    if touched is None:
        return list(linear.values())
    asked = frozenset(touched)
    if strange := sorted(asked - linear.keys()):
        raise AdapterNotUnderstood(detail=strange[0])
    return [name for hf, name in linear.items() if hf in asked]


def _is_linear(family: Family, name: str) -> bool:
    layer = family.layer(name)
    return layer is not None and layer.linear


def _compare(file: GgufFile, family: Family, weights: Mapping[str, StoredTensor], wanted: Iterable[str]) -> int:
    """How many of the wanted tensors changed; the others must not have, and every number must be one."""
    shape, allowed, changed = model_shape(family, file.keys), frozenset(wanted), 0
    for name, theirs in weights.items():
        ours = weights_as_hf(file, family, shape, file.tensors[name])
        same = _same(ours, theirs)
        if name not in allowed and not same:
            raise MergedStray(name=family.hf_name(name))
        if not same and not np.isfinite(theirs.numbers()).all():
            raise MergedBroken(name=family.hf_name(name))
        changed += not same
    return changed


def _same(ours: Matrix, theirs: StoredTensor) -> bool:
    """Equal numbers; where the merged model was saved in 16 bits, equal up to their rounding."""
    numbers = theirs.numbers()
    if theirs.dtype == "F32":
        return bool(np.array_equal(ours, numbers))
    smallest = 2.0**-24  # of float16; below it everything is rounded to a multiple
    return bool(np.allclose(ours, numbers, rtol=2.0 ** -_MANTISSA[theirs.dtype], atol=smallest))


def _stored_as(tensor: Tensor, precision: Kind) -> Kind:
    block, _ = gguf.GGML_QUANT_SIZES[precision]
    return precision if tensor.shape[-1] % block == 0 else Kind.F16


def _as_gguf(file: GgufFile, family: Family, tensor: Tensor, matrix: Matrix) -> Matrix:
    layer = family.layer(tensor.name)
    if layer is None or not layer.by_heads:
        return matrix
    back: Matrix = matrix[np.argsort(rows_as_hf(model_shape(family, file.keys).heads_of(layer), tensor.shape[0]))]
    return back


def _size_of(tensor: Tensor, kind: Kind) -> int:
    block, width = gguf.GGML_QUANT_SIZES[kind]
    return int(np.prod(tensor.shape)) // block * width


def _room_needed(file: GgufFile, new: Mapping[str, Kind]) -> int:
    sizes = (_size_of(tensor, new.get(name, tensor.kind)) for name, tensor in file.tensors.items())
    return sum(sizes) + file.keys_span[1] + SPARE


def _no_room(needed: int, out: Path) -> NoRoomForExport:
    return NoRoomForExport(needed_mb=needed // 10**6, free_mb=shutil.disk_usage(out.parent).free // 10**6)


class _Hashing:
    """Writes, counts and hashes in one go."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, content: bytes | np.ndarray[Any, Any]) -> None:
        view = memoryview(content if isinstance(content, bytes) else content.data).cast("B")
        self._stream.write(view)
        self._hash.update(view)
        self.size += len(view)

    def pad(self, alignment: int) -> None:
        self.write(bytes(-self.size % alignment))

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


def _write_header(writer: _Hashing, file: GgufFile, new: Mapping[str, Kind]) -> None:
    begin, end = file.keys_span
    writer.write(b"GGUF" + struct.pack("<IQQ", file.version, len(file.tensors), len(file.keys)))
    writer.write(file.data[begin:end])
    start = 0
    for tensor in file.tensors.values():
        kind, name = new.get(tensor.name, tensor.kind), tensor.name.encode()
        dimensions = tensor.shape[::-1]
        writer.write(struct.pack("<Q", len(name)) + name)
        writer.write(struct.pack(f"<I{len(dimensions)}QIQ", len(dimensions), *dimensions, kind, start))
        size = _size_of(tensor, kind)
        start += size + -size % file.alignment
    writer.pad(file.alignment)


def _check_written(base: GgufFile, written: GgufFile, new: Mapping[str, Kind]) -> None:
    """Read back: the same keys, the same tensors, new bytes exactly where LoRA touched."""
    if not np.array_equal(base.data[slice(*base.keys_span)], written.data[slice(*written.keys_span)]):
        raise ExportRefused(name="keys")
    if list(base.tensors) != list(written.tensors):
        raise ExportRefused(name="tensors")
    for name, tensor in base.tensors.items():
        copy = written.tensors[name]
        if copy.shape != tensor.shape or copy.kind != new.get(name, tensor.kind) or copy.start % base.alignment:
            raise ExportRefused(name=name)
        if name not in new and not np.array_equal(base.bytes_of(tensor), written.bytes_of(copy)):
            raise ExportRefused(name=name)
