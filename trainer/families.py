"""What can be trained: the tested table of model families, and the exact reason for everything else.

Owns, for each family, every key and tensor of the GGUF that is understood, the Hugging Face name of each tensor, and
which rows llama.cpp stores in another order. A family is in the table only once a test has shown equal logits in
llama.cpp and transformers. Anything that is not understood is refused: a loader that skips it trains another model
than the one that answers. Does not cover reading weights (base_weights) nor writing them (gguf_export).
"""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..store.records import Reason
from .architecture import (
    Family,
    HasExperts,
    HasFusedLayers,
    HasVisionParts,
    IsSplit,
    Layer,
    MissingPart,
    NotTrainable,
    UnknownArchitecture,
    UnknownRope,
    UnknownSetting,
    UnknownStorage,
    UnknownTensor,
    expected_shapes,
    model_shape,
)

if TYPE_CHECKING:
    from ..serving.gguf_file import GgufFile

# By how much each pair of a head turns slower than rope's base says; llama.cpp divides the angles by it.
ROPE_FACTORS = "rope_freqs.weight"

_ROPE = re.compile(r"(^|[._])rope([._]|$)")
_VISION = re.compile(r"^(v|mm|a)\.|\.vision\.|^clip\.|has_vision")

_SETTINGS = frozenset(
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
)
_WHOLE = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
_OPTIONAL = frozenset({"output.weight"})
_LAYERS = {
    "attn_norm.weight": Layer("input_layernorm.weight"),
    "attn_q.weight": Layer("self_attn.q_proj.weight", linear=True),
    "attn_k.weight": Layer("self_attn.k_proj.weight", linear=True),
    "attn_v.weight": Layer("self_attn.v_proj.weight", linear=True),
    "attn_output.weight": Layer("self_attn.o_proj.weight", linear=True),
    "ffn_norm.weight": Layer("post_attention_layernorm.weight"),
    "ffn_gate.weight": Layer("mlp.gate_proj.weight", linear=True),
    "ffn_up.weight": Layer("mlp.up_proj.weight", linear=True),
    "ffn_down.weight": Layer("mlp.down_proj.weight", linear=True),
}

# llama.cpp turns llama's q and k by neighbouring pairs, and those of the others by halves, as transformers does.
_LLAMA = Family(
    architecture="llama",
    model_type="llama",
    model_class="LlamaForCausalLM",
    settings=_SETTINGS,
    whole=_WHOLE,
    optional=_OPTIONAL,
    layers=_LAYERS
    | {
        "attn_q.weight": Layer("self_attn.q_proj.weight", linear=True, by_heads="attention.head_count"),
        "attn_k.weight": Layer("self_attn.k_proj.weight", linear=True, by_heads="attention.head_count_kv"),
    },
    constants=frozenset({ROPE_FACTORS}),  # Llama 3.1 and later
)
_QWEN2 = Family(
    architecture="qwen2",
    model_type="qwen2",
    model_class="Qwen2ForCausalLM",
    settings=_SETTINGS,
    whole=_WHOLE,
    optional=_OPTIONAL,
    layers=_LAYERS
    | {
        "attn_q.bias": Layer("self_attn.q_proj.bias"),
        "attn_k.bias": Layer("self_attn.k_proj.bias"),
        "attn_v.bias": Layer("self_attn.v_proj.bias"),
    },
    config={"use_sliding_window": False},
)
_QWEN3 = Family(
    architecture="qwen3",
    model_type="qwen3",
    model_class="Qwen3ForCausalLM",
    settings=_SETTINGS,
    whole=_WHOLE,
    optional=_OPTIONAL,
    layers=_LAYERS
    | {
        "attn_q_norm.weight": Layer("self_attn.q_norm.weight"),
        "attn_k_norm.weight": Layer("self_attn.k_norm.weight"),
    },
    config={"use_sliding_window": False},
)

FAMILIES: Mapping[str, Family] = {family.architecture: family for family in (_LLAMA, _QWEN2, _QWEN3)}

# What gguf.quants turns into numbers as llama.cpp does; the kinds that published models come in.
READABLE = frozenset(
    {"F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"}
    | {"IQ4_NL", "IQ4_XS"}
)


def check_trainable(path: Path) -> Family:
    """The family of the GGUF file at `path`, once every key and tensor of it was understood.

    Raises a NotTrainable with the reason, NotGguf, or OSError.
    """
    from ..serving.gguf_file import read_gguf  # brings numpy: lists of models and the command line do without it

    return check_file(read_gguf(path))


def check_file(file: "GgufFile") -> Family:
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
    if keys.get("general.type", "model") not in ("model", None):  # adapter, mmproj, imatrix
        raise UnknownSetting(name="general.type")
    if family is None:
        raise UnknownArchitecture(architecture=architecture or "?", known=", ".join(sorted(FAMILIES)))
    for name in keys:
        _check_key(family, name, keys[name])
    for name in tensors:
        if name in family.constants:
            continue
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


def _check_tensors(family: Family, file: "GgufFile") -> None:
    """Every tensor is there, has the shape that the settings say, and can be read."""
    shape = model_shape(family, file.keys)
    vocabulary = len(_tokens(file))
    expected = expected_shapes(family, shape, vocabulary)
    for name in expected:
        if name not in file.tensors and name not in family.optional | family.constants:
            raise MissingPart(name=name)
    for name, tensor in file.tensors.items():
        if name not in expected:
            raise UnknownTensor(name=name)
        if tensor.shape != expected[name]:
            raise UnknownTensor(name=f"{name} {list(tensor.shape)}")
        if name in family.constants and tensor.kind.name != "F32":
            raise UnknownRope(name=name)
        if tensor.kind.name not in READABLE:
            raise UnknownStorage(name=name, format=tensor.kind.name)


def _tokens(file: "GgufFile") -> list[object]:
    tokens = file.keys.get("tokenizer.ggml.tokens")
    if not isinstance(tokens, list) or not tokens:
        raise MissingPart(name="tokenizer.ggml.tokens")
    return tokens
