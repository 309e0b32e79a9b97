"""What is refused before a run, and why."""

import re
from pathlib import Path

import numpy as np
import pytest

from agent1.serving.gguf_file import NotGguf, read_gguf
from agent1.trainer import architecture
from agent1.trainer.families import FAMILIES, check_trainable, trainable_by_facts
from tests.tiny_models import Matrix, Shape, llama3_factors, tiny_llama_gguf, tiny_weights

ONE: Matrix = np.ones((64, 64), np.float32)


def test_a_plain_llama_is_trainable(tmp_path: Path) -> None:
    assert check_trainable(tiny_llama_gguf(tmp_path / "tiny.gguf")) is FAMILIES["llama"]


@pytest.mark.parametrize("name", ["qwen2", "qwen3"])
def test_dense_qwen_is_trainable(tmp_path: Path, name: str) -> None:
    assert check_trainable(tiny_llama_gguf(tmp_path / "tiny.gguf", architecture=name)) is FAMILIES[name]


def test_a_llama_with_slowed_rope_is_trainable(tmp_path: Path) -> None:
    factors = {"rope_freqs.weight": llama3_factors(Shape())}
    assert check_trainable(tiny_llama_gguf(tmp_path / "tiny.gguf", more_tensors=factors)) is FAMILIES["llama"]


@pytest.mark.parametrize(
    ("key", "value", "refusal"),
    [
        ("llama.rope.scaling.type", "linear", architecture.UnknownRope),
        ("llama.rope.scaling.factor", 4.0, architecture.UnknownRope),
        ("llama.rope.dimension_count", 8, architecture.UnknownRope),
        ("llama.attention.sliding_window", 512, architecture.UnknownSetting),
        ("llama.attention.value_length", 8, architecture.UnknownSetting),
        ("llama.expert_count", 8, architecture.HasExperts),
        ("split.count", 2, architecture.IsSplit),
        ("clip.has_vision_encoder", 1, architecture.HasVisionParts),
        ("llama.vision.block_count", 2, architecture.HasVisionParts),
        ("general.type", "adapter", architecture.UnknownSetting),
    ],
)
def test_a_setting_that_is_not_understood_is_refused_by_its_name(
    tmp_path: Path, key: str, value: str | int | float, refusal: type[architecture.NotTrainable]
) -> None:
    with pytest.raises(refusal):
        check_trainable(tiny_llama_gguf(tmp_path / "tiny.gguf", more_keys={key: value}))


@pytest.mark.parametrize(
    ("tensor", "refusal"),
    [
        ("rope_freqs.weight", architecture.UnknownTensor),  # of another shape
        ("rope_factors_long.weight", architecture.UnknownRope),
        ("blk.0.attn_qkv.weight", architecture.HasFusedLayers),
        ("blk.0.ffn_gate_exps.weight", architecture.HasExperts),
        ("blk.0.attn_q.bias", architecture.UnknownTensor),
        ("blk.0.attn_q_norm.weight", architecture.UnknownTensor),
        ("blk.2.attn_q.weight", architecture.UnknownTensor),
        ("v.blk.0.attn_q.weight", architecture.HasVisionParts),
        ("something.weight", architecture.UnknownTensor),
    ],
)
def test_a_tensor_that_is_not_understood_is_refused(
    tmp_path: Path, tensor: str, refusal: type[architecture.NotTrainable]
) -> None:
    with pytest.raises(refusal):
        check_trainable(tiny_llama_gguf(tmp_path / "tiny.gguf", more_tensors={tensor: ONE}))


def test_another_architecture_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(architecture.UnknownArchitecture) as refused:
        check_trainable(tiny_llama_gguf(tmp_path / "tiny.gguf", architecture="gemma3"))
    assert refused.value.params == {"architecture": "gemma3", "known": "llama, qwen2, qwen3"}


def test_a_missing_tensor_is_refused(tmp_path: Path) -> None:
    whole = tiny_llama_gguf(tmp_path / "tiny.gguf")
    content = whole.read_bytes().replace(b"blk.1.ffn_up.weight", b"blk.1.ffn_up.weighs")
    (tmp_path / "other.gguf").write_bytes(content)
    with pytest.raises(architecture.NotTrainable):
        check_trainable(tmp_path / "other.gguf")


def test_a_tensor_of_another_shape_is_refused(tmp_path: Path) -> None:
    wide = tiny_weights(Shape(feed_forward=256), seed=0, tied=True)["blk.0.ffn_up.weight"]
    with pytest.raises(architecture.UnknownTensor, match=re.escape("blk.0.ffn_up.weight [256, 64]")):
        check_trainable(tiny_llama_gguf(tmp_path / "tiny.gguf", more_tensors={"blk.0.ffn_up.weight": wide}))


@pytest.mark.parametrize("length", [0, 10, 400, 30_000, 439_000])
def test_a_cut_file_is_no_gguf(tmp_path: Path, length: int) -> None:
    whole = tiny_llama_gguf(tmp_path / "tiny.gguf").read_bytes()
    assert length < len(whole)
    (tmp_path / "cut.gguf").write_bytes(whole[:length])
    with pytest.raises(NotGguf):
        check_trainable(tmp_path / "cut.gguf")


def test_what_show_tells_gives_the_same_answer_as_the_file(tmp_path: Path) -> None:
    plain = read_gguf(tiny_llama_gguf(tmp_path / "plain.gguf"))
    shown = {name: None if isinstance(value, list) else value for name, value in plain.keys.items()}
    assert trainable_by_facts(shown, list(plain.tensors)) is None
    refused = trainable_by_facts(shown | {"llama.rope.scaling.type": "yarn"})
    assert refused is not None
    assert (refused.key, refused.params) == ("error-base-rope", {"name": "llama.rope.scaling.type"})


def test_a_model_without_facts_is_refused() -> None:
    refused = trainable_by_facts({})
    assert refused is not None
    assert refused.key == "error-base-architecture"
