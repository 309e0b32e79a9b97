"""What a model family is: its settings and tensors by name, and the numbers that make one model of it.

Owns the words of the table in families and the reasons for which a model is refused. Standard library only, since
lists of models ask it too.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..store.errors import Notice

_BLOCK = re.compile(r"blk\.(?P<layer>\d+)\.(?P<part>[a-z0-9_.]+)")


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
    """`settings` are the understood keys without the architecture's name."""

    architecture: str  # general.architecture
    model_type: str  # Hugging Face
    model_class: str
    settings: frozenset[str]
    whole: Mapping[str, str]  # GGUF name -> Hugging Face name, outside the blocks
    optional: frozenset[str]  # of `whole`
    layers: Mapping[str, Layer]  # GGUF name within blk.N
    constants: frozenset[str] = frozenset()  # tensors that are settings, not weights: nothing learns them
    config: Mapping[str, object] = field(default_factory=dict)  # what config.json says of this family alone

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


def expected_shapes(family: Family, shape: ModelShape, vocabulary: int) -> dict[str, tuple[int, ...]]:
    """GGUF name -> (rows, columns) of every tensor that a model of this shape has or may have."""
    q, kv = shape.heads * shape.head_width, shape.kv_heads * shape.head_width
    shapes: dict[str, tuple[int, ...]] = {
        "attn_q.weight": (q, shape.width),
        "attn_k.weight": (kv, shape.width),
        "attn_v.weight": (kv, shape.width),
        "attn_output.weight": (shape.width, q),
        "ffn_gate.weight": (shape.feed_forward, shape.width),
        "ffn_up.weight": (shape.feed_forward, shape.width),
        "ffn_down.weight": (shape.width, shape.feed_forward),
        "attn_q.bias": (q,),
        "attn_k.bias": (kv,),
        "attn_v.bias": (kv,),
        "attn_q_norm.weight": (shape.head_width,),
        "attn_k_norm.weight": (shape.head_width,),
    }
    expected: dict[str, tuple[int, ...]] = {
        name: (shape.width,) if name == "output_norm.weight" else (vocabulary, shape.width) for name in family.whole
    }
    for layer in range(shape.layers):
        for part in family.layers:
            expected[f"blk.{layer}.{part}"] = shapes.get(part, (shape.width,))
    return expected | dict.fromkeys(family.constants, (shape.head_width // 2,))


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
