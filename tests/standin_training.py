"""In the place of Axolotl where a test needs a hundred runs: `python standin_training.py RUN`.

Leaves what the training stage leaves, an adapter and a merged model that differs from the base as the adapter says,
and goes on from checkpoints. Each step is noted, so that a test can tell what was done twice.
"""

import json
import shutil
import signal
import sys
import time
from pathlib import Path
from types import FrameType

import numpy as np
from safetensors.numpy import load_file, save_file

from agent1.store.records import RunState
from agent1.trainer.progress import ProgressLog
from agent1.trainer.run_folder import RunFolder
from agent1.trainer.stage import run_stage

STEPS = 8
SECONDS = 0.05  # a step
LAYER = "model.layers.0.self_attn.q_proj"


class Asked:
    """Whether the stage was asked to end."""

    def __init__(self) -> None:
        self.to_end = False
        signal.signal(signal.SIGTERM, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.to_end = True


def work(run: RunFolder, progress: ProgressLog) -> int:
    asked, adapter = Asked(), run.path / "adapter"
    adapter.mkdir(exist_ok=True)
    reached = max((int(path.name.removeprefix("checkpoint-")) for path in adapter.glob("checkpoint-*")), default=0)
    progress.write("start", step=reached, total=STEPS)
    for step in range(reached + 1, STEPS + 1):
        time.sleep(SECONDS)
        with (run.path / "steps.log").open("a") as log:
            log.write(f"{step}\n")
        progress.write("step", step=step, total=STEPS, loss=1.0 / step, lr=0.001, seconds=SECONDS)
        (adapter / f"checkpoint-{step}").mkdir()
        if asked.to_end:
            progress.write("stopped", step=step, total=STEPS)
            return 143
    _merge(run.path, adapter)
    return 0


def _merge(run: Path, adapter: Path) -> None:
    weights = load_file(run / "base" / "model.safetensors")
    rows, columns = weights[f"{LAYER}.weight"].shape
    a, b = np.full((1, columns), 0.01, np.float32), np.full((rows, 1), 1.0, np.float32)
    weights[f"{LAYER}.weight"] = weights[f"{LAYER}.weight"] + b @ a
    prefix = f"base_model.model.{LAYER}"
    save_file({f"{prefix}.lora_A.weight": a, f"{prefix}.lora_B.weight": b}, adapter / "adapter_model.safetensors")
    settings = {"peft_type": "LORA", "r": 1, "lora_alpha": 1, "target_modules": ["q_proj"], "bias": "none"}
    (adapter / "adapter_config.json").write_text(json.dumps(settings))
    unfinished = run / "merged.tmp"
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(run / "base", unfinished)
    save_file(weights, unfinished / "model.safetensors")
    shutil.rmtree(run / "merged", ignore_errors=True)
    unfinished.rename(run / "merged")


if __name__ == "__main__":
    sys.exit(run_stage(RunState.TRAINING, work, sys.argv[1:]))
