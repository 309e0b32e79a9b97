"""axolotl.yml: a recipe in Axolotl's words, for rows of ready token ids.

Owns every key of the file and why it is there; a pure function. Paths are relative to the run's folder, so
that the folder can be moved. Does not cover the hyper-parameters themselves (recipe) nor the run (stages).
"""

import math
from io import StringIO
from pathlib import PurePosixPath

from ruamel.yaml import YAML

from .recipe import Recipe

TOKENS = "tokens.jsonl"
ADAPTER = "adapter"
PREPARED = "prepared"


def render_config(
    recipe: Recipe, base: str, rows: int, *, tokens: str = TOKENS, held_out: str | None = None, on_cpu: bool = True
) -> str:
    """The text of axolotl.yml. `base`, `tokens` and `held_out` are paths relative to the run's folder.

    `rows` is the number of lines in `tokens`; `held_out` names rows that only measure the loss.
    Raises ValueError for a path that is not relative or no rows. `on_cpu=False` was not tried on a GPU.
    """
    for path in filter(None, (base, tokens, held_out)):
        if PurePosixPath(path).is_absolute():
            raise ValueError(f"{path} is not relative to the run's folder")
    settings = _files(base, tokens, held_out) | _lora(recipe) | _training(recipe, rows, on_cpu) | _precision(on_cpu)
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 1)  # Axolotl reads 1.1, where 1e-05 without a point is a text
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # typed by its default, None
    text = StringIO()
    yaml.dump(settings, text)
    return text.getvalue()


def steps_of(recipe: Recipe, rows: int) -> int:
    """Weight updates of a whole run."""
    return math.ceil(rows * recipe.epochs / (recipe.batch_size * recipe.gradient_accumulation))


def _files(base: str, tokens: str, held_out: str | None) -> dict[str, object]:
    files: dict[str, object] = {
        "base_model": base,
        "trust_remote_code": False,
        "datasets": [_ready_rows(tokens)],
        "val_set_size": 0,  # it would split rows, not conversations
        "dataset_prepared_path": PREPARED,
        "dataset_num_proc": 0,  # a few hundred rows: a second process costs more than it saves
        "output_dir": ADAPTER,
    }
    if held_out is not None:
        files["test_datasets"] = [_ready_rows(held_out) | {"split": "train"}]
        files["eval_strategy"] = "epoch"
    return files


def _ready_rows(path: str) -> dict[str, object]:
    """Rows of input_ids, attention_mask and labels, which Axolotl takes as they are where `type` is empty."""
    return {"path": path, "ds_type": "json", "type": ""}


def _lora(recipe: Recipe) -> dict[str, object]:
    return {
        "adapter": "lora",
        "lora_r": recipe.rank,
        "lora_alpha": recipe.alpha,
        "lora_dropout": recipe.dropout,
        "lora_target_modules": list(recipe.target_modules),
        "lora_qkv_kernel": False,  # Triton kernels switch themselves on otherwise
        "lora_o_kernel": False,
        "lora_mlp_kernel": False,
    }


def _training(recipe: Recipe, rows: int, on_cpu: bool) -> dict[str, object]:
    steps = steps_of(recipe, rows)
    if steps < 1:
        raise ValueError("there are no rows to train on")
    return {
        "sequence_len": recipe.sequence_len,
        "excess_length_strategy": "raise",  # a row that was cut would teach answers without an end
        "sample_packing": False,
        "pad_to_sequence_len": False,  # to the longest row of the batch, not to a multiple of 64
        "num_epochs": recipe.epochs,
        "micro_batch_size": recipe.batch_size,
        "eval_batch_size": recipe.batch_size,
        "gradient_accumulation_steps": recipe.gradient_accumulation,
        "gradient_checkpointing": False,
        "optimizer": "adamw_torch_fused",
        "learning_rate": recipe.learning_rate,
        "lr_scheduler": recipe.scheduler,
        "warmup_ratio": recipe.warmup_ratio,
        "weight_decay": recipe.weight_decay,
        "neftune_noise_alpha": recipe.noise or None,
        "attn_implementation": "sdpa",
        "torch_compile": False,
        "seed": recipe.seed,
        "logging_steps": 1,
        "save_steps": max(10, steps // 10),  # and each minute, which the stage sees to
        "save_total_limit": 2,
        "dataloader_num_workers": 0,  # the rows are in memory; a worker would be one more process
        "dataloader_prefetch_factor": None,
        "dataloader_pin_memory": not on_cpu,
    }


def _precision(on_cpu: bool) -> dict[str, object]:
    if on_cpu:
        return {"bf16": False, "fp16": False, "tf32": False}  # not auto: that means fp16 on a CPU
    return {"bf16": "auto", "fp16": False, "tf32": False}
