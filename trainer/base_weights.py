"""Base weights for training: a Hugging Face folder written straight from the GGUF that answers the chat.

Owns the folder below Home.bases, cached by the GGUF's digest. The weights are what llama.cpp computes with, as
float32. Does not cover which files may be unpacked (families). The tokenizer in the folder is a formality: it gives
the program that trains its padding and end tokens and turns ids into text for logs; the ids that are trained come
from llama.cpp (serving/vocabulary).
"""

import json
import os
import shutil
import tempfile
from pathlib import Path

import gguf
import numpy as np

from ..serving.gguf_file import GgufFile, Tensor, read_gguf
from ..store.errors import Notice
from .architecture import Family, ModelShape, model_shape
from .families import ROPE_FACTORS, check_file
from .progress import sync_folder
from .safetensors_file import Matrix, write_tensors

LAYOUT = 1  # counted up when what is written changes, so that older folders are written again
_CONTROL = 3  # llama.cpp's LLAMA_TOKEN_TYPE_CONTROL


class NoRoomForBase(Notice):
    """The disk has no room for the unpacked weights."""

    key = "error-base-no-room"


def unpack(path: Path, into: Path, digest: str) -> Path:
    """The Hugging Face folder of the GGUF at `path`, written below `into` unless it is there already.

    `digest` is the GGUF's "sha256:...", which names the folder. Memory stays about one tensor. Raises NotTrainable,
    NotGguf, NoRoomForBase, OSError.
    """
    target = into / digest.removeprefix("sha256:")[:16]
    if _is_whole(target, digest):
        return target
    file = read_gguf(path)
    family = check_file(file)
    into.mkdir(parents=True, exist_ok=True)
    _check_room(file, into)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=into))
    try:
        _write_folder(unfinished, file, family, digest)
        if target.exists() and not _is_whole(target, digest):
            shutil.rmtree(target)
        try:
            unfinished.rename(target)
        except OSError:
            if not _is_whole(target, digest):  # else another process was faster
                raise
        sync_folder(into)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return target


def weights_as_hf(file: GgufFile, family: Family, shape: ModelShape, tensor: Tensor) -> Matrix:
    """A tensor's numbers as float32, its rows in Hugging Face's order."""
    stored = file.bytes_of(tensor)
    layer = family.layer(tensor.name)
    if layer is not None and layer.by_heads:
        stored = stored[rows_as_hf(shape.heads_of(layer), tensor.shape[0])]
    wanted: dict[gguf.GGMLQuantizationType, str] = {
        gguf.GGMLQuantizationType.F32: "<f4",
        gguf.GGMLQuantizationType.F16: "<f2",
    }
    plain = wanted.get(tensor.kind)
    numbers = stored.view(plain) if plain else gguf.quants.dequantize(stored, tensor.kind)
    matrix: Matrix = numbers.astype(np.float32, copy=False).reshape(tensor.shape)
    return matrix


def rows_as_hf(heads: int, rows: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Where each row of a Hugging Face q or k matrix lies in llama.cpp's; argsort gives the way back.

    llama.cpp turns neighbouring pairs, transformers turns the two halves of a head, so the converter interleaves
    the halves (`LlamaModel.permute` in llama.cpp's convert_hf_to_gguf.py).
    """
    return np.arange(rows, dtype=np.int64).reshape(heads, rows // heads // 2, 2).swapaxes(1, 2).reshape(rows)


def _is_whole(folder: Path, digest: str) -> bool:
    """The folder was renamed when it was whole; what remains to ask is whether it is of this file and layout."""
    try:
        told = json.loads((folder / "unpacked.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError):
        return False
    return bool(told == {"digest": digest, "layout": LAYOUT})


def _check_room(file: GgufFile, into: Path) -> None:
    needed = sum(4 * int(np.prod(tensor.shape)) for tensor in file.tensors.values()) + 64 * 1024**2
    free = shutil.disk_usage(into).free
    if free < needed:
        raise NoRoomForBase(needed_mb=needed // 10**6, free_mb=free // 10**6)


def _write_folder(folder: Path, file: GgufFile, family: Family, digest: str) -> None:
    shape = model_shape(family, file.keys)
    named = {family.hf_name(name): tensor for name, tensor in file.tensors.items() if name not in family.constants}
    write_tensors(
        folder / "model.safetensors",
        {name: tensor.shape for name, tensor in named.items()},
        lambda name: weights_as_hf(file, family, shape, named[name]),
    )
    _write_json(folder / "config.json", _config(file, family, shape))
    _write_json(folder / "generation_config.json", _special_ids(file))
    _write_json(folder / "tokenizer.json", _formal_tokenizer(file))
    _write_json(folder / "tokenizer_config.json", _tokenizer_config(file, shape))
    _write_json(folder / "unpacked.json", {"digest": digest, "layout": LAYOUT})
    sync_folder(folder)


def _write_json(path: Path, content: object) -> None:
    with path.open("w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())


def _config(file: GgufFile, family: Family, shape: ModelShape) -> dict[str, object]:
    return {
        "architectures": [family.model_class],
        "model_type": family.model_type,
        "vocab_size": len(_tokens(file)),
        "hidden_size": shape.width,
        "intermediate_size": shape.feed_forward,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.kv_heads,
        "head_dim": shape.head_width,
        "max_position_embeddings": shape.context,
        "rms_norm_eps": shape.epsilon,
        "rope_parameters": _rope(file, shape),
        "hidden_act": "silu",
        "attention_bias": False,
        "mlp_bias": False,
        "tie_word_embeddings": "output.weight" not in file.tensors,
        "dtype": "float32",
        **_special_ids(file),
        **family.config,
    }


def _rope(file: GgufFile, shape: ModelShape) -> dict[str, object]:
    """Llama 3's slower turning comes as one factor for each pair of a head, whatever rule made them. In transformers
    it is `longrope` that takes such a list; with both lists equal and no rescaling it does just that.
    """
    told: dict[str, object] = {"rope_type": "default", "rope_theta": shape.rope_base}
    if ROPE_FACTORS not in file.tensors:
        return told
    factors = file.bytes_of(file.tensors[ROPE_FACTORS]).view("<f4").ravel().tolist()
    return told | {
        "rope_type": "longrope",
        "short_factor": factors,
        "long_factor": factors,
        "factor": 1.0,
        "attention_factor": 1.0,
        "original_max_position_embeddings": shape.context,
    }


def _tokens(file: GgufFile) -> list[str]:
    tokens = file.keys["tokenizer.ggml.tokens"]
    assert isinstance(tokens, list)  # check_file saw it
    return tokens


def _special_ids(file: GgufFile) -> dict[str, object]:
    """Begin, end and padding; a file without an end token lets its padding stand in, else token 0."""
    known = {name: file.keys.get(f"tokenizer.ggml.{name}_token_id") for name in ("bos", "eos", "padding")}
    end = next((known[name] for name in ("eos", "padding") if known[name] is not None), 0)
    padding = end if known["padding"] is None else known["padding"]
    return {"bos_token_id": known["bos"], "eos_token_id": end, "pad_token_id": padding}


def _formal_tokenizer(file: GgufFile) -> dict[str, object]:
    """tokenizer.json in which every token is a word: ids become text, but text does not become the right ids."""
    tokens = _tokens(file)
    kinds = file.keys.get("tokenizer.ggml.token_type")
    special = {index for index, kind in enumerate(kinds) if kind == _CONTROL} if isinstance(kinds, list) else set()
    special |= {index for index in _special_ids(file).values() if isinstance(index, int)}
    words = {token: index for index, token in enumerate(tokens)}
    byte_level = file.keys.get("tokenizer.ggml.model") == "gpt2"
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": index, "content": tokens[index], **flags} for index in sorted(special)],
        "normalizer": None,
        "pre_tokenizer": {"type": "WhitespaceSplit"},
        "post_processor": None,
        "decoder": (
            {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}
            if byte_level
            else {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never", "split": False}
        ),
        "model": {"type": "WordLevel", "vocab": words, "unk_token": tokens[_unknown(file)]},
    }


def _unknown(file: GgufFile) -> int:
    index = file.keys.get("tokenizer.ggml.unknown_token_id")
    return index if isinstance(index, int) else 0


def _tokenizer_config(file: GgufFile, shape: ModelShape) -> dict[str, object]:
    tokens = _tokens(file)
    ids = _special_ids(file)
    named = {name: ids[f"{name}_token_id"] for name in ("bos", "eos", "pad")}
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": shape.context,
        "clean_up_tokenization_spaces": False,
        "unk_token": tokens[_unknown(file)],
        **{f"{name}_token": tokens[index] for name, index in named.items() if isinstance(index, int)},
    }
