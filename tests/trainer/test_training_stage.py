"""The real Axolotl on a tiny random Llama, started the way a run starts it."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from agent1.store.home import Home
from agent1.store.store import Store
from agent1.tests.tiny_models import tiny_llama_gguf
from agent1.tests.trainer.test_exports import rate_some
from agent1.trainer import supervise
from agent1.trainer.axolotl_config import render_config
from agent1.trainer.base_weights import unpack
from agent1.trainer.exports import export_dataset
from agent1.trainer.progress import Progress, read_progress, read_reason
from agent1.trainer.recipe import Recipe
from agent1.trainer.supervise import Exited, Running, Sight

BEGIN, END = 1, 2  # <|im_start|> and <|im_end|>, the second also the padding
RECIPE = Recipe(rank=4, alpha=8, learning_rate=1e-2, epochs=10, batch_size=4, sequence_len=64)


def some_rows() -> list[dict[str, list[int]]]:
    """Twelve rows of many lengths: a prompt that is not learned, an answer that is, and its end."""
    random = np.random.default_rng(0)
    rows = []
    for length in range(3, 15):
        prompt = [BEGIN, *random.integers(10, 500, length).tolist(), END, BEGIN]
        answer = [*range(100, 104 + length % 3), END]
        labels = [-100] * len(prompt) + answer
        rows.append({"input_ids": prompt + answer, "attention_mask": [1] * len(labels), "labels": labels})
    return rows


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bases")
    return unpack(tiny_llama_gguf(folder / "tiny.gguf"), folder, "sha256:" + "ab" * 32)


MakeRun = Callable[..., Path]


@pytest.fixture(scope="module")
def make_run(tmp_path_factory: pytest.TempPathFactory, base: Path) -> MakeRun:
    def make(recipe: Recipe = RECIPE, rows: list[dict[str, list[int]]] | None = None) -> Path:
        run = tmp_path_factory.mktemp("run")
        rows = some_rows() if rows is None else rows
        (run / "base").symlink_to(os.path.relpath(base, run))
        (run / "tokens.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        (run / "axolotl.yml").write_text(render_config(recipe, "base", len(rows)), encoding="utf-8")
        (run / "run.json").write_text(json.dumps({"threads": 1}), encoding="utf-8")
        return run

    return make


def stage_of(run: Path) -> Path:
    return run / "stages" / "training"


def start(run: Path) -> None:
    command = [sys.executable, "-m", "agent1.trainer.stages.training", str(run)]
    supervise.launch(stage_of(run), command, os.environ, cwd=run, nice=0)


def until(run: Path, condition: Callable[[Progress], bool]) -> None:
    deadline = time.monotonic() + 550
    while not condition(read_progress(stage_of(run))):
        assert time.monotonic() < deadline, (stage_of(run) / "output.log").read_text(encoding="utf-8")
        assert isinstance(supervise.look(stage_of(run)), Running), "it ended before"
        time.sleep(0.02)


def ending(run: Path) -> Sight:
    deadline = time.monotonic() + 550
    while isinstance(sight := supervise.look(stage_of(run)), Running) and time.monotonic() < deadline:
        time.sleep(0.1)
    return sight


def log_of(run: Path) -> str:
    return (stage_of(run) / "output.log").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def trained(make_run: MakeRun) -> Path:
    """A run that went through undisturbed."""
    run = make_run()
    start(run)
    assert ending(run) == Exited(0), log_of(run)
    return run


def test_training_reports_every_step_and_that_it_finished(trained: Path) -> None:
    seen = read_progress(stage_of(trained))
    assert seen.finished
    assert [point.step for point in seen.points] == list(range(1, 31))
    assert seen.total == 30


def test_training_learns(trained: Path) -> None:
    losses = [point.loss for point in read_progress(stage_of(trained)).points]
    assert np.mean(losses[-3:]) < 0.5 * np.mean(losses[:3])


def learned(run: Path) -> Mapping[str, np.ndarray[Any, Any]]:
    """What LoRA adds to each weight, from the adapter file alone: B times A times alpha over rank."""
    adapter = load_file(run / "adapter" / "adapter_model.safetensors")
    settings = json.loads((run / "adapter" / "adapter_config.json").read_text(encoding="utf-8"))
    scale = settings["lora_alpha"] / settings["r"]
    return {
        name.removeprefix("base_model.model.").replace("lora_A.", ""): scale
        * adapter[name.replace("lora_A", "lora_B")]
        @ adapter[name]
        for name in adapter
        if "lora_A" in name
    }


def test_merged_weights_are_the_base_and_what_was_learned(trained: Path) -> None:
    base, merged = (
        load_file(trained / "base" / "model.safetensors"),
        load_file(trained / "merged" / "model.safetensors"),
    )
    added = learned(trained)
    assert len(added) == 2 * len(RECIPE.target_modules)
    for name, change in added.items():
        assert np.abs(change).max() > 1e-4
        np.testing.assert_allclose(merged[name], base[name] + change, atol=1e-5)


def test_merging_touches_nothing_else(trained: Path) -> None:
    base, merged = (
        load_file(trained / "base" / "model.safetensors"),
        load_file(trained / "merged" / "model.safetensors"),
    )
    assert set(merged) == set(base)
    for name in set(base) - set(learned(trained)):
        np.testing.assert_array_equal(merged[name], base[name])


def test_merged_weights_are_float32(trained: Path) -> None:
    assert {matrix.dtype.name for matrix in load_file(trained / "merged" / "model.safetensors").values()} == {"float32"}


def test_no_copy_of_the_conversations_is_left(trained: Path) -> None:
    assert not list(trained.rglob("*.arrow"))


def test_no_checkpoint_is_left_of_a_finished_training(trained: Path) -> None:
    assert not list((trained / "adapter").glob("checkpoint-*"))


def test_a_run_folder_names_no_place_outside_itself(trained: Path) -> None:
    config = (trained / "axolotl.yml").read_text(encoding="utf-8")
    assert str(trained) not in config


@dataclass(frozen=True)
class Shown:
    batches: dict[str, Any]
    too_long: Path  # a run with rows longer than its recipe allows
    bad_config: Path
    exports: dict[str, Any]  # as other programs read them
    output: str


def export_some(folder: Path) -> None:
    store = Store(Home(folder / "home"))
    rate_some(store)
    for name, format_ in {"kto.jsonl": "kto", "dpo.jsonl": "dpo", "hf": "datasets", "bundle": "axolotl"}.items():
        export_dataset(store, format_, folder / name, "base")
    store.close()


@pytest.fixture(scope="module")
def shown(make_run: MakeRun, tmp_path_factory: pytest.TempPathFactory) -> Shown:
    exports = tmp_path_factory.mktemp("exports")
    export_some(exports)
    run, too_long, bad_config = make_run(), make_run(replace(RECIPE, sequence_len=16)), make_run()
    with (bad_config / "axolotl.yml").open("a", encoding="utf-8") as config:
        config.write("micro_batch_size: many\n")
    program = [sys.executable, str(Path(__file__).with_name("show_batches.py"))]
    ended = subprocess.run(
        [*program, str(run), str(exports), str(too_long), str(bad_config)],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=500,
    )
    batches = json.loads((run / "batches.json").read_text(encoding="utf-8"))
    read = json.loads((exports / "read.json").read_text(encoding="utf-8"))
    return Shown(batches, too_long, bad_config, read, ended.stdout)


def test_other_programs_read_what_was_exported(shown: Shown) -> None:
    """The real `datasets` loads it; the real Axolotl accepts the bundle and trains the marked answers and their end."""
    told = shown.exports
    assert [row["label"] for row in told["kto"]] == [True] * 3 + [False] * 2
    assert [row["chosen"]["content"] for row in told["dpo"]] == ["At eight.", "In Lisbon."]
    assert [row["messages"][-1]["content"] for row in told["hf"]] == ["At eight.", "To [e-mail].", "In Lisbon."]
    assert set(told["trained"]) == {f"{answer}<|im_end|>" for answer in ("At eight.", "To [e-mail].", "In Lisbon.")}


def test_axolotl_keeps_the_rows_as_they_were_written(shown: Shown) -> None:
    by_ids = {tuple(row["input_ids"]): row for row in shown.batches["prepared"]}
    assert len(by_ids) == len(some_rows())
    for row in some_rows():
        assert by_ids[tuple(row["input_ids"])] == row


def test_only_the_rated_answer_and_its_end_are_trained(shown: Shown) -> None:
    """In the very batches that the trainer takes: where attention ends, padding begins."""
    answers = {tuple(row["input_ids"]): row["labels"] for row in some_rows()}
    seen = 0
    for batch in shown.batches["epochs"][0]:
        for ids, mask, labels in zip(batch["input_ids"], batch["attention_mask"], batch["labels"], strict=True):
            length = sum(mask)
            assert mask == [1] * length + [0] * (len(mask) - length)
            wanted = answers[tuple(ids[:length])]
            assert labels == wanted + [-100] * (len(mask) - length)
            trained_ids = [label for label in labels if label != -100]
            assert trained_ids[-1] == END
            assert trained_ids[:-1] == list(range(100, 100 + len(trained_ids) - 1))
            seen += 1
    assert seen == len(answers)


def test_a_batch_is_as_wide_as_its_longest_row(shown: Shown) -> None:
    for batch in shown.batches["epochs"][0]:
        assert max(sum(mask) for mask in batch["attention_mask"]) == len(batch["input_ids"][0])


def test_every_epoch_has_its_own_order(shown: Shown) -> None:
    first, second = ([batch["input_ids"] for batch in epoch] for epoch in shown.batches["epochs"])
    assert first != second


@pytest.fixture(scope="module")
def stopped(make_run: MakeRun) -> tuple[Path, Progress]:
    """A run that was asked to end after its second step."""
    run = make_run(replace(RECIPE, epochs=40))
    start(run)
    until(run, lambda seen: seen.step >= 2)
    supervise.ask_to_end(stage_of(run))
    assert ending(run) == Exited(143), log_of(run)
    return run, read_progress(stage_of(run))


def test_a_stopped_training_does_not_look_like_a_success(stopped: tuple[Path, Progress]) -> None:
    run, seen = stopped
    assert (seen.stopped, seen.finished) == (True, False)
    assert not (run / "adapter" / "adapter_model.safetensors").exists()
    assert not (run / "merged").exists()


@pytest.fixture(scope="module")
def resumed(stopped: tuple[Path, Progress]) -> tuple[int, Path]:
    """The stopped run, gone on with. Beside its checkpoint lies a newer one that the power cut off."""
    run, seen = stopped
    broken = run / "adapter" / f"checkpoint-{seen.step + 50}"
    shutil.copytree(run / "adapter" / f"checkpoint-{seen.step}", broken)
    with (broken / "adapter_model.safetensors").open("r+b") as weights:
        weights.truncate(2000)
    start(run)
    assert ending(run) == Exited(0), log_of(run)
    return seen.step, run


def test_a_resumed_training_goes_on_from_the_last_whole_checkpoint(resumed: tuple[int, Path]) -> None:
    step, run = resumed
    lines = (stage_of(run) / "progress.jsonl").read_text(encoding="utf-8").splitlines()
    begins = [line["step"] for line in map(json.loads, lines) if line["event"] == "start"]
    assert begins == [0, step]
    assert [point.step for point in read_progress(stage_of(run)).points] == list(range(1, 121))


def test_a_resumed_training_ends_with_a_merged_model(resumed: tuple[int, Path]) -> None:
    _, run = resumed
    assert read_progress(stage_of(run)).finished
    assert (run / "merged" / "model.safetensors").exists()


def test_a_row_longer_than_the_recipe_allows_is_told(shown: Shown) -> None:
    reason = read_reason(stage_of(shown.too_long))
    assert reason is not None and reason.key == "error-training-data", shown.output
    assert "exceeds the maximum" in str(reason.params["reason"])
    assert f"{shown.too_long} 1\n" in shown.output


def test_a_config_that_axolotl_refuses_is_told(shown: Shown) -> None:
    reason = read_reason(stage_of(shown.bad_config))
    assert reason is not None and reason.key == "error-training-config", shown.output
    assert "micro_batch_size" in str(reason.params["reason"])
    assert f"{shown.bad_config} 1\n" in shown.output


def test_a_disk_without_room_is_told_before_anything_is_done(make_run: MakeRun, base: Path) -> None:
    run = make_run()
    (run / "base").unlink()
    (run / "base").mkdir()
    with (run / "base" / "model.safetensors").open("wb") as huge:
        huge.truncate(8 * 2**40)  # a sparse file: no disk of a test has room for a second
    start(run)
    assert ending(run) == Exited(1)
    reason = read_reason(stage_of(run))
    assert reason is not None and reason.key == "error-training-disk-full", log_of(run)
    assert not (run / "adapter").exists()


def test_what_stands_in_for_triton_has_every_name_that_axolotl_imports() -> None:
    code = (
        "import sys; sys.modules['triton'] = None; from agent1.trainer.stages import without_triton as w; w.stand_in();"
        "from axolotl.monkeypatch.trainer import entropy_from_logits as f; print(f.__module__)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "agent1.trainer.stages.without_triton"
