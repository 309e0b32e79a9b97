"""The unpacked base computes what llama.cpp computes with the GGUF."""

import json
import threading
from pathlib import Path

import gguf
import numpy as np
import pytest

from agent1.serving.gguf_file import read_gguf
from agent1.trainer import base_weights
from agent1.trainer.base_weights import rows_as_hf, unpack
from agent1.trainer.safetensors_file import list_tensors
from tests.logits import Vector, llama_cpp_says, transformers_say
from tests.tiny_models import Shape, llama3_factors, tiny_llama_gguf

DIGEST = "sha256:" + "5a" * 32
VOCABULARY = Shape().vocabulary


def some_ids(length: int) -> list[int]:
    return [int(token) for token in np.random.default_rng(7).integers(3, VOCABULARY, length)]


def divergence(says: Vector, other: Vector) -> float:
    """Kullback-Leibler, in nats."""
    return float((np.exp(says) * (says - other)).sum())


@pytest.mark.parametrize("length", [8, 600])
@pytest.mark.parametrize("tied", [True, False])
def test_logits_of_transformers_equal_those_of_llama_cpp(tmp_path: Path, length: int, tied: bool) -> None:
    model = tiny_llama_gguf(tmp_path / "tiny.gguf", tied=tied)
    folder = unpack(model, tmp_path / "bases", DIGEST)
    ids = some_ids(length)
    np.testing.assert_allclose(transformers_say(folder, ids), llama_cpp_says(model, ids, VOCABULARY), atol=1e-3)


@pytest.mark.parametrize("length", [8, 600])
@pytest.mark.parametrize("weights", ["F16", "Q8_0", "Q4_0"])
def test_quantised_models_agree_but_for_llama_cpps_rounding_of_activations(
    tmp_path: Path, length: int, weights: str
) -> None:
    model = tiny_llama_gguf(tmp_path / "tiny.gguf", weights=weights)
    folder = unpack(model, tmp_path / "bases", DIGEST)
    ids = some_ids(length)
    assert divergence(llama_cpp_says(model, ids, VOCABULARY), transformers_say(folder, ids)) < 0.01


@pytest.mark.parametrize("length", [8, 600])
@pytest.mark.parametrize("family", ["llama3", "qwen2", "qwen3"])
def test_every_family_computes_what_llama_cpp_computes(tmp_path: Path, length: int, family: str) -> None:
    if family == "llama3":
        factors = {"rope_freqs.weight": llama3_factors(Shape())}
        model = tiny_llama_gguf(tmp_path / "tiny.gguf", more_tensors=factors)
    else:
        model = tiny_llama_gguf(tmp_path / "tiny.gguf", architecture=family)
    folder = unpack(model, tmp_path / "bases", DIGEST)
    ids = some_ids(length)
    np.testing.assert_allclose(transformers_say(folder, ids), llama_cpp_says(model, ids, VOCABULARY), atol=2e-3)


def test_the_comparison_sees_lost_rope_factors(tmp_path: Path) -> None:
    plain = tiny_llama_gguf(tmp_path / "plain.gguf")
    factors = {"rope_freqs.weight": llama3_factors(Shape())}
    slowed = tiny_llama_gguf(tmp_path / "slowed.gguf", more_tensors=factors)
    ids = some_ids(600)
    assert divergence(llama_cpp_says(slowed, ids, VOCABULARY), llama_cpp_says(plain, ids, VOCABULARY)) > 0.05


def test_the_comparison_sees_a_wrong_rope_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny_llama_gguf(tmp_path / "tiny.gguf")
    monkeypatch.setattr(base_weights, "rows_as_hf", lambda heads, rows: np.arange(rows))
    folder = unpack(model, tmp_path / "bases", DIGEST)
    ids = some_ids(8)
    assert divergence(llama_cpp_says(model, ids, VOCABULARY), transformers_say(folder, ids)) > 0.05


def test_rows_go_from_neighbouring_pairs_to_halves() -> None:
    assert rows_as_hf(2, 8).tolist() == [0, 2, 1, 3, 4, 6, 5, 7]


@pytest.mark.parametrize("weights", ["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1"])
def test_every_kind_of_storage_gives_the_numbers_that_the_gguf_package_gives(tmp_path: Path, weights: str) -> None:
    model = tiny_llama_gguf(tmp_path / "tiny.gguf", weights=weights)
    unpacked = list_tensors(unpack(model, tmp_path / "bases", DIGEST))
    for tensor in gguf.GGUFReader(model).tensors:
        if tensor.name == "blk.0.ffn_down.weight":
            wanted = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
            np.testing.assert_array_equal(unpacked["model.layers.0.mlp.down_proj.weight"].numbers(), wanted)
            return
    raise AssertionError("no such tensor")


@pytest.mark.parametrize("dialect", ["chatml", "llama3"])
def test_the_formal_tokenizer_loads_and_knows_its_special_tokens(tmp_path: Path, dialect: str) -> None:
    from transformers import AutoTokenizer

    model = tiny_llama_gguf(tmp_path / "tiny.gguf", dialect=dialect)
    tokenizer = AutoTokenizer.from_pretrained(unpack(model, tmp_path / "bases", DIGEST), local_files_only=True)
    keys = read_gguf(model).keys
    told = {name: keys[f"tokenizer.ggml.{name}_token_id"] for name in ("bos", "eos", "padding")}
    assert {"bos": tokenizer.bos_token_id, "eos": tokenizer.eos_token_id, "padding": tokenizer.pad_token_id} == told
    assert len(tokenizer) == VOCABULARY


def test_the_formal_tokenizer_turns_ids_into_text(tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    model = tiny_llama_gguf(tmp_path / "tiny.gguf")
    tokenizer = AutoTokenizer.from_pretrained(unpack(model, tmp_path / "bases", DIGEST), local_files_only=True)
    tokens = read_gguf(model).keys["tokenizer.ggml.tokens"]
    assert isinstance(tokens, list)
    assert tokenizer.decode([tokens.index("ĠBras"), tokens.index("ÃŃ"), tokens.index("lia")]) == " Brasília"


def test_a_second_unpacking_takes_what_is_there(tmp_path: Path) -> None:
    model = tiny_llama_gguf(tmp_path / "tiny.gguf")
    folder = unpack(model, tmp_path / "bases", DIGEST)
    model.unlink()
    assert unpack(model, tmp_path / "bases", DIGEST) == folder


def test_a_folder_of_an_older_layout_is_written_again(tmp_path: Path) -> None:
    model = tiny_llama_gguf(tmp_path / "tiny.gguf")
    folder = unpack(model, tmp_path / "bases", DIGEST)
    (folder / "unpacked.json").write_text(json.dumps({"digest": DIGEST, "layout": 0}))
    (folder / "config.json").write_text("old")
    config = json.loads((unpack(model, tmp_path / "bases", DIGEST) / "config.json").read_text())
    assert config["model_type"] == "llama"


def test_a_failure_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(base_weights, "_write_json", full)
    with pytest.raises(OSError, match="No space"):
        unpack(tiny_llama_gguf(tmp_path / "tiny.gguf"), tmp_path / "bases", DIGEST)
    assert list((tmp_path / "bases").iterdir()) == []


def test_two_at_once_end_with_one_whole_folder(tmp_path: Path) -> None:
    model = tiny_llama_gguf(tmp_path / "tiny.gguf")
    folders: list[Path] = []
    racers = [
        threading.Thread(target=lambda: folders.append(unpack(model, tmp_path / "bases", DIGEST))) for _ in range(4)
    ]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(folders) == 4
    assert list((tmp_path / "bases").iterdir()) == [folders[0]]
