"""The export is the base's file with exactly the touched tensors replaced, and says what the merged model says."""

import errno
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import gguf
import numpy as np
import pytest
from safetensors.numpy import save_file

from agent1.serving.gguf_file import read_gguf
from agent1.store.records import RunState
from agent1.trainer import gguf_export
from agent1.trainer.base_weights import unpack
from agent1.trainer.families import FAMILIES
from agent1.trainer.gguf_export import AdapterNotUnderstood, MergedBroken, MergedIncomplete, MergedStray, export
from agent1.trainer.progress import read_progress, read_reason
from agent1.trainer.run_folder import Order, RunFolder
from agent1.trainer.safetensors_file import list_tensors
from agent1.trainer.stage import run_stage
from agent1.trainer.stages import exporting
from tests.logits import llama_cpp_says, transformers_say
from tests.tiny_models import Matrix, Shape, llama3_factors, tiny_llama_gguf

LLAMA = FAMILIES["llama"]
DIGEST = "sha256:" + "5a" * 32
VOCABULARY = Shape().vocabulary
Q_PROJ = "model.layers.1.self_attn.q_proj.weight"
DOWN_PROJ = "model.layers.0.mlp.down_proj.weight"
Change = Callable[[dict[str, Matrix]], None]


def some_ids(length: int) -> list[int]:
    return [int(token) for token in np.random.default_rng(9).integers(3, VOCABULARY, length)]


def nudge(*names: str, by: float = 0.01) -> Change:
    def change(weights: dict[str, Matrix]) -> None:
        for name in names:
            drawn = np.random.default_rng(len(name)).standard_normal(weights[name].shape)
            weights[name] = (weights[name] + by * drawn).astype(np.float32)

    return change


def merge(base: Path, merged: Path, change: Change, shards: int = 1) -> Path:
    """What a merge leaves: the base's weights, some of them changed."""
    folder = unpack(base, merged.parent / "bases", DIGEST)
    weights = {name: np.array(tensor.numbers()) for name, tensor in list_tensors(folder).items()}
    change(weights)
    merged.mkdir()
    (merged / "config.json").write_text((folder / "config.json").read_text())
    names = sorted(weights)
    for shard in range(shards):
        name_of_shard = f"model-{shard}.safetensors" if shards > 1 else "model.safetensors"
        save_file({name: weights[name] for name in names[shard::shards]}, merged / name_of_shard, {"format": "pt"})
    return merged


def write_adapter(folder: Path, names: Mapping[str, str] | list[str], **config: object) -> Path:
    """A LoRA adapter as peft writes it, of no rank to speak of."""
    folder.mkdir(parents=True)
    told = {"peft_type": "LORA", "bias": "none", "target_modules": sorted({name.split(".")[-2] for name in names})}
    (folder / "adapter_config.json").write_text(json.dumps(told | config))
    one = np.ones((1, 1), np.float32)
    modules = [f"base_model.model.{name.removesuffix('.weight')}" for name in names]
    halves = {f"{module}.lora_{half}.weight": one for module in modules for half in "AB"}
    save_file(halves, folder / "adapter_model.safetensors")
    return folder


@pytest.mark.parametrize("length", [8, 600])
@pytest.mark.parametrize("precision", ["F32", "F16"])
def test_exporting_untouched_weights_changes_no_logit(tmp_path: Path, precision: str, length: int) -> None:
    base = tiny_llama_gguf(tmp_path / "tiny.gguf")
    folder = unpack(base, tmp_path / "bases", DIGEST)
    out = tmp_path / "model.gguf"
    export(base, folder, out, LLAMA, precision=gguf.GGMLQuantizationType[precision])
    ids, near = some_ids(length), 1e-5 if precision == "F32" else 0.05
    np.testing.assert_allclose(
        llama_cpp_says(out, ids, VOCABULARY), llama_cpp_says(base, ids, VOCABULARY), rtol=0, atol=near
    )


def test_exporting_untouched_weights_at_full_precision_gives_the_file_back(tmp_path: Path) -> None:
    base = tiny_llama_gguf(tmp_path / "tiny.gguf")
    out = tmp_path / "model.gguf"
    export(base, unpack(base, tmp_path / "bases", DIGEST), out, LLAMA, precision=gguf.GGMLQuantizationType.F32)
    assert out.read_bytes() == base.read_bytes()


@pytest.mark.parametrize(("family", "length"), [("llama", 8), ("llama", 600), ("qwen2", 8), ("qwen3", 8)])
def test_the_export_of_a_changed_model_says_what_transformers_say_of_it(
    tmp_path: Path, family: str, length: int
) -> None:
    factors = {"rope_freqs.weight": llama3_factors(Shape())} if family == "llama" else {}
    base = tiny_llama_gguf(tmp_path / "tiny.gguf", architecture=family, more_tensors=factors)
    parts = FAMILIES[family].layers.values()
    linear = [f"model.layers.{layer}.{part.name}" for layer in range(2) for part in parts if part.linear]
    merged = merge(base, tmp_path / "merged", nudge(*linear, by=0.05))
    out = tmp_path / "model.gguf"
    export(base, merged, out, FAMILIES[family], linear, precision=gguf.GGMLQuantizationType.F32)
    ids = some_ids(length)
    np.testing.assert_allclose(llama_cpp_says(out, ids, VOCABULARY), transformers_say(merged, ids), atol=2e-3)
    assert np.abs(llama_cpp_says(out, ids, VOCABULARY) - llama_cpp_says(base, ids, VOCABULARY)).max() > 0.1


def test_only_touched_tensors_are_new_and_they_are_q8_0(tmp_path: Path) -> None:
    base = tiny_llama_gguf(tmp_path / "tiny.gguf", weights="Q4_0")
    merged = merge(base, tmp_path / "merged", nudge(Q_PROJ, DOWN_PROJ))
    report = export(base, merged, tmp_path / "model.gguf", LLAMA, [Q_PROJ, DOWN_PROJ])
    old, new = gguf.GGUFReader(base), gguf.GGUFReader(tmp_path / "model.gguf")
    differ = [a.name for a, b in zip(old.tensors, new.tensors, strict=True) if a.data.tobytes() != b.data.tobytes()]
    kinds = {tensor.name: tensor.tensor_type.name for tensor in new.tensors}
    assert differ == list(report.replaced) == ["blk.0.ffn_down.weight", "blk.1.attn_q.weight"]
    assert {kinds[name] for name in differ} == {"Q8_0"}
    assert (report.changed, report.kept) == (2, len(kinds) - 2)


def test_a_small_change_survives_where_four_bits_would_lose_it(tmp_path: Path) -> None:
    base = tiny_llama_gguf(tmp_path / "tiny.gguf", weights="Q4_0")
    merged = merge(base, tmp_path / "merged", nudge(DOWN_PROJ, by=0.002))
    export(base, merged, tmp_path / "model.gguf", LLAMA, [DOWN_PROJ])
    before, after = (
        gguf.quants.dequantize(np.array(file.bytes_of(tensor)), tensor.kind).reshape(tensor.shape)
        for file in (read_gguf(base), read_gguf(tmp_path / "model.gguf"))
        for tensor in (file.tensors["blk.0.ffn_down.weight"],)
    )
    wanted = list_tensors(merged)[DOWN_PROJ].numbers() - before
    assert np.corrcoef((after - before).ravel(), wanted.ravel())[0, 1] > 0.5


def test_keys_are_copied_byte_for_byte(tmp_path: Path) -> None:
    base = tiny_llama_gguf(tmp_path / "tiny.gguf", more_keys={"general.description": "é", "made.up": 7})
    merged = merge(base, tmp_path / "merged", nudge(DOWN_PROJ))
    export(base, merged, tmp_path / "model.gguf", LLAMA, [DOWN_PROJ])
    old, new = read_gguf(base), read_gguf(tmp_path / "model.gguf")
    assert old.data[slice(*old.keys_span)].tobytes() == new.data[slice(*new.keys_span)].tobytes()


def test_another_alignment_is_kept(tmp_path: Path) -> None:
    base = tiny_llama_gguf(tmp_path / "tiny.gguf", weights="Q4_0", alignment=256)
    merged = merge(base, tmp_path / "merged", nudge(Q_PROJ))
    export(base, merged, tmp_path / "model.gguf", LLAMA, [Q_PROJ])
    assert {tensor.start % 256 for tensor in read_gguf(tmp_path / "model.gguf").tensors.values()} == {0}
    assert np.isfinite(llama_cpp_says(tmp_path / "model.gguf", some_ids(4), VOCABULARY)).all()


def test_rows_that_are_no_whole_blocks_become_f16(tmp_path: Path) -> None:
    base = tiny_llama_gguf(tmp_path / "tiny.gguf", shape=Shape(feed_forward=72))
    merged = merge(base, tmp_path / "merged", nudge(DOWN_PROJ, Q_PROJ))
    export(base, merged, tmp_path / "model.gguf", LLAMA, [DOWN_PROJ, Q_PROJ])
    tensors = read_gguf(tmp_path / "model.gguf").tensors
    kinds = [tensors[name].kind.name for name in ("blk.0.ffn_down.weight", "blk.1.attn_q.weight")]
    assert kinds == ["F16", "Q8_0"]


def test_the_report_tells_the_sha256_of_the_file(tmp_path: Path) -> None:
    base = tiny_llama_gguf(tmp_path / "tiny.gguf")
    merged = merge(base, tmp_path / "merged", nudge(Q_PROJ))
    report = export(base, merged, tmp_path / "model.gguf", LLAMA, [Q_PROJ])
    content = report.path.read_bytes()
    assert (report.sha256, report.size) == (hashlib.sha256(content).hexdigest(), len(content))


def test_shards_are_read_like_one_file(tmp_path: Path) -> None:
    base = tiny_llama_gguf(tmp_path / "tiny.gguf")
    whole = merge(base, tmp_path / "whole", nudge(Q_PROJ))
    parts = merge(base, tmp_path / "parts", nudge(Q_PROJ), shards=3)
    reports = [export(base, merged, tmp_path / "model.gguf", LLAMA, [Q_PROJ]) for merged in (whole, parts)]
    assert reports[0].sha256 == reports[1].sha256


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (nudge(Q_PROJ, DOWN_PROJ), MergedStray),
        (nudge(Q_PROJ, "model.norm.weight"), MergedStray),
        (nudge(Q_PROJ, "model.embed_tokens.weight"), MergedStray),
        (lambda weights: weights.update(extra=weights[Q_PROJ]), MergedStray),
        (lambda weights: weights.pop(DOWN_PROJ), MergedIncomplete),
        (lambda weights: weights.update({DOWN_PROJ: weights[DOWN_PROJ].T.copy()}), MergedIncomplete),
        (lambda weights: weights[Q_PROJ].fill(np.nan), MergedBroken),
    ],
    ids=["other matrix", "norm", "embedding", "unknown", "missing", "turned", "not a number"],
)
def test_merged_weights_that_are_not_base_plus_adapter_are_refused(
    tmp_path: Path, change: Change, refusal: type[gguf_export.ExportRefused]
) -> None:
    base = tiny_llama_gguf(tmp_path / "tiny.gguf")
    merged = merge(base, tmp_path / "merged", change)
    with pytest.raises(refusal):
        export(base, merged, tmp_path / "model.gguf", LLAMA, [Q_PROJ])
    assert not list(tmp_path.glob("model.gguf*"))


def test_touching_what_is_no_matrix_of_the_model_is_refused(tmp_path: Path) -> None:
    base = tiny_llama_gguf(tmp_path / "tiny.gguf")
    folder = unpack(base, tmp_path / "bases", DIGEST)
    with pytest.raises(AdapterNotUnderstood):
        export(base, folder, tmp_path / "model.gguf", LLAMA, ["model.layers.9.self_attn.q_proj.weight"])


def test_an_adapter_tells_what_it_touches(tmp_path: Path) -> None:
    adapter = write_adapter(tmp_path / "adapter", [Q_PROJ, DOWN_PROJ])
    assert gguf_export.read_touched(adapter) == {Q_PROJ, DOWN_PROJ}


@pytest.mark.parametrize(
    "config",
    [
        {"peft_type": "IA3"},
        {"use_dora": True},
        {"bias": "all"},
        {"modules_to_save": ["lm_head"]},
        {"target_modules": []},
    ],
)
def test_an_adapter_of_another_kind_is_refused(tmp_path: Path, config: dict[str, object]) -> None:
    adapter = write_adapter(tmp_path / "adapter", [Q_PROJ], **config)
    with pytest.raises(AdapterNotUnderstood):
        gguf_export.read_touched(adapter)


def a_run(tmp_path: Path, change: Change) -> RunFolder:
    base = tiny_llama_gguf(tmp_path / "tiny.gguf", weights="Q4_0")
    run = RunFolder(tmp_path / "run")
    run.path.mkdir()
    merge(base, run.path / "merged", change)
    write_adapter(run.path / "adapter", [Q_PROJ, DOWN_PROJ])
    run.write_order(
        Order(
            run=1,
            base="tiny",
            base_digest=DIGEST,
            base_file=str(base),
            server="",
            home=str(tmp_path),
            threads=2,
            tag="agent1-tiny:1",
            in_use="tiny",
        )
    )
    return run


def test_the_stage_leaves_a_model_with_its_evidence(tmp_path: Path) -> None:
    run = a_run(tmp_path, nudge(Q_PROJ, DOWN_PROJ))
    assert run_stage(RunState.EXPORTING, exporting.work, [str(run.path)]) == 0
    told = json.loads((run.path / "model.gguf.json").read_text())
    assert told["sha256"] == hashlib.sha256((run.path / "model.gguf").read_bytes()).hexdigest()
    assert (told["replaced"], told["changed"]) == (2, 2)
    assert read_progress(run.path / "stages" / "exporting").finished


@pytest.mark.parametrize(
    ("change", "key"), [(nudge(), "error-merged-unchanged"), (nudge("model.norm.weight"), "error-merged-stray")]
)
def test_the_stage_says_why_it_failed(tmp_path: Path, change: Change, key: str) -> None:
    run = a_run(tmp_path, change)
    assert run_stage(RunState.EXPORTING, exporting.work, [str(run.path)]) == 1
    reason = read_reason(run.path / "stages" / "exporting")
    assert reason is not None
    assert reason.key == key
    assert not (run.path / "model.gguf.json").exists()


def test_the_stage_says_that_the_base_is_gone(tmp_path: Path) -> None:
    run = a_run(tmp_path, nudge(Q_PROJ))
    (tmp_path / "tiny.gguf").unlink()
    assert run_stage(RunState.EXPORTING, exporting.work, [str(run.path)]) == 1
    reason = read_reason(run.path / "stages" / "exporting")
    assert reason is not None
    assert reason.key == "error-base-file-gone"


def test_a_disk_that_fills_up_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    base = tiny_llama_gguf(tmp_path / "tiny.gguf")
    merged = merge(base, tmp_path / "merged", nudge(Q_PROJ))
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(gguf_export.NoRoomForExport):
        export(base, merged, tmp_path / "model.gguf", LLAMA, [Q_PROJ])
    assert not list(tmp_path.glob("model.gguf*"))


def test_a_merged_file_that_was_cut_is_refused(tmp_path: Path) -> None:
    base = tiny_llama_gguf(tmp_path / "tiny.gguf")
    merged = merge(base, tmp_path / "merged", nudge(Q_PROJ))
    weights = merged / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    with pytest.raises(MergedIncomplete):
        export(base, merged, tmp_path / "model.gguf", LLAMA, [Q_PROJ])


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_weights_merged_in_16_bits_are_the_base_but_for_rounding(tmp_path: Path, dtype: str) -> None:
    import torch
    from safetensors.torch import save_file as save_torch

    base = tiny_llama_gguf(tmp_path / "tiny.gguf")
    merged = merge(base, tmp_path / "merged", nudge(Q_PROJ, by=0.5))
    kept = {name: torch.tensor(tensor.numbers()) for name, tensor in list_tensors(merged).items()}
    save_torch({name: tensor.to(getattr(torch, dtype)) for name, tensor in kept.items()}, merged / "model.safetensors")
    report = export(base, merged, tmp_path / "model.gguf", LLAMA, [Q_PROJ])
    assert report.replaced == ("blk.1.attn_q.weight",)
    nudge("model.norm.weight", by=0.5)(weights := {name: tensor.numpy() for name, tensor in kept.items()})
    save_torch(
        {name: torch.tensor(tensor).to(getattr(torch, dtype)) for name, tensor in weights.items()},
        merged / "model.safetensors",
    )
    with pytest.raises(MergedStray):
        export(base, merged, tmp_path / "model.gguf", LLAMA, [Q_PROJ])
