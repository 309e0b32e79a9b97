"""What can be trained: the tested table of model families, and the exact reason for everything else.

Owns, for each family, every key and tensor of the GGUF that is understood, the Hugging Face name of each tensor, and
which rows llama.cpp stores in another order. A family is in the table only once a test has shown equal logits in
llama.cpp and transformers. Anything that is not understood is refused: a loader that skips it trains another model
than the one that answers. Does not cover reading weights (base_weights) nor writing them (gguf_export).
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..serving.gguf_file import GgufFile, read_gguf
from ..store.errors import Notice
from ..store.records import Reason


class NotTrainable(Notice):
    """This model cannot be trained; each subclass says why."""

    key = "error-base-not-trainable"


class UnknownArchitecture(NotTrainable):
    key = "error-base-architecture"


class HasExperts(NotTrainable):
    key = "error-base-experts"


class HasFusedLayers(NotTrainable):
    key = "error-base-fused"


class HasVisionParts(NotTrainable):
    key = "error-base-vision"


class IsSplit(NotTrainable):
    key = "error-base-split"


class UnknownRope(NotTrainable):
    """The model stretches positions in a way that is not understood."""

    key = "error-base-rope"


class UnknownSetting(NotTrainable):
    key = "error-base-setting"


class UnknownTensor(NotTrainable):
    key = "error-base-tensor"


class MissingPart(NotTrainable):
    key = "error-base-missing"


class UnknownStorage(NotTrainable):
    """A tensor is stored in a number format that cannot be unpacked here."""

    key = "error-base-storage"


@dataclass(frozen=True)
class Layer:
    """One tensor of each block. `by_heads` names the key with the number of heads whose rows llama.cpp reorders."""

    name: str  # Hugging Face, within model.layers.N
    linear: bool = False  # a matrix that LoRA can touch
    by_heads: str = ""


@dataclass(frozen=True)
class Family:
    """`settings`: the understood keys without the architecture's name; `needed` are those without a default."""

    architecture: str  # general.architecture
    model_type: str  # Hugging Face
    model_class: str
    settings: frozenset[str]
    needed: frozenset[str]
    whole: Mapping[str, str]  # GGUF name -> Hugging Face name, outside the blocks
    optional: frozenset[str]  # of `whole`
    layers: Mapping[str, Layer]  # GGUF name within blk.N

    def hf_name(self, name: str) -> str:
        """The Hugging Face name of a tensor of the GGUF. Raises UnknownTensor."""
        if name in self.whole:
            return self.whole[name]
        block = _BLOCK.fullmatch(name)
        if block is None or block["part"] not in self.layers:
            raise UnknownTensor(name=name)
        return f"model.layers.{block['layer']}.{self.layers[block['part']].name}"

    def layer(self, name: str) -> Layer | None:
        """What the table says of a tensor of the GGUF; None outside the blocks."""
        block = _BLOCK.fullmatch(name)
        return self.layers[block["part"]] if block else None

    def shape_of(self, file: GgufFile) -> "ModelShape":
        return model_shape(self, file.keys)


@dataclass(frozen=True)
class ModelShape:
    """The numbers of an architecture, with llama.cpp's defaults filled in."""

    layers: int
    width: int
    feed_forward: int
    heads: int
    kv_heads: int
    head_width: int
    context: int
    epsilon: float
    rope_base: float

    def heads_of(self, layer: Layer) -> int:
        return {"attention.head_count": self.heads, "attention.head_count_kv": self.kv_heads}[layer.by_heads]


_BLOCK = re.compile(r"blk\.(?P<layer>\d+)\.(?P<part>[a-z0-9_.]+)")
_ROPE = re.compile(r"(^|[._])rope([._]|$)")
_VISION = re.compile(r"^(v|mm|a)\.|\.vision\.|^clip\.|has_vision")

_LLAMA = Family(
    architecture="llama",
    model_type="llama",
    model_class="LlamaForCausalLM",
    settings=frozenset(
        {
            "block_count",
            "context_length",
            "embedding_length",
            "feed_forward_length",
            "vocab_size",
            "attention.head_count",
            "attention.head_count_kv",
            "attention.key_length",
            "attention.value_length",
            "attention.layer_norm_rms_epsilon",
            "rope.dimension_count",
            "rope.freq_base",
        }
    ),
    needed=frozenset(
        {
            "block_count",
            "context_length",
            "embedding_length",
            "feed_forward_length",
            "attention.head_count",
            "attention.layer_norm_rms_epsilon",
        }
    ),
    whole={
        "token_embd.weight": "model.embed_tokens.weight",
        "output_norm.weight": "model.norm.weight",
        "output.weight": "lm_head.weight",
    },
    optional=frozenset({"output.weight"}),
    layers={
        "attn_norm.weight": Layer("input_layernorm.weight"),
        "attn_q.weight": Layer("self_attn.q_proj.weight", linear=True, by_heads="attention.head_count"),
        "attn_k.weight": Layer("self_attn.k_proj.weight", linear=True, by_heads="attention.head_count_kv"),
        "attn_v.weight": Layer("self_attn.v_proj.weight", linear=True),
        "attn_output.weight": Layer("self_attn.o_proj.weight", linear=True),
        "ffn_norm.weight": Layer("post_attention_layernorm.weight"),
        "ffn_gate.weight": Layer("mlp.gate_proj.weight", linear=True),
        "ffn_up.weight": Layer("mlp.up_proj.weight", linear=True),
        "ffn_down.weight": Layer("mlp.down_proj.weight", linear=True),
    },
)

FAMILIES: Mapping[str, Family] = {family.architecture: family for family in (_LLAMA,)}

# What gguf.quants turns into numbers as llama.cpp does; the kinds that published models come in.
READABLE = frozenset(
    {"F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"}
    | {"IQ4_NL", "IQ4_XS"}
)


def check_trainable(path: Path) -> Family:
    """The family of the GGUF file at `path`, once every key and tensor of it was understood.

    Raises a NotTrainable with the reason, NotGguf, or OSError.
    """
    return check_file(read_gguf(path))


def check_file(file: GgufFile) -> Family:
    """As check_trainable, of a header that was read already."""
    family = _check_names(file.keys, file.tensors)
    if not file.tensors:
        raise MissingPart(name="token_embd.weight")
    _check_tensors(family, file)
    return family


def trainable_by_facts(model_info: Mapping[str, object], tensors: Collection[str] | None = None) -> Reason | None:
    """Why a model that `show` describes cannot be trained; None where nothing speaks against it.

    `model_info` has the GGUF's keys; `tensors` the names where the server tells them. Lists only: before a run
    check_trainable looks at the file itself.
    """
    try:
        _check_names(model_info, tensors or ())
    except NotTrainable as notice:
        return Reason(notice.key, notice.params)
    return None


def model_shape(family: Family, keys: Mapping[str, object]) -> ModelShape:
    """Raises MissingPart or UnknownSetting for a number that is not there or makes no sense."""
    heads = _count(family, keys, "attention.head_count")
    width = _count(family, keys, "embedding_length")
    head_width = _count(family, keys, "attention.key_length", width // heads)
    shape = ModelShape(
        layers=_count(family, keys, "block_count"),
        width=width,
        feed_forward=_count(family, keys, "feed_forward_length"),
        heads=heads,
        kv_heads=_count(family, keys, "attention.head_count_kv", heads),
        head_width=head_width,
        context=_count(family, keys, "context_length"),
        epsilon=_number(family, keys, "attention.layer_norm_rms_epsilon"),
        rope_base=_number(family, keys, "rope.freq_base", 10000.0),  # llama.cpp's default
    )
    if _count(family, keys, "attention.value_length", head_width) != head_width:
        raise UnknownSetting(name=f"{family.architecture}.attention.value_length")
    if _count(family, keys, "rope.dimension_count", head_width) != head_width:
        raise UnknownRope(name=f"{family.architecture}.rope.dimension_count")
    if shape.heads % shape.kv_heads:
        raise UnknownSetting(name=f"{family.architecture}.attention.head_count_kv")
    return shape


def rows_as_hf(heads: int, rows: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Where each row of a Hugging Face q or k matrix lies in llama.cpp's; argsort gives the way back.

    llama.cpp turns neighbouring pairs, transformers turns the two halves of a head, so the converter interleaves
    the halves (`LlamaModel.permute` in llama.cpp's convert_hf_to_gguf.py).
    """
    return np.arange(rows, dtype=np.int64).reshape(heads, rows // heads // 2, 2).swapaxes(1, 2).reshape(rows)


def _check_names(keys: Mapping[str, object], tensors: Collection[str]) -> Family:
    architecture = str(keys.get("general.architecture", ""))
    split = keys.get("split.count")
    if isinstance(split, int) and split > 1:
        raise IsSplit(parts=split)
    for name in (*keys, *tensors):
        if _VISION.search(name):
            raise HasVisionParts(name=name)
    experts = keys.get(f"{architecture}.expert_count")
    if (isinstance(experts, int) and experts > 0) or any("_exps" in name or "ffn_gate_inp" in name for name in tensors):
        raise HasExperts(architecture=architecture)
    if any("attn_qkv" in name for name in tensors):
        raise HasFusedLayers(architecture=architecture)
    family = FAMILIES.get(architecture)
    if family is None or keys.get("general.type", "model") != "model":
        raise UnknownArchitecture(architecture=architecture or "?", known=", ".join(sorted(FAMILIES)))
    for name in keys:
        _check_key(family, name, keys[name])
    for name in tensors:
        if _ROPE.search(name):
            raise UnknownRope(name=name)
        family.hf_name(name)
    model_shape(family, keys)
    return family


def _check_key(family: Family, name: str, value: object) -> None:
    mine, _, setting = name.partition(".")
    if mine != family.architecture or setting in family.settings or _says_nothing(setting, value):
        return
    if _ROPE.search(name):
        raise UnknownRope(name=name)
    raise UnknownSetting(name=name)


def _says_nothing(setting: str, value: object) -> bool:
    """Keys that some converters write although they change nothing."""
    if setting in ("expert_count", "expert_used_count"):
        return value == 0
    return setting == "rope.scaling.type" and value == "none"


def _check_tensors(family: Family, file: GgufFile) -> None:
    """Every tensor is there, has the shape that the settings say, and can be read."""
    shape = family.shape_of(file)
    vocabulary = len(_tokens(file))
    expected = expected_shapes(family, shape, vocabulary)
    for name in expected:
        if name not in file.tensors and name not in family.optional:
            raise MissingPart(name=name)
    for name, tensor in file.tensors.items():
        if name not in expected:
            raise UnknownTensor(name=name)
        if tensor.shape != expected[name]:
            raise UnknownTensor(name=f"{name} {list(tensor.shape)}")
        if tensor.kind.name not in READABLE:
            raise UnknownStorage(name=name, format=tensor.kind.name)


def expected_shapes(family: Family, shape: ModelShape, vocabulary: int) -> dict[str, tuple[int, ...]]:
    """GGUF name -> (rows, columns) of every tensor that a model of this shape has or may have."""
    q, kv = shape.heads * shape.head_width, shape.kv_heads * shape.head_width
    matrices = {
        "attn_q.weight": (q, shape.width),
        "attn_k.weight": (kv, shape.width),
        "attn_v.weight": (kv, shape.width),
        "attn_output.weight": (shape.width, q),
        "ffn_gate.weight": (shape.feed_forward, shape.width),
        "ffn_up.weight": (shape.feed_forward, shape.width),
        "ffn_down.weight": (shape.width, shape.feed_forward),
    }
    expected: dict[str, tuple[int, ...]] = {
        name: (shape.width,) if name == "output_norm.weight" else (vocabulary, shape.width) for name in family.whole
    }
    for layer in range(shape.layers):
        for part in family.layers:
            expected[f"blk.{layer}.{part}"] = matrices.get(part, (shape.width,))
    return expected


def _tokens(file: GgufFile) -> list[object]:
    tokens = file.keys.get("tokenizer.ggml.tokens")
    if not isinstance(tokens, list) or not tokens:
        raise MissingPart(name="tokenizer.ggml.tokens")
    return tokens


def _number(family: Family, keys: Mapping[str, object], setting: str, default: float | None = None) -> float:
    name = f"{family.architecture}.{setting}"
    value = keys.get(name, default)
    if value is None:
        raise MissingPart(name=name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise UnknownSetting(name=name)
    return float(value)


def _count(family: Family, keys: Mapping[str, object], setting: str, default: int | None = None) -> int:
    return int(_number(family, keys, setting, default))
