"""LoRA with Axolotl's own functions, one of our callbacks in its trainer, and the merge of what was learned.

Works in the current folder, which is the run's. `axolotl.train.train` takes no callback and `axolotl.integrations`
(its plugins) stands under another licence, so the public parts that `train` is made of are called here one by one.
Does not cover the environment and the exit code (training), nor what a merged model becomes (export).
"""

import json
import math
import shutil
import signal
import time
from pathlib import Path
from types import FrameType
from typing import Any

import psutil
import torch
from axolotl.cli.config import load_cfg
from axolotl.common.datasets import TrainDatasetMeta, load_datasets
from axolotl.train import execute_training, save_initial_configs, save_trained_model, setup_model_and_trainer
from axolotl.utils.dict import DictDefault
from safetensors import SafetensorError, safe_open
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from ..axolotl_config import ADAPTER, PREPARED
from ..progress import ProgressLog, sync_folder

CONFIG = "axolotl.yml"
CACHE = "cache"
MERGED = Path("merged")
WEIGHTS = "adapter_model.safetensors"
CHECKPOINT_PARTS = (WEIGHTS, "optimizer.pt", "scheduler.pt", "rng_state.pth", "trainer_state.json")
LOGGED = frozenset({"loss", "learning_rate", "eval_loss", "tokens/total"})


class Reporter(TrainerCallback):
    """Tells each step, and on SIGTERM lets the step finish, leaves a checkpoint and stops."""

    def __init__(self, progress: ProgressLog, seconds_between_checkpoints: float = 60) -> None:
        self.stopped = False
        self.broke = False  # the loss is no number any more
        self._progress = progress
        self._pause = seconds_between_checkpoints
        self._step_began = self._saved = time.monotonic()
        self._seconds = 0.0
        self._process = psutil.Process()

    def on_train_begin(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        signal.signal(signal.SIGTERM, self._stop)
        self._progress.write("start", step=state.global_step, total=state.max_steps)

    def on_step_begin(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self._step_began = time.monotonic()
        self._progress.beat()

    def on_substep_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self._progress.beat()

    def on_prediction_step(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        self._progress.beat()

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self._seconds = time.monotonic() - self._step_began
        if self.stopped:
            control.should_save = control.should_training_stop = True
        elif time.monotonic() - self._saved > self._pause:
            control.should_save = True

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self._saved = time.monotonic()
        self._progress.beat()

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **_: Any,
    ) -> None:
        told = {name: float(value) for name, value in (logs or {}).items() if name in LOGGED}
        if "eval_loss" in told:
            self._progress.write("eval", step=state.global_step, loss=told["eval_loss"])
        elif "loss" in told:
            self._tell_step(told, state, control)

    def _tell_step(self, told: dict[str, float], state: TrainerState, control: TrainerControl) -> None:
        if not math.isfinite(told["loss"]):
            self.broke = control.should_training_stop = True
            control.should_save = False
            return
        self._progress.write(
            "step",
            step=state.global_step,
            total=state.max_steps,
            loss=told["loss"],
            lr=told.get("learning_rate"),
            tokens=round(told["tokens/total"]) if "tokens/total" in told else None,
            seconds=round(self._seconds, 3),
            memory_mb=round(self._process.memory_info().rss / 1e6),
        )

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopped = True


def keep_to_cpu() -> None:
    """Hide Apple's GPU: Axolotl loads the model there whenever it sees one, the trainer then computes on the CPU.

    No setting of either says so. Not tried on a Mac; elsewhere there is nothing to hide.
    """
    setattr(torch.backends.mps, "is_available", lambda: False)  # noqa: B010 - its type is that of a cached function


def fast_products() -> torch.autocast:
    """Products in bfloat16 where the processor has instructions for them (AMX, AVX512-BF16); all weights stay float32.

    A step on the starter model then takes two thirds of the time. Axolotl's own `bf16` would also round the base's
    weights. Nothing is kept between steps (`cache_enabled`): a kept LoRA weight would be that of the first step.
    """
    can = torch.cpu.get_capabilities()
    has_them = bool(can.get("amx_bf16") or can.get("avx512_bf16")) and not torch.cuda.is_available()
    return torch.autocast("cpu", torch.bfloat16, enabled=has_them, cache_enabled=False)


def load_config() -> DictDefault:
    """Read and check axolotl.yml. What an earlier try left goes, but for the checkpoint that is gone on from.

    Raises pydantic.ValidationError; OSError where there is no such file.
    """
    checkpoint = last_whole_checkpoint(Path(ADAPTER))
    # Axolotl knows prepared rows by the name of their file, not by their content.
    for stale in (MERGED, PREPARED, CACHE, *(() if checkpoint else (ADAPTER,))):
        shutil.rmtree(stale, ignore_errors=True)
    return load_cfg(CONFIG, **({"resume_from_checkpoint": str(checkpoint)} if checkpoint else {}))


def last_whole_checkpoint(adapter: Path) -> Path | None:
    """The newest checkpoint that can be gone on from; one that was being written when the power went is passed over."""
    numbered = [path for path in adapter.glob("checkpoint-*") if path.name.removeprefix("checkpoint-").isdigit()]
    for path in sorted(numbered, key=lambda path: int(path.name.removeprefix("checkpoint-")), reverse=True):
        if _is_whole(path):
            return path
    return None


def _is_whole(checkpoint: Path) -> bool:
    if not all((checkpoint / part).exists() for part in CHECKPOINT_PARTS):
        return False
    try:
        # The state is written last; the weights' header tells the size of the file.
        json.loads((checkpoint / "trainer_state.json").read_text(encoding="utf-8"))
        with safe_open(checkpoint / WEIGHTS, framework="numpy"):
            return True
    except (ValueError, SafetensorError):
        return False


def train(config: DictDefault, progress: ProgressLog) -> Reporter:
    """Train and merge in the current folder. The returned reporter says whether it was stopped or broke.

    Leaves adapter/ and merged/, or a checkpoint and the event "stopped".
    """
    progress.write("log", phase="data")
    rows: TrainDatasetMeta = load_datasets(cfg=config)
    progress.write("log", phase="model")
    trainer, model, tokenizer, peft_config, processor = setup_model_and_trainer(config, rows)
    reporter = Reporter(progress)
    trainer.add_callback(reporter)
    save_initial_configs(config, tokenizer, model, peft_config, processor)
    progress.write("log", phase="training")
    with fast_products():
        execute_training(config, trainer, config.resume_from_checkpoint)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if reporter.stopped:
        progress.write("stopped", step=trainer.state.global_step, total=trainer.state.max_steps)
        return reporter
    if reporter.broke:
        return reporter
    progress.write("log", phase="merging")
    save_trained_model(config, trainer, model)
    merge(model, tokenizer)
    return reporter


def clear(run: Path) -> None:
    """Remove what nobody needs once the stage is sealed; a try that was killed before goes on from it."""
    checkpoints = (run / ADAPTER).glob("checkpoint-*")  # 60 MB each
    for leftover in (run / PREPARED, run / CACHE, *checkpoints):
        shutil.rmtree(leftover, ignore_errors=True)


def merge(model: Any, tokenizer: Any) -> None:
    """Add the adapter to the base's weights in float32 and leave the whole model in merged/."""
    unfinished = MERGED.with_name("merged.tmp")
    shutil.rmtree(unfinished, ignore_errors=True)
    whole = model.merge_and_unload(safe_merge=True)  # raises ValueError where a weight is no number
    whole.to(dtype=torch.float32).save_pretrained(unfinished)
    tokenizer.save_pretrained(unfinished)
    for file in unfinished.iterdir():
        sync_folder(file)
    shutil.rmtree(MERGED, ignore_errors=True)
    unfinished.rename(MERGED)
    sync_folder(Path())
