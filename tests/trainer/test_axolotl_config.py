"""axolotl.yml, read back the way Axolotl reads it. That Axolotl accepts it is shown in test_training_stage."""

from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from agent1.trainer.axolotl_config import render_config, steps_of
from agent1.trainer.recipe import Recipe


def read(recipe: Recipe | None = None, rows: int = 100, **paths: Any) -> dict[str, Any]:
    written: dict[str, Any] = yaml.safe_load(render_config(recipe or Recipe(), "base", rows, **paths))
    return written


def test_the_recipe_is_what_axolotl_reads() -> None:
    recipe = Recipe(
        rank=8,
        alpha=24,
        dropout=0.1,
        learning_rate=2e-5,
        epochs=3,
        batch_size=2,
        gradient_accumulation=5,
        warmup_ratio=0.2,
        weight_decay=0.01,
        noise=5.0,
        scheduler="linear",
        sequence_len=300,
        target_modules=("q_proj",),
        seed=7,
    )
    written = read(recipe)
    assert (written["lora_r"], written["lora_alpha"], written["lora_dropout"]) == (8, 24, 0.1)
    assert (written["learning_rate"], written["num_epochs"], written["micro_batch_size"]) == (2e-5, 3, 2)
    assert (written["gradient_accumulation_steps"], written["warmup_ratio"]) == (5, 0.2)
    assert (written["weight_decay"], written["lr_scheduler"], written["sequence_len"]) == (0.01, "linear", 300)
    assert (written["lora_target_modules"], written["seed"]) == (["q_proj"], 7)
    assert written["neftune_noise_alpha"] == 5.0


@settings(deadline=None)  # a busy machine is not a failure
@given(st.floats(min_value=1e-9, max_value=1, allow_subnormal=False))
def test_any_learning_rate_is_read_as_a_number(rate: float) -> None:
    assert read(Recipe(learning_rate=rate))["learning_rate"] == rate


def test_rows_are_ready_token_ids() -> None:
    assert read()["datasets"] == [{"path": "tokens.jsonl", "ds_type": "json", "type": ""}]


def test_no_row_is_cut_or_split_off() -> None:
    written = read()
    assert written["excess_length_strategy"] == "raise"
    assert written["val_set_size"] == 0
    assert "test_datasets" not in written


def test_held_out_rows_only_measure() -> None:
    written = read(held_out="held_out.jsonl")
    assert [rows["path"] for rows in written["test_datasets"]] == ["held_out.jsonl"]
    assert [rows["path"] for rows in written["datasets"]] == ["tokens.jsonl"]
    assert written["eval_strategy"] == "epoch"


@pytest.mark.parametrize("paths", [{"tokens": "/elsewhere"}, {"held_out": "/elsewhere"}])
def test_an_absolute_path_of_rows_is_refused(paths: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="/elsewhere"):
        read(**paths)


def test_an_absolute_path_of_the_base_is_refused() -> None:
    with pytest.raises(ValueError, match="/elsewhere"):
        render_config(Recipe(), "/elsewhere", 10)


def test_no_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="no rows"):
        render_config(Recipe(), "base", 0)


def test_no_code_of_a_model_is_trusted() -> None:
    assert read()["trust_remote_code"] is False


def test_a_cpu_computes_in_float32() -> None:
    written = read()
    assert (written["bf16"], written["fp16"]) == (False, False)


def test_a_gpu_may_choose_bf16() -> None:
    assert read(on_cpu=False)["bf16"] == "auto"


@pytest.mark.parametrize(("rows", "steps"), [(1, 1), (10, 10), (100, 100), (101, 101)])
def test_steps_are_the_weight_updates_of_all_epochs(rows: int, steps: int) -> None:
    assert steps_of(Recipe(epochs=4, batch_size=4), rows) == steps


def test_a_checkpoint_is_left_at_least_each_tenth_of_a_long_run() -> None:
    assert read(replace(Recipe(), epochs=10, batch_size=1), rows=1000)["save_steps"] == 1000
    assert read(rows=12)["save_steps"] == 10
